"""Addresses that are known to fail are not written to; a sender's mails have a bound."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from paraphe.adapters.dynamodb.codec import decode, encode
from paraphe.domain.delivery import budgets
from paraphe.domain.delivery.bounces import Failure
from paraphe.domain.errors import ConflictError
from paraphe.domain.evidence.events.running import ReminderRequested
from paraphe.domain.requests.decision import MOST_TOLD_A_DAY
from paraphe.domain.requests.model import (
    NoticeKind,
    RequestState,
    SenderMails,
    SignatureRequest,
)
from paraphe.domain.requests.recipient import DeliveryState
from paraphe.usecases.delivery.deliver_notice import deliver_notice
from paraphe.usecases.delivery.record_bounce import record_bounce
from paraphe.usecases.requests.edit_recipients import RecipientChange
from tests.support.world import World

if TYPE_CHECKING:
    from paraphe.ports.requests import RequestRef

STATES = pytest.mark.parametrize("state", list(DeliveryState))


@pytest.fixture
def world() -> World:
    """A platform."""
    return World()


def _failed(
    world: World, people: tuple[int, ...], state: DeliveryState = DeliveryState.BOUNCED
) -> RequestRef:
    """Make a request whose first signer's invitation has bounced; everything owed is sent."""
    ref = world.launched(people=people)
    world.deliver()
    assert world.bounce(ref, world.mailer.sent[0], state)
    world.deliver()
    world.mailer.sent.clear()
    return ref


def _written_to(world: World) -> list[str]:
    return [mail.tags["recipient"] for mail in world.mailer.sent]


@STATES
def test_a_reminder_leaves_out_whose_mails_fail_and_says_so(
    world: World, state: DeliveryState
) -> None:
    ref = _failed(world, (1, 1), state)
    failing, other = world.signer_ids(ref)
    world.limits.used.clear()
    world.remind(ref)
    world.deliver()
    assert _written_to(world) == [other]
    event = world.requests.events(ref)[-1]
    told = event.as_a(ReminderRequested)
    assert told is not None
    assert told.left_out.unreachable == (failing,)
    assert told.left_out.unreachable_count == 1
    (address,) = (key for key in world.limits.used if "#MAIL#TO#" in key)
    taken = budgets.mails(world.load(ref), [world.recipient(ref, other).email], world.now)
    assert address == taken[0].key  # and nothing was taken for the one who is left out


def test_a_reminder_that_would_reach_nobody_is_refused(world: World) -> None:
    """Its sender learns it at once, and that it is the address; nothing is taken or written."""
    ref = _failed(world, (1,))
    before = world.load(ref)
    world.limits.used.clear()
    with pytest.raises(ConflictError) as refused:
        world.remind(ref)
    assert refused.value.code == "nobody_reachable"
    assert world.load(ref) == before
    assert not world.limits.used
    world.change(ref, world.signer_ids(ref)[0], RecipientChange(email="juste@client.test"))
    world.run_actor(ref)
    world.remind(ref)
    world.deliver()
    assert {mail.to_address for mail in world.mailer.sent} == {"juste@client.test"}
    assert len(world.mailer.sent) == 2  # the invitation and the reminder


def test_automatic_reminders_leave_them_out_too(world: World) -> None:
    ref = _failed(world, (1, 1))
    failing, other = world.signer_ids(ref)
    world.now += timedelta(days=9)
    world.sweep()
    world.deliver()
    assert _written_to(world) == [other]
    (event,) = (e for e in world.requests.events(ref) if e.kind == "reminder_due")
    assert event.data["unreachable"] == [failing]


def test_whose_mails_arrive_is_reminded_in_a_trail_as_before(world: World) -> None:
    ref = world.launched()
    world.remind(ref)
    assert set(world.requests.events(ref)[-1].data) == set()


@STATES
def test_a_relaunch_leaves_them_out_and_goes_on(world: World, state: DeliveryState) -> None:
    """The deadline moves for everybody: who has the link may sign (P13)."""
    ref = _failed(world, (1, 1), state)
    failing, other = world.signer_ids(ref)
    world.now += timedelta(hours=2)
    world.relaunch(ref)
    world.run_actor(ref)
    world.deliver()
    assert _written_to(world) == [other]
    kinds = {e.data["recipient"]: e.kind for e in world.requests.events(ref)[-2:]}
    assert kinds == {failing: "recipient_not_written_to", other: "recipient_written_again"}
    assert all(r.invited_for == world.load(ref).deadline for r in world.load(ref).recipients)
    world.sign_all(ref)
    assert world.load(ref).state is RequestState.COMPLETED


def test_what_was_owed_before_the_bounce_is_not_sent_after_it(world: World) -> None:
    """The mail waits in the outbox while the first one comes back."""
    ref = world.launched()
    world.deliver()
    world.remind(ref)
    reminder = world.notices(ref)[-1]
    world.bounce(ref, world.mailer.sent[0])
    assert reminder.kind is NoticeKind.REMINDER
    assert not deliver_notice(world.post, ref, reminder, world.now).sent


def test_the_end_is_told_once_more_to_everybody(world: World) -> None:
    """One mail, with the signed original: theirs by right (P17), and a mailbox may work again."""
    ref = _failed(world, (1,))
    world.sign_all(ref)
    world.deliver()
    assert set(_written_to(world)) == {world.signer_ids(ref)[0], "sender"}


# ---------------------------------------------------------------------- the sender's own mails


def _fail_again(world: World, ref: RequestRef) -> None:
    execution = world.execution(ref)
    assert execution is not None
    world.fail(execution)
    world.resume(ref)


def _to_sender(world: World, ref: RequestRef) -> list[NoticeKind]:
    return [n.kind for n in world.notices(ref) if n.recipient_id is None]


def test_a_request_that_fails_again_and_again_fills_no_mailbox(world: World) -> None:
    """So many mails a day; on the next day its sender hears of it again."""
    ref = world.launched()
    for _ in range(MOST_TOLD_A_DAY + 3):
        _fail_again(world, ref)
    assert _to_sender(world, ref) == [NoticeKind.FAILED] * MOST_TOLD_A_DAY
    assert world.kinds(ref).count("request_failed") == MOST_TOLD_A_DAY + 3
    world.now += timedelta(days=1)
    _fail_again(world, ref)
    assert len(_to_sender(world, ref)) == MOST_TOLD_A_DAY + 1


def test_corrections_that_fail_again_and_again_do_not_either(world: World) -> None:
    ref = world.launched()
    signer = world.signer_ids(ref)[0]
    for number in range(MOST_TOLD_A_DAY + 3):
        world.change(ref, signer, RecipientChange(email=f"faux{number}@client.test"))
        generation = world.recipient(ref, signer).link_generation
        failure = Failure(signer, generation, f"{number:08d}-0-x", DeliveryState.BOUNCED, "General")
        assert record_bounce(world.requests, ref, failure, world.now)
    assert _to_sender(world, ref) == [NoticeKind.UNREACHABLE] * MOST_TOLD_A_DAY
    assert world.kinds(ref).count("mail_bounced") == MOST_TOLD_A_DAY + 3


def test_the_end_is_told_whatever_was_told_before(world: World) -> None:
    ref = world.launched()
    for _ in range(MOST_TOLD_A_DAY + 3):
        _fail_again(world, ref)
    world.cancel(ref)
    world.run_actor(ref)
    assert _to_sender(world, ref)[-1] is NoticeKind.CANCELED


def test_the_count_is_stored_and_what_was_stored_before_is_read(world: World) -> None:
    ref = world.launched()
    _fail_again(world, ref)
    request = replace(world.load(ref), documents=(), recipients=(), challenges=(), commands=())
    midnight = world.now.replace(hour=0, minute=0)
    assert request.sender_mails == SenderMails(midnight, 1)
    item = encode(request)
    assert decode(SignatureRequest, item) == request
    del item["sender_mails"]
    assert decode(SignatureRequest, item).sender_mails is None
