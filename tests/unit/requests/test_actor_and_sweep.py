"""The actor's executions: woken, killed, replaced, cut off; and the sweep that repairs."""

from dataclasses import replace
from datetime import timedelta

import pytest

from paraphe.domain.errors import ConflictError
from paraphe.domain.requests.actor import SPENT, Next, Step, step_of_execution
from paraphe.domain.requests.document import Revision
from paraphe.domain.requests.model import RequestState
from paraphe.domain.signing import applied_signatures
from paraphe.ports.requests import Parked, RequestRef
from paraphe.ports.system import TransientError
from paraphe.usecases.requests.continue_execution import continue_request
from paraphe.usecases.requests.wake_execution import await_command
from paraphe.usecases.signing.apply_signature import finish_signature
from tests.support.world import World


@pytest.fixture
def world() -> World:
    """A platform."""
    return World()


def _consented(world: World) -> tuple[RequestRef, str]:
    ref = world.launched()
    signer = world.signer_ids(ref)[0]
    world.consent(ref, signer)
    return ref, signer


def test_a_command_wakes_the_waiting_actor(world: World) -> None:
    """The parked token is answered with the next step, and forgotten."""
    ref = world.launched()
    parked = world.requests.parked(ref)
    assert parked is not None
    request = world.consent(ref, world.signer_ids(ref)[0])
    answer = world.executions.answers[parked.token]
    assert answer == Step(Next.ISSUE_OTP, command_id=request.commands[0].id)
    assert world.requests.parked(ref) is None


def test_an_actor_that_comes_after_the_command_answers_itself(world: World) -> None:
    """Whoever parks reads the state afterwards: in either order one of both sees the other."""
    ref = world.launched()
    world.requests.tokens.clear()
    world.consent(ref, world.signer_ids(ref)[0])
    await_command(world.requests, world.executions, ref, generation=1, token="late", now=world.now)
    assert world.executions.answers["late"].next is Next.ISSUE_OTP


def test_a_replaced_execution_is_told_to_end(world: World) -> None:
    """It may come before or after its successor, and leaves the successor's token alone."""
    ref = world.launched()
    continue_request(world.requests, world.executions, ref, 1, world.now)
    world.requests.park(ref, Parked("new", 2))
    await_command(world.requests, world.executions, ref, generation=1, token="old", now=world.now)
    assert world.executions.answers == {"old": Step(Next.END)}
    assert world.requests.parked(ref) == Parked("new", 2)


def test_handing_over_twice_makes_one_successor(world: World) -> None:
    """An execution near its limits starts the next one; a repeated step starts no third."""
    ref = world.launched()
    for _ in range(2):
        continue_request(world.requests, world.executions, ref, 1, world.now)
    assert world.load(ref).generation == 2
    assert world.executions.starts == [(ref, 1), (ref, 2)]
    assert world.kinds(ref).count("execution_replaced") == 1


def _spend(world: World, ref: RequestRef) -> None:
    """Let the execution have used up its history."""
    request = world.load(ref)
    began = request.version - SPENT
    world.requests.stored[ref] = replace(request, generation_version=began)


def test_an_execution_that_is_spent_hands_over_before_its_next_step(world: World) -> None:
    """Its history must not run out in the middle of a command; nobody notices the change."""
    ref, signer = _consented(world)
    world.run_actor(ref, until=Next.SIGN)
    _spend(world, ref)
    world.enter(ref, signer, world.code(ref, signer))
    world.run_actor(ref)  # the first one ends
    world.run_actor(ref)
    assert world.load(ref).generation == 2
    assert world.executions.starts == [(ref, 1), (ref, 2)]
    assert world.load(ref).state is RequestState.COMPLETED


def test_a_spent_execution_is_answered_to_wait(world: World) -> None:
    """Where it waits the door hands over; a request that has ended for good needs no successor."""
    ref, _ = _consented(world)
    assert step_of_execution(world.load(ref), world.now).next is Next.ISSUE_OTP
    _spend(world, ref)
    assert step_of_execution(world.load(ref), world.now).next is Next.AWAIT
    world.cancel(ref)
    for _ in range(2):
        world.run_actor(ref)
    _spend(world, ref)
    assert step_of_execution(world.load(ref), world.now).next is Next.END


def test_a_workflow_service_that_is_away_fails_no_command(world: World) -> None:
    """What was accepted stays accepted; the sweep wakes the actor when the service is back."""
    ref = world.launched()
    world.executions.refuses = True
    world.consent(ref, world.signer_ids(ref)[0])
    world.now += timedelta(minutes=5)
    assert world.sweep().woken == 0
    world.executions.refuses = False
    world.now += timedelta(minutes=5)
    assert world.sweep().woken == 1
    world.run_actor(ref)
    assert len(world.sms.sent) == 1


def test_a_launch_whose_execution_could_not_be_started(world: World) -> None:
    """The launch holds; the sweep starts the execution."""
    ref = world.draft()
    world.executions.refuses = True
    assert world.launch(ref).state is RequestState.ACTIVE
    world.executions.refuses = False
    world.now += timedelta(minutes=5)
    assert world.sweep().restarted == 1
    world.run_actor(ref)
    assert [n.kind for n in world.notices(ref)] == ["invitation"]


@pytest.mark.parametrize("step", [Next.ISSUE_OTP, Next.SIGN, Next.COMPLETE])
def test_an_execution_killed_midway_is_replaced(world: World, step: Next) -> None:
    """Lose the execution and nothing is lost: the sweep starts another from the stored state."""
    ref, signer = _consented(world)
    if step is not Next.ISSUE_OTP:
        world.run_actor(ref)
        world.enter(ref, signer, world.code(ref, signer))
    world.run_actor(ref, until=step)
    world.kill(ref)
    world.now += timedelta(seconds=59)
    assert world.sweep().restarted == 0
    world.now += timedelta(seconds=1)
    assert world.sweep().restarted == 1
    world.run_actor(ref)
    if step is Next.ISSUE_OTP:
        assert len(world.sms.sent) == 1
        world.enter(ref, signer, world.code(ref, signer))
        world.run_actor(ref)
    request = world.load(ref)
    assert request.state is RequestState.COMPLETED
    assert len(request.documents[0].revisions) == 1


def test_an_execution_at_work_is_left_alone_until_it_moves_nothing(world: World) -> None:
    """Retries may take minutes; after 20 without any change a second execution takes over."""
    ref, _ = _consented(world)
    world.executions.answers.clear()
    world.now += timedelta(minutes=19)
    assert world.sweep().restarted == 0
    world.now += timedelta(minutes=1)
    assert world.sweep().restarted == 1
    world.run_actor(ref)
    assert len(world.sms.sent) == 1


def test_the_same_command_twice_is_applied_once(world: World) -> None:
    """Every step of the workflow may run twice."""
    ref, signer = _consented(world)
    code_step = Step(Next.ISSUE_OTP, command_id=world.load(ref).commands[0].id)
    world.apply(ref, code_step)
    after = world.load(ref)
    world.apply(ref, code_step)
    assert world.load(ref) == after
    world.enter(ref, signer, world.code(ref, signer))
    request = world.load(ref)
    sign_step = Step(
        Next.SIGN,
        command_id=request.commands[0].id,
        document_ids=tuple(d.id for d in request.documents),
    )
    world.apply(ref, sign_step)
    after, files = world.load(ref), dict(world.files.objects)
    world.apply(ref, sign_step)
    assert (world.load(ref), world.files.objects) == (after, files)
    for _ in range(2):
        world.apply(ref, Step(Next.COMPLETE))
    for _ in range(2):
        world.apply(ref, Step(Next.EVIDENCE))
        world.apply(ref, Step(Next.COMPLETE))
    assert world.kinds(ref).count("request_completed") == 1
    assert world.kinds(ref).count("evidence_stored") == 1
    assert world.kinds(ref).count("request_closed") == 1


def test_p14_no_code_is_sent_after_the_deadline(world: World) -> None:
    """P9, P14: asked for in time, but the actor came too late: no SMS, and the request expires."""
    ref, _ = _consented(world)
    world.now += timedelta(days=15)
    request = world.run_actor(ref)
    assert world.sms.sent == []
    assert request.state is RequestState.EXPIRED
    reasons = [e.data["reason"] for e in world.requests.events(ref) if e.kind == "code_not_sent"]
    assert reasons == ["request_over"]


def test_p9_a_code_sent_twice_is_the_same_code(world: World) -> None:
    """P9: a crash between sending and writing down repeats the SMS, not the secret."""
    ref, _ = _consented(world)
    step = Step(Next.ISSUE_OTP, command_id=world.load(ref).commands[0].id)
    world.requests.between = [_crash]
    with pytest.raises(TransientError):
        world.apply(ref, step)
    world.apply(ref, step)
    first, second = world.sms.sent
    assert first == second


def _crash() -> None:
    raise TransientError("the database does not answer")


def test_a_crash_after_storing_the_bytes_leaves_an_orphan(world: World) -> None:
    """Bytes before pointers: the next run signs anew, and the orphan is erased at the end."""
    ref, signer = _consented(world)
    world.run_actor(ref)
    world.enter(ref, signer, world.code(ref, signer))
    world.run_actor(ref, until=Next.SIGN)
    world.requests.between = [_crash]
    with pytest.raises(TransientError):
        world.run_actor(ref)
    world.now += timedelta(seconds=5)
    request = world.run_actor(ref)
    assert request.state is RequestState.COMPLETED
    assert len(request.documents[0].revisions) == 1
    assert not any(key.startswith("active/") for key in world.files.objects)


def test_a_document_that_holds_the_signature_is_not_signed_again(world: World) -> None:
    """A retry after a fault at the second document leaves the first as it is."""
    ref = world.launched(files=2)
    world.accept(ref, world.signer_ids(ref)[0])
    world.run_actor(ref, until=Next.SIGN)
    world.requests.between = [lambda: None, _crash]
    with pytest.raises(TransientError):
        world.run_actor(ref)
    first, second = (d.id for d in world.load(ref).documents)
    assert world.run_actor(ref).state is RequestState.COMPLETED
    assert [document for _, document in world.signer.made] == [first, second, second]


def test_p20_a_changed_file_is_never_signed(world: World) -> None:
    """P20: the stored bytes are not those that were written down: refused, nothing changed."""
    ref, signer = _consented(world)
    world.run_actor(ref)
    world.enter(ref, signer, world.code(ref, signer))
    world.files.objects[world.load(ref).documents[0].key or ""] += b"!"
    before = world.load(ref)
    with pytest.raises(ConflictError, match="hash_mismatch"):
        world.run_actor(ref)
    assert world.load(ref) == before
    assert world.signer.made == []


def test_a_command_is_not_taken_off_before_every_document_is_signed(world: World) -> None:
    """P11: finishing early is refused; finishing an unknown command changes nothing."""
    ref = world.launched(files=2)
    signer = world.signer_ids(ref)[0]
    command = world.accept(ref, signer).commands[0].id
    with pytest.raises(ConflictError, match="documents_unsigned"):
        finish_signature(world.requests, ref, command, world.now)
    before = world.load(ref)
    assert finish_signature(world.requests, ref, "cmd_00000000", world.now) == before


def test_a_stored_revision_is_pointed_to_once(world: World) -> None:
    """P11: a late second run with the same or another file changes nothing."""
    ref = world.launched(files=2)
    signer = world.signer_ids(ref)[0]
    request = world.accept(ref, signer)
    document, command = request.documents[0].id, request.commands[0].id
    made = Revision(signer, command, "field", "0" * 64, "key", 1, world.now)
    once = applied_signatures.add_revision(request, document, made, world.now).request
    assert once.documents[0].revisions == (made,)
    other = replace(made, sha256="1" * 64)
    assert applied_signatures.add_revision(once, document, other, world.now).changes_nothing


def test_a_failed_request_keeps_its_commands(world: World) -> None:
    """A late run of a step of the failed execution takes nothing off the queue."""
    ref = world.launched()
    command = world.accept(ref, world.signer_ids(ref)[0]).commands[0].id
    execution = world.execution(ref)
    assert execution is not None
    world.fail(execution)
    before = world.load(ref)
    assert finish_signature(world.requests, ref, command, world.now) == before
    assert before.commands


def test_one_broken_request_does_not_keep_the_others_from_their_turn(world: World) -> None:
    """The sweep goes on, and says what it met."""
    broken, sound = world.launched(), world.launched()
    for ref in (broken, sound):
        world.now += timedelta(seconds=1)
        world.cancel(ref)
        world.run_actor(ref)
    world.now += timedelta(days=31, seconds=1)
    world.files.broken.add(broken)
    tally = world.sweep()
    assert tally.purged == 1
    assert tally.failed == ["TransientError"]
    assert world.load(broken).purged_at is None
    assert world.load(sound).purged_at == world.now


def test_the_sweep_expires_what_its_actor_slept_through(world: World) -> None:
    """P14: a dead execution does not keep a request from expiring."""
    ref = world.launched()
    world.kill(ref)
    world.now += timedelta(days=15)
    world.sweep()
    assert world.run_actor(ref).state is RequestState.EXPIRED
