"""The firm's seal and the evidence file over HTTP (P19, P21)."""

import pytest

from tests.support.api import Caller
from tests.support.world import SEALING, World

ROOT = "/v1/signature_requests"


def test_a_seal_needs_nothing_but_its_place(caller: Caller, world: World) -> None:
    """P21: it is the firm's, so it has the firm's name and nobody to write to."""
    world.firms.save(SEALING)
    ref = world.draft()
    path = f"{ROOT}/{ref.request_id}/recipients"
    made = caller.call("POST", path, {"role": "seal", "order": 2})
    assert made.status == 201
    shown = made.json
    assert (shown["role"], shown["order"], shown["state"]) == ("seal", 2, "waiting")
    assert (shown["name"], shown["email"], shown["phone"]) == (SEALING.name, "", None)


@pytest.mark.parametrize(
    "body",
    [
        {"role": "seal", "name": "Cabinet"},
        {"role": "seal", "email": "a@client.example"},
        {"role": "seal", "phone": "0612345678"},
        {"role": "signer", "name": "Paul"},
        {"role": "cc", "email": "a@client.example"},
    ],
)
def test_a_seal_is_nobody_and_a_person_is_somebody(
    caller: Caller, world: World, body: dict[str, object]
) -> None:
    """Neither a seal with somebody's data, nor a person without."""
    world.firms.save(SEALING)
    ref = world.draft()
    answer = caller.call("POST", f"{ROOT}/{ref.request_id}/recipients", body)
    assert (answer.status, answer.code) == (422, "invalid_body")


def test_a_firm_without_seal_is_told(caller: Caller, world: World) -> None:
    """P21: it has no key, so nothing is added."""
    ref = world.draft()
    answer = caller.call("POST", f"{ROOT}/{ref.request_id}/recipients", {"role": "seal"})
    assert (answer.status, answer.code) == (422, "no_seal")


def test_the_evidence_can_be_had_after_the_end(caller: Caller, world: World) -> None:
    """P19: 409 before it is there, then a link, to the account or its pages."""
    ref = world.launched()
    path = f"{ROOT}/{ref.request_id}/evidence"
    early = caller.call("GET", path)
    assert (early.status, early.code) == (409, "evidence_not_ready")
    world.sign_all(ref)
    assert "/evidence.json?" in caller.call("GET", path).json["url"]
    assert "/evidence.pdf?" in caller.call("GET", path, query={"format": ["pdf"]}).json["url"]
    sent = caller.call("GET", path, query={"redirect": ["true"]})
    assert sent.status == 302
    assert "/evidence.json?" in sent.headers["Location"]
