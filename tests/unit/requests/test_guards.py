"""Small guards that once could be left out without a test noticing: each has one here."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from paraphe.domain.errors import ConflictError, TooManyError
from paraphe.domain.requests import deadlines, reminders, signing_order
from paraphe.domain.requests.actor import Next, next_step
from paraphe.domain.requests.document import Revision
from paraphe.domain.requests.model import Command, CommandKind, NoticeKind, RequestState
from paraphe.domain.requests.recipient import RecipientState, Role
from paraphe.domain.signing import applied_signatures
from paraphe.ports.system import TransientError
from paraphe.usecases import using
from paraphe.usecases.requests.edit_recipients import RecipientChange
from paraphe.usecases.requests.wake_execution import await_command
from paraphe.usecases.signing.apply_signature import SignDocument
from tests.support.fakes import FakeRequests
from tests.support.world import START, World

if TYPE_CHECKING:
    from collections.abc import Callable

    from paraphe.ports.requests import Parked, RequestRef

DAY = timedelta(days=1)


@pytest.fixture
def world() -> World:
    """A platform."""
    return World()


def test_p14_who_is_signing_is_not_written_to_again(world: World) -> None:
    """P14: a relaunch writes to whose turn it is; a signature that is being made needs no mail."""
    ref = world.launched(people=(1, 1))
    first, second = world.signer_ids(ref)
    world.accept(ref, first)
    assert world.recipient(ref, first).state is RecipientState.SIGNING
    world.now += DAY
    world.relaunch(ref)
    assert [r.id for r in signing_order.due_messages(world.load(ref))] == [second]
    world.run_actor(ref)
    again = {n.recipient_id for n in world.notices(ref) if n.kind is NoticeKind.RELAUNCHED}
    assert again == {second}


def test_p15_no_reminder_at_the_very_start(world: World) -> None:
    """P15: a reminder 15 days before a deadline in 15 days would come with the invitation."""
    end = deadlines.deadline(START)
    assert deadlines.reminder_times(end, START, (15, 14)) == ((14, end - 14 * DAY),)
    ref = world.launched()
    request = replace(world.load(ref), reminder_days=(15, 2))
    assert reminders.next_reminder(request) == end - 2 * DAY


class _Interleaved(FakeRequests):
    """Lets somebody act at the very moment at which the token is about to be parked."""

    act: Callable[[], object] | None = None

    def park(self, ref: RequestRef, parked: Parked) -> None:
        """Keep `Requests.park`."""
        if self.act is not None:
            act, self.act = self.act, None
            act()
        super().park(ref, parked)


def test_a_command_that_comes_while_the_token_is_parked_is_seen(world: World) -> None:
    """Park first, then look at the queue: whoever committed before saw no token to answer."""
    requests = _Interleaved()
    world.requests = requests
    world.__post_init__()
    ref = world.draft()
    world.launch(ref)
    world.run_actor(ref)
    requests.tokens.clear()
    requests.act = lambda: world.consent(ref, world.signer_ids(ref)[0])
    await_command(requests, world.executions, ref, generation=1, token="late", now=world.now)
    assert world.executions.answers["late"].next is Next.ISSUE_OTP


def test_a_replacement_that_comes_while_the_token_is_parked_is_seen(world: World) -> None:
    """The same of a newer generation: the old execution ends, and leaves no token behind."""
    requests = _Interleaved()
    world.requests = requests
    world.__post_init__()
    ref = world.draft()
    world.launch(ref)
    world.run_actor(ref)
    requests.tokens.clear()

    def replaced() -> None:
        requests.stored[ref] = replace(requests.stored[ref], generation=2)

    requests.act = replaced
    await_command(requests, world.executions, ref, generation=1, token="old", now=world.now)
    assert world.executions.answers["old"].next is Next.END
    assert requests.parked(ref) is None


@pytest.mark.parametrize("kind", [CommandKind.ISSUE_OTP, CommandKind.SIGN])
def test_a_command_leaves_the_queue_only_when_it_is_applied(
    world: World, kind: CommandKind
) -> None:
    """The service behind it is away: the command stays, and the next run takes it."""
    ref = world.launched()
    signer = world.signer_ids(ref)[0]
    world.consent(ref, signer)
    if kind is CommandKind.SIGN:
        world.run_actor(ref)
        world.enter(ref, signer, world.code(ref, signer))
        world.signer.outages = 1
    else:
        world.sms.outages = 1
    (command,) = world.load(ref).commands
    with pytest.raises(TransientError):
        world.run_actor(ref)
    assert world.load(ref).commands == (command,)
    world.run_actor(ref)
    assert world.load(ref).commands == ()
    assert (len(world.signer.made), len(world.sms.sent)) == (int(kind is CommandKind.SIGN), 1)


def test_p5_order_is_kept_where_the_signature_is_made(world: World) -> None:
    """P5: even if a command of who comes later stood in the queue, nothing is signed."""
    ref = world.launched(people=(1, 2))
    _, second = world.signer_ids(ref)
    request = world.load(ref)
    early = Command("cmd_early", CommandKind.SIGN, second, "otp_none", world.now)
    people = tuple(
        replace(r, state=RecipientState.SIGNING) if r.id == second else r
        for r in request.recipients
    )
    world.requests.stored[ref] = replace(request, commands=(early,), recipients=people)
    document = request.documents[0].id
    step = next_step(world.load(ref), world.now)
    assert (step.next, step.command_id) == (Next.SIGN, "cmd_early")
    with pytest.raises(ConflictError, match="out_of_order"):
        using(SignDocument, world)(ref, command_id="cmd_early", document_id=document, now=world.now)
    made = Revision(second, "cmd_early", "field", "0" * 64, "key", 1, world.now)
    with pytest.raises(ConflictError, match="out_of_order"):
        applied_signatures.add_revision(world.load(ref), document, made, world.now)
    assert world.signer.made == []


# ------------------------------------------------------------------ P9: corrections, new codes


def _use_up(world: World, ref: RequestRef, signer: str, codes: int) -> None:
    for _ in range(codes):
        world.consent(ref, signer)
        world.run_actor(ref)
        world.now += timedelta(seconds=31)


def _correct(world: World, ref: RequestRef, signer: str, number: int) -> None:
    world.change(ref, signer, RecipientChange(phone=f"+3363998{number:04d}"))
    world.run_actor(ref)


def test_p9_a_corrected_phone_gets_codes_of_its_own(world: World) -> None:
    """P9: five went to the wrong phone; the right one gets five, and the signer signs."""
    ref = world.launched()
    signer = world.signer_ids(ref)[0]
    _use_up(world, ref, signer, 5)
    with pytest.raises(TooManyError, match="too_many_codes"):
        world.consent(ref, signer)
    _correct(world, ref, signer, 1111)
    world.sign(ref, signer)
    assert world.load(ref).state is RequestState.COMPLETED
    assert world.sms.sent[-1][0] == "+33639981111"


def test_p9_corrections_do_not_give_codes_for_ever(world: World) -> None:
    """P9: a place gets fifteen codes in all, whoever is asked there."""
    ref = world.launched()
    signer = world.signer_ids(ref)[0]
    _use_up(world, ref, signer, 5)
    _correct(world, ref, signer, 1111)
    _use_up(world, ref, signer, 3)
    _correct(world, ref, signer, 2222)
    _use_up(world, ref, signer, 5)
    heir = world.replace(ref, signer, 7)
    world.run_actor(ref)
    _use_up(world, ref, heir, 2)
    with pytest.raises(TooManyError, match="too_many_codes"):
        world.consent(ref, heir)
    _correct(world, ref, heir, 3333)
    with pytest.raises(TooManyError, match="too_many_codes"):
        world.consent(ref, heir)
    assert len(world.sms.sent) == 15


def test_p17_who_gets_a_copy_is_notified_at_the_end(world: World) -> None:
    """P17: a `cc` recipient waits until there is something to send, and then does not any more."""
    ref = world.launched(copies=1)
    (copy,) = (r.id for r in world.load(ref).recipients if r.role is Role.CC)
    assert world.recipient(ref, copy).state is RecipientState.WAITING
    world.now += DAY
    world.sign_all(ref)
    told = world.recipient(ref, copy)
    assert (told.state, told.notified_at) == (RecipientState.NOTIFIED, world.now)


def test_p17_of_what_is_not_completed_no_copy_is_sent(world: World) -> None:
    """P12: nobody who only waited for a copy hears of a request that was canceled."""
    ref = world.launched(copies=1)
    (copy,) = (r.id for r in world.load(ref).recipients if r.role is Role.CC)
    world.cancel(ref)
    world.run_actor(ref)
    assert world.recipient(ref, copy).state is RecipientState.WAITING


@pytest.mark.parametrize("address", [None, "nouvelle@client.test"])
def test_p17_a_correction_just_before_the_end_hides_it_from_nobody(
    world: World, address: str | None
) -> None:
    """P17: who was written to is told the end, though their link died; a new address is not."""
    ref = world.launched()
    signer = world.signer_ids(ref)[0]
    phone = None if address else "+33639981234"
    world.change(ref, signer, RecipientChange(phone=phone, email=address))
    execution = world.execution(ref)
    assert execution is not None
    world.fail(execution)
    deadline = world.load(ref).deadline
    assert deadline is not None
    world.now = deadline
    world.sweep()
    world.run_actor(ref)
    told = [n.recipient_id for n in world.notices(ref) if n.kind is NoticeKind.EXPIRED]
    assert told == ([None] if address else [None, signer])
