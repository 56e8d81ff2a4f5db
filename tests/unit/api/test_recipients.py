"""Recipients over HTTP (P5, P6, P7, P8)."""

import pytest

from tests.support.api import Caller
from tests.support.world import World

ROOT = "/v1/signature_requests"
PAUL = {"name": "Paul Durand", "email": "Paul.Durand@Client.Example", "phone": "06 12 34 56 78"}


def test_a_recipient_is_shown_as_normalised(caller: Caller, world: World) -> None:
    """E.164, the domain in lower case, and where they stand."""
    ref = world.draft(people=())
    (document,) = world.load(ref).documents
    box = {"document_id": document.id, "page": 1, "x": 50, "y": 700.5, "width": 150, "height": 60}
    path = f"{ROOT}/{ref.request_id}/recipients"
    made = caller.call("POST", path, {**PAUL, "order": 2, "locale": "en", "placements": [box]})
    assert made.status == 201
    assert made.json == {
        "id": made.json["id"],
        "role": "signer",
        "order": 2,
        "name": "Paul Durand",
        "email": "Paul.Durand@client.example",
        "phone": "+33612345678",
        "locale": "en",
        "state": "waiting",
        "notified_at": None,
        "consented_at": None,
        "signed_at": None,
        "approved_at": None,
        "read_at": None,
        "decline_reason": None,
        "placements": [box],
        "replaced_by": None,
        "delivery": {"email": None, "sms": None},
        "last_sent_at": None,
        "next_resend_at": None,
    }
    assert caller.call("GET", f"{ROOT}/{ref.request_id}").json["recipients"] == [made.json]


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"email": "paul.durand"}, "#/email", "email_invalid"),
        ({"email": "a@b.invalid"}, "#/email", "email_invalid"),
        ({"phone": "12345"}, "#/phone", "phone_invalid"),
        ({"phone": "01 45 67 89 01"}, "#/phone", "phone_not_mobile"),
        ({"name": "Paul\x00"}, "#/name", "control_characters"),
        ({"name": "  "}, "#/name", "blank"),
        ({"order": 0}, "#/order", "greater_than_equal"),
        ({"order": "1"}, "#/order", "int_type"),
        ({"order": True}, "#/order", "int_type"),
        ({"role": "boss"}, "#/role", "enum"),
        ({"locale": "de"}, "#/locale", "literal_error"),
        ({"firm_id": "frm_00000001"}, "#/firm_id", "extra_forbidden"),
        ({"a/b~": 1}, "#/a~1b~0", "extra_forbidden"),
        ({"placements": [{"page": 1}]}, "#/placements/0/document_id", "missing"),
    ],
)
def test_what_cannot_be_is_pointed_at(
    caller: Caller, world: World, change: dict[str, object], pointer: str, code: str
) -> None:
    """The pointer and code of the first fault; nobody is added."""
    ref = world.draft(people=())
    answer = caller.call("POST", f"{ROOT}/{ref.request_id}/recipients", {**PAUL, **change})
    assert (answer.status, answer.code) == (422, "invalid_body")
    first = answer.json["errors"][0]
    assert (first["pointer"], first["code"]) == (pointer, code)
    assert "Durand" not in answer.text
    assert world.load(ref).recipients == ()


def test_a_signer_needs_a_phone_a_copy_does_not(caller: Caller, world: World) -> None:
    """The rule's own error, with its place in the body (P9)."""
    ref = world.draft(people=())
    path = f"{ROOT}/{ref.request_id}/recipients"
    person = {"name": "Anne", "email": "anne@client.example"}
    refused = caller.call("POST", path, person)
    assert (refused.status, refused.code) == (422, "phone_required")
    assert refused.json["errors"][0]["pointer"] == "#/phone"
    assert caller.call("POST", path, {**person, "role": "cc"}).status == 201


def test_a_draft_recipient_is_changed_and_removed(caller: Caller, world: World) -> None:
    """Only what is said changes; null and nothing are refused."""
    ref = world.draft()
    (recipient,) = world.signer_ids(ref)
    path = f"{ROOT}/{ref.request_id}/recipients/{recipient}"
    before = world.recipient(ref, recipient)
    changed = caller.call("PATCH", path, {"order": 4, "phone": "0692 12 34 56"})
    assert (changed.json["order"], changed.json["phone"]) == (4, "+262692123456")
    assert changed.json["name"] == before.name
    for body in ({}, {"phone": None}):
        assert caller.call("PATCH", path, body).code == "invalid_body"
    assert caller.call("DELETE", path).status == 204
    assert world.load(ref).recipients == ()


def test_an_active_recipient_is_corrected_and_replaced(caller: Caller, world: World) -> None:
    """The link changes with the correction; the heir takes the place (P6)."""
    ref = world.launched(people=(1, 2))
    first, second = world.signer_ids(ref)
    path = f"{ROOT}/{ref.request_id}/recipients"
    link = world.recipient(ref, first).link_hash
    corrected = caller.call("PATCH", f"{path}/{first}", {"email": "autre@client.example"})
    assert corrected.json["email"] == "autre@client.example"
    world.run_actor(ref)
    assert world.recipient(ref, first).link_hash != link
    reordered = caller.call("PATCH", f"{path}/{second}", {"order": 3})
    assert (reordered.status, reordered.json["order"]) == (200, 3)
    heir = caller.call("POST", f"{path}/{first}/replace", PAUL)
    assert (heir.status, heir.json["order"], heir.json["role"]) == (201, 1, "signer")
    people = {r["id"]: r for r in caller.call("GET", f"{ROOT}/{ref.request_id}").json["recipients"]}
    assert people[first]["state"] == "replaced"
    assert people[first]["replaced_by"] == heir.json["id"]
    removed = caller.call("DELETE", f"{path}/{second}")
    assert (removed.status, removed.code) == (409, "not_a_draft")


def test_placements_are_changed_as_they_are_set(caller: Caller, world: World) -> None:
    """P8: an array of JSON, also where null is refused."""
    ref = world.draft()
    (signer,) = world.signer_ids(ref)
    (document,) = world.load(ref).documents
    box = {"document_id": document.id, "page": 1, "x": 10, "y": 10, "width": 90, "height": 40}
    path = f"/v1/signature_requests/{ref.request_id}/recipients/{signer}"
    answer = caller.call("PATCH", path, {"placements": [box]})
    assert answer.status == 200, answer.text
    (placed,) = world.recipient(ref, signer).placements
    assert (placed.document_id, placed.page, placed.width) == (document.id, 1, 90)
    refused = caller.call("PATCH", path, {"placements": None})
    assert refused.json["errors"][0]["code"] == "null"
