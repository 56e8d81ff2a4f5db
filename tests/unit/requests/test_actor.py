"""What the actor does next is read off the state alone."""

from datetime import timedelta

import pytest

from paraphe.domain.requests import actor
from paraphe.domain.requests.actor import Due, Next, Step, Urgency
from paraphe.ports.requests import RequestRef
from paraphe.usecases.requests.edit_recipients import RecipientChange
from tests.support.world import World


@pytest.fixture
def world() -> World:
    """A platform."""
    return World()


def _next(world: World, ref: RequestRef) -> Next:
    return actor.next_step(world.load(ref), world.now).next


def test_the_whole_way(world: World) -> None:
    """Launch, invite, code, sign, complete, end: one step after the other."""
    ref = world.draft(files=2)
    assert _next(world, ref) is Next.END
    world.launch(ref)
    signer = world.signer_ids(ref)[0]
    assert _next(world, ref) is Next.LAUNCH
    world.run_actor(ref)
    fifteen_days = 15 * 24 * 60 * 60
    assert actor.next_step(world.load(ref), world.now) == Step(Next.AWAIT, fifteen_days)
    world.consent(ref, signer)
    assert _next(world, ref) is Next.ISSUE_OTP
    world.run_actor(ref)
    world.enter(ref, signer, world.code(ref, signer))
    request = world.load(ref)
    step = actor.next_step(request, world.now)
    assert step.next is Next.SIGN
    assert step.command_id == request.commands[0].id
    assert step.document_ids == tuple(d.id for d in request.documents)
    world.apply(ref, step)
    assert _next(world, ref) is Next.COMPLETE
    world.run_actor(ref)
    assert _next(world, ref) is Next.END


def test_how_it_ends_early(world: World) -> None:
    """Each end has its own step, until it is closed."""
    refs = [world.launched() for _ in range(3)]
    world.decline(refs[0], world.signer_ids(refs[0])[0])
    world.cancel(refs[1])
    world.now += timedelta(days=15)
    for ref, step in zip(refs, (Next.REFUSE, Next.CANCEL, Next.EXPIRE), strict=True):
        assert _next(world, ref) is step
        world.run_actor(ref)
        assert _next(world, ref) is Next.END


def test_a_relaunch_or_a_correction_is_written_again(world: World) -> None:
    """P6, P14: whoever is due a message gets it before the actor waits."""
    ref = world.launched()
    signer = world.signer_ids(ref)[0]
    world.now += timedelta(days=1)
    world.relaunch(ref)
    assert _next(world, ref) is Next.RELAUNCH
    world.run_actor(ref)
    world.change(ref, signer, RecipientChange(email="autre@client.test"))
    assert _next(world, ref) is Next.RELAUNCH
    world.run_actor(ref)
    assert _next(world, ref) is Next.AWAIT


def test_commands_come_first_and_in_order(world: World) -> None:
    """P14: accepted signatures are applied, oldest first, even past the deadline."""
    ref = world.launched(people=(1, 1, 1))
    first, second, third = world.signer_ids(ref)
    for signer in (second, first):
        world.consent(ref, signer)
        world.run_actor(ref)
    for signer in (second, first):
        world.now += timedelta(seconds=1)
        world.enter(ref, signer, world.code(ref, signer))
    world.now += timedelta(days=15)
    world.run_actor(ref)
    assert [who for who, _ in world.signer.made] == [second, first]
    assert third not in {who for who, _ in world.signer.made}
    assert world.load(ref).state == "expired"


def test_a_failed_request_rests(world: World) -> None:
    """It has no execution; a refusal waits for a person, and for its deadline like any other."""
    ref = world.launched()
    execution = world.execution(ref)
    assert execution is not None
    world.fail(execution)
    assert _next(world, ref) is Next.END
    request = world.load(ref)
    assert request.deadline is not None
    assert actor.due(request) == Due(Urgency.END, request.deadline)


def test_due_says_when_the_sweep_has_to_look(world: World) -> None:
    """Drafts at the end of their life, work after a minute, then reminder, deadline, month."""
    ref = world.draft()
    assert actor.due_at(world.load(ref)) == world.now + timedelta(days=31)
    world.launch(ref)
    assert actor.due_at(world.load(ref)) == world.now + timedelta(seconds=60)
    world.run_actor(ref)
    for days in (8, 13):
        assert actor.due_at(world.load(ref)) == world.load(ref).created_at + timedelta(days=days)
        world.now = world.load(ref).created_at + timedelta(days=days)
        world.sweep()
    assert actor.due_at(world.load(ref)) == world.load(ref).deadline
    world.cancel(ref)
    ended = world.now
    assert actor.due_at(world.load(ref)) == world.now + timedelta(seconds=60)
    world.run_actor(ref)
    assert actor.due_at(world.load(ref)) == world.now + timedelta(days=31)
    world.now += timedelta(days=31)
    world.sweep()
    assert actor.due_at(world.load(ref)) == ended + timedelta(days=3653)
    world.now = ended + timedelta(days=3653)
    world.sweep()
    assert actor.due_at(world.load(ref)) is None
