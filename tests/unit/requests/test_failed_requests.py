"""What failed for a while is resumed or ends; executions that die are replaced."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from paraphe.domain.errors import ConflictError
from paraphe.domain.requests import actor, endings, failures
from paraphe.domain.requests.actor import Due, Next, Urgency
from paraphe.domain.requests.decision import nothing
from paraphe.domain.requests.model import NoticeKind, RequestState
from paraphe.domain.requests.recipient import RecipientState
from paraphe.ports.requests import RequestRef
from paraphe.usecases.requests.sweep import execution_ended
from tests.support.world import MILLISECOND, World
from tests.unit.requests.test_sweep import DAY, MINUTE

# ------------------------------------------------------------------ what failed for a while


def _failing(world: World, *, refused: bool = False) -> RequestRef:
    """An accepted signature whose step was given up."""
    ref = world.launched(people=(1, 2))
    world.accept(ref, world.signer_ids(ref)[0])
    _fail(world, ref, refused=refused)
    return ref


def _fail(world: World, ref: RequestRef, *, refused: bool = False) -> None:
    execution = world.execution(ref)
    assert execution is not None
    world.fail(execution, refused=refused)


def _told(world: World, ref: RequestRef) -> int:
    return sum(n.kind is NoticeKind.FAILED for n in world.notices(ref))


def test_what_a_fault_has_failed_is_resumed_by_itself(world: World) -> None:
    """A service was away for minutes: nobody is told, nobody has to act, nothing is lost."""
    ref = _failing(world)
    assert world.load(ref).state is RequestState.FAILED
    world.now += 5 * MINUTE
    assert world.sweep().resumed == 1
    world.run_actor(ref)
    request = world.load(ref)
    assert request.state is RequestState.ACTIVE
    assert request.recipients[0].state is RecipientState.SIGNED
    assert _told(world, ref) == 0
    assert [e.actor.kind for e in world.requests.events(ref) if e.kind == "request_resumed"] == [
        "system"
    ]


def test_what_a_rule_refused_waits_for_a_person(world: World) -> None:
    """A changed file does not heal: told at once, and never tried again by itself."""
    ref = _failing(world, refused=True)
    assert _told(world, ref) == 1
    world.now += 10 * DAY
    assert world.sweep().resumed == 0
    world.resume(ref)
    world.run_actor(ref)
    assert world.load(ref).recipients[0].state is RecipientState.SIGNED


def test_pauses_grow_and_a_lasting_fault_is_told_once(world: World) -> None:
    """1, 2, 4 ... minutes, at most 6 hours; about three days; its sender is told once."""
    ref = _failing(world)
    pauses, told = [], []
    while (at := world.load(ref).resume_at) is not None:
        pauses.append(at - world.load(ref).updated_at)
        told.append(_told(world, ref))
        world.now = max(at, world.now + 5 * MINUTE)
        assert world.sweep().resumed == 1
        _fail(world, ref)
    assert pauses[:5] == [n * MINUTE for n in (1, 2, 4, 8, 16)]
    assert max(pauses) == timedelta(hours=6)
    assert timedelta(days=2.5) < sum(pauses, timedelta()) < timedelta(days=4)
    assert told == [0] * failures.LASTING + [1] * (len(told) - failures.LASTING)
    assert failures.is_lasting(world.load(ref))
    assert actor.due(world.load(ref)) == Due(
        Urgency.END, endings.expires_at(world.load(ref)) or world.now
    )


def test_progress_starts_the_pauses_anew(world: World) -> None:
    """Whatever the request's trail got in between was not in vain."""
    ref = _failing(world)
    for _ in range(5):
        world.now += timedelta(hours=1)
        world.sweep()
        _fail(world, ref)
    world.now += timedelta(hours=1)
    world.sweep()
    world.run_actor(ref)
    world.accept(ref, world.signer_ids(ref)[1])
    _fail(world, ref)
    request = world.load(ref)
    assert request.resume_at == request.updated_at + MINUTE
    assert not failures.is_lasting(request)


# ------------------------------------------------------------------ P14, P16 of what failed


def test_p14_a_failed_request_expires_at_its_deadline(world: World) -> None:
    """P14, P16: like any other; all are told, there is evidence, a month later it is erased."""
    ref = world.launched()
    _fail(world, ref, refused=True)
    deadline = world.load(ref).deadline
    assert deadline is not None
    world.now = deadline - MILLISECOND
    assert world.sweep().ended == 0
    world.now = deadline
    assert world.sweep().ended == 1
    world.run_actor(ref)
    request = world.load(ref)
    assert (request.state, request.closed) == (RequestState.EXPIRED, True)
    assert request.evidence_key is not None
    assert sum(n.kind is NoticeKind.EXPIRED for n in world.notices(ref)) == 2
    world.now += 31 * DAY
    assert world.sweep().purged == 1
    assert not world.files.objects


def test_p14_expiry_does_not_take_accepted_signatures(world: World) -> None:
    """P11, P14: at the deadline an accepted signature stays; it is applied as soon as it can be."""
    ref = _failing(world, refused=True)
    world.now = (world.load(ref).deadline or world.now) + 10 * DAY
    assert world.sweep().ended == 0
    assert endings.expire(world.load(ref), world.now).changes_nothing
    world.resume(ref)
    world.run_actor(ref)
    request = world.load(ref)
    assert len(request.documents[0].revisions) == 1
    assert request.state is RequestState.EXPIRED  # the second signer's time is over


def test_p16_what_nobody_cures_ends_31_days_after_its_deadline(world: World) -> None:
    """P16: nothing is kept for ever, not even for an accepted signature that cannot be made."""
    ref = _failing(world, refused=True)
    end = (world.load(ref).deadline or world.now) + 31 * DAY
    world.now = end - MILLISECOND
    assert world.sweep().ended == 0
    world.now = end
    assert world.sweep().ended == 1
    world.run_actor(ref)
    world.now += 31 * DAY
    world.sweep()
    assert world.load(ref).state is RequestState.EXPIRED
    assert not world.files.objects


def test_an_active_request_never_loses_an_accepted_signature_to_its_deadline(world: World) -> None:
    """P14: accepted in the last millisecond, applied afterwards."""
    ref = world.launched(people=(1, 2))
    first = world.signer_ids(ref)[0]
    world.consent(ref, first)
    world.run_actor(ref)
    world.now = (world.load(ref).deadline or world.now) - MILLISECOND
    challenge = world.load(ref).challenges[0]
    world.requests.stored[ref] = replace(
        world.load(ref), challenges=(replace(challenge, expires_at=world.now + MINUTE),)
    )
    world.enter(ref, first, world.code(ref, first))
    world.now += MILLISECOND
    request = world.load(ref)
    assert endings.expire(request, world.now) == nothing(request)
    world.run_actor(ref)
    assert world.signer.made == [(first, request.documents[0].id)]


def test_p16_nothing_lives_for_more_than_a_year_and_its_months(world: World) -> None:
    """A relaunch a year after the draft is refused, a draft that old is given up."""
    ref, draft = world.launched(), world.draft()
    start = world.now
    while world.now < start + 360 * DAY:
        world.now += 10 * DAY
        world.relaunch(ref)
        world.run_actor(ref)
        world.add_document(draft, "encore.pdf") if world.load(draft).documents[9:] == () else None
        world.requests.stored[draft] = replace(world.load(draft), updated_at=world.now)
        world.requests.refile(world.load(draft), actor.due(world.load(draft)))
    world.now = start + 365 * DAY
    with pytest.raises(ConflictError, match="too_old"):
        world.relaunch(ref)
    with pytest.raises(ConflictError, match="too_old"):
        world.launch(draft)
    assert world.sweep().abandoned == 1
    assert (world.load(ref).deadline or world.now) <= start + 380 * DAY


# ------------------------------------------------------------------ executions that die


def test_a_parked_execution_that_dies_is_replaced_at_once(world: World) -> None:
    """Nobody acts for days: the event of its death is enough."""
    ref = world.launched()
    world.kill(ref)
    tally = execution_ended(world.tools, ref, 1, world.now)
    assert tally.restarted == 1
    world.run_actor(ref)
    assert world.load(ref).generation == 2
    world.sign(ref, world.signer_ids(ref)[0])
    assert world.load(ref).state is RequestState.COMPLETED


def test_an_execution_that_dies_again_and_again_is_given_pauses(world: World) -> None:
    """The second death in a row is left to the sweep, which looks a little later each time."""
    ref = world.launched()
    restarts = []
    for _ in range(200):
        world.kill(ref)
        generation = world.load(ref).generation
        if execution_ended(world.tools, ref, generation, world.now).restarted:
            restarts.append(world.now)
        world.now += MINUTE
        if world.sweep().restarted:
            restarts.append(world.now)
    assert len(restarts) < 12
    assert world.load(ref).restarts == len(restarts)


@pytest.mark.parametrize("case", ["running", "replaced", "failed", "closed", "unknown"])
def test_a_death_that_concerns_nobody_changes_nothing(world: World, case: str) -> None:
    """Late, repeated or foreign events."""
    ref = world.launched()
    if case == "failed":
        _fail(world, ref, refused=True)
    elif case == "replaced":
        world.kill(ref)
        execution_ended(world.tools, ref, 1, world.now)
    elif case == "closed":
        world.sign_all(ref)
    elif case == "unknown":
        ref = RequestRef(ref.firm_id, "sr_unknown")
    before = dict(world.requests.stored)
    assert execution_ended(world.tools, ref, 1, world.now).restarted == 0
    assert world.requests.stored == before


def test_a_dead_execution_without_an_event_is_found_at_the_next_look(world: World) -> None:
    """A reminder is due: its actor is gone, and replaced."""
    ref = world.launched()
    world.kill(ref)
    world.now += 8 * DAY
    tally = world.sweep()
    assert (tally.reminded, tally.restarted) == (1, 1)


def test_evidence_that_cannot_be_made_is_tried_with_growing_pauses(world: World) -> None:
    """An ended request stays ended: its executions are replaced ever more rarely."""
    ref = world.launched()
    world.cancel(ref)
    for _ in range(4 * 24 * 12):
        world.run_actor(ref, until=Next.EVIDENCE)
        world.kill(ref)
        world.now += 5 * MINUTE
        world.sweep()
    kinds = world.kinds(ref)
    assert kinds.count("execution_replaced") < 30
    assert not world.load(ref).closed
    world.now += timedelta(hours=6)
    world.sweep()
    world.run_actor(ref)
    assert world.load(ref).closed
