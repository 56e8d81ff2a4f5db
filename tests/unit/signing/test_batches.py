"""A batch sealed from end to end, taken over, canceled, interrupted, confirmed twice (P21, P22)."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from paraphe.domain.errors import (
    ConflictError,
    ForbiddenError,
    GoneError,
    InvalidError,
    LockedError,
    NotFoundError,
    ParapheError,
    TooManyError,
)
from paraphe.domain.evidence import audit, statements
from paraphe.domain.firms.member import Capability, Member
from paraphe.domain.requests.actor import Next, next_step
from paraphe.domain.requests.model import ChallengeState, NoticeKind, RequestState
from paraphe.domain.requests.recipient import RecipientState
from paraphe.domain.signing import batch_seal
from paraphe.ports.requests import RequestRef
from paraphe.ports.system import TransientError
from paraphe.usecases import using
from paraphe.usecases.firms.enrol_member import change_member
from paraphe.usecases.signing.seal_batch import AskToSeal, ConfirmSeal
from tests.support.world import FIRM, World, acting_as

OTHER_PHONE = "+33639980002"


@pytest.fixture
def world() -> World:
    """A platform."""
    return World()


def coded(world: World, *, files: int = 3, copies: int = 0) -> tuple[RequestRef, Member]:
    """A batch whose member has just been sent the code."""
    member = world.member(Capability.SEAL)
    ref = world.batch(files=files, copies=copies)
    world.ask_to_seal(ref, member)
    world.run_actor(ref)
    return ref, member


def confirmed(world: World, *, files: int = 3) -> RequestRef:
    """A batch that its member has confirmed; the actor has not sealed it yet."""
    ref, member = coded(world, files=files)
    world.confirm_seal(ref, member, world.seal_code(ref))
    return ref


def wrong(code: str) -> str:
    """Another code."""
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_p22_one_code_seals_every_document(world: World) -> None:
    """P17, P21, P22: each on its own; the sender is told, the copies go out, evidence is made."""
    ref, member = coded(world, files=3, copies=1)
    assert [phone for phone, _ in world.sms.sent] == [member.phone]
    accepted = world.confirm_seal(ref, member, world.seal_code(ref))
    assert accepted.state is RequestState.COMPLETING
    assert world.sealer.made == []
    request = world.run_actor(ref)
    seal = batch_seal.batch_seal(request)
    assert seal is not None
    assert (request.state, request.closed) == (RequestState.COMPLETED, True)
    assert world.sealer.made == [(seal.id, d.id) for d in request.documents]
    assert world.signer.made == []
    told = {n.recipient_id for n in world.notices(ref) if n.kind is NoticeKind.COMPLETED}
    (copy,) = (r for r in request.recipients if r.id != seal.id)
    assert told == {None, copy.id}
    assert {n.kind for n in world.notices(ref)} == {NoticeKind.COMPLETED}
    assert all(d.sealed_at == world.now for d in request.documents)


def test_p19_the_evidence_says_who_sealed_and_how_the_code_went(world: World) -> None:
    """P19, P23: member, name, capability, phone; when the code was sent and verified."""
    ref, member = coded(world)
    world.now += timedelta(seconds=40)
    with pytest.raises(InvalidError):
        world.confirm_seal(ref, member, wrong(world.seal_code(ref)))
    world.confirm_seal(ref, member, world.seal_code(ref))
    request = world.run_actor(ref)
    told = json.loads(world.evidence_files.objects[request.evidence_key or ""])["evidence"]
    (seal,) = told["recipients"]
    assert seal["authorised_by"] == {
        "member": member.id,
        "name": member.name,
        "capability": "seal",
        "phone": member.phone,
    }
    (code,) = seal["codes"]
    assert (code["state"], code["wrong_tries"]) == ("used", 1)
    assert code["sent_at"] < code["verified_at"] == seal["accepted_at"]
    assert code["documents_digest"] == told["request"]["documents_digest"]
    assert seal["acceptance"]["documents_digest"] == told["request"]["documents_digest"]
    assert told["statement"] == dict(statements.BATCH_STATEMENT)
    kinds = [e["kind"] for e in told["events"] if e["actor"]["kind"] == "member"]
    assert kinds == [
        "request_launched",
        "seal_requested",
        "code_requested",
        "code_tried",
        "code_wrong",
        "code_tried",
        "seal_accepted",
    ]
    assert world.seal_code(ref) not in json.dumps(told)


def test_without_confirmation_nothing_is_claimed(world: World) -> None:
    """P14, P16: it expires as every request does, and its evidence says that nothing is sealed."""
    ref, _ = coded(world)
    world.now = world.load(ref).deadline or world.now
    world.sweep()
    request = world.run_actor(ref)
    assert request.state is RequestState.EXPIRED
    seal = batch_seal.batch_seal(request)
    assert seal is not None
    assert seal.state is RecipientState.EXPIRED
    told = json.loads(world.evidence_files.objects[request.evidence_key or ""])["evidence"]
    assert told["statement"] == dict(statements.UNCONFIRMED_STATEMENT)
    assert NoticeKind.REMINDER not in {n.kind for n in world.notices(ref)}
    assert "reminder_due" not in world.kinds(ref)


def test_a_batch_can_be_canceled_until_it_is_confirmed(world: World) -> None:
    """P11: then no more."""
    ref, member = coded(world)
    world.cancel(ref)
    with pytest.raises(GoneError, match="request_canceled"):
        world.confirm_seal(ref, member, world.seal_code(ref))
    with pytest.raises(GoneError, match="request_canceled"):
        world.ask_to_seal(ref, member)
    with pytest.raises(ConflictError, match="request_completing"):
        world.cancel(confirmed(world))


def test_a_second_click_on_either_changes_nothing(world: World) -> None:
    """One SMS, one acceptance; the same code later, even after the end, is answered alike."""
    member, ref = world.member(Capability.SEAL), world.batch()
    world.ask_to_seal(ref, member)
    world.ask_to_seal(ref, member)
    world.run_actor(ref)
    assert len(world.sms.sent) == 1
    code = world.seal_code(ref)
    world.requests.between = [lambda: _ignore(world.confirm_seal(ref, member, code))]
    world.confirm_seal(ref, member, code)
    assert world.kinds(ref).count("seal_accepted") == 1
    world.run_actor(ref)
    done = world.requests.load(ref)
    assert world.confirm_seal(ref, member, code) == done
    with pytest.raises(ConflictError, match="already_signed"):
        world.confirm_seal(ref, member, wrong(code))


def _ignore(_: object) -> None:
    pass


def test_p9_wrong_codes_are_counted_and_void_it(world: World) -> None:
    """P9: what is no code is not counted; the fifth wrong one locks, the right one then too."""
    ref, member = coded(world)
    code = world.seal_code(ref)
    with pytest.raises(InvalidError, match="code_malformed"):
        world.confirm_seal(ref, member, "12345")
    for left in (4, 3, 2, 1):
        with pytest.raises(InvalidError, match=f"{left} tries left"):
            world.confirm_seal(ref, member, wrong(code))
    with pytest.raises(LockedError, match="code_void"):
        world.confirm_seal(ref, member, wrong(code))
    with pytest.raises(LockedError, match="code_void"):
        world.confirm_seal(ref, member, code)
    world.now += timedelta(seconds=31)
    world.ask_to_seal(ref, member)
    world.run_actor(ref)
    world.confirm_seal(ref, member, world.seal_code(ref))
    assert world.run_actor(ref).state is RequestState.COMPLETED


def test_p23_a_capability_taken_back_stops_the_code(world: World) -> None:
    """P23: at once, even between reading the request and committing; given back it works."""
    ref, member = coded(world)
    code = world.seal_code(ref)

    def take_back() -> None:
        change_member(world.members, FIRM.id, member.id, capabilities=())
        world.relaunch(ref)

    world.requests.between = [take_back]
    with pytest.raises(ForbiddenError, match="not_permitted"):
        world.confirm_seal(ref, member, code)
    with pytest.raises(ForbiddenError, match="not_permitted"):
        world.ask_to_seal(ref, member)
    assert world.load(ref).challenges[0].tries == 0
    change_member(world.members, FIRM.id, member.id, capabilities=(Capability.SEAL,))
    world.confirm_seal(ref, member, code)


def test_another_firms_member_is_not_found(world: World) -> None:
    """A firm reaches its own people only; nor does a member reach another firm's requests."""
    stranger = replace(
        world.member(Capability.SEAL), firm_id="frm_00000002", id="mbr_00000009", version=0
    )
    world.members.save(stranger)
    ref, _ = coded(world)
    batch, code = world.batch(), world.seal_code(ref)
    with pytest.raises(NotFoundError, match="member_not_found"):
        using(AskToSeal, world)(world.principal, batch, stranger.id, world.now)
    with pytest.raises(NotFoundError, match="member_not_found"):
        using(ConfirmSeal, world)(world.principal, ref, stranger.id, code=code, now=world.now)
    with pytest.raises(NotFoundError, match="request_not_found"):
        world.ask_to_seal(batch, stranger)
    with pytest.raises(NotFoundError, match="request_not_found"):
        world.confirm_seal(ref, stranger, code)


def test_p23_a_member_names_no_other(world: World) -> None:
    """P23: only software says in whose name it asks; its scopes are asked for as well."""
    member, other = world.member(Capability.SEAL), world.member(Capability.SEAL)
    ref = world.batch()
    with pytest.raises(ForbiddenError, match="not_permitted"):
        using(AskToSeal, world)(acting_as(member), ref, other.id, world.now)
    weak = replace(world.principal, capabilities=frozenset({Capability.LAUNCH}))
    with pytest.raises(ForbiddenError, match="not_permitted"):
        using(AskToSeal, world)(weak, ref, member.id, world.now)
    assert world.load(ref).state is RequestState.DRAFT


def test_another_member_takes_over_with_a_code_of_their_own(world: World) -> None:
    """The first one's code is void, and no longer theirs to type; the trail names both."""
    member, ref = world.member(Capability.SEAL), world.batch()
    second = world.member(Capability.SEAL, phone=OTHER_PHONE, name="Paul Exemple")
    world.ask_to_seal(ref, member)
    with pytest.raises(TooManyError, match="too_soon"):  # the first one's is on its way
        world.ask_to_seal(ref, second)
    world.run_actor(ref)
    first_code = world.seal_code(ref)
    world.now += timedelta(seconds=31)
    world.ask_to_seal(ref, second)
    world.run_actor(ref)
    assert [phone for phone, _ in world.sms.sent] == [member.phone, OTHER_PHONE]
    with pytest.raises(ForbiddenError, match="not_your_code"):
        world.confirm_seal(ref, member, first_code)
    with pytest.raises(InvalidError, match="code_wrong"):
        world.confirm_seal(ref, second, first_code)
    world.confirm_seal(ref, second, world.seal_code(ref))
    request = world.run_actor(ref)
    told = json.loads(world.evidence_files.objects[request.evidence_key or ""])["evidence"]
    (seal,) = told["recipients"]
    assert [c["sent_to"] for c in seal["codes"]] == [member.phone, OTHER_PHONE]
    assert seal["authorised_by"]["name"] == "Paul Exemple"
    asked = [e for e in world.requests.events(ref) if e.kind == "seal_requested"]
    assert [e.data["name"] for e in asked] == ["Claire Exemple", "Paul Exemple"]


def test_a_document_that_fails_leaves_the_others_sealed(world: World) -> None:
    """P22: the request is `failed` and shows which; resuming repeats only the missing ones."""
    ref = confirmed(world)
    request = world.load(ref)
    bad = request.documents[1].id
    world.sealer.broken = {bad}
    execution = world.execution(ref)
    assert execution is not None
    with pytest.raises(ParapheError):
        world.run_actor(ref)
    world.fail(execution, "seal")
    request = world.load(ref)
    assert (request.state, request.failure) == (RequestState.FAILED, "step_seal")
    assert [d.id for d in request.documents if d.sealed_at is None] == [bad]
    with pytest.raises(ConflictError, match="request_completing"):
        world.cancel(ref)
    world.sealer.broken = set()
    resumed = world.resume(ref)
    assert next_step(resumed, world.now).document_ids == (bad,)
    assert world.run_actor(ref).state is RequestState.COMPLETED
    assert sorted(d for _, d in world.sealer.made) == sorted(d.id for d in request.documents)


def test_a_crash_after_the_last_document_ends_the_turn(world: World) -> None:
    """Everything is sealed, only the turn's end is missing: nothing is sealed twice."""
    ref = confirmed(world, files=2)
    world.run_actor(ref, until=Next.SEAL)
    step = next_step(world.load(ref), world.now)
    world.requests.between = []
    world.apply(ref, step)
    world.apply(ref, step)
    world.apply(ref, replace(step, document_ids=()))
    assert len(world.sealer.made) == 2


def test_the_code_that_cannot_be_sent_is_seen(world: World) -> None:
    """P9: the carrier refuses the number; another code goes to the new one."""
    member, ref = world.member(Capability.SEAL), world.batch()
    world.sms.refused = {member.phone or ""}
    world.ask_to_seal(ref, member)
    world.run_actor(ref)
    assert world.load(ref).challenges[0].state is ChallengeState.FAILED
    with pytest.raises(ConflictError, match="no_code"):
        world.confirm_seal(ref, member, "123456")
    change_member(world.members, FIRM.id, member.id, phone="06 39 98 00 02")
    world.ask_to_seal(ref, member)
    world.run_actor(ref)
    assert [phone for phone, _ in world.sms.sent] == [OTHER_PHONE]


def test_what_the_workflow_service_missed_is_swept_up(world: World) -> None:
    """The commit counts: the sweep starts what was not started, and wakes what was not woken."""
    member, ref = world.member(Capability.SEAL), world.batch()
    world.executions.refuses = True
    world.ask_to_seal(ref, member)
    world.executions.refuses = False
    world.now += timedelta(minutes=2)
    world.sweep()
    world.run_actor(ref)
    assert len(world.sms.sent) == 1
    world.executions.refuses = True
    world.confirm_seal(ref, member, world.seal_code(ref))
    world.executions.refuses = False
    world.now += timedelta(minutes=2)
    world.sweep()
    assert world.run_actor(ref).state is RequestState.COMPLETED


def test_an_outage_is_retried(world: World) -> None:
    """The step runs again; what is sealed stays as it is."""
    ref = confirmed(world)
    world.sealer.outages = 1
    with pytest.raises(TransientError):
        world.run_actor(ref)
    assert world.run_actor(ref).state is RequestState.COMPLETED
    assert len(world.sealer.made) == 3
    request, events = world.load(ref), world.requests.events(ref)
    assert audit.first_break(events, count=request.audit_seq, head=request.audit_head) is None
