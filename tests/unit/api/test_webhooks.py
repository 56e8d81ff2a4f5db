"""Webhooks over the API: made, changed, tried, rotated, replayed; and what is refused."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from api.operations import Scope
from paraphe.domain.delivery.webhook_deliveries import KEPT, Attempt, Delivery, attempted
from paraphe.domain.delivery.webhook_endpoints import MOST_ENDPOINTS
from paraphe.domain.delivery.webhook_events import CATALOGUE, example
from paraphe.domain.firms.firm import Firm
from paraphe.domain.ids import is_id
from paraphe.ports.webhook_ports import EndpointRef
from paraphe.usecases.delivery.replay_webhooks import MOST_REPLAYED
from tests.support.api import Caller
from tests.support.world import FIRM, World

ROOT = "/v1/webhooks"
URL = "https://hooks.example.com/paraphe"


def made(caller: Caller, **given: Any) -> dict[str, Any]:  # noqa: ANN401 (any field)
    """Make a webhook."""
    answer = caller.call("POST", ROOT, {"url": URL, **given})
    assert answer.status == 201, answer.text
    found: dict[str, Any] = answer.json
    return found


def delivered(world: World, webhook_id: str, count: int) -> list[Delivery]:
    """Put deliveries into the log, a second apart, the last one now."""
    ref, kept = EndpointRef(FIRM.id, webhook_id), []
    for number in range(count):
        at = world.now - timedelta(seconds=count - number - 1)
        message = example(CATALOGUE["signature_request.completed"], at)
        done = attempted(Delivery.of(message, at), Attempt(at, 12, 204), 0.5)
        world.webhook_log.record(ref, done, world.now)
        kept.append(done)
    return kept


def test_the_secret_is_shown_once(caller: Caller, world: World) -> None:
    answer = caller.call("POST", ROOT, {"url": URL, "description": "Production"})
    found = answer.json
    assert found["secret"].startswith("whsec_")
    assert answer.headers["Location"] == f"{ROOT}/{found['id']}"
    assert answer.headers["ETag"] == '"1"'
    assert is_id(found["id"], "whk")
    shown = caller.call("GET", f"{ROOT}/{found['id']}").json
    assert shown == {name: value for name, value in found.items() if name != "secret"}
    assert caller.call("GET", ROOT).json == {"items": [shown], "next_cursor": None}
    stored = repr(world.webhooks.kept)
    assert found["secret"] not in stored
    assert len(shown["secrets"]) == 1


def test_a_change_needs_what_was_seen(caller: Caller) -> None:
    """If-Match with an older version changes nothing."""
    path = f"{ROOT}/{made(caller)['id']}"
    first = caller.call("PATCH", path, {"description": "A"}, headers={"If-Match": '"1"'})
    assert (first.status, first.headers["ETag"]) == (200, '"2"')
    for method, body in (("PATCH", {"description": "B"}), ("DELETE", None)):
        answer = caller.call(method, path, body, headers={"If-Match": '"1"'})
        assert (answer.status, answer.code) == (412, "changed_meanwhile")
    answer = caller.call("POST", f"{path}/rotate", {}, headers={"If-Match": '"1"'})
    assert answer.status == 412
    assert caller.call("GET", path).json["description"] == "A"
    assert caller.call("DELETE", path, headers={"If-Match": '"2"'}).status == 204
    assert caller.call("GET", path).code == "webhook_not_found"


def test_events_and_state_are_changed(caller: Caller) -> None:
    path = f"{ROOT}/{made(caller)['id']}"
    events = ["recipient.signed", "document.ready", "recipient.signed"]
    after = caller.call("PATCH", path, {"events": events, "state": "disabled"}).json
    assert after["events"] == ["document.ready", "recipient.signed"]
    assert (after["state"], after["reason"]) == ("disabled", "by_firm")
    assert caller.call("POST", f"{path}/test").code == "webhook_not_enabled"
    after = caller.call("PATCH", path, {"state": "enabled", "events": []}).json
    assert (after["state"], after["reason"], after["events"]) == ("enabled", None, [])


@pytest.mark.parametrize(
    ("given", "code", "pointer"),
    [
        ({"url": "http://hooks.example.com/"}, "webhook_url_not_https", "url"),
        ({"url": "https://169.254.169.254/latest"}, "webhook_url_internal", "url"),
        ({"url": "https://localhost/x"}, "webhook_url_internal", "url"),
        ({"url": "https://a:b@hooks.example.com/"}, "webhook_url_invalid", "url"),
        ({"url": URL, "events": ["nothing.known"]}, "webhook_event_unknown", "events"),
        ({"url": URL, "events": ["webhook.test"]}, "webhook_event_unknown", "events"),
        ({"url": URL, "secret": "mine"}, "invalid_body", "secret"),
        ({"url": 7}, "invalid_body", "url"),
        ({}, "invalid_body", "url"),
    ],
)
def test_what_cannot_be_a_webhook_is_refused(
    caller: Caller, world: World, given: dict[str, Any], code: str, pointer: str
) -> None:
    answer = caller.call("POST", ROOT, given)
    assert (answer.status, answer.code) == (422, code)
    assert any(pointer in json.dumps(fault) for fault in answer.json["errors"])
    assert world.webhooks.kept == {}


def test_a_firm_has_so_many_and_no_more(caller: Caller) -> None:
    for _ in range(MOST_ENDPOINTS):
        made(caller)
    answer = caller.call("POST", ROOT, {"url": URL})
    assert (answer.status, answer.code) == (409, "too_many_webhooks")


def test_rotation_keeps_two_at_most(caller: Caller, world: World) -> None:
    webhook = made(caller)
    path = f"{ROOT}/{webhook['id']}"
    first = caller.call("POST", f"{path}/rotate").json
    assert first["secret"] != webhook["secret"]
    assert len(first["secrets"]) == 2
    assert len(caller.call("POST", f"{path}/rotate", {"overlap_hours": 1}).json["secrets"]) == 2
    world.now += timedelta(hours=1)
    assert len(caller.call("GET", path).json["secrets"]) == 1
    now = caller.call("POST", f"{path}/rotate", {"overlap_hours": 0}).json
    assert len(now["secrets"]) == 1
    assert caller.call("POST", f"{path}/rotate", {"overlap_hours": 169}).status == 422


def test_a_test_event_is_owed(caller: Caller, world: World) -> None:
    webhook = made(caller, events=["document.ready"])
    answer = caller.call("POST", f"{ROOT}/{webhook['id']}/test")
    assert (answer.status, answer.json["type"]) == (202, "webhook.test")
    assert answer.json["state"] == "pending"
    assert world.webhook_log.asked == [EndpointRef(FIRM.id, webhook["id"])]


def test_the_log_is_read_newest_first(caller: Caller, world: World) -> None:
    webhook = made(caller)
    kept = delivered(world, webhook["id"], 5)
    path, ids, cursor = f"{ROOT}/{webhook['id']}/deliveries", [], None
    while True:
        query = {"limit": ["2"], **({"cursor": [cursor]} if cursor else {})}
        page = caller.call("GET", path, query=query).json
        ids += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert ids == [d.id for d in reversed(kept)]
    (attempt,) = page["items"][0]["attempts"]
    assert set(attempt) == {"at", "milliseconds", "status", "fault"}


def test_one_delivery_is_sent_again(caller: Caller, world: World) -> None:
    webhook = made(caller)
    (kept,) = delivered(world, webhook["id"], 1)
    path = f"{ROOT}/{webhook['id']}/deliveries/{kept.id}/replay"
    answer = caller.call("POST", path)
    assert (answer.status, answer.json["id"], answer.json["replays"]) == (202, kept.id, 1)
    assert caller.call("POST", path).code == "webhook_delivery_pending"
    gone = f"{ROOT}/{webhook['id']}/deliveries/whd_00000000/replay"
    assert caller.call("POST", gone).code == "webhook_delivery_not_found"


def test_what_happened_since_is_sent_again_in_portions(caller: Caller, world: World) -> None:
    webhook = made(caller)
    kept = delivered(world, webhook["id"], MOST_REPLAYED + 30)
    path = f"{ROOT}/{webhook['id']}/replay"
    since, counts = "2026-03-20T00:00:00Z", []
    while since:
        answer = caller.call("POST", path, {"since": since}).json
        counts.append(answer["replayed"])
        since = answer["next_since"]
    assert counts == [MOST_REPLAYED, 30]
    again = world.webhook_log.kept[EndpointRef(FIRM.id, webhook["id"])]
    assert [d.replays for d in again.values()] == [1] * len(kept)


def test_a_span_ends_before_its_until(caller: Caller, world: World) -> None:
    webhook = made(caller)
    kept = delivered(world, webhook["id"], 5)
    body = {"since": kept[1].event_at.isoformat(), "until": kept[3].event_at.isoformat()}
    path = f"{ROOT}/{webhook['id']}/replay"
    assert caller.call("POST", path, body).json == {"replayed": 2, "next_since": None}


def test_what_has_not_happened_cannot_be_replayed(caller: Caller, world: World) -> None:
    """Neither the future, nor a span that ends before it begins; a database refuses both."""
    path = f"{ROOT}/{made(caller)['id']}/replay"
    then, later = (world.now + timedelta(days=days) for days in (-2, 1))
    spans = ({"since": later.isoformat()}, {"since": then.isoformat(), "until": then.isoformat()})
    for body in spans:
        answer = caller.call("POST", path, body)
        assert (answer.status, answer.code) == (422, "webhook_replay_span_empty")


def test_what_is_forgotten_cannot_be_replayed(caller: Caller, world: World) -> None:
    webhook = made(caller)
    before = (world.now - KEPT - timedelta(days=2)).isoformat()
    path = f"{ROOT}/{webhook['id']}/replay"
    answer = caller.call("POST", path, {"since": before})
    assert (answer.status, answer.code) == (422, "webhook_replay_too_old")
    for wrong in ("yesterday", "2026-01-01T00:00:00", 5):
        assert caller.call("POST", path, {"since": wrong}).status == 422


def test_a_foreign_webhook_is_not_there(caller: Caller, world: World) -> None:
    webhook = made(caller)
    (kept,) = delivered(world, webhook["id"], 1)
    world.firms.save(Firm("frm_00000002", "Autre cabinet"))
    world.firms.bind_client("other", "frm_00000002")
    other = Caller(world, client_id="other")
    path, before = f"{ROOT}/{webhook['id']}", dict(world.webhooks.kept)
    for method, suffix, body in (
        ("GET", "", None),
        ("PATCH", "", {"state": "disabled"}),
        ("DELETE", "", None),
        ("POST", "/rotate", None),
        ("POST", "/test", None),
        ("GET", "/deliveries", None),
        ("POST", "/replay", {"since": "2026-03-20T00:00:00Z"}),
        ("POST", f"/deliveries/{kept.id}/replay", None),
    ):
        for caller_id in (path, f"{ROOT}/whk_00000000", f"{ROOT}/nothing"):
            answer = other.call(method, caller_id + suffix, body)
            assert (answer.status, answer.code) == (404, "webhook_not_found"), (method, suffix)
    assert other.call("GET", ROOT).json["items"] == []
    assert world.webhooks.kept == before


def test_the_catalogue_is_published(caller: Caller) -> None:
    items = caller.call("GET", "/v1/webhook_events", scope=str(Scope.FIRM_READ)).json["items"]
    assert {item["type"] for item in items} == set(CATALOGUE)
    for item in items:
        assert item["example"]["type"] == item["type"]
        assert item["json_schema"]["properties"]["data"]
