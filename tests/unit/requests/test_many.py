"""P5: any number of recipients; a commit holds 100 items, which the fake store enforces."""

from datetime import timedelta

import pytest

from paraphe.domain.errors import ConflictError
from paraphe.domain.requests.model import NoticeKind, RequestState
from paraphe.domain.requests.recipient import Placement, Role
from paraphe.ports.requests import RequestRef
from paraphe.usecases import using
from paraphe.usecases.requests.edit_documents import EditDocuments
from paraphe.usecases.requests.edit_recipients import AddRecipient, RecipientChange
from tests.support.world import World, person

MANY = 205


@pytest.fixture
def world() -> World:
    """A platform."""
    return World()


def _told(world: World, ref: RequestRef, kind: NoticeKind) -> list[str]:
    return sorted(n.recipient_id or "" for n in world.notices(ref) if n.kind is kind)


def test_p5_everybody_in_a_large_group_is_invited_once(world: World) -> None:
    """P5: invitations go out in batches until nobody is left."""
    ref = world.launched(people=(1,) * MANY)
    assert _told(world, ref, NoticeKind.INVITATION) == sorted(world.signer_ids(ref))
    world.now += timedelta(days=1)
    world.relaunch(ref)
    world.run_actor(ref)
    assert _told(world, ref, NoticeKind.RELAUNCHED) == sorted(world.signer_ids(ref))
    assert world.requests.largest <= 100


def test_p15_everybody_in_a_large_group_is_reminded_once(world: World) -> None:
    """P15: by the sender, and by the sweep."""
    ref = world.launched(people=(1,) * MANY)
    world.remind(ref)
    assert _told(world, ref, NoticeKind.REMINDER) == sorted(world.signer_ids(ref))
    world.now += timedelta(days=8)
    for _ in range(2):
        assert world.sweep().failed == []
    assert _told(world, ref, NoticeKind.REMINDER) == sorted(world.signer_ids(ref) * 2)
    assert world.kinds(ref).count("reminder_due") == 1


def test_p14_a_large_group_expires(world: World) -> None:
    """P14: asked or not, everybody becomes `expired`; only who was asked is told."""
    ref = world.launched(people=(*(1,) * MANY, *(2,) * MANY))
    world.now += timedelta(days=15)
    request = world.run_actor(ref)
    assert request.state is RequestState.EXPIRED
    assert {str(r.state) for r in request.recipients} == {"expired"}
    assert _told(world, ref, NoticeKind.EXPIRED) == ["", *sorted(world.signer_ids(ref)[:MANY])]


def test_p17_many_copies(world: World) -> None:
    """P17: each gets a copy, once, with a link that opens."""
    ref = world.launched(copies=MANY)
    request = world.sign_all(ref)
    assert _told(world, ref, NoticeKind.COMPLETED) == [
        "",
        *sorted(r.id for r in request.recipients),
    ]
    assert all(world.visit(ref, r.id).recipient.id == r.id for r in request.recipients)


def test_p5_fifty_documents_are_signed_and_closed(world: World) -> None:
    """P5: the largest request in documents."""
    ref = world.launched(files=50)
    request = world.sign_all(ref)
    assert request.closed
    assert all(len(d.revisions) == 1 and d.retained_key for d in request.documents)


def test_p8_a_document_with_too_many_boxes_stays(world: World) -> None:
    """P8: taking it out would need more than one commit; a clear answer says what to do."""
    ref = world.draft(people=(), files=2)
    document = world.load(ref).documents[0].id
    box = Placement(document, 1, 10.0, 10.0, 100.0, 50.0)
    for number in range(81):
        using(AddRecipient, world)(
            world.principal,
            ref,
            person(number),
            role=Role.SIGNER,
            order=1,
            placements=(box,),
            now=world.now,
        )
    with pytest.raises(ConflictError, match="too_many_placements"):
        using(EditDocuments, world).remove(world.principal, ref, document, world.now)
    world.change(ref, world.signer_ids(ref)[0], RecipientChange(placements=()))
    after = using(EditDocuments, world).remove(world.principal, ref, document, world.now)
    assert not any(r.placements for r in after.recipients)
