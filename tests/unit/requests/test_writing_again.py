"""Writing again to one or to all: one mail per cause, an hour between two."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from paraphe.domain.errors import ConflictError, GoneError, ParapheError, TooManyError
from paraphe.domain.requests import reminders
from paraphe.domain.requests.model import NoticeKind
from paraphe.domain.requests.recipient import Role
from paraphe.usecases import using
from paraphe.usecases.requests.edit_recipients import RecipientChange
from paraphe.usecases.requests.manage_request import ManageRequest
from tests.support.world import MILLISECOND, World

if TYPE_CHECKING:
    from collections.abc import Callable

    from paraphe.ports.requests import RequestRef

HOUR = timedelta(hours=1)


def _resend(world: World, ref: RequestRef, recipient_id: str) -> None:
    using(ManageRequest, world).resend(world.principal, ref, recipient_id, world.now)


def _mails(world: World, ref: RequestRef, recipient_id: str) -> list[str]:
    return [str(n.kind) for n in world.notices(ref) if n.recipient_id == recipient_id]


def test_one_link_is_sent_once_more_after_an_hour() -> None:
    """The same link, to nobody else; the deadline stays."""
    world = World()
    ref = world.launched(people=(1, 1))
    one, other = world.signer_ids(ref)
    before = world.load(ref)
    with pytest.raises(TooManyError, match="too_soon") as refused:
        _resend(world, ref, one)
    assert refused.value.retry_at == world.now + HOUR
    world.now += HOUR
    _resend(world, ref, one)
    after = world.load(ref)
    assert _mails(world, ref, one) == ["invitation", "invitation"]
    assert _mails(world, ref, other) == ["invitation"]
    assert after.deadline == before.deadline
    assert world.recipient(ref, one).link_generation == 1
    assert world.kinds(ref)[-1] == "recipient_written_again"
    assert reminders.resend_possible_at(after, world.recipient(ref, one)) == world.now + HOUR


def test_who_was_just_written_to_gets_no_reminder_beside() -> None:
    """Resent to one, then reminded: the one has their mail, the other gets theirs."""
    world = World()
    ref = world.launched(people=(1, 1))
    one, other = world.signer_ids(ref)
    world.now += HOUR
    _resend(world, ref, one)
    world.remind(ref)
    assert _mails(world, ref, one) == ["invitation", "invitation"]
    assert _mails(world, ref, other) == ["invitation", "reminder"]
    world.now += HOUR - MILLISECOND
    for act in (lambda: _resend(world, ref, other), lambda: world.remind(ref)):
        with pytest.raises(TooManyError, match="too_soon"):
            act()
    world.now += MILLISECOND
    assert reminders.possible_at(world.load(ref)) == world.now
    world.remind(ref)
    assert _mails(world, ref, one)[-1] == "reminder"


def test_all_were_resent_to_so_there_is_nobody_to_remind_yet() -> None:
    """429 says from when on."""
    world = World()
    ref = world.launched()
    (signer,) = world.signer_ids(ref)
    world.now += HOUR
    _resend(world, ref, signer)
    assert reminders.possible_at(world.load(ref)) == world.now + HOUR
    with pytest.raises(TooManyError, match="too_soon") as refused:
        world.remind(ref)
    assert refused.value.retry_at == world.now + HOUR


@pytest.mark.parametrize("act", [World.remind, World.relaunch])
def test_twenty_clicks_at_once_are_one_mail(
    act: Callable[[World, RequestRef], object],
) -> None:
    """FINDINGS: the conditional write decides, not the read before it."""
    world = World()
    ref = world.launched()
    (signer,) = world.signer_ids(ref)
    world.now += HOUR

    def click(_: int) -> bool:
        try:
            act(world, ref)
        except ParapheError:
            return False
        return True

    with ThreadPoolExecutor(20) as people:
        done = list(people.map(click, range(20)))
    world.run_actor(ref)
    assert done.count(True) == 1
    assert len(_mails(world, ref, signer)) == 2


def test_twenty_resends_at_once_are_one_mail() -> None:
    """The same of one recipient."""
    world = World()
    ref = world.launched()
    (signer,) = world.signer_ids(ref)
    world.now += HOUR

    def click(_: int) -> str:
        try:
            _resend(world, ref, signer)
        except ParapheError as error:
            return error.code
        return "sent"

    with ThreadPoolExecutor(20) as people:
        done = list(people.map(click, range(20)))
    assert done.count("sent") == 1
    assert set(done) <= {"sent", "too_soon", "race_lost"}
    assert len(_mails(world, ref, signer)) == 2


def test_only_who_was_asked_and_has_not_acted_is_written_to() -> None:
    """Not who waits, who has signed, who gets a copy, or anybody of what has ended."""
    world = World()
    ref = world.draft(people=(1, 2), copies=1)
    viewer = world.add_recipient(ref, order=1, number=8, role=Role.VIEWER).id
    world.launch(ref)
    world.run_actor(ref)
    first, second = world.signer_ids(ref)
    copy = next(r.id for r in world.load(ref).recipients if r.role is Role.CC)
    world.now += HOUR
    for who in (second, copy):
        with pytest.raises(ConflictError, match="not_invited"):
            _resend(world, ref, who)
    _resend(world, ref, viewer)
    world.sign(ref, first)
    with pytest.raises(ConflictError, match="not_invited"):
        _resend(world, ref, first)
    world.cancel(ref)
    with pytest.raises(GoneError, match="request_canceled"):
        _resend(world, ref, second)


def test_an_address_that_fails_is_corrected_not_written_to() -> None:
    """The correction invites anew, at once."""
    world = World()
    ref = world.launched()
    (signer,) = world.signer_ids(ref)
    world.deliver()
    world.bounce(ref, world.mailer.sent[0])
    world.now += HOUR
    with pytest.raises(ConflictError, match="unreachable"):
        _resend(world, ref, signer)
    assert reminders.resend_possible_at(world.load(ref), world.recipient(ref, signer)) is None
    world.change(ref, signer, RecipientChange(email="neuf@client.test"))
    world.run_actor(ref)
    assert _mails(world, ref, signer) == ["invitation", "invitation"]


def test_a_phone_that_is_refused_is_told_once_and_cleared_by_a_correction() -> None:
    """The sender hears of it at once; another number is tried anew."""
    world = World()
    ref = world.launched()
    (signer,) = world.signer_ids(ref)
    world.sms.refused = {world.recipient(ref, signer).phone or ""}
    for _ in range(2):
        world.consent(ref, signer)
        world.run_actor(ref)
        world.now += timedelta(minutes=1)
    told = [n for n in world.notices(ref) if n.kind is NoticeKind.PHONE_REFUSED]
    assert [(n.recipient_id, n.about) for n in told] == [(None, signer)]
    assert world.recipient(ref, signer).sms_failed_at is not None
    assert world.deliver() == 2
    world.change(ref, signer, RecipientChange(phone="+33639980099"))
    world.run_actor(ref)
    assert world.recipient(ref, signer).sms_failed_at is None
    world.sign(ref, signer)
