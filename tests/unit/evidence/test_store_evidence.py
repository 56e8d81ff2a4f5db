"""When evidence is made, and what comes first (P16, P19)."""

import json

import pytest

from paraphe.domain.errors import ConflictError
from paraphe.domain.requests import after_end
from paraphe.domain.requests.actor import Next, next_step
from paraphe.domain.requests.model import NoticeKind, RequestState
from paraphe.ports.system import TransientError
from paraphe.usecases.evidence import read_evidence
from tests.support.world import World


@pytest.fixture
def world() -> World:
    """A world of its own."""
    return World()


@pytest.mark.parametrize("end", ["completed", "declined", "canceled", "expired"])
def test_every_end_leaves_evidence(world: World, end: str) -> None:
    """However it ended; its events are the whole chain up to the end."""
    ref = world.launched(people=(1, 2))
    first, second = world.signer_ids(ref)
    world.sign(ref, first)
    match end:
        case "completed":
            world.sign(ref, second)
        case "declined":
            world.decline(ref, second)
        case "canceled":
            world.cancel(ref)
        case _:
            world.now = world.load(ref).deadline or world.now
    request = world.run_actor(ref)
    assert (str(request.state), request.closed) == (end, True)
    told = json.loads(world.evidence_files.objects[request.evidence_key or ""])["evidence"]
    assert told["request"]["state"] == end
    kind = "recipient_declined" if end == "declined" else f"request_{end}"
    assert kind in [event["kind"] for event in told["events"]]
    assert told["chain"]["count"] == len(told["events"])
    names = {key.rpartition("/")[2] for key in world.evidence_files.objects}
    signed = {first, second} if end == "completed" else {first}
    assert names == {"evidence.json", "evidence.pdf"} | {f"attestation-{s}.pdf" for s in signed}


def test_everybody_is_told_before_and_nothing_is_erased_before(world: World) -> None:
    """An outage of the proof's services keeps nobody from their original."""
    ref = world.launched()
    world.evidence_maker.outages = 1
    world.accept(ref, world.signer_ids(ref)[0])
    with pytest.raises(TransientError):
        world.run_actor(ref)
    request = world.load(ref)
    assert request.state is RequestState.COMPLETED
    assert NoticeKind.COMPLETED in {notice.kind for notice in world.notices(ref)}
    assert not request.closed
    assert next_step(request, world.now).next is Next.EVIDENCE
    with pytest.raises(ConflictError) as refused:
        read_evidence.evidence_url(world.evidence_files, request, read_evidence.JSON)
    assert refused.value.code == "evidence_not_ready"
    assert world.run_actor(ref).closed


def test_a_second_run_changes_nothing(world: World) -> None:
    """The first account that was pointed to stays."""
    ref = world.launched()
    world.sign_all(ref)
    request = world.load(ref)
    assert after_end.store_evidence(request, "other", "0" * 64, world.now).changes_nothing


def test_a_draft_needs_none(world: World) -> None:
    """Nothing was asked of anybody."""
    ref = world.draft()
    world.cancel(ref)
    assert not after_end.owes_evidence(world.load(ref))


def test_links_outlive_the_documents(world: World) -> None:
    """P16: the documents answer 410, the evidence can still be had."""
    ref = world.launched(people=(1,), copies=1)
    world.sign_all(ref)
    request = world.load(ref)
    world.now = request.retention_until or world.now
    world.sweep()
    request = world.load(ref)
    assert request.purged_at is not None
    assert "evidence.pdf" in read_evidence.evidence_url(
        world.evidence_files, request, read_evidence.PDF
    )
    signer, copy = request.recipients
    if signer.signed_at is None:
        signer, copy = copy, signer
    assert signer.id in read_evidence.attestation_url(world.evidence_files, request, signer.id)
    with pytest.raises(ConflictError):
        read_evidence.attestation_url(world.evidence_files, request, copy.id)
