"""The firm's seal as a recipient: at the end, in between, begun and interrupted (P5, P21)."""

from dataclasses import replace

import pytest

from paraphe.domain.errors import ConflictError, InvalidError
from paraphe.domain.requests import endings, signing_order
from paraphe.domain.requests.actor import STUCK_AFTER, Next, due_at, next_step
from paraphe.domain.requests.model import RequestState
from paraphe.domain.requests.recipient import Recipient, RecipientState, Role
from paraphe.ports.requests import RequestRef
from paraphe.ports.system import TransientError
from paraphe.usecases.requests.edit_recipients import RecipientChange
from tests.support.fakes import FakeFirms
from tests.support.world import SEALING, World


def sealing(*, at_end: bool = True) -> World:
    """A world whose firm has a seal."""
    return World(firms=FakeFirms(replace(SEALING, seal_at_end=at_end)))


def seals(world: World, ref: RequestRef) -> list[Recipient]:
    """The seals of a request."""
    return [r for r in world.load(ref).recipients if r.role is Role.SEAL]


def between(*, files: int = 1) -> tuple[World, RequestRef, Recipient]:
    """A request where the seal comes after the first of two people."""
    world = sealing(at_end=False)
    ref = world.draft(people=(1, 3), files=files)
    seal = world.add_recipient(ref, order=2, role=Role.SEAL)
    world.launch(ref)
    world.run_actor(ref)
    return world, ref, seal


def test_the_setting_puts_the_seal_last() -> None:
    """Launching adds it, named as the firm, with nobody to write to."""
    world = sealing()
    ref = world.launched(people=(1, 5), copies=1)
    (seal,) = seals(world, ref)
    assert (seal.order, seal.name, seal.email, seal.phone) == (6, SEALING.name, "", None)
    assert signing_order.closing_seal(world.load(ref)) == seal
    world.sign_all(ref)
    request = world.load(ref)
    assert request.state is RequestState.COMPLETED
    assert [r for d in request.documents for r in d.revisions][-1].recipient_id == seal.id
    assert seal.id not in {notice.recipient_id for notice in world.notices(ref)}
    assert "document_sealed" in world.kinds(ref)


def test_the_setting_is_frozen_at_creation() -> None:
    """A firm that takes its setting back changes no draft that exists."""
    world = sealing()
    ref = world.draft()
    world.firms.save(replace(SEALING, seal_at_end=False))
    world.launch(ref)
    assert len(seals(world, ref)) == 1


def test_a_seal_that_was_put_last_is_not_doubled() -> None:
    """The sender placed it: the setting has nothing to add."""
    world = sealing()
    ref = world.draft()
    world.add_recipient(ref, order=2, role=Role.SEAL)
    world.launch(ref)
    assert len(seals(world, ref)) == 1


def test_without_a_seal_none_can_be_asked_for() -> None:
    """P21: the firm has no key, so the recipient is refused."""
    world = World()
    with pytest.raises(InvalidError) as refused:
        world.add_recipient(world.draft(), order=2, role=Role.SEAL)
    assert refused.value.code == "no_seal"


def test_the_last_person_makes_it_completing_and_the_seal_follows() -> None:
    """P11: nothing can stop it any more, although the seal is still to come."""
    world = sealing()
    ref = world.launched()
    (signer,) = world.signer_ids(ref)
    assert world.accept(ref, signer).state is RequestState.COMPLETING
    with pytest.raises(ConflictError):
        world.cancel(ref)
    request = world.run_actor(ref, until=Next.SEAL)
    (seal,) = seals(world, ref)
    step = next_step(request, world.now)
    assert (step.next, step.command_id) == (Next.SEAL, seal.id)
    assert due_at(request) == request.updated_at + STUCK_AFTER
    with pytest.raises(ConflictError):
        endings.complete(request, world.now)
    assert world.run_actor(ref).state is RequestState.COMPLETED


def test_a_seal_in_between_holds_the_next_back() -> None:
    """P5: the second person is invited when every document is sealed."""
    world, ref, seal = between(files=2)
    first, second = world.signer_ids(ref)
    world.accept(ref, first)
    world.run_actor(ref, until=Next.SEAL)
    assert world.recipient(ref, second).state is RecipientState.WAITING
    world.run_actor(ref)
    assert world.recipient(ref, seal.id).state is RecipientState.SIGNED
    assert world.recipient(ref, second).state is RecipientState.NOTIFIED
    assert world.sealer.made == [(seal.id, d.id) for d in world.load(ref).documents]


def test_a_seal_that_was_begun_is_finished_after_the_deadline() -> None:
    """As an accepted signature is: no document stays half sealed by the clock."""
    world, ref, seal = between(files=2)
    world.accept(ref, world.signer_ids(ref)[0])
    world.run_actor(ref, until=Next.SEAL)
    execution = world.execution(ref)
    assert execution is not None
    execution.step = replace(
        next_step(world.load(ref), world.now), document_ids=(world.load(ref).documents[0].id,)
    )
    with pytest.raises(ConflictError):  # the second document is missing
        world.take_step(execution)
    assert world.recipient(ref, seal.id).state is RecipientState.SIGNING
    world.now = world.load(ref).deadline or world.now
    assert endings.expire(world.load(ref), world.now).changes_nothing
    assert next_step(world.load(ref), world.now).next is Next.SEAL
    execution.step = next_step(world.load(ref), world.now)
    world.run_actor(ref)
    assert world.recipient(ref, seal.id).state is RecipientState.SIGNED
    assert world.load(ref).state is RequestState.EXPIRED


def test_a_seal_that_waits_expires_with_the_request() -> None:
    """P14: nobody is left waiting."""
    world, ref, seal = between()
    world.now = world.load(ref).deadline or world.now
    world.run_actor(ref)
    assert world.recipient(ref, seal.id).state is RecipientState.EXPIRED


def test_an_outage_is_retried_and_seals_once() -> None:
    """The step runs again; what is sealed already stays as it is."""
    world = sealing()
    ref = world.launched(files=2)
    world.accept(ref, world.signer_ids(ref)[0])
    world.run_actor(ref, until=Next.SEAL)
    world.sealer.outages = 1
    with pytest.raises(TransientError):
        world.run_actor(ref)
    step = next_step(world.load(ref), world.now)
    world.run_actor(ref)
    world.apply(ref, step)
    assert len(world.sealer.made) == 2


def test_nobody_comes_after_the_seal_that_closes() -> None:
    """P6: who is put later takes the seal along; it cannot be moved itself, nor replaced."""
    world = sealing()
    ref = world.launched(people=(1, 2))
    (seal,) = seals(world, ref)
    second = world.signer_ids(ref)[1]
    world.change(ref, second, RecipientChange(order=9))
    assert world.recipient(ref, seal.id).order == 10
    with pytest.raises(ConflictError) as refused:
        world.change(ref, seal.id, RecipientChange(order=1))
    assert refused.value.code == "seal_closes"
    with pytest.raises(ConflictError) as refused:
        world.replace(ref, seal.id)
    assert refused.value.code == "recipient_is_seal"
    with pytest.raises(ConflictError) as refused:
        world.change(ref, seal.id, RecipientChange(name="Autre"))
    assert refused.value.code == "recipient_is_seal"
