"""Webhooks on the deployed platform: a server on this machine gets what happens, verified."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from standardwebhooks import Webhook

from infra.local.journey import wait_for
from infra.operate import members
from infra.operate.members import NewMember
from paraphe.adapters.firms.firm_store import DynamoFirms
from paraphe.domain.delivery.webhook_retries import MOST_ATTEMPTS
from paraphe.domain.firms.member import Capability
from tests.integration.conftest import DAY, function_log, invoke, launched, new_software, somebody
from tests.support.receiver import Receiver, receiving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.local.journey import Software
    from infra.local.stack import LocalStack
    from tests.integration.conftest import Clock

HOUR = 3600


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


@pytest.fixture
def firm(platform: LocalStack) -> Software:
    """A firm of one's own, so that no other test's events come."""
    return new_software(platform, "Cabinet aux webhooks")


def made(firm: Software, url: str, *events: str) -> Any:  # noqa: ANN401 - any JSON
    """Make a webhook."""
    return firm.ask("POST", "/webhooks", {"url": url, "events": list(events)})


def work_off(platform: LocalStack) -> None:
    """Do what the schedule does each minute."""
    invoke(platform, "DeliverWebhookFunction")


def deliveries(firm: Software, webhook: str) -> list[Any]:
    """The whole log, newest first."""
    found, cursor = [], ""
    while True:
        more = f"&cursor={cursor}" if cursor else ""
        page = firm.ask("GET", f"/webhooks/{webhook}/deliveries?limit=100{more}")
        found += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return found


def drafts(firm: Software, receiver: Receiver, webhook: str, count: int) -> list[str]:
    """Make so many drafts and wait until each was told, or is owed."""
    known = {one["id"] for one in deliveries(firm, webhook)}
    ids = [firm.create() for _ in range(count)]
    wait_for(
        "events to be written down", lambda: len(deliveries(firm, webhook)) == len(known) + count
    )
    assert receiver.url
    return ids


def managed_by(platform: LocalStack, firm: Software, email: str) -> None:
    """Write down a member who manages a firm."""
    known = DynamoFirms(platform.client("dynamodb"), platform.outputs["TableName"])
    client = known.client(firm.client_id)
    assert client is not None
    person = NewMember("Claire Martin", email, "claire", None, (Capability.MANAGE,))
    office = members.office_of(platform.client, platform.outputs)
    members.add(office, client.firm_id, person, datetime.now(UTC))


def test_a_request_is_told_from_draft_to_evidence(
    platform: LocalStack, firm: Software, receiver: Receiver
) -> None:
    """Every message verifies, is in the log as delivered, and says nothing about people."""
    webhook = made(firm, f"{receiver.url}hooks?x=1")
    case = launched(platform, firm, (1,))
    case.sign(0)
    firm.wait_state(case.id, "completed")
    receiver.wait_for_type("evidence.available")
    expected = {
        *("signature_request.created", "document.ready", "signature_request.launched"),
        *("recipient.notified", "recipient.viewed", "recipient.consented", "recipient.signed"),
        *("signature_request.completed", "evidence.available"),
    }
    wait_for("every event", lambda: expected <= set(receiver.types()))
    for got in list(receiver.got):
        assert got.path == "/hooks?x=1"
        assert Webhook(webhook["secret"]).verify(got.body, dict(got.headers)) == got.json
        assert got.json["data"]["signature_request_id"] == case.id
        text = got.body.decode()
        assert case.people[0].email not in text
        assert case.people[0].phone[-8:] not in text
        assert "Signataire" not in text
    assert len({got.headers["webhook-id"] for got in receiver.got}) == len(receiver.got)
    by_number = sorted(receiver.got, key=lambda got: int(got.json["data"]["sequence"]))
    assert by_number[0].json["type"] == "signature_request.created"
    log = deliveries(firm, webhook["id"])
    assert {one["state"] for one in log} == {"delivered"}
    assert log[0]["attempts"][0]["status"] == 204
    assert expected <= {one["type"] for one in log}
    assert webhook["secret"] not in function_log(platform, "api")


def test_down_for_a_day_nothing_is_lost(
    platform: LocalStack, firm: Software, receiver: Receiver, clock: Clock
) -> None:
    """What happened meanwhile comes afterwards; few attempts were made until then."""
    webhook = made(firm, receiver.url, "signature_request.created")
    receiver.status = 503
    wanted = []
    for hour in range(0, 25, 6):
        clock.ahead(hour * HOUR)
        wanted += drafts(firm, receiver, webhook["id"], 2)
        work_off(platform)
    knocks = len(receiver.got)
    assert knocks <= 10
    receiver.status = 200
    for hour in range(26, 40, 7):
        clock.ahead(hour * HOUR)
        work_off(platform)
    came = [got.json["data"]["signature_request_id"] for got in receiver.got[knocks:]]
    assert sorted(came) == sorted(wanted)
    shown = firm.ask("GET", f"/webhooks/{webhook['id']}")
    assert (shown["failures"], shown["failing_since"]) == (0, None)
    # New events are told at once again.
    work_off(platform)
    request = firm.create()
    wait_for("the event", lambda: receiver.got[-1].json["data"]["signature_request_id"] == request)


def test_a_dead_one_costs_few_attempts_and_is_paused(
    platform: LocalStack, firm: Software, receiver: Receiver, clock: Clock
) -> None:
    """Its manager is told by mail, the API says so, and enabling it sends all that is owed."""
    webhook = made(firm, receiver.url, "signature_request.created")
    receiver.status = 500
    manager = somebody(platform, "manager")
    managed_by(platform, firm, manager.email)
    drafts(firm, receiver, webhook["id"], 3)
    path, hour = f"/webhooks/{webhook['id']}", 0
    while firm.ask("GET", path)["state"] == "enabled" and hour < 5 * 24:
        hour += 1
        clock.ahead(hour * HOUR)
        work_off(platform)
    shown = firm.ask("GET", path)
    assert (shown["state"], shown["reason"]) == ("paused", "failing")
    assert hour >= 3 * 24
    assert len(receiver.got) <= MOST_ATTEMPTS <= 60
    work_off(platform)
    assert "127.0.0.1" in manager.wait_mail().subject
    drafts(firm, receiver, webhook["id"], 1)
    receiver.status, before = 200, len(receiver.got)
    assert firm.call("POST", f"{path}/test").status == 409
    firm.ask("PATCH", path, {"state": "enabled"})
    for _ in range(2):
        hour += 1
        clock.ahead(hour * HOUR)
        work_off(platform)
    assert len(receiver.got) - before == 4
    assert {one["state"] for one in deliveries(firm, webhook["id"])} == {"delivered"}


def test_410_disables_and_a_replay_makes_good(
    platform: LocalStack, firm: Software, receiver: Receiver
) -> None:
    webhook = made(firm, receiver.url, "signature_request.created")
    path = f"/webhooks/{webhook['id']}"
    since = firm.ask("GET", path)["created_at"]
    drafts(firm, receiver, webhook["id"], 2)
    receiver.wait(2)
    receiver.status = 410
    drafts(firm, receiver, webhook["id"], 1)
    wait_for("the end", lambda: firm.ask("GET", path)["state"] == "disabled")
    shown = firm.ask("GET", path)
    assert shown["reason"] == "gone"
    firm.create()
    receiver.status = 200
    firm.ask("PATCH", path, {"state": "enabled"})
    work_off(platform)
    first = receiver.wait(4)[0]
    assert firm.ask("POST", f"{path}/replay", {"since": since})["replayed"] == 3
    again = receiver.wait(7)[4:]
    assert first.headers["webhook-id"] in {one.headers["webhook-id"] for one in again}
    assert first.body in {one.body for one in again}
    one = f"{path}/deliveries/{first.headers['webhook-id']}/replay"
    wait_for("the delivery", lambda: firm.call("POST", one).status == 202)
    assert receiver.wait(8)[-1].body == first.body


def test_a_test_event_and_both_secrets(
    platform: LocalStack, firm: Software, receiver: Receiver
) -> None:
    """It comes at once, whatever was subscribed to; while a secret is rotated, both sign."""
    webhook = made(firm, receiver.url, "evidence.available")
    path = f"/webhooks/{webhook['id']}"
    firm.ask("POST", f"{path}/test")
    (first,) = receiver.wait(1)
    assert first.json["type"] == "webhook.test"
    assert Webhook(webhook["secret"]).verify(first.body, dict(first.headers))
    newer = firm.ask("POST", f"{path}/rotate", {"overlap_hours": 1})
    firm.ask("POST", f"{path}/test")
    second = receiver.wait(2)[1]
    for secret in (webhook["secret"], newer["secret"]):
        assert Webhook(secret).verify(second.body, dict(second.headers))
    newest = firm.ask("POST", f"{path}/rotate", {"overlap_hours": 0})
    firm.ask("POST", f"{path}/test")
    third = receiver.wait(3)[2]
    assert len(third.headers["webhook-signature"].split()) == 1
    assert Webhook(newest["secret"]).verify(third.body, dict(third.headers))
    work_off(platform)


def test_disabled_or_deleted_midway_nothing_more_is_sent(
    platform: LocalStack, firm: Software, receiver: Receiver, clock: Clock
) -> None:
    kept = made(firm, receiver.url + "kept", "signature_request.created")
    gone = made(firm, receiver.url + "gone", "signature_request.created")
    receiver.status = 500
    drafts(firm, receiver, kept["id"], 2)
    wait_for("the other one", lambda: len(deliveries(firm, gone["id"])) == 2)
    before = len(receiver.got)
    firm.ask("PATCH", f"/webhooks/{kept['id']}", {"state": "disabled"})
    firm.ask("DELETE", f"/webhooks/{gone['id']}")
    receiver.status = 200
    firm.create()
    clock.ahead(DAY)
    work_off(platform)
    assert len(receiver.got) == before
    assert firm.call("GET", f"/webhooks/{gone['id']}").status == 404


def test_a_webhook_that_is_gone_is_told_to_who_manages(
    platform: LocalStack, software: Software, clock: Clock
) -> None:
    """Made, rotated, tried, gone, told of by mail, enabled, deleted: all that its doors may do."""
    manager = somebody(platform, "manager")
    managed_by(platform, software, manager.email)
    with receiving() as receiver:
        webhook = made(software, receiver.url, "signature_request.created")
        path = f"/webhooks/{webhook['id']}"
        software.ask("POST", f"{path}/rotate", {})
        software.ask("POST", f"{path}/test")
        receiver.wait(1)
        receiver.status = 410
        software.create()
        wait_for("the end", lambda: software.ask("GET", path)["state"] == "disabled")
        clock.ahead(HOUR)
        work_off(platform)
        assert "127.0.0.1" in manager.wait_mail().subject
        receiver.status = 200
        software.ask("PATCH", path, {"state": "enabled"})
        work_off(platform)
        receiver.wait(3)
        software.ask("DELETE", path)


def test_redirects_are_not_followed(firm: Software, receiver: Receiver) -> None:
    webhook = made(firm, receiver.url, "signature_request.created")
    receiver.status, receiver.location = 302, receiver.url + "elsewhere"
    firm.ask("POST", f"/webhooks/{webhook['id']}/test")
    wait_for("the attempt", lambda: deliveries(firm, webhook["id"])[0]["attempts"])
    (attempt,) = deliveries(firm, webhook["id"])[0]["attempts"]
    assert (attempt["status"], attempt["fault"]) == (302, "redirect")
    assert {one.path for one in receiver.got} == {"/"}


@pytest.mark.parametrize(
    "url",
    ["https://169.254.169.254/", "https://localhost/", "http://10.0.0.1/", "http://[::1]/"],
)
def test_internal_addresses_are_refused(firm: Software, url: str) -> None:
    answer = firm.call("POST", "/webhooks", {"url": url})
    assert answer.status == 422
    assert "#/url" in answer.text or '"url"' in answer.text
    assert firm.ask("GET", "/webhooks")["items"] == []
