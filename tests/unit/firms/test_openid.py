"""A token proves something only if all of it is right (OpenID Connect Core §3.1.3.7, P1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from paraphe.adapters.firms.openid.configuration import Claims, ConfigurationError
from paraphe.adapters.firms.openid.fetching import check_address
from paraphe.domain.firms.sign_in import challenge_of
from paraphe.ports.identity import Answer, IdentityRefusedError
from tests.support.openid import (
    BACK,
    CLIENT,
    CURVE_KEY,
    ISSUER,
    KEY,
    NOW,
    OTHER_KEY,
    Provider,
    adapter,
    begun,
    fresh,
)

SOON = int(NOW.timestamp())
BEGUN = begun()


def redeemed(provider: Provider, claims: str = "number=oec", secret: str = "", **more: Any) -> Any:  # noqa: ANN401
    """Let somebody sign in; what the adapter makes of it."""
    provider.codes["code"] = challenge_of(BEGUN.verifier)
    answer = Answer(**{"code": "code", **more})
    return adapter(provider, claims, secret).redeem(answer, BEGUN, BACK, NOW)


def provider_with(**claims: Any) -> Provider:  # noqa: ANN401
    """A provider whose token says this beside the usual; None leaves a claim out."""
    said = {**fresh(BEGUN.nonce), "oec": "14 001", **claims}
    return Provider({name: value for name, value in said.items() if value is not None})


def refusal(provider: Provider, **more: Any) -> str:  # noqa: ANN401
    with pytest.raises(IdentityRefusedError) as refused:
        redeemed(provider, **more)
    assert "claire" not in str(refused.value)
    return refused.value.reason


def test_a_whole_token_says_who_somebody_is() -> None:
    identity = redeemed(provider_with())
    assert (identity.name, identity.email) == ("Claire Martin", "claire@cabinet.example")
    assert (identity.issuer, identity.subject, identity.number) == (ISSUER, "claire", "14 001")
    assert "Claire" not in repr(identity)
    assert len(identity.person_id) == 32


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"iss": "https://other.example"}, "issuer_wrong"),
        ({"iss": None}, "issuer_wrong"),
        ({"aud": "another-client"}, "audience_wrong"),
        ({"aud": None}, "audience_wrong"),
        ({"aud": [CLIENT, "another"]}, "audience_wrong"),
        ({"azp": "another"}, "audience_wrong"),
        ({"aud": [CLIENT, "another"], "azp": "another"}, "audience_wrong"),
        ({"nonce": "another"}, "nonce_wrong"),
        ({"nonce": None}, "nonce_wrong"),
        ({"nonce": 7}, "nonce_wrong"),
        ({"exp": SOON - 61}, "token_expired"),
        ({"exp": None}, "token_expired"),
        ({"exp": "tomorrow"}, "token_expired"),
        ({"exp": True}, "token_expired"),
        ({"iat": SOON + 61}, "token_from_the_future"),
        ({"iat": None}, "token_from_the_future"),
        ({"nbf": SOON + 61}, "token_from_the_future"),
        ({"sub": None}, "claim_missing_subject"),
        ({"name": None}, "claim_missing_name"),
        ({"name": "A\u202eB"}, "claim_unreadable"),
    ],
)
def test_a_token_with_one_thing_wrong_proves_nothing(claims: dict[str, Any], reason: str) -> None:
    assert refusal(provider_with(**claims)) == reason


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_a_token_signed_with_nothing_or_with_the_public_key_is_no_token(algorithm: str) -> None:
    provider = provider_with()
    provider.token = provider.forged(algorithm)
    assert refusal(provider) == "token_not_genuine"


def test_a_changed_token_is_no_token() -> None:
    provider = provider_with()
    whole = provider.signed(provider.claims)
    head, body, seal = whole.split(".")
    other = provider.signed({**provider.claims, "oec": "14 002"}).split(".")[1]
    for changed in (f"{head}.{other}.{seal}", f"{head}.{body}.", "", "a.b", None, 7):
        provider.token = changed or "."
        assert refusal(provider) in {"token_not_genuine", "no_token"}


def test_a_token_on_a_curve_is_read_and_a_key_for_something_else_is_not() -> None:
    provider = provider_with()
    provider.published, provider.key = [KEY, CURVE_KEY], CURVE_KEY
    provider.header = {"alg": "ES256", "kid": "curve"}
    assert redeemed(provider).subject == "claire"
    provider.header = {"alg": "PS256", "kid": "one"}
    provider.key = KEY
    assert redeemed(provider).subject == "claire"


def test_a_rotated_key_is_fetched_once_and_an_unknown_one_is_not_asked_for_again() -> None:
    provider = provider_with()
    tested = adapter(provider)

    def again(now: Any) -> Any:  # noqa: ANN401
        seconds = int(now.timestamp())
        provider.claims |= {"iat": seconds, "exp": seconds + 60}
        provider.codes["code"] = challenge_of(BEGUN.verifier)
        return tested.redeem(Answer("code"), BEGUN, BACK, now)

    again(NOW)
    again(NOW)
    assert provider.asked.count("/jwks") == 1
    provider.published, provider.key = [OTHER_KEY], OTHER_KEY
    provider.header = {"alg": "RS256", "kid": "two"}
    again(NOW + timedelta(minutes=2))
    assert provider.asked.count("/jwks") == 2
    provider.header = {"alg": "RS256", "kid": "three"}
    for _ in range(3):
        with pytest.raises(IdentityRefusedError, match="key_unknown"):
            again(NOW + timedelta(minutes=2, seconds=30))
    assert provider.asked.count("/jwks") == 2
    assert provider.asked.count("/.well-known/openid-configuration") == 1


@pytest.mark.parametrize(
    "jwks",
    [
        {"keys": [{"kty": "oct", "k": "eHg"}, {"kty": "RSA", "use": "enc"}, {"kty": "RSA"}, 7]},
        {"keys": "none"},
        {},
    ],
)
def test_keys_that_sign_nothing_are_left_out(jwks: dict[str, Any]) -> None:
    provider = provider_with()
    provider.jwks = jwks
    assert refusal(provider) == "key_unknown"


@pytest.mark.parametrize(
    ("sent", "promised", "reason"),
    [("https://other.example", False, "issuer_wrong"), ("", True, "issuer_wrong")],
)
def test_an_answer_of_another_provider_is_refused(
    sent: str,
    promised: bool,  # noqa: FBT001 (a parameter of the test)
    reason: str,
) -> None:
    """RFC 9207: mix-up of two providers."""
    provider = provider_with()
    provider.document = {"authorization_response_iss_parameter_supported": promised}
    assert refusal(provider, issuer=sent) == reason
    assert provider.forms == []
    assert redeemed(provider, issuer=ISSUER).subject == "claire"


def test_a_code_is_good_once_and_with_its_verifier() -> None:
    provider = provider_with()
    tested = adapter(provider)
    provider.codes["code"] = challenge_of(BEGUN.verifier)
    tested.redeem(Answer("code"), BEGUN, BACK, NOW)
    with pytest.raises(IdentityRefusedError, match="status_400"):
        tested.redeem(Answer("code"), BEGUN, BACK, NOW)
    provider.codes["code"] = challenge_of(BEGUN.verifier)
    with pytest.raises(IdentityRefusedError, match="status_400"):
        tested.redeem(Answer("code"), replace(BEGUN, verifier="w" * 43), BACK, NOW)
    assert refusal(provider, code="") == "no_code"


def test_the_browser_is_sent_with_all_that_protects_the_flow() -> None:
    address = adapter(Provider()).address("s", "n", challenge_of("v"), BACK)
    asked = {name: value[0] for name, value in parse_qs(urlsplit(address).query).items()}
    assert asked == {
        "response_type": "code",
        "client_id": CLIENT,
        "redirect_uri": BACK,
        "scope": "openid profile email",
        "state": "s",
        "nonce": "n",
        "code_challenge": challenge_of("v"),
        "code_challenge_method": "S256",
    }


@pytest.mark.parametrize(
    "document",
    [
        {"issuer": "https://other.example"},
        {"authorization_endpoint": "http://sso.example/authorize"},
        {"authorization_endpoint": None},
    ],
)
def test_a_discovery_document_of_somebody_else_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(IdentityRefusedError):
        adapter(Provider(document=document)).address("s", "n", "c", BACK)


def test_the_secret_goes_as_the_provider_takes_it() -> None:
    provider = provider_with()
    redeemed(provider, secret="s:ecret")
    assert provider.forms[-1][1] == {"Authorization": "Basic cGFyYXBoZTpzJTNBZWNyZXQ="}
    provider.document = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    redeemed(provider, secret="s:ecret")
    assert provider.forms[-1][0]["client_secret"] == "s:ecret"
    assert provider.forms[-1][1] == {}
    redeemed(provider)
    assert provider.forms[-1][0]["client_id"] == CLIENT
    assert "client_secret" not in provider.forms[-1][0]


def test_what_the_token_leaves_out_is_asked_for_of_the_same_person() -> None:
    provider = provider_with(oec=None)
    provider.user_info = {"sub": "claire", "oec": "14 003", "name": "Somebody Else"}
    identity = redeemed(provider)
    assert (identity.number, identity.name) == ("14 003", "Claire Martin")
    provider.user_info = provider.signed({"sub": "claire", "iss": ISSUER, "oec": "14 004"})
    assert redeemed(provider).number == "14 004"
    provider.user_info = {"sub": "hugo", "oec": "14 003"}
    assert refusal(provider) == "subject_differs"
    provider.user_info = provider.signed({"sub": "claire", "iss": "https://other.example"})
    assert refusal(provider) == "issuer_wrong"
    provider.document = {"userinfo_endpoint": None}
    assert redeemed(provider).number is None


@pytest.mark.parametrize(
    ("mapping", "claims", "expected"),
    [
        ("register=roles:ec", {"roles": ["ec", "admin"]}, True),
        ("register=roles:ec", {"roles": ["admin"]}, False),
        ("register=roles:ec", {"roles": "ec"}, True),
        ("register=inscrit", {"inscrit": True}, True),
        ("register=inscrit", {"inscrit": "false"}, False),
        ("register=inscrit", {"inscrit": False}, False),
        ("", {}, None),
    ],
)
def test_a_claim_says_who_is_on_the_register(
    mapping: str,
    claims: dict[str, Any],
    expected: bool | None,  # noqa: FBT001 (a parameter of the test)
) -> None:
    assert redeemed(provider_with(**claims), claims=mapping).on_register is expected


def test_names_are_joined_and_an_address_that_is_not_verified_is_not_believed() -> None:
    said = provider_with(given_name="Claire", family_name="Martin", email_verified=False)
    identity = redeemed(said, claims="name=given_name+family_name;email=email")
    assert (identity.name, identity.email) == ("Claire Martin", "")


def test_a_mapping_of_something_that_there_is_not_is_a_fault_of_configuration() -> None:
    with pytest.raises(ConfigurationError, match="siret"):
        Claims.read("name=name;siret=x")


@pytest.mark.parametrize(
    "address",
    [
        "http://sso.example",
        "ftp://sso.example",
        "https://",
        "http://localhost:1",
        "https://a@b",
        "",
    ],
)
def test_the_provider_is_reached_over_https_alone(address: str) -> None:
    with pytest.raises(IdentityRefusedError, match="not_https"):
        check_address(address)


@pytest.mark.parametrize("address", ["https://sso.example/a", "http://127.0.0.1:8080/a"])
def test_or_on_this_very_machine(address: str) -> None:
    assert check_address(address) == address
