"""Make, read, list and steer requests over HTTP."""

import re
from datetime import timedelta
from typing import Any

import pytest

from tests.support.api import CLIENT, CORRELATION, Caller
from tests.support.world import FIRM, World

NEW = {
    "title": "Lettre de mission",
    "message": "Bonjour,\r\nmerci.",
    "sender": {"name": "Claire Martin", "email": "claire.martin@cabinet.example"},
}
ROOT = "/v1/signature_requests"


def test_a_draft_is_created_and_read_again(caller: Caller, world: World) -> None:
    """The answer to the creation is what reading it gives."""
    made = caller.call("POST", ROOT, NEW)
    assert made.status == 201
    assert made.headers["Location"] == f"{ROOT}/{made.json['id']}"
    assert made.json == {
        "id": made.json["id"],
        "title": "Lettre de mission",
        "message": "Bonjour,\nmerci.",
        "state": "draft",
        "mode": "live",
        "sender": {**NEW["sender"], "locale": "fr"},  # type: ignore[dict-item]
        "external_id": None,
        "template_id": None,
        "metadata": {},
        "reminder_days": [7, 2],
        "created_at": "2026-03-20T09:30:00.000Z",
        "updated_at": "2026-03-20T09:30:00.000Z",
        "launched_at": None,
        "deadline": None,
        "ended_at": None,
        "retention_until": None,
        "failure": None,
        "resume_at": None,
        "documents": [],
        "recipients": [],
        "seal": None,
        "reminded_at": None,
        "next_remind_at": None,
        "uploads": {},
    }
    read = caller.call("GET", made.headers["Location"])
    assert (read.status, {**read.json, "uploads": {}}) == (200, made.json)
    (stored,) = world.requests.stored.values()
    assert stored.firm_id == FIRM.id
    assert stored.sender.id == CLIENT


def test_answers_are_neither_stored_nor_sniffed(caller: Caller) -> None:
    """Every answer carries the protective headers and the call's id."""
    for answer in (caller.call("GET", ROOT), caller.call("GET", f"{ROOT}/sr_00000000")):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Request-Id"] == CORRELATION


def test_an_idempotency_key_gives_the_same_draft(caller: Caller, world: World) -> None:
    """The same call twice makes one draft; another payload under the key is refused."""
    key = {"Idempotency-Key": '"order-66"'}
    first = caller.call("POST", ROOT, NEW, headers=key)
    second = caller.call("POST", ROOT, NEW, headers=key)
    assert first.status == second.status == 201
    assert first.json == second.json
    assert len(world.requests.stored) == 1
    other = caller.call("POST", ROOT, {**NEW, "title": "Autre"}, headers=key)
    assert (other.status, other.code) == (422, "idempotency_key_reused")


@pytest.mark.parametrize("key", ["", "x" * 129, "with space", "é"])
def test_a_bad_idempotency_key_is_refused(caller: Caller, world: World, key: str) -> None:
    """A key that cannot be one is 400, and nothing is made."""
    answer = caller.call("POST", ROOT, NEW, headers={"Idempotency-Key": key})
    assert (answer.status, answer.code) == (400, "idempotency_key_invalid")
    assert world.requests.stored == {}


def test_lists_are_paged_and_filtered(caller: Caller, world: World) -> None:
    """Newest first, a cursor while there is more, drafts told from active ones."""
    for number in range(3):
        world.now += timedelta(seconds=1)
        caller.call("POST", ROOT, {**NEW, "title": f"N° {number}"})
    world.launched()
    first = caller.call("GET", ROOT, query={"state": ["draft"], "limit": ["2"]})
    assert [item["title"] for item in first.json["items"]] == ["N° 2", "N° 1"]
    assert "documents" not in first.json["items"][0]
    query = {"state": ["draft"], "limit": ["2"], "cursor": [first.json["next_cursor"]]}
    second = caller.call("GET", ROOT, query=query)
    assert [item["title"] for item in second.json["items"]] == ["N° 0"]
    assert second.json["next_cursor"] is None


def test_a_cursor_goes_on_with_its_own_list(caller: Caller, world: World) -> None:
    """Not with another one's filters or order, and not made up; it stands in a URL as it is."""
    for _ in range(3):
        world.now += timedelta(seconds=1)
        caller.call("POST", ROOT, NEW)
    cursor = caller.call("GET", ROOT, query={"limit": ["1"]}).json["next_cursor"]
    assert re.fullmatch(r"[A-Za-z0-9_-]+", cursor)
    assert caller.call("GET", ROOT, query={"limit": ["2"], "cursor": [cursor]}).status == 200
    for given, code in (
        ({"cursor": [cursor], "state": ["draft"]}, "cursor_of_another_list"),
        ({"cursor": [cursor], "order": ["asc"]}, "cursor_of_another_list"),
        ({"cursor": ["nonsense!"]}, "bad_cursor"),
        ({"cursor": ["A"]}, "bad_cursor"),
        ({"sort": ["updated_at"], "text": ["a"]}, "sort_with_search"),
    ):
        refused = caller.call("GET", ROOT, query=given)
        assert (refused.status, refused.code) == (422, code)


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({"state": ["open"]}, "state"),
        ({"limit": ["0"]}, "limit"),
        ({"limit": ["101"]}, "limit"),
        ({"limit": ["2", "3"]}, "limit"),
        ({"firm_id": ["frm_other"]}, "firm_id"),
        ({"state": ["draft,open"]}, "state"),
        ({"state": ["draft,"]}, "state"),
        ({"person": ["  "]}, "person"),
        ({"text": ["-"]}, "text"),
        ({"created_from": ["2026-01-31"]}, "created_from"),
        ({"updated_to": ["2026-01-31T12:00:00"]}, "updated_to"),
        ({"deadline_to": ["0001-01-01T00:00:00+23:00"]}, "deadline_to"),
        ({"sort": ["title"]}, "sort"),
        ({"order": ["down"]}, "order"),
    ],
)
def test_a_bad_query_is_named(caller: Caller, query: dict[str, list[str]], parameter: str) -> None:
    """The parameter at fault is in `errors`."""
    answer = caller.call("GET", ROOT, query=query)
    assert (answer.status, answer.code) == (422, "invalid_query")
    assert [error["parameter"] for error in answer.json["errors"]] == [parameter]


def test_a_bad_cursor_is_refused(caller: Caller) -> None:
    """A made-up cursor is the caller's fault, not ours."""
    answer = caller.call("GET", ROOT, query={"cursor": ["nonsense"]})
    assert (answer.status, answer.code) == (422, "bad_cursor")


def test_launch_relaunch_remind_cancel(caller: Caller, world: World) -> None:
    """A request's way, steered over HTTP; the launch is counted once."""
    ref = world.draft()
    path = f"{ROOT}/{ref.request_id}"
    launched = caller.call("POST", f"{path}/launch")
    assert (launched.status, launched.json["state"]) == (200, "active")
    assert launched.json["deadline"] == "2026-04-04T09:30:00.000Z"
    again = caller.call("POST", f"{path}/launch")
    assert (again.status, again.code) == (409, "already_launched")
    assert caller.observer.launches == 1
    world.run_actor(ref)
    world.now += timedelta(days=3)
    relaunched = caller.call("POST", f"{path}/relaunch", {})
    assert relaunched.json["deadline"] == "2026-04-07T09:30:00.000Z"
    world.now += timedelta(hours=1)
    reminded = caller.call("POST", f"{path}/remind")
    assert (reminded.status, reminded.json["deadline"]) == (200, relaunched.json["deadline"])
    canceled = caller.call("POST", f"{path}/cancel")
    assert (canceled.status, canceled.json["state"]) == (200, "canceled")
    late = caller.call("POST", f"{path}/relaunch")
    assert (late.status, late.code) == (410, "request_canceled")


def test_a_draft_can_be_canceled(caller: Caller, world: World) -> None:
    """So its files are erased in time too."""
    ref = world.draft()
    answer = caller.call("POST", f"{ROOT}/{ref.request_id}/cancel")
    assert (answer.status, answer.json["state"]) == (200, "canceled")


def test_only_a_failed_request_is_resumed(caller: Caller, world: World) -> None:
    """Resuming what runs is a conflict."""
    ref = world.launched()
    answer = caller.call("POST", f"{ROOT}/{ref.request_id}/resume")
    assert (answer.status, answer.code) == (409, "not_failed")


def test_a_failed_request_says_when_it_is_taken_up_again(caller: Caller, world: World) -> None:
    """By itself, when nothing was refused; else it waits for somebody. Lists say it as well."""
    ref, path = world.launched(), ROOT
    for refused, resume_at in ((False, "2026-03-20T09:31:00.000Z"), (True, None)):
        execution = world.execution(ref)
        assert execution is not None
        world.fail(execution, refused=refused)
        shown = caller.call("GET", f"{path}/{ref.request_id}").json
        assert (shown["state"], shown["resume_at"]) == ("failed", resume_at)
        (listed,) = caller.call("GET", path).json["items"]
        assert listed["resume_at"] == resume_at
        resumed = caller.call("POST", f"{path}/{ref.request_id}/resume").json
        assert (resumed["state"], resumed["resume_at"]) == ("active", None)


def test_an_incomplete_draft_is_not_launched(caller: Caller, world: World) -> None:
    """What is missing is said; the state stays."""
    made = caller.call("POST", ROOT, NEW).json
    answer = caller.call("POST", f"{ROOT}/{made['id']}/launch")
    assert (answer.status, answer.code) == (422, "no_documents")
    assert caller.call("GET", f"{ROOT}/{made['id']}").json["state"] == "draft"
    assert world.executions.running == set()


def test_the_audit_trail_holds_and_shows_tampering(caller: Caller, world: World) -> None:
    """The chain is recomputed for every answer (P19)."""
    ref = world.launched()
    whole = caller.call("GET", f"{ROOT}/{ref.request_id}/events")
    assert whole.status == 200
    assert whole.json["chain"]["holds"] is True
    assert whole.json["chain"]["head"] == whole.json["events"][-1]["hash"]
    assert [event["seq"] for event in whole.json["events"]] == list(
        range(1, whole.json["chain"]["count"] + 1)
    )
    del world.requests.trails[ref][1]
    broken = caller.call("GET", f"{ROOT}/{ref.request_id}/events")
    assert broken.json["chain"]["holds"] is False
    assert broken.json["chain"]["first_break"] == 2


WHOLE: dict[str, Any] = {
    **NEW,
    "documents": [{"name": "lettre.pdf"}, {"name": "annexe.pdf", "remove_active_content": True}],
    "recipients": [
        {
            "name": "Paul Durand",
            "email": "paul@client.example",
            "phone": "0639980001",
            "placements": [
                {"document_id": "2", "page": 1, "x": 10, "y": 10, "width": 100, "height": 40}
            ],
        },
        {"role": "cc", "name": "Anne Roux", "email": "anne@client.example"},
    ],
}


def test_a_draft_is_created_whole(caller: Caller, world: World) -> None:
    """Documents, forms and recipients in one answer and one commit; placements by number."""
    key = {"Idempotency-Key": "whole"}
    made = caller.call("POST", ROOT, WHOLE, headers=key)
    assert made.status == 201
    first, second = made.json["documents"]
    assert [first["name"], second["name"]] == ["lettre.pdf", "annexe.pdf"]
    assert set(made.json["uploads"]) == {first["id"], second["id"]}
    assert second["id"] in made.json["uploads"][second["id"]]["fields"]["key"]
    paul = next(r for r in made.json["recipients"] if r["name"] == "Paul Durand")
    assert paul["placements"][0]["document_id"] == second["id"]
    assert next(iter(world.requests.stored.values())).version == 1
    again = caller.call("POST", ROOT, WHOLE, headers=key)
    assert again.json["id"] == made.json["id"]
    other = caller.call("POST", ROOT, {**WHOLE, "recipients": []}, headers=key)
    assert (other.status, other.code) in {(409, "idempotency_key_reused"), (422, other.code)}


@pytest.mark.parametrize(
    ("recipient", "code", "pointer"),
    [
        ({"phone": "+14155550123"}, "phone_country_not_allowed", "#/recipients/2/phone"),
        ({"phone": None}, "phone_required", "#/recipients/2/phone"),
        ({"role": "seal"}, "invalid_body", "#/recipients/2"),
        ({"contact_id": "ctc_01jdkqz6m8w9x2y4t5v7b3c1n0"}, "invalid_body", "#/recipients/2"),
        ({"phone": "12"}, "invalid_body", "#/recipients/2/phone"),
    ],
)
def test_a_fault_in_a_part_is_pointed_to(
    caller: Caller, world: World, recipient: dict[str, object], code: str, pointer: str
) -> None:
    """And nothing at all is made."""
    person = {"name": "Zoé", "email": "zoe@client.example", "phone": "0639980002", **recipient}
    body = {**WHOLE, "recipients": [*WHOLE["recipients"], person]}
    refused = caller.call("POST", ROOT, body)
    assert (refused.status, refused.code) == (422, code)
    assert refused.json["errors"][0]["pointer"] == pointer
    assert world.requests.stored == {}


def test_a_call_makes_what_one_commit_holds(caller: Caller, world: World) -> None:
    """Words that find people count; more than that is refused whole."""
    person = WHOLE["recipients"][1]
    many = [{**person, "email": f"anne{n}@client.example"} for n in range(20)]
    refused = caller.call("POST", ROOT, {**WHOLE, "recipients": many})
    assert (refused.status, refused.code) == (422, "too_many_at_once")
    assert world.requests.stored == {}
