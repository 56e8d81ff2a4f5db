"""Events reach endpoints: at once, later, once more; and what fails hinders nobody."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from standardwebhooks import Webhook

from paraphe.domain.delivery.webhook_deliveries import DeliveryState, Fault
from paraphe.domain.delivery.webhook_endpoints import EndpointState, Reason
from paraphe.domain.delivery.webhook_events import CATALOGUE, Message, example, messages
from paraphe.domain.delivery.webhook_retries import MOST_ATTEMPTS, SPAN
from paraphe.domain.firms.member import Capability
from paraphe.domain.ids import new_id
from paraphe.usecases import using
from paraphe.usecases.delivery.deliver_webhooks import DeliverWebhooks
from paraphe.usecases.delivery.manage_webhooks import ManageWebhooks
from tests.unit.delivery.webhook_world import MANAGER, URL, WebhookWorld

DAY = timedelta(days=1)
OTHER = "https://other.example.com/"


@pytest.fixture
def world() -> WebhookWorld:
    return WebhookWorld()


def some(world: WebhookWorld, count: int) -> list[Message]:
    """Make up so many events, each a millisecond later; no two are the same."""
    entry, made = CATALOGUE["signature_request.completed"], []
    for number in range(count):
        at = world.now - timedelta(milliseconds=count - number)
        message_id = new_id("whd", at, world.entropy(10))
        made.append(replace(example(entry, at), id=message_id))
    return made


def test_a_request_is_told_at_once_and_verifies(world: WebhookWorld) -> None:
    made = world.make()
    ref = world.launched()
    told = [m for event in world.requests.events(ref) for m in messages(event)]
    world.stream_of(ref)
    posted = world.webhook_sender.posted
    assert [p.headers["webhook-id"] for p in posted] == [m.id for m in told]
    assert [p.body.decode() for p in posted] == [m.body for m in told]
    assert set(world.states(made.endpoint.id)) == {DeliveryState.DELIVERED}
    assert posted[0].url == URL
    headers = {**posted[0].headers, "webhook-timestamp": posted[0].headers["webhook-timestamp"]}
    assert set(headers) == {"webhook-id", "webhook-timestamp", "webhook-signature"}


def test_the_stream_may_repeat_itself(world: WebhookWorld) -> None:
    """Nothing is sent twice, whether it was delivered or is owed."""
    world.make()
    told = some(world, 3)
    world.stream(told)
    world.stream(told)
    assert len(world.webhook_sender.posted) == 3
    world.webhook_sender.answers[URL] = 500
    more = some(world, 3)
    for _ in range(3):
        world.stream(more)
    assert len(world.webhook_sender.posted) == 4


def test_only_what_was_subscribed_to_comes(world: WebhookWorld) -> None:
    world.make(events=("signature_request.launched",))
    world.stream_of(world.launched())
    types = [json.loads(p.body)["type"] for p in world.webhook_sender.posted]
    assert types == ["signature_request.launched"]


def test_what_has_no_time_left_is_owed(world: WebhookWorld) -> None:
    """And goes out with the next pass, in order."""
    made = world.make()
    told = some(world, 5)
    world.stream(told, left=2)
    assert world.states(made.endpoint.id)[DeliveryState.PENDING] == 3
    world.minute()
    ids = [p.headers["webhook-id"] for p in world.webhook_sender.posted]
    assert ids == [m.id for m in told]
    assert world.endpoint(made.endpoint.id).due_at is None


def test_a_day_of_silence_loses_nothing(world: WebhookWorld) -> None:
    """Each hour brings an event; afterwards all were delivered once, the oldest first."""
    made = world.make()
    world.webhook_sender.answers[URL] = None
    sent = []
    for _ in range(24):
        sent += some(world, 3)
        world.stream(sent[-3:])
        world.pass_time(timedelta(hours=1))
    knocks = len(world.webhook_sender.posted)
    assert knocks <= MOST_ATTEMPTS
    assert world.endpoint(made.endpoint.id).state is EndpointState.ENABLED
    world.webhook_sender.answers[URL] = 200
    world.pass_time(timedelta(hours=7))
    delivered = [p.headers["webhook-id"] for p in world.webhook_sender.posted[knocks:]]
    assert sorted(delivered) == [m.id for m in sent]
    assert set(world.states(made.endpoint.id)) == {DeliveryState.DELIVERED}
    health = world.endpoint(made.endpoint.id).health
    assert (health.failures, health.failing_since, health.try_at) == (0, None, None)


def test_a_dead_endpoint_costs_few_attempts_whatever_is_owed(world: WebhookWorld) -> None:
    """A thousand events over five days: it is paused after three, its managers are told once."""
    manager = world.member(Capability.MANAGE)
    world.member(Capability.PREPARE, name="Sans pouvoir")
    made = world.make()
    world.webhook_sender.answers[URL] = None
    for _ in range(5 * 24):
        world.stream(some(world, 8))
        world.pass_time(timedelta(hours=1))
    assert 10 < len(world.webhook_sender.posted) <= 60
    endpoint = world.endpoint(made.endpoint.id)
    assert (endpoint.state, endpoint.reason) == (EndpointState.PAUSED, Reason.FAILING)
    assert world.states(made.endpoint.id) == {DeliveryState.PENDING: 960}
    span = world.webhook_sender.posted[-1].at - world.webhook_sender.posted[0].at
    assert span >= SPAN
    (mail,) = world.mailer.sent
    assert mail.to_address == manager.email
    assert "hooks.example.com" in mail.subject
    assert "/paraphe" not in mail.text
    # It is repaired and enabled again: everything owed comes.
    world.webhook_sender.answers[URL] = 200
    before = len(world.webhook_sender.posted)
    world.set_state(made.endpoint.id, EndpointState.ENABLED)
    world.pass_time(timedelta(hours=2))
    assert len(world.webhook_sender.posted) - before == 960
    assert world.states(made.endpoint.id) == {DeliveryState.DELIVERED: 960}


def test_enabling_sends_what_was_tried_often_too(world: WebhookWorld) -> None:
    """Each of three was tried again and again, and rests for hours; enabling ends that."""
    made = world.make()
    world.webhook_sender.answers[URL] = 500
    world.stream(some(world, 3))
    world.pass_time(SPAN + DAY)
    assert world.endpoint(made.endpoint.id).state is EndpointState.PAUSED
    world.webhook_sender.answers[URL] = 200
    before = len(world.webhook_sender.posted)
    world.set_state(made.endpoint.id, EndpointState.ENABLED)
    world.minute()
    assert len(world.webhook_sender.posted) - before == 3


def test_a_dead_endpoint_hinders_no_other(world: WebhookWorld) -> None:
    dead, well = world.make(), world.make(OTHER)
    world.webhook_sender.answers[URL] = None
    world.stream(some(world, 5))
    assert world.states(dead.endpoint.id) == {DeliveryState.PENDING: 5}
    assert world.states(well.endpoint.id) == {DeliveryState.DELIVERED: 5}


def test_what_is_always_refused_hinders_nothing_else(world: WebhookWorld) -> None:
    """A receiver that fails for one event gets all others; that one is given up by itself."""
    made = world.make()
    poison = some(world, 1)
    world.webhook_sender.refuses = {poison[0].id}
    world.stream(poison)
    for _ in range(12 * 24):
        world.stream(some(world, 1))
        world.pass_time(timedelta(hours=1))
    states = world.states(made.endpoint.id)
    assert states == {DeliveryState.FAILED: 1, DeliveryState.DELIVERED: 12 * 24}
    (failed,) = [d for d in world.log(made.endpoint.id) if d.state is DeliveryState.FAILED]
    assert len(failed.attempts) == MOST_ATTEMPTS
    assert world.endpoint(made.endpoint.id).state is EndpointState.ENABLED


def test_410_disables(world: WebhookWorld) -> None:
    """At once, and nothing more is sent or kept; the firm is told."""
    world.member(Capability.MANAGE)
    made = world.make()
    world.webhook_sender.answers[URL] = 410
    world.stream(some(world, 3))
    assert len(world.webhook_sender.posted) == 1
    endpoint = world.endpoint(made.endpoint.id)
    assert (endpoint.state, endpoint.reason) == (EndpointState.DISABLED, Reason.GONE)
    assert world.log(made.endpoint.id)[0].attempts[0].fault is Fault.GONE
    world.pass_time(DAY)
    known = len(world.log(made.endpoint.id))
    world.stream(some(world, 6))
    world.pass_time(DAY)
    assert len(world.log(made.endpoint.id)) == known
    assert len(world.webhook_sender.posted) == 1
    assert len(world.mailer.sent) == 1


def test_410_of_what_was_owed_disables_too(world: WebhookWorld) -> None:
    made = world.make()
    world.webhook_sender.answers[URL] = 500
    world.stream(some(world, 2))
    world.webhook_sender.answers[URL] = 410
    world.pass_time(DAY)
    assert len(world.webhook_sender.posted) == 2
    assert world.endpoint(made.endpoint.id).reason is Reason.GONE


@pytest.mark.parametrize("how", ["disable", "delete"])
@pytest.mark.parametrize("where", ["stream", "pass"])
def test_stopping_counts_from_the_next_attempt(world: WebhookWorld, how: str, where: str) -> None:
    made = world.make()
    told = some(world, 4)
    if where == "pass":
        world.stream(told, left=0)

    def stop() -> None:
        if len(world.webhook_sender.posted) != 1:
            return
        if how == "disable":
            world.set_state(made.endpoint.id, EndpointState.DISABLED)
        else:
            using(ManageWebhooks, world).delete(MANAGER, made.endpoint.id, None)

    world.webhook_sender.before = stop
    world.stream(told)
    world.pass_time(DAY)
    assert len(world.webhook_sender.posted) == 2


def test_a_slow_endpoint_is_served_apart(world: WebhookWorld) -> None:
    """Its events do not keep the stream waiting; once it is quick again it gets them at once."""
    made = world.make()
    world.webhook_sender.milliseconds = 5000
    world.stream(some(world, 1))
    assert world.endpoint(made.endpoint.id).health.slow
    world.stream(some(world, 2))
    assert len(world.webhook_sender.posted) == 1
    world.webhook_sender.milliseconds = 50
    world.minute()
    assert len(world.webhook_sender.posted) == 3
    world.stream(some(world, 1))
    assert len(world.webhook_sender.posted) == 4


def test_both_secrets_sign_while_one_is_rotated(world: WebhookWorld) -> None:
    made = world.make()
    manage = using(ManageWebhooks, world)
    newer = manage.rotate(MANAGER, made.endpoint.id, DAY, None, world.now)
    world.pass_time(timedelta(minutes=5))
    world.stream(some(world, 1))
    world.now += DAY
    world.stream(some(world, 1))
    rotating, after = world.webhook_sender.posted
    assert len(rotating.headers["webhook-signature"].split()) == 2
    assert len(after.headers["webhook-signature"].split()) == 1
    # The library checks the instant against the machine's clock: only the signature is asked for.
    for secret in (made.secret, newer.secret):
        expected = Webhook(secret).sign(
            rotating.headers["webhook-id"], rotating.at, rotating.body.decode()
        )
        assert expected in rotating.headers["webhook-signature"].split()


def test_a_test_event_knocks_even_while_all_else_rests(world: WebhookWorld) -> None:
    made = world.make(events=("document.ready",))
    world.webhook_sender.answers[URL] = None
    entry = CATALOGUE["document.ready"]
    world.stream([example(entry, world.now)])
    world.pass_time(timedelta(hours=10))
    world.webhook_sender.answers[URL] = 200
    before = len(world.webhook_sender.posted)
    sent = using(ManageWebhooks, world).test(MANAGER, made.endpoint.id, world.now)
    (ref,) = world.webhook_log.asked
    using(DeliverWebhooks, world).work_off(ref, world.clock, time_left=lambda: True)
    ids = {p.headers["webhook-id"] for p in world.webhook_sender.posted[before:]}
    assert sent.id in ids
    assert len(ids) == 2


def test_two_passes_never_serve_one_endpoint(world: WebhookWorld) -> None:
    world.make()
    world.stream(some(world, 2), left=0)
    deliver = using(DeliverWebhooks, world)
    (ref,) = deliver.due(world.now)

    def meanwhile() -> None:
        deliver.work_off(ref, world.clock, time_left=lambda: True)

    world.webhook_sender.before = meanwhile
    deliver.work_off(ref, world.clock, time_left=lambda: True)
    assert len(world.webhook_sender.posted) == 2


def test_replayed_events_keep_their_ids(world: WebhookWorld) -> None:
    made = world.make()
    told = some(world, 3)
    world.stream(told)
    assert world.replay_since(made.endpoint.id, told[1].at) == 2
    world.minute()
    ids = [p.headers["webhook-id"] for p in world.webhook_sender.posted]
    assert ids[3:] == [m.id for m in told[1:]]
    assert [d.replays for d in world.log(made.endpoint.id)] == [0, 1, 1]
