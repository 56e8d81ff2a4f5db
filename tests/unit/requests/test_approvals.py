"""Approvers and viewers: in turn, without a code, without a signature (P5, P10, P12, P17)."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pytest

from paraphe.domain.errors import ConflictError, GoneError, InvalidError, LockedError
from paraphe.domain.requests import may_act, signing_order
from paraphe.domain.requests.model import NoticeKind, RequestState
from paraphe.domain.requests.recipient import Placement, RecipientState, Role
from paraphe.usecases import using
from paraphe.usecases.requests.edit_recipients import AddRecipient, RecipientChange
from tests.support import answering
from tests.support.world import MILLISECOND, SEALING, World, person

if TYPE_CHECKING:
    from collections.abc import Callable

    from paraphe.ports.requests import RequestRef

CORRECTED = "viseur@cabinet.test"


def _launched(
    world: World, *roles: tuple[Role, int], people: tuple[int, ...] = (2,)
) -> tuple[RequestRef, list[str]]:
    """Launch a request with signers at these places, and others; gives the others' ids."""
    ref = world.draft(people=people)
    ids = [
        world.add_recipient(ref, order=order, number=50 + number, role=role).id
        for number, (role, order) in enumerate(roles)
    ]
    world.launch(ref)
    world.run_actor(ref)
    return ref, ids


def _told(world: World, ref: RequestRef, kind: NoticeKind) -> list[str | None]:
    return [n.recipient_id for n in world.notices(ref) if n.kind is kind]


def test_p5_an_approver_is_asked_in_turn_and_the_signer_waits() -> None:
    """P5: signer, approver, signer: each is asked once the one before is done."""
    world = World()
    ref, (approver,) = _launched(world, (Role.APPROVER, 2), people=(1, 3))
    first, last = world.signer_ids(ref)
    with pytest.raises(ConflictError, match="not_your_turn"):
        may_act.check_may_approve(world.load(ref), approver, world.now)
    world.sign(ref, first)
    assert world.recipient(ref, approver).state is RecipientState.NOTIFIED
    assert world.recipient(ref, last).state is RecipientState.WAITING
    sent = len(world.sms.sent)
    answering.approve(world, ref, approver)
    world.run_actor(ref)
    stored = world.recipient(ref, approver)
    assert (stored.state, stored.accepted_at) == (RecipientState.APPROVED, world.now)
    assert world.recipient(ref, last).state is RecipientState.NOTIFIED
    assert len(world.sms.sent) == sent
    world.sign(ref, last)
    request = world.load(ref)
    assert request.state is RequestState.COMPLETED
    assert request.documents[0].signers == (first, last)
    assert set(_told(world, ref, NoticeKind.COMPLETED)) == {None, first, approver, last}


def test_p11_the_last_approval_ends_the_request_and_cannot_be_undone() -> None:
    """P11: an approval after the last signature completes; from then on nothing changes it."""
    world = World()
    ref, (approver,) = _launched(world, (Role.APPROVER, 2), people=(1,))
    world.sign(ref, world.signer_ids(ref)[0])
    assert world.load(ref).state is RequestState.ACTIVE
    assert answering.approve(world, ref, approver).state is RequestState.COMPLETING
    with pytest.raises(ConflictError, match="already_approved"):
        answering.approve(world, ref, approver)
    with pytest.raises(ConflictError, match="already_approved"):
        world.decline(ref, approver)
    with pytest.raises(ConflictError, match="request_completing"):
        world.cancel(ref)
    assert world.run_actor(ref).state is RequestState.COMPLETED


def test_p12_an_approver_who_declines_ends_the_request() -> None:
    """P12: the sender is told; who was not asked is not; nobody gets the document."""
    world = World()
    ref, (approver,) = _launched(world, (Role.APPROVER, 1))
    world.decline(ref, approver, "Montant faux.")
    request = world.run_actor(ref)
    assert request.state is RequestState.DECLINED
    assert world.recipient(ref, approver).decline_reason == "Montant faux."
    assert _told(world, ref, NoticeKind.DECLINED) == [None]
    assert _told(world, ref, NoticeKind.COMPLETED) == []


def test_p14_an_approval_at_the_deadline_is_refused() -> None:
    """P14: one millisecond before it counts."""
    world = World()
    ref, (one, two) = _launched(world, (Role.APPROVER, 1), (Role.APPROVER, 1))
    deadline = world.load(ref).deadline
    assert deadline is not None
    world.now = deadline - MILLISECOND
    answering.approve(world, ref, one)
    world.now = deadline
    with pytest.raises(GoneError, match="request_expired"):
        answering.approve(world, ref, two)
    world.sweep()
    world.run_actor(ref)
    assert world.recipient(ref, one).state is RecipientState.APPROVED
    assert world.recipient(ref, two).state is RecipientState.EXPIRED


def test_p10_wrong_digits_approve_nothing_and_lock_the_link() -> None:
    """P10: what a scanner can do does not count."""
    world = World()
    ref, (approver,) = _launched(world, (Role.APPROVER, 1))
    for wrong in ("9991", "9992", "9993", "9994"):
        with pytest.raises(InvalidError, match="phone_digits_wrong"):
            answering.approve(world, ref, approver, wrong)
    for wrong in ("9995", "9996"):
        with pytest.raises(LockedError, match="link_locked"):
            answering.approve(world, ref, approver, wrong)
    assert world.recipient(ref, approver).state is RecipientState.NOTIFIED
    assert _told(world, ref, NoticeKind.LINK_LOCKED) == [None]


def test_each_role_does_only_what_it_is_asked_for() -> None:
    """An approver gets no code, a signer cannot approve, a viewer decides nothing."""
    world = World()
    ref, (approver, viewer) = _launched(world, (Role.APPROVER, 1), (Role.VIEWER, 1), people=(1,))
    (signer,) = world.signer_ids(ref)
    refused: tuple[tuple[Callable[[RequestRef, str], object], str], ...] = (
        (world.consent, approver),
        (partial(answering.say_read, world), approver),
        (partial(answering.approve, world), signer),
        (world.consent, viewer),
        (partial(answering.approve, world), viewer),
        (world.decline, viewer),
    )
    for act, who in refused:
        with pytest.raises(ConflictError, match="not_asked_for"):
            act(ref, who)
    assert world.load(ref).commands == ()


def test_p6_an_approver_is_reminded_corrected_and_replaced() -> None:
    """P6, P14, P15: as a signer is, with a new link; the old one dies."""
    world = World()
    ref, (approver,) = _launched(world, (Role.APPROVER, 1))
    world.now += 2 * MILLISECOND
    world.remind(ref)
    assert _told(world, ref, NoticeKind.REMINDER) == [approver]
    old = world.visit(ref, approver)
    world.change(ref, approver, RecipientChange(email=CORRECTED))
    world.run_actor(ref)
    assert world.visit(ref, approver).recipient.link_hash != old.recipient.link_hash
    assert _told(world, ref, NoticeKind.INVITATION) == [approver, approver]
    heir = world.replace(ref, approver)
    world.run_actor(ref)
    assert world.recipient(ref, heir).role is Role.APPROVER
    answering.approve(world, ref, heir)
    world.run_actor(ref)
    with pytest.raises(ConflictError, match="recipient_has_signed"):
        world.change(ref, heir, RecipientChange(email=CORRECTED))
    world.sign_all(ref)
    assert world.load(ref).state is RequestState.COMPLETED


def test_nothing_waits_for_a_viewer() -> None:
    """They are written to at their turn, once, and get the signed original (P17)."""
    world = World()
    ref, (early, late) = _launched(world, (Role.VIEWER, 1), (Role.VIEWER, 3), people=(2, 4))
    assert world.recipient(ref, early).state is RecipientState.NOTIFIED
    assert world.recipient(ref, late).state is RecipientState.WAITING
    answering.say_read(world, ref, early)
    answering.say_read(world, ref, early)
    assert world.kinds(ref).count("reading_confirmed") == 1
    first, last = world.signer_ids(ref)
    world.sign(ref, first)
    assert world.recipient(ref, late).state is RecipientState.NOTIFIED
    world.now += 61 * 60_000 * MILLISECOND
    world.relaunch(ref)
    world.run_actor(ref)
    assert _told(world, ref, NoticeKind.RELAUNCHED) == [last]
    world.sign(ref, last)
    states = [world.recipient(ref, one).state for one in (early, late)]
    assert states == [RecipientState.VIEWED, RecipientState.NOTIFIED]
    assert set(_told(world, ref, NoticeKind.COMPLETED)) == {None, early, late, first, last}


def test_a_viewer_behind_everybody_and_a_copy_end_notified() -> None:
    """P17: both are written to with the signed original only, and their state says so."""
    world = World()
    ref, (viewer, copy) = _launched(world, (Role.VIEWER, 9), (Role.CC, 1))
    world.sign_all(ref)
    for one in (viewer, copy):
        stored = world.recipient(ref, one)
        assert (stored.state, stored.notified_at) == (RecipientState.NOTIFIED, world.now)
    assert _told(world, ref, NoticeKind.INVITATION) == [world.signer_ids(ref)[0]]


def test_without_a_phone_a_viewer_only_looks() -> None:
    """P10: a scanner could say the same, so nothing is taken."""
    world = World()
    ref, (viewer,) = _launched(world, (Role.VIEWER, 1))
    request = world.load(ref)
    people = tuple(replace(r, phone=None) if r.id == viewer else r for r in request.recipients)
    world.requests.stored[ref] = replace(request, recipients=people)
    with pytest.raises(ConflictError, match="not_asked_for"):
        answering.say_read(world, ref, viewer)


def test_p21_the_closing_seal_comes_after_who_approves() -> None:
    """P21: the firm's setting puts it behind everybody who decides."""
    world = World()
    world.firms.save(replace(SEALING, seal_at_end=True))
    ref, (approver,) = _launched(world, (Role.APPROVER, 2), people=(1,))
    world.sign(ref, world.signer_ids(ref)[0])
    seal = signing_order.closing_seal(world.load(ref))
    assert seal is not None
    assert seal.order == 3
    assert seal.state is RecipientState.WAITING
    answering.approve(world, ref, approver)
    assert world.run_actor(ref).state is RequestState.COMPLETED


def test_a_request_needs_somebody_who_signs() -> None:
    """What nobody signs would have no signed original; a batch is sealed in another way."""
    world = World()
    ref = world.draft(people=())
    world.add_recipient(ref, order=1, role=Role.APPROVER)
    with pytest.raises(InvalidError, match="no_signers"):
        world.launch(ref)


@pytest.mark.parametrize("role", [Role.APPROVER, Role.VIEWER, Role.CC])
def test_p8_who_leaves_no_signature_has_no_place_on_a_page(role: Role) -> None:
    """P8: said when it is asked for, not passed over."""
    world = World()
    ref = world.draft()
    at = Placement(world.load(ref).documents[0].id, 1, 50, 50, 200, 60)
    with pytest.raises(InvalidError, match="placement_without_signature"):
        world.add_recipient(ref, order=1, role=role, placements=(at,))


def test_p10_an_approver_needs_a_phone() -> None:
    """Its last four digits are what a scanner does not know."""
    world = World()
    ref = world.draft()
    with pytest.raises(InvalidError, match="phone_required"):
        using(AddRecipient, world)(
            world.principal,
            ref,
            replace(person(7), phone=None),
            role=Role.APPROVER,
            order=1,
            placements=(),
            now=world.now,
        )
