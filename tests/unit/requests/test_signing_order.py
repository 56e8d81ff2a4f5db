"""P5: equal numbers sign in parallel, a group only when the one before it is done."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paraphe.domain.errors import ConflictError
from paraphe.domain.requests import may_act, signing_order
from paraphe.domain.requests.decision import find_recipient
from paraphe.domain.requests.model import RequestState
from paraphe.domain.requests.recipient import RecipientState, Role
from paraphe.domain.signing import applied_signatures
from tests.support.fakes import FakeFirms
from tests.support.world import SEALING, World

ORDERS = st.lists(st.integers(1, 4), min_size=1, max_size=6)


@settings(max_examples=40, deadline=None)
@given(ORDERS, st.lists(st.integers(0, 99), min_size=6, max_size=6))
def test_p5_random_sequences_with_ties(orders: list[int], picks: list[int]) -> None:
    """P5: at any time exactly the lowest unfinished group may act, and was invited."""
    world = World()
    ref = world.launched(people=tuple(orders))
    place = dict(zip(world.signer_ids(ref), orders, strict=True))
    left = [*place]
    while left:
        group = [r for r in left if place[r] == min(place[o] for o in left)]
        request = world.load(ref)
        for recipient_id in left:
            invited = find_recipient(request, recipient_id).state is RecipientState.NOTIFIED
            assert invited == (recipient_id in group)
            if recipient_id not in group:
                with pytest.raises(ConflictError, match="not_your_turn"):
                    may_act.check_may_sign(request, recipient_id, world.now)
        chosen = group[picks.pop() % len(group)]
        world.sign(ref, chosen)
        left.remove(chosen)
    request = world.load(ref)
    assert request.state is RequestState.COMPLETED
    signed = [place[r.recipient_id] for r in request.documents[0].revisions]
    assert signed == sorted(orders)


def test_p5_the_next_group_waits_until_signatures_are_applied() -> None:
    """P5: an accepted signature that is not yet in the document opens nobody's turn."""
    world = World()
    ref = world.launched(people=(1, 2))
    first, second = world.signer_ids(ref)
    request = world.accept(ref, first)
    assert signing_order.current_order(request) == 1
    with pytest.raises(ConflictError, match="not_your_turn"):
        may_act.check_may_sign(request, second, world.now)
    assert world.recipient(ref, second).state is RecipientState.WAITING


def test_p5_order_is_enforced_where_the_signature_is_made() -> None:
    """P5: even a sign command that should not exist is not applied out of order."""
    world = World()
    ref = world.launched(people=(1, 2))
    second = world.signer_ids(ref)[1]
    request = world.load(ref)
    with pytest.raises(ConflictError, match="out_of_order"):
        applied_signatures.check_order(request, find_recipient(request, second))


def test_p5_an_invitation_is_not_a_turn() -> None:
    """P5: whoever should not have been invited yet is refused all the same."""
    world = World()
    ref = world.launched(people=(1, 2))
    first, second = (world.recipient(ref, r) for r in world.signer_ids(ref))
    early = replace(second, state=RecipientState.NOTIFIED)
    request = replace(world.load(ref), recipients=(first, early))
    with pytest.raises(ConflictError, match="not_your_turn"):
        may_act.check_may_sign(request, early.id, world.now)


def test_p5_copies_have_no_turn() -> None:
    """P5: who only gets a copy holds nobody up and cannot sign."""
    world = World()
    ref = world.launched(people=(2,), copies=1)
    request = world.load(ref)
    copy = next(r for r in request.recipients if r.role is Role.CC)
    assert copy.order < 2
    assert signing_order.current_order(request) == 2
    with pytest.raises(ConflictError, match="not_your_turn"):
        may_act.check_may_sign(request, copy.id, world.now)


def test_p5_a_replaced_signer_holds_nobody_up() -> None:
    """P5, P6: the successor takes the place; the one who was replaced is out of the order."""
    world = World()
    ref = world.launched(people=(1, 2))
    first, second = world.signer_ids(ref)
    heir = world.replace(ref, first)
    world.run_actor(ref)
    world.sign(ref, heir)
    assert world.recipient(ref, first).state is RecipientState.REPLACED
    world.sign(ref, second)
    assert world.load(ref).state is RequestState.COMPLETED


@settings(max_examples=30, deadline=None)
@given(ORDERS, st.sampled_from(["seal", "none"]), st.integers(0, 9))
def test_one_signature_of_each_document_is_the_last(
    orders: list[int], first: str, pick: int
) -> None:
    """Whatever the order, with a replaced signer, copies or a seal: exactly the newest one."""
    world = World(firms=FakeFirms(replace(SEALING, seal_at_end=False)))
    ref = world.draft(people=tuple(o + 1 for o in orders), copies=1, files=2)
    if first == "seal":
        world.add_recipient(ref, order=1, role=Role.SEAL)
    world.launch(ref)
    world.run_actor(ref)
    waiting = world.signer_ids(ref)
    world.replace(ref, waiting[pick % len(waiting)])
    world.run_actor(ref)
    world.sign_all(ref)
    request = world.load(ref)
    assert request.state is RequestState.COMPLETED
    for document in request.documents:
        for number, revision in enumerate(document.revisions):
            earlier = replace(document, signers=document.signers[:number])
            last = signing_order.completes(
                request, earlier, find_recipient(request, revision.recipient_id)
            )
            assert last is (number == len(document.revisions) - 1)
