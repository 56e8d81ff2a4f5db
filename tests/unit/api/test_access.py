"""Who may call what: tokens, scopes, firms; and everything that is wrong as HTTP."""

import json

import pytest

from api.app import operations
from api.operations import Scope
from paraphe.domain.firms.firm import Firm
from paraphe.ports.system import TransientError
from tests.support.api import ALL_SCOPES, CORRELATION, Caller
from tests.support.services import Broken, in_memory
from tests.support.world import FIRM, World

ROOT = "/v1/signature_requests"
IDS = {
    "request_id": "sr_00000000",
    "document_id": "doc_00000000",
    "recipient_id": "rcp_00000000",
    "template_id": "tpl_00000000",
    "bulk_id": "blk_00000000",
    "export_id": "arc_00000000",
    "day": "2026-03-20",
    "webhook_id": "whk_00000000",
    "delivery_id": "whd_00000000",
    "contact_id": "ctc_00000000",
    "client_id": "cli_00000000",
    "import_id": "imp_00000000",
    "member_id": "mbr_00000000",
    "invitation_id": "inv_00000000",
    "delegation_id": "dlg_00000000",
}
CALLS = [(o.method, o.path.format(**IDS), o.scope) for o in operations()]


@pytest.mark.parametrize(("method", "path", "scope"), CALLS)
def test_every_operation_asks_for_its_scope(
    caller: Caller, method: str, path: str, scope: Scope
) -> None:
    """All other scopes together are not enough, and neither is a longer name."""
    others = " ".join(s for s in Scope if s is not scope) + f" {scope}s x{scope}"
    answer = caller.call(method, path, scope=others)
    assert (answer.status, answer.code) == (403, "insufficient_scope")
    assert f'scope="{scope}"' in answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize(("method", "path", "scope"), CALLS)
def test_no_token_no_answer(caller: Caller, method: str, path: str, scope: Scope) -> None:
    """Without claims, and with an ID token's, the answer is 401."""
    for claims in ({}, {"scope": scope}, {"client_id": "x", "scope": scope, "token_use": "id"}):
        answer = caller.call(method, path, claims=claims)
        assert (answer.status, answer.code) == (401, "not_authenticated")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_client_without_a_firm_is_refused(world: World) -> None:
    """A token alone opens nothing."""
    answer = Caller(world, client_id="stranger").call("GET", ROOT)
    assert (answer.status, answer.code) == (403, "unknown_client")


def test_a_foreign_firm_sees_nothing(caller: Caller, world: World) -> None:
    """Another firm's request is 404 for every operation, and stays as it is."""
    ref = world.launched()
    before = world.load(ref)
    world.firms.save(Firm("frm_00000002", "Autre cabinet"))
    world.firms.bind_client("other", "frm_00000002")
    other = Caller(world, client_id="other")
    bodies = {
        "add_document": {"name": "a.pdf"},
        "add_recipient": {"name": "A", "email": "a@client.example", "phone": "0612345678"},
        "change_recipient": {"order": 2},
        "change_signature_request": {"title": "Autre"},
        "change_document": {"position": 1},
        "replace_recipient": {"name": "A", "email": "a@client.example", "phone": "0612345678"},
        "seal_signature_request": {"member": "mbr_00000001"},
        "confirm_seal": {"member": "mbr_00000001", "code": "123456"},
    }
    ids = {
        "request_id": ref.request_id,
        "document_id": before.documents[0].id,
        "recipient_id": before.recipients[0].id,
        "export_id": "arc_00000000",
    }
    for operation in operations():
        if "{request_id}" in operation.path:
            path = operation.path.format(**ids)
            answer = other.call(operation.method, path, bodies.get(operation.id))
            assert (answer.status, answer.code) == (404, "request_not_found"), operation.id
    assert other.call("GET", ROOT).json == {"items": [], "next_cursor": None}
    assert world.load(ref) == before
    assert caller.call("GET", f"{ROOT}/{ref.request_id}").status == 200


@pytest.mark.parametrize("request_id", ["x", "sr_", "doc_00000000", "sr_00000000#REQUEST", "sr_é"])
def test_what_cannot_be_an_id_is_not_found_and_not_logged(caller: Caller, request_id: str) -> None:
    """It never reaches the store."""
    answer = caller.call("GET", f"{ROOT}/{request_id}")
    assert (answer.status, answer.code) == (404, "request_not_found")
    assert caller.observer.calls[-1].request_id is None


def test_unknown_addresses_and_methods(caller: Caller) -> None:
    """Problem documents too."""
    missing = caller.call("GET", "/v1/nothing")
    assert (missing.status, missing.code) == (404, "no_such_route")
    wrong = caller.call("PUT", ROOT)
    assert (wrong.status, wrong.code) == (405, "method_not_allowed")
    assert wrong.headers["Allow"] == "GET, POST"


@pytest.mark.parametrize(
    ("raw", "content_type", "status", "code"),
    [
        (b'{"title": ', "application/json", 400, "malformed_json"),
        (b"\xff\xfe", "application/json", 400, "malformed_json"),
        (b"[" * 10_000, "application/json", 400, "malformed_json"),
        (b"title=x", "application/x-www-form-urlencoded", 415, "not_json"),
        (b"{}", "text/plain", 415, "not_json"),
        (b"[]", "application/json", 422, "invalid_body"),
        (b"null", "application/json", 422, "invalid_body"),
        (b"", "application/json", 422, "invalid_body"),
        (b'{"title": "' + b"x" * 65_536 + b'"}', "application/json", 413, "body_too_large"),
    ],
)
def test_bodies_that_are_none(
    caller: Caller, world: World, raw: bytes, content_type: str, status: int, code: str
) -> None:
    """Each has its own answer, and nothing is made."""
    answer = caller.call("POST", ROOT, raw=raw, headers={"Content-Type": content_type})
    assert (answer.status, answer.code) == (status, code)
    assert world.requests.stored == {}


def test_a_thousand_faults_are_told_by_twenty(caller: Caller) -> None:
    """An answer stays small whatever was sent."""
    answer = caller.call("POST", ROOT, {f"field-{n}": n for n in range(1000)})
    assert (answer.status, len(answer.json["errors"])) == (422, 20)


def test_json_with_a_charset_is_json(caller: Caller) -> None:
    """As many clients send it."""
    body = {"title": "T", "sender": {"name": "C", "email": "c@cabinet.example"}}
    headers = {"Content-Type": "application/json; charset=utf-8"}
    assert caller.call("POST", ROOT, body, headers=headers).status == 201


def test_an_action_takes_no_fields(caller: Caller, world: World) -> None:
    """A body for what has none is refused, before anything is done."""
    ref = world.draft()
    answer = caller.call("POST", f"{ROOT}/{ref.request_id}/launch", {"force": True})
    assert (answer.status, answer.code) == (422, "invalid_body")
    assert world.load(ref).launched_at is None


def test_a_service_that_does_not_answer_is_503(world: World) -> None:
    """With the time after which to try again."""
    caller = Caller(world, in_memory(world, requests=Broken(TransientError("dynamodb"))))
    answer = caller.call("GET", ROOT)
    assert (answer.status, answer.code) == (503, "try_again")
    assert answer.headers["Retry-After"] == "5"
    assert caller.observer.crashes == []


def test_an_unforeseen_error_is_500_and_noted(world: World) -> None:
    """Its text goes nowhere but to the observer, which drops it."""
    error = ValueError("paul.durand@client.example")
    caller = Caller(world, in_memory(world, requests=Broken(error)))
    answer = caller.call("GET", ROOT)
    assert (answer.status, answer.code) == (500, "internal_error")
    assert "durand" not in answer.text
    assert caller.observer.crashes == [(error, CORRELATION)]


def test_a_call_is_noted_with_ids_only(caller: Caller, world: World) -> None:
    """One line per call: operation, status, code, ids; nothing that was said."""
    ref = world.draft()
    body = {"name": "Canari Jaune", "email": "canari@client.example", "phone": "+33612345678"}
    caller.call("POST", f"{ROOT}/{ref.request_id}/recipients", body)
    caller.call("POST", f"{ROOT}/{ref.request_id}/recipients", {**body, "order": 0})
    done, refused = caller.observer.calls
    assert (done.operation, done.status, done.code) == ("add_recipient", 201, None)
    assert (refused.status, refused.code) == (422, "invalid_body")
    assert (done.firm_id, done.request_id) == (FIRM.id, ref.request_id)
    told = json.dumps([str(call) for call in caller.observer.calls])
    for canary in ("Canari", "canari", "612345678", ALL_SCOPES):
        assert canary not in told
