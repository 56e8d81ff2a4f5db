"""What the template's roles may do: each only what its function needs."""

from __future__ import annotations

from tests.unit.template.resources import allowed, of_type


def test_with_a_private_authority_nobody_may_use_the_built_in_one() -> None:
    """But `publish`, for what it has issued; `sign` and `enrol` issue, with one template."""
    asked: dict[str, list[str]] = {}
    for name, function in of_type("AWS::Serverless::Function").items():
        for policy in function.get("Policies", []):
            for written in policy["Statement"]:
                chosen = written.get("Fn::If", ["", written])[1]
                for action in chosen.get("Action", []):
                    if action.startswith("acm-pca:"):
                        asked.setdefault(name, []).append(action)
                if name != "Publish":
                    assert chosen.get("Resource") != {"Fn::GetAtt": ["IssuingCaKey", "Arn"]}, name
    issuing = ["acm-pca:IssueCertificate", "acm-pca:GetCertificate"]
    assert asked == {"Sign": issuing, "Enrol": issuing}


def test_no_function_may_do_everything_of_anything() -> None:
    for name, statement in allowed():
        actions = statement["Action"]
        listed = [actions] if isinstance(actions, str) else actions
        assert not any("*" in action for action in listed), (name, statement["Sid"])


def test_everything_is_allowed_on_what_cannot_be_named_only() -> None:
    """Task tokens and phone numbers are no resources; SES is narrowed to the sender's address."""
    bare = {
        action
        for _, statement in allowed()
        if statement.get("Resource") == "*"
        for action in statement["Action"]
        if "Condition" not in statement
    }
    assert bare == {"states:SendTaskSuccess"}


def test_only_the_ceremony_uses_the_root_and_only_codes_doors_the_code_key() -> None:
    users: dict[str, set[str]] = {}
    for name, statement in allowed():
        resource = statement.get("Resource")
        if isinstance(resource, dict) and "Fn::GetAtt" in resource:
            users.setdefault(resource["Fn::GetAtt"][0], set()).add(name)
    assert "RootCaKey" not in users
    assert users["CodeKey"] == {"IssueOtp", "Web", "Api", "Portal", "Enrol"}


def test_each_certificate_key_has_its_doors() -> None:
    """What strangers reach holds a key that signs OCSP answers, and not the authority's."""
    signers: dict[str, set[str]] = {}
    for name, statement in allowed():
        if "kms:Sign" in statement["Action"] and "Fn::GetAtt" in statement["Resource"]:
            signers.setdefault(statement["Resource"]["Fn::GetAtt"][0], set()).add(name)
    assert signers["IssuingCaKey"] == {"Sign", "Seal", "MakeEvidence", "Publish", "Enrol"}
    assert signers["OcspKey"] == {"Ocsp"}


def test_p9_who_checks_codes_cannot_make_them() -> None:
    rights = {n: s["Action"] for n, s in allowed() if s["Sid"] in {"Codes", "CheckCodes"}}
    assert rights == {
        "IssueOtp": ["kms:GenerateMac"],
        "Web": ["kms:VerifyMac"],
        "Api": ["kms:VerifyMac"],
        "Portal": ["kms:VerifyMac"],
        "Enrol": ["kms:GenerateMac"],
    }


def test_p1_the_portal_has_no_key_and_who_certifies_uses_none_of_members() -> None:
    """What browsers reach can sign nothing; what makes members' keys may not sign with them."""
    portal = {a for n, s in allowed() if n == "Portal" for a in s["Action"]}
    assert {a for a in portal if a.startswith("kms:")} == {"kms:VerifyMac"}
    signing = [s["Resource"] for n, s in allowed() if n == "Enrol" and "kms:Sign" in s["Action"]]
    assert signing == [{"Fn::GetAtt": ["IssuingCaKey", "Arn"]}]


def test_p19_who_writes_heads_down_can_change_nothing() -> None:
    """It reads the chains, and writes where nothing else lies."""
    granted = {s["Sid"]: s for n, s in allowed() if n == "Anchor"}
    actions = {a for s in granted.values() for a in s["Action"]}
    assert {a for a in actions if a.startswith("dynamodb:")} == {
        "dynamodb:BatchGetItem",
        "dynamodb:Query",
    }
    written = [s["Resource"]["Fn::Sub"] for s in granted.values() if "s3:PutObject" in s["Action"]]
    assert written
    assert all(name.endswith("/heads/*") for name in written)


def test_who_reads_strangers_files_may_do_nothing_else() -> None:
    """A hole in a PDF library gives whoever finds it two prefixes of one bucket."""
    actions = {a for n, s in allowed() if n == "InspectUpload" for a in s["Action"]}
    assert actions == {"s3:GetObject", "s3:PutObject"}
