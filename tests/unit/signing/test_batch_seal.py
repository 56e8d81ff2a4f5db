"""P21, P22, P23: the rules of a batch that a member seals with one code."""

from dataclasses import replace
from datetime import timedelta

import pytest

from paraphe.domain.errors import (
    ConflictError,
    ForbiddenError,
    GoneError,
    InvalidError,
    LockedError,
    TooManyError,
)
from paraphe.domain.evidence.audit import Actor
from paraphe.domain.firms import member as members
from paraphe.domain.firms.member import Capability, Member
from paraphe.domain.requests import launch
from paraphe.domain.requests.actor import Next, due_at, next_step
from paraphe.domain.requests.decision import Decision
from paraphe.domain.requests.model import ChallengeState, RequestState, SignatureRequest
from paraphe.domain.requests.recipient import Placement, RecipientState, Role
from paraphe.domain.signing import batch_seal, code_attempts
from paraphe.ports.requests import RequestRef
from tests.support.world import FIRM, MILLISECOND, World


@pytest.fixture
def world() -> World:
    """A platform."""
    return World()


def _ask(request: SignatureRequest, member: Member, world: World) -> Decision:
    return batch_seal.ask(
        request,
        batch_seal.authorise(member),
        challenge_id="otp_00000001",
        command_id="cmd_00000001",
        now=world.now,
    )


def _coded(world: World, *, files: int = 3) -> tuple[RequestRef, Member]:
    """Return a batch whose member has just been sent the code."""
    member = world.member(Capability.SEAL)
    ref = world.batch(files=files)
    world.ask_to_seal(ref, member)
    world.run_actor(ref)
    return ref, member


def test_p23_only_who_may_seal_can_ask(world: World) -> None:
    """P23: capabilities are a person's; one for signing is none for sealing."""
    with pytest.raises(ForbiddenError, match="not_permitted"):
        batch_seal.authorise(world.member(Capability.SIGN, Capability.PREPARE))
    with pytest.raises(InvalidError, match="member_phone_required"):
        batch_seal.authorise(replace(world.member(Capability.SEAL), phone=None))
    found = batch_seal.authorise(world.member(Capability.SIGN, Capability.SEAL))
    assert (found.name, found.capability) == ("Claire Exemple", Capability.SEAL)


def test_p23_capabilities_are_taken_back_at_once(world: World) -> None:
    """Other fields stay as they are."""
    member = world.member(Capability.SEAL)
    less = members.changed(member, capabilities=(), phone=None)
    assert less == replace(member, capabilities=())
    with pytest.raises(ForbiddenError):
        members.check_may(less, Capability.SEAL)


def test_p21_asking_freezes_the_documents_and_nothing_is_sealed(world: World) -> None:
    """P6, P14, P21: launched, with the seal as its only party, which waits for the code."""
    member, ref = world.member(Capability.SEAL), world.batch(files=2, copies=1)
    request = _ask(world.load(ref), member, world).request
    seal = batch_seal.batch_seal(request)
    assert seal is not None
    assert (seal.role, seal.name, seal.email, seal.phone) == (Role.SEAL, FIRM.name, "", None)
    assert seal.code_phone == member.phone
    assert request.state is RequestState.ACTIVE
    assert request.documents_digest == launch.documents_digest(request.documents)
    assert request.deadline == world.now + timedelta(days=15)
    assert next_step(request, world.now).next is Next.ISSUE_OTP
    waiting = replace(request, commands=())
    assert next_step(waiting, world.now).next is Next.AWAIT
    assert due_at(waiting) == request.deadline


def test_p22_one_code_is_bound_to_all_documents(world: World) -> None:
    """P9, P22: whichever document changed, the code is for others."""
    ref, member = _coded(world)
    request = world.load(ref)
    challenge = batch_seal.check_code(request, member, world.now)
    assert challenge.documents_digest == request.documents_digest
    assert len(request.challenges) == 1
    other = replace(request, documents_digest="0" * 64)
    with pytest.raises(GoneError, match="code_of_other_documents"):
        batch_seal.check_code(other, member, world.now)


def test_a_request_that_somebody_signs_is_no_batch(world: World) -> None:
    """Neither as a draft nor launched; nor is one without documents."""
    member = world.member(Capability.SEAL)
    ref = world.batch()
    world.add_recipient(ref, order=1)
    with pytest.raises(InvalidError, match="has_signers"):
        _ask(world.load(ref), member, world)
    world.launch(ref)
    with pytest.raises(ConflictError, match="not_a_batch"):
        _ask(world.load(ref), member, world)
    with pytest.raises(ConflictError, match="not_a_batch"):
        batch_seal.check_code(world.load(ref), member, world.now)
    with pytest.raises(InvalidError, match="no_documents"):
        _ask(world.load(world.batch(files=0)), member, world)


def test_p21_a_firm_without_seal_cannot_seal(world: World) -> None:
    """P21: `no_seal`, and the draft stays one."""
    ref = world.draft(people=())
    with pytest.raises(InvalidError, match="no_seal"):
        _ask(world.load(ref), world.member(Capability.SEAL), world)


def test_p8_a_seal_that_was_placed_is_the_one_that_is_affixed(world: World) -> None:
    """P8: its box is kept, and checked; two of them are one too many."""
    member, ref = world.member(Capability.SEAL), world.batch(files=1)
    placed = world.add_recipient(ref, order=4, role=Role.SEAL)
    draft = world.load(ref)
    box = Placement(draft.documents[0].id, 1, 10, 10, 100, 50)
    boxed = replace(draft, recipients=(replace(placed, placements=(box,)),))
    seal = batch_seal.batch_seal(_ask(boxed, member, world).request)
    assert seal is not None
    assert (seal.id, seal.placements) == (placed.id, (box,))
    off = replace(draft, recipients=(replace(placed, placements=(replace(box, page=2),)),))
    with pytest.raises(InvalidError, match="placement_off_page"):
        _ask(off, member, world)
    world.add_recipient(ref, order=5, role=Role.SEAL)
    with pytest.raises(InvalidError, match="several_seals"):
        _ask(world.load(ref), member, world)


def test_p9_another_code_takes_30_seconds_and_there_are_five(world: World) -> None:
    """P9: the one before is void; a click while one is on its way is no second code."""
    member, ref = world.member(Capability.SEAL), world.batch()
    world.ask_to_seal(ref, member)
    assert _ask(world.load(ref), member, world).changes_nothing
    for _ in range(4):
        world.run_actor(ref)
        with pytest.raises(TooManyError, match="too_soon"):
            _ask(world.load(ref), member, world)
        world.now += timedelta(seconds=30)
        world.ask_to_seal(ref, member)
    world.run_actor(ref)
    world.now += timedelta(seconds=30)
    with pytest.raises(TooManyError, match="too_many_codes"):
        _ask(world.load(ref), member, world)
    states = [c.state for c in world.load(ref).challenges]
    assert sorted(states) == [ChallengeState.SENT] + [ChallengeState.VOID] * 4


def _counted(
    request: SignatureRequest, member: Member, world: World
) -> tuple[SignatureRequest, code_attempts.Trial]:
    challenge = batch_seal.check_code(request, member, world.now)
    by = Actor("member", member.id)
    counted = code_attempts.count_try(request, challenge, world.now, by).request
    return counted, code_attempts.Trial(challenge.id, challenge.tries + 1)


def test_p9_five_wrong_tries_void_the_code(world: World) -> None:
    """P9: told as the member's tries."""
    ref, member = _coded(world)
    request = world.load(ref)
    for _ in range(5):
        request, trial = _counted(request, member, world)
        by = Actor("member", member.id)
        decision = code_attempts.wrong_code(request, trial, world.now, by)
        request = decision.request
        assert (decision.events[0].actor.kind, decision.events[0].actor.id) == ("member", member.id)
    with pytest.raises(LockedError, match="code_void"):
        batch_seal.check_code(request, member, world.now)


def test_p9_a_code_works_for_30_minutes(world: World) -> None:
    """P9: at the very end it is too old."""
    ref, member = _coded(world)
    last = world.now + timedelta(minutes=30) - MILLISECOND
    request, trial = _counted(world.load(ref), member, world)
    assert batch_seal.accept(request, member, trial, last).request.state is RequestState.COMPLETING
    with pytest.raises(GoneError, match="code_expired"):
        batch_seal.accept(request, member, trial, last + MILLISECOND)


def test_p14_what_is_confirmed_in_the_last_millisecond_counts(world: World) -> None:
    """P14: at `deadline - 1 ms` it does, at the deadline it does not, and the batch expires."""
    ref, member = _coded(world)
    deadline = world.load(ref).deadline
    assert deadline is not None
    world.now = deadline - timedelta(minutes=1)
    world.ask_to_seal(ref, member)
    world.run_actor(ref)
    request, trial = _counted(world.load(ref), member, world)
    with pytest.raises(GoneError, match="request_expired"):
        batch_seal.accept(request, member, trial, deadline)
    accepted = batch_seal.accept(request, member, trial, deadline - MILLISECOND).request
    assert next_step(accepted, deadline).next is Next.SEAL
    assert next_step(world.load(ref), deadline).next is Next.EXPIRE


def test_p23_who_may_not_seal_any_more_cannot_confirm(world: World) -> None:
    """P23: the capability is asked for again; nor can another member type this one's code."""
    ref, member = _coded(world)
    request, trial = _counted(world.load(ref), member, world)
    with pytest.raises(ForbiddenError, match="not_permitted"):
        batch_seal.accept(request, replace(member, capabilities=()), trial, world.now)
    with pytest.raises(ForbiddenError, match="not_your_code"):
        batch_seal.accept(request, world.member(Capability.SEAL), trial, world.now)


def test_p11_accepted_is_accepted(world: World) -> None:
    """P11: asked or typed again it is a conflict, and the trail says who, and as what."""
    ref, member = _coded(world)
    request, trial = _counted(world.load(ref), member, world)
    decision = batch_seal.accept(request, member, trial, world.now)
    request = decision.request
    seal = batch_seal.batch_seal(request)
    assert seal is not None
    assert (seal.state, seal.accepted_at) == (RecipientState.SIGNING, world.now)
    (event,) = decision.events
    assert (event.kind, event.actor.id) == ("seal_accepted", member.id)
    assert (event.data["name"], event.data["capability"]) == (member.name, "seal")
    assert event.data["documents_digest"] == request.documents_digest
    with pytest.raises(ConflictError, match="already_signing"):
        batch_seal.accept(request, member, trial, world.now)
    with pytest.raises(ConflictError, match="already_signing"):
        batch_seal.check_code(request, member, world.now)
    with pytest.raises(ConflictError, match="already_signing"):
        _ask(request, member, world)
