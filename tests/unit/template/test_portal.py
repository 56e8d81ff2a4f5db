"""The portal on AWS: what the laptop's branch of a condition hides, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.cloudformation import PRODUCTION, AssertionRefusedError, Deployed, deployed

ISSUER = {
    "OidcIssuer": "https://sso.example",
    "OidcClientId": "paraphe",
    "PortalBaseUrl": "https://portail.cabinet.example",
}
LAPTOP = {
    "Stage": "local",
    "PkiBaseUrl": "http://127.0.0.1:8000/pki",
    "LaptopIssuer": "http://127.0.0.1:8123",
    "OidcClientId": "paraphe",
}


def _statement(stack: Deployed, function: str, sid: str) -> dict[str, Any] | None:
    return next((s for s in stack.statements(function) if s.get("Sid") == sid), None)


def _issuer(stack: Deployed) -> str:
    variables = stack.resources["Portal"]["Properties"]["Environment"]["Variables"]
    return str(variables["OIDC_ISSUER"])


def test_on_aws_the_issuer_speaks_https_and_on_a_laptop_it_need_not() -> None:
    assert _issuer(deployed({**PRODUCTION, **ISSUER})) == "https://sso.example"
    assert _issuer(deployed(LAPTOP)) == "http://127.0.0.1:8123"


@pytest.mark.parametrize(
    "given",
    [
        {"OidcIssuer": "http://sso.example"},
        {"LaptopIssuer": "http://127.0.0.1:8123"},
        {"LaptopIssuer": "http://sso.example:80"},
        {"OidcClientId": ""},
        {"PortalBaseUrl": "https://portail.signature.example"},
    ],
)
@pytest.mark.parametrize("stage", ["prod", "staging"])
def test_half_a_provider_or_one_without_https_is_refused(stage: str, given: dict[str, str]) -> None:
    with pytest.raises(AssertionRefusedError):
        deployed({**PRODUCTION, **ISSUER, "Stage": stage, **given})


def test_without_a_provider_the_rest_is_deployed_as_before() -> None:
    assert _issuer(deployed(PRODUCTION)) == ""


def test_the_portal_asks_for_enrolment_in_its_own_name_alone() -> None:
    asked = _statement(deployed({**PRODUCTION, **ISSUER}), "Portal", "AskForEnrolment")
    assert asked is not None
    assert asked["Condition"] == {"StringEquals": {"events:source": "paraphe.prod.portal"}}


def test_p1_only_members_keys_are_made_and_read_by_who_certifies() -> None:
    stack = deployed({**PRODUCTION, **ISSUER})
    made = _statement(stack, "Enrol", "MakeKeys")
    read = _statement(stack, "Enrol", "CertifyKeys")
    assert made is not None
    assert made["Condition"] == {"StringEquals": {"aws:RequestTag/paraphe:use": "member"}}
    assert read is not None
    assert read["Action"] == ["kms:GetPublicKey"]
    assert read["Condition"] == {"StringEquals": {"aws:ResourceTag/paraphe:use": "member"}}
    laptop = _statement(deployed(LAPTOP), "Enrol", "MakeKeys")
    assert laptop is not None
    assert "Condition" not in laptop


def test_the_client_s_secret_is_one_parameter_or_none() -> None:
    given = {**PRODUCTION, **ISSUER, "OidcSecretParameter": "/paraphe/prod/oidc"}
    secret = _statement(deployed(given), "Portal", "ClientSecret")
    assert secret is not None
    assert secret["Action"] == ["ssm:GetParameter"]
    assert secret["Resource"].endswith(":parameter/paraphe/prod/oidc")
    assert _statement(deployed({**PRODUCTION, **ISSUER}), "Portal", "ClientSecret") is None
