"""P6, P14, P15: what the sender does with an active request."""

from dataclasses import replace
from datetime import timedelta

import pytest

from paraphe.domain.errors import ConflictError, GoneError, LockedError
from paraphe.domain.firms.firm import Firm
from paraphe.domain.requests import changes, reminders
from paraphe.domain.requests.model import ChallengeState, NoticeKind, RequestState
from paraphe.domain.requests.recipient import RecipientState, Role
from paraphe.domain.signing import codes
from paraphe.ports.requests import RequestRef
from paraphe.usecases.requests.edit_recipients import RecipientChange
from tests.support.world import FIRM, MILLISECOND, World


@pytest.fixture
def world() -> World:
    """A platform."""
    return World()


def _told(world: World, ref: RequestRef, kind: NoticeKind) -> list[str | None]:
    return [notice.recipient_id for notice in world.notices(ref) if notice.kind is kind]


def test_p14_relaunch_moves_the_deadline_and_writes_again(world: World) -> None:
    """P14: 15 x 24 h from the relaunch; everybody in turn is written to, nobody else."""
    ref = world.launched(people=(1, 1, 2))
    first, second, third = world.signer_ids(ref)
    world.sign(ref, first)
    world.now += timedelta(days=14)
    request = world.relaunch(ref)
    assert request.deadline == world.now + timedelta(days=15)
    request = world.run_actor(ref)
    assert _told(world, ref, NoticeKind.RELAUNCHED) == [second]
    assert world.recipient(ref, third).state is RecipientState.WAITING
    assert world.recipient(ref, second).invited_for == request.deadline
    world.now += timedelta(days=3)
    world.sign(ref, second)
    world.sign(ref, third)
    assert world.load(ref).state is RequestState.COMPLETED


def test_p14_relaunch_while_the_actor_waits_wakes_it_once(world: World) -> None:
    """P14: the parked actor writes again, then waits for the new deadline."""
    ref = world.launched()
    world.now += timedelta(days=10)
    world.relaunch(ref)
    world.run_actor(ref)
    world.run_actor(ref)
    assert len(_told(world, ref, NoticeKind.RELAUNCHED)) == 1
    world.now += timedelta(days=15) - MILLISECOND
    assert world.run_actor(ref).state is RequestState.ACTIVE
    world.now += timedelta(seconds=1)
    assert world.run_actor(ref).state is RequestState.EXPIRED


def test_p14_two_relaunches_before_the_actor_comes_are_one_message(world: World) -> None:
    """P14: only the newest date is told."""
    ref = world.launched()
    for _ in range(2):
        world.now += timedelta(hours=1)
        world.relaunch(ref)
    world.run_actor(ref)
    assert len(_told(world, ref, NoticeKind.RELAUNCHED)) == 1


def test_p14_a_code_survives_a_relaunch(world: World) -> None:
    """P14: a relaunch while a signer has the code in hand does not disturb them."""
    ref = world.launched()
    signer = world.signer_ids(ref)[0]
    world.consent(ref, signer)
    world.run_actor(ref)
    world.relaunch(ref)
    world.run_actor(ref)
    world.enter(ref, signer, world.code(ref, signer))
    assert world.run_actor(ref).state is RequestState.COMPLETED


@pytest.mark.parametrize("end", ["completed", "declined", "expired", "canceled"])
def test_p14_what_has_ended_cannot_be_relaunched(world: World, end: str) -> None:
    """P14: relaunching is for active requests; an end stays unchanged."""
    ref = _ended(world, end)
    before = world.load(ref)
    assert before.state == end
    for act in (world.relaunch, world.remind, world.cancel):
        with pytest.raises(GoneError, match=f"request_{end}"):
            act(ref)
    assert world.load(ref) == before


def _ended(world: World, end: str) -> RequestRef:
    ref = world.launched()
    signer = world.signer_ids(ref)[0]
    if end == "completed":
        world.sign(ref, signer)
    elif end == "declined":
        world.decline(ref, signer)
    elif end == "canceled":
        world.cancel(ref)
    else:
        world.now += timedelta(days=15)
    world.run_actor(ref)
    return ref


def test_p14_at_the_deadline_a_relaunch_comes_too_late(world: World) -> None:
    """P14: even when the actor has not written the expiry down yet."""
    ref = world.launched()
    world.now += timedelta(days=15)
    with pytest.raises(GoneError, match="request_expired"):
        world.relaunch(ref)
    with pytest.raises(GoneError, match="request_expired"):
        world.cancel(ref)


def test_p14_a_draft_is_not_relaunched(world: World) -> None:
    """P14: it has to be launched first."""
    ref = world.draft()
    for act in (world.relaunch, world.remind):
        with pytest.raises(ConflictError, match="not_launched"):
            act(ref)


def test_p15_reminders_never_move_the_deadline(world: World) -> None:
    """P15: 7 and 2 days before the deadline, once each, to those in turn."""
    ref = world.launched(people=(1, 2))
    first = world.signer_ids(ref)[0]
    deadline = world.load(ref).deadline
    for day, expected in ((7, 0), (8, 1), (9, 1), (12, 1), (13, 2), (14, 2)):
        world.now = (deadline or world.now) - timedelta(days=15 - day)
        world.sweep()
        assert _told(world, ref, NoticeKind.REMINDER) == [first] * expected
    assert world.load(ref).deadline == deadline


def test_p15_the_instant_of_a_reminder_is_exact(world: World) -> None:
    """P15: a millisecond before, nothing is due."""
    ref = world.launched()
    at = reminders.next_reminder(world.load(ref))
    assert at == (world.load(ref).deadline or world.now) - timedelta(days=7)
    early = reminders.remind_if_due(world.load(ref), at - MILLISECOND)
    assert early.changes_nothing
    due = reminders.remind_if_due(world.load(ref), at)
    assert [notice.kind for notice in due.notices] == [NoticeKind.REMINDER]
    assert reminders.remind_if_due(due.request, at).changes_nothing


def test_p15_several_missed_reminders_become_one(world: World) -> None:
    """P15: a sweep that was away for a week does not write twice."""
    ref = world.launched()
    world.now += timedelta(days=14)
    world.sweep()
    assert len(_told(world, ref, NoticeKind.REMINDER)) == 1
    assert world.load(ref).reminded_days == (7, 2)
    assert reminders.next_reminder(world.load(ref)) is None


def test_p15_a_relaunch_starts_the_reminders_anew(world: World) -> None:
    """P15: both reminders come again before the new deadline."""
    ref = world.launched()
    world.now += timedelta(days=14)
    world.sweep()
    world.relaunch(ref)
    for days in (8, 5):
        world.now += timedelta(days=days)
        world.sweep()
    assert len(_told(world, ref, NoticeKind.REMINDER)) == 3


def test_p15_reminders_are_a_firm_setting() -> None:
    """P15: a firm may want none, or other days."""
    world = World()
    world.firms.save(Firm(FIRM.id, FIRM.name, reminder_days=()))
    assert reminders.next_reminder(world.load(world.launched())) is None
    world.firms.save(Firm(FIRM.id, FIRM.name, reminder_days=(1, 20)))
    ref = world.launched()
    assert reminders.next_reminder(world.load(ref)) == world.now + timedelta(days=14)


def test_p15_the_sender_reminds_by_hand(world: World) -> None:
    """P15: those in turn are written to; nobody when everybody's signature is being applied."""
    ref = world.launched(people=(1, 2))
    first = world.signer_ids(ref)[0]
    deadline = world.remind(ref).deadline
    assert _told(world, ref, NoticeKind.REMINDER) == [first]
    assert world.accept(ref, first).deadline == deadline
    with pytest.raises(ConflictError, match="nobody_to_remind"):
        world.remind(ref)


def test_p6_waiting_recipients_can_be_reordered(world: World) -> None:
    """P6: the last becomes the next; joining the group in turn means being invited now."""
    ref = world.launched(people=(1, 2, 3))
    first, second, third = world.signer_ids(ref)
    world.change(ref, second, RecipientChange(order=4))
    world.sign(ref, first)
    assert world.recipient(ref, third).state is RecipientState.NOTIFIED
    assert world.recipient(ref, second).state is RecipientState.WAITING
    world.change(ref, second, RecipientChange(order=3))
    world.run_actor(ref)
    assert world.recipient(ref, second).state is RecipientState.NOTIFIED


def test_p6_nobody_is_put_before_those_who_are_asked(world: World) -> None:
    """P6: a place that has had its turn is gone; who is invited keeps their place."""
    ref = world.launched(people=(2, 3))
    first, second = world.signer_ids(ref)
    with pytest.raises(ConflictError, match="order_has_passed"):
        world.change(ref, second, RecipientChange(order=1))
    with pytest.raises(ConflictError, match="already_invited"):
        world.change(ref, first, RecipientChange(order=3))


def test_p6_a_correction_kills_the_old_link_and_invites_again(world: World) -> None:
    """P6: the new link goes to the new address; the old one is unknown."""
    ref = world.launched()
    signer = world.signer_ids(ref)[0]
    old = world.visit(ref, signer)
    world.change(ref, signer, RecipientChange(email="autre@client.test"))
    world.run_actor(ref)
    new = world.visit(ref, signer)
    assert new.recipient.email == "autre@client.test"
    assert new.recipient.link_hash != old.recipient.link_hash
    assert world.requests.by_link(old.recipient.link_hash or "") is None
    assert _told(world, ref, NoticeKind.INVITATION) == [signer, signer]


@pytest.mark.parametrize("sent", [False, True])
def test_p6_a_correction_voids_the_code_under_way(world: World, *, sent: bool) -> None:
    """P6, P9: a code sent, or about to be sent, to the wrong phone signs nothing."""
    ref = world.launched()
    signer = world.signer_ids(ref)[0]
    world.consent(ref, signer)
    if sent:
        world.run_actor(ref)
    world.change(ref, signer, RecipientChange(phone="+33639980042"))
    world.run_actor(ref)
    request, recipient = world.load(ref), world.recipient(ref, signer)
    assert len(world.sms.sent) == int(sent)
    assert [c.state for c in request.challenges] == [ChallengeState.VOID]
    assert recipient.state is RecipientState.NOTIFIED
    assert recipient.consented_at is None
    with pytest.raises(LockedError):
        codes.check_code(request, signer, world.now)
    world.sign(ref, signer)
    assert world.sms.sent[-1][0] == "+33639980042"
    assert world.load(ref).state is RequestState.COMPLETED


@pytest.mark.parametrize("asked", [False, True])
def test_p6_a_replacement_inherits_place_role_and_field(world: World, *, asked: bool) -> None:
    """P6: the successor signs in the field of whom they replace; a code under way is void."""
    ref = world.launched(people=(1, 2))
    first = world.signer_ids(ref)[0]
    if asked:
        world.consent(ref, first)
    heir = world.replace(ref, first)
    world.run_actor(ref)
    old, new = world.recipient(ref, first), world.recipient(ref, heir)
    assert (new.slot, new.order, new.role) == (old.slot, old.order, old.role)
    assert (old.state, old.replaced_by) == (RecipientState.REPLACED, heir)
    assert world.sms.sent == []
    with pytest.raises(GoneError, match="recipient_replaced"):
        world.consent(ref, first)
    world.sign(ref, heir)
    assert world.signer.made == [(heir, world.load(ref).documents[0].id)]


def test_p6_a_successor_brings_nothing_of_their_own(world: World) -> None:
    """P6: place, role and field are those of whom they replace, whatever the caller says."""
    request = world.load(world.launched(people=(1, 2)))
    old = request.recipients[1]
    heir = replace(old, id="rcp_00000009", slot="rcp_00000009", role=Role.CC, order=9)
    after = changes.replace_recipient(request, old.id, heir, world.now).request
    new = after.recipients[-1]
    assert (new.id, new.slot, new.role, new.order) == (heir.id, old.slot, old.role, old.order)


def test_p6_who_has_signed_stays(world: World) -> None:
    """P6, P11: an accepted or made signature's signer is neither corrected nor replaced."""
    ref = world.launched(people=(1, 2))
    first = world.signer_ids(ref)[0]
    for act in (world.accept, lambda _, __: world.run_actor(ref)):
        act(ref, first)
        with pytest.raises(ConflictError, match="recipient_has_signed"):
            world.replace(ref, first)
        with pytest.raises(ConflictError, match="recipient_has_signed"):
            world.change(ref, first, RecipientChange(name="Autre"))


def test_p6_reorder_and_correct_in_one_go(world: World) -> None:
    """P6: one change, one commit, both events in one chain."""
    ref = world.launched(people=(1, 2, 3))
    third = world.signer_ids(ref)[2]
    before = world.load(ref).version
    changed = world.change(ref, third, RecipientChange(order=2, name="Autre Nom"))
    assert (changed.order, changed.name) == (2, "Autre Nom")
    assert world.load(ref).version == before + 1
    assert world.kinds(ref)[-2:] == ("recipient_reordered", "recipient_corrected")


def test_p6_a_copy_can_be_replaced_too(world: World) -> None:
    """P6: the successor gets the copy at the end, the other one nothing."""
    ref = world.launched(copies=1)
    copy = next(r for r in world.load(ref).recipients if r.role is Role.CC)
    heir = world.replace(ref, copy.id)
    world.sign_all(ref)
    told = _told(world, ref, NoticeKind.COMPLETED)
    assert heir in told
    assert copy.id not in told
