"""A batch of PDFs sealed by a member with one code, on the deployed platform (P21, P22, P23)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import jsonschema  # type: ignore[import-untyped] # its stubs are not installed

from infra.local.emulator import REPOSITORY
from infra.local.journey import Person, Software, http, sample_pdf, wait_for
from infra.local.stack import MEMBER_PHONE, fresh_siren, sealing_member
from infra.operate.firms import open_firm
from infra.operate.members import office_of
from paraphe import wiring
from paraphe.adapters.trust.authority.pki_bucket import PkiBucket
from paraphe.adapters.trust.verification.check import check
from paraphe.domain.firms.member import Capability
from paraphe.domain.trust.verdict import State
from paraphe.usecases.firms.enrol_member import add_member, change_member
from paraphe.wiring import TSA_ROOTS
from tests.integration.conftest import somebody
from tests.support.judges import assert_sound

if TYPE_CHECKING:
    from infra.local.stack import LocalStack


def _office(platform: LocalStack, phone: str) -> tuple[Software, str, str, str]:
    """A firm with a seal, its software, a member who may seal and one who may only sign."""
    now = datetime.now(UTC)
    made = open_firm(
        platform.client, platform.outputs, name="Cabinet du Lot", siren=fresh_siren(), now=now
    )
    members = office_of(platform.client, platform.outputs).members
    ids = []
    for may in (Capability.SEAL, Capability.SIGN):
        member = add_member(
            members,
            wiring.services.entropy,
            made.firm_id,
            name="Zoë Łukasz",
            email="zoe@cabinet.example",
            subject=f"subject-{may}",
            capabilities=(may,),
            now=now,
        )
        ids.append(change_member(members, made.firm_id, member.id, phone=phone).id)
    software = Software(
        platform.url, f"{platform.url}/oauth2/token", made.client_id, made.client_secret
    )
    return software, made.firm_id, ids[0], ids[1]


class _Tampered:
    """A document whose stored file is another one for a while."""

    def __init__(self, platform: LocalStack, prefix: str) -> None:
        self.s3 = platform.client("s3")
        buckets = [b["Name"] for b in self.s3.list_buckets()["Buckets"]]
        self.bucket = next(b for b in buckets if b.startswith("paraphe-local-documents-"))
        listed = self.s3.list_objects_v2(Bucket=self.bucket, Prefix=prefix)["Contents"]
        self.key = next(o["Key"] for o in listed if o["Key"].endswith(".pdf"))
        self.kept = self.s3.get_object(Bucket=self.bucket, Key=self.key)["Body"].read()
        self.put(b"%PDF-1.7 another file")

    def put(self, content: bytes) -> None:
        """Store other bytes under its name."""
        self.s3.put_object(Bucket=self.bucket, Key=self.key, Body=content)


def test_a_member_seals_a_batch_with_one_code(platform: LocalStack) -> None:
    """P17, P19, P22: one document cannot be sealed at first; the others are, and it is reported."""
    member, reader = somebody(platform, "member"), somebody(platform, "copy")
    software, firm, sealer, signer = _office(platform, member.phone)
    request = software.create("Liasses")
    documents = [
        software.upload(request, sample_pdf(["Bilan", str(n)]), f"bilan-{n}.pdf") for n in range(3)
    ]
    for document in documents:
        assert software.document(request, document)["state"] == "ready"
    software.invite(request, "Copie", reader.email, phone=None, role="cc")
    path = f"/signature_requests/{request}/seal"
    assert software.call("POST", path, {"member": signer}).status == 403
    assert software.call("POST", path, {"member": sealer}).status == 202
    code = member.wait_code(1)
    wait_for("the code", lambda: software.get(request)["seal"]["code_state"] == "sent")
    tampered = _Tampered(platform, f"active/{firm}/{request}/{documents[1]}/")
    typed = {"member": sealer, "code": code}
    wrong = {"member": sealer, "code": f"{(int(code) + 1) % 1_000_000:06d}"}
    assert software.call("POST", f"{path}/code", wrong).json["code"] == "code_wrong"
    assert software.call("POST", f"{path}/code", typed).status == 202
    assert software.call("POST", f"{path}/code", typed).status == 202  # the second click
    stopped = software.wait_state(request, "failed")
    sealed = {d["id"]: d["sealed_at"] is not None for d in stopped["documents"]}
    assert sealed == {documents[0]: True, documents[1]: False, documents[2]: True}
    tampered.put(tampered.kept)
    software.ask("POST", f"/signature_requests/{request}/resume")
    done = software.wait_state(request, "completed")
    assert all(d["sealed_at"] for d in done["documents"])
    assert member.codes() == [code]
    assert len(reader.wait_mail().attachments) == 3
    _judge(platform, software, request, documents)


def _judge(platform: LocalStack, software: Software, request: str, documents: list[str]) -> None:
    """Have every original and the evidence judged by others than who made them."""
    path = f"/signature_requests/{request}/evidence"
    wait_for("the evidence", lambda: software.call("GET", path).status == 200, 60)
    data = http("GET", software.ask("GET", path)["url"]).body
    whole: Any = json.loads(data)
    schema = json.loads((REPOSITORY / "docs" / "evidence.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(whole)
    seal = next(r for r in whole["evidence"]["recipients"] if r["role"] == "seal")
    assert seal["authorised_by"]["name"] == "Zoë Łukasz"
    assert [c["wrong_tries"] for c in seal["codes"]] == [1]
    published = PkiBucket(platform.client("s3"), platform.outputs["PkiBucketName"])
    roots = [published.read("root.pem"), published.read(TSA_ROOTS)]
    for document in documents:
        pdf = software.download(request, document)
        assert_sound(pdf, 1)
        verdict = check(pdf, data, roots, datetime.now(UTC))
        assert verdict.state is State.VALID
        assert verdict.evidence is not None
        assert verdict.evidence.state is State.VALID, verdict.evidence
    readable = http("GET", software.ask("GET", f"{path}?format=pdf")["url"]).body
    assert_sound(readable, 1)


def test_the_laptop_has_a_member_who_may_seal(platform: LocalStack, software: Software) -> None:
    """`make run` names one, the same at each start; their codes come to the inbox."""
    member = sealing_member(platform, software.client_id)
    assert sealing_member(platform, software.client_id) == member
    request = software.create()
    document = software.upload(request, sample_pdf(["Comptes annuels"], pages=1), "comptes.pdf")
    assert software.document(request, document)["state"] == "ready"
    asked = software.call("POST", f"/signature_requests/{request}/seal", {"member": member})
    assert asked.status == 202, asked.text
    person = Person(platform.inbox, "claire.martin@cabinet.example", MEMBER_PHONE)
    given = {"member": member, "code": person.wait_code(1)}
    assert software.call("POST", f"/signature_requests/{request}/seal/code", given).status == 202
    assert software.wait_state(request, "completed")["documents"][0]["sealed_at"]
