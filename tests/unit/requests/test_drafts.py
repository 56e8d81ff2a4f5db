"""P4, P5, P6, P8: making a draft and launching it."""

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from paraphe.domain.errors import ConflictError, InvalidError, NotFoundError
from paraphe.domain.requests import draft_recipients, drafts, launch
from paraphe.domain.requests.decision import Decision, find_document
from paraphe.domain.requests.document import DocumentState
from paraphe.domain.requests.inspection import RefusalReason, Refused
from paraphe.domain.requests.model import RequestState, SignatureRequest
from paraphe.domain.requests.recipient import Placement, Role
from tests.support.world import World, accepted

if TYPE_CHECKING:
    from collections.abc import Callable

REFUSED = Refused(RefusalReason.ENCRYPTED, "Remove the password, then send it again.")


@pytest.fixture
def world() -> World:
    """A platform."""
    return World()


def _place(document_id: str, **changes: float) -> Placement:
    box = {"x": 50.0, "y": 700.0, "width": 180.0, "height": 60.0} | changes
    page = int(box.pop("page", 1))
    return Placement(document_id, page, **box)


def test_p4_a_refused_upload_says_what_to_do_and_keeps_the_draft_from_launching(
    world: World,
) -> None:
    """P4: the refusal is written down; a later upload may be accepted."""
    ref = world.draft(files=0)
    request = drafts.add_document(world.load(ref), "doc_00000001", "a.pdf", world.now).request
    refused = drafts.record_inspection(request, "doc_00000001", REFUSED, None, world.now)
    document = refused.request.documents[0]
    assert document.state is DocumentState.REFUSED
    assert (document.refusal, document.refusal_detail) == ("encrypted", REFUSED.detail)
    assert [event.kind for event in refused.events] == ["document_refused"]
    with pytest.raises(InvalidError, match="documents_not_ready"):
        launch.launch(refused.request, world.now)
    again = drafts.record_inspection(
        refused.request, "doc_00000001", accepted(b"pdf"), "key", world.now
    )
    document = again.request.documents[0]
    assert document.state is DocumentState.READY
    assert document.refusal is None
    assert launch.launch(again.request, world.now).request.state is RequestState.ACTIVE


@pytest.mark.parametrize("report", [REFUSED, accepted(b"other")])
def test_p4_a_second_report_changes_nothing(world: World, report: Refused) -> None:
    """P4: once accepted, a document stays what it is."""
    request = world.load(world.draft())
    document = request.documents[0]
    decision = drafts.record_inspection(request, document.id, report, "key", world.now)
    assert decision.changes_nothing
    assert find_document(decision.request, document.id) == document


def test_p4_the_same_refusal_twice_is_told_once(world: World) -> None:
    """P4: the event of an upload comes at least once."""
    request = world.load(world.draft(files=0))
    request = drafts.add_document(request, "doc_00000001", "a.pdf", world.now).request
    once = drafts.record_inspection(request, "doc_00000001", REFUSED, None, world.now)
    twice = drafts.record_inspection(once.request, "doc_00000001", REFUSED, None, world.now)
    assert twice.changes_nothing


def test_p5_fifty_documents_and_not_one_more(world: World) -> None:
    """P5: a request holds 1 to 50 documents."""
    request = world.load(world.draft(files=0))
    for number in range(50):
        request = drafts.add_document(request, f"doc_{number:08d}", "a.pdf", world.now).request
    assert [d.position for d in request.documents] == list(range(1, 51))
    with pytest.raises(InvalidError, match="too_many_documents"):
        drafts.add_document(request, "doc_00000051", "a.pdf", world.now)


@pytest.mark.parametrize(
    ("people", "files", "code"),
    [((), 1, "no_signers"), ((1,), 0, "no_documents"), ((), 0, "no_documents")],
)
def test_p5_a_launch_needs_a_document_and_a_signer(
    world: World, people: tuple[int, ...], files: int, code: str
) -> None:
    """P5: a copy alone is not enough."""
    request = world.load(world.draft(people=people, copies=1, files=files))
    with pytest.raises(InvalidError) as refused:
        launch.launch(request, world.now)
    assert refused.value.code == code


def test_p6_documents_are_frozen_at_launch(world: World) -> None:
    """P6: from launch on nothing of a draft can be changed any more."""
    request = world.load(world.launched())
    document, recipient = request.documents[0], request.recipients[0]
    now = world.now
    attempts: tuple[Callable[[SignatureRequest], Decision], ...] = (
        lambda r: drafts.add_document(r, "doc_00000009", "b.pdf", now),
        lambda r: drafts.remove_document(r, document.id, now),
        lambda r: draft_recipients.add_recipient(r, replace(recipient, id="rcp_00000009"), now),
        lambda r: draft_recipients.change_recipient(r, recipient, now),
        lambda r: draft_recipients.remove_recipient(r, recipient.id, now),
    )
    for attempt in attempts:
        with pytest.raises(ConflictError, match="not_a_draft"):
            attempt(request)
    with pytest.raises(ConflictError, match="already_launched"):
        launch.launch(request, now)


def test_p6_launch_writes_the_frozen_hashes_down(world: World) -> None:
    """P6, P19: what was launched stands in the trail, with every hash."""
    ref = world.draft(files=2)
    world.launch(ref)
    request, event = world.load(ref), world.requests.events(ref)[-1]
    assert event.kind == "request_launched"
    assert event.data["documents"] == [f"{d.id}:{d.sha256}" for d in request.documents]
    assert event.data["documents_digest"] == request.documents_digest


def test_p9_the_digest_covers_every_document(world: World) -> None:
    """P9: another document, hash or id is another digest; the order of listing is not."""
    documents = world.load(world.draft(files=2)).documents
    digest = launch.documents_digest(documents)
    assert launch.documents_digest(documents[::-1]) == digest
    changed = (replace(documents[0], sha256="0" * 64), documents[1])
    for other in (documents[:1], changed, (replace(documents[0], id="doc_x"), documents[1])):
        assert launch.documents_digest(other) != digest


@pytest.mark.parametrize(
    "box",
    [
        {"page": 2},
        {"x": -1.0},
        {"y": -1.0},
        {"x": 500.0},
        {"y": 800.0},
        {"width": 0.0},
        {"height": 0.0},
    ],
)
def test_p8_a_box_has_to_lie_on_its_page(world: World, box: dict[str, float]) -> None:
    """P8: a visible signature off the page is refused when added."""
    request = world.load(world.draft())
    recipient = replace(
        request.recipients[0],
        id="rcp_00000009",
        placements=(_place(request.documents[0].id, **box),),
    )
    with pytest.raises(InvalidError, match="placement_off_page"):
        draft_recipients.add_recipient(request, recipient, world.now)


def test_p8_a_box_on_a_page_that_was_unknown_is_checked_at_launch(world: World) -> None:
    """P8: placed before the upload, on a page that the upload does not have."""
    request = world.load(world.draft(files=0))
    request = drafts.add_document(request, "doc_00000001", "a.pdf", world.now).request
    placed = replace(request.recipients[0], placements=(_place("doc_00000001", page=3),))
    request = draft_recipients.change_recipient(request, placed, world.now).request
    request = drafts.record_inspection(
        request, "doc_00000001", accepted(b"pdf"), "key", world.now
    ).request
    with pytest.raises(InvalidError, match="placement_off_page"):
        launch.launch(request, world.now)


def test_p8_boxes_go_with_their_document(world: World) -> None:
    """P8: a removed document takes its boxes along; no box elsewhere, no second one."""
    request = world.load(world.draft(files=2))
    gone, kept = request.documents
    placed = replace(request.recipients[0], placements=(_place(gone.id), _place(kept.id)))
    request = draft_recipients.change_recipient(request, placed, world.now).request
    after = drafts.remove_document(request, gone.id, world.now).request
    assert after.recipients[0].placements == (_place(kept.id),)
    for boxes, code in [
        ((_place(gone.id),), "placement_unknown_document"),
        ((_place(kept.id), _place(kept.id, y=10.0)), "placement_duplicate"),
    ]:
        with pytest.raises(InvalidError, match=code):
            draft_recipients.change_recipient(after, replace(placed, placements=boxes), world.now)


def test_p9_a_signer_needs_a_phone_and_a_copy_does_not(world: World) -> None:
    """P9: the code has to go somewhere."""
    request = world.load(world.draft())
    nobody = replace(request.recipients[0], id="rcp_00000009", phone=None)
    with pytest.raises(InvalidError, match="phone_required") as refused:
        draft_recipients.add_recipient(request, nobody, world.now)
    assert refused.value.field == "phone"
    copy = replace(nobody, role=Role.CC)
    assert copy in draft_recipients.add_recipient(request, copy, world.now).request.recipients
    with pytest.raises(InvalidError, match="order_out_of_range"):
        draft_recipients.add_recipient(request, replace(copy, order=0), world.now)


def test_what_is_not_there_is_not_found(world: World) -> None:
    """A foreign document's or recipient's id is as unknown as one that never existed."""
    request = world.load(world.draft())
    with pytest.raises(NotFoundError, match="document_not_found"):
        drafts.remove_document(request, "doc_99999999", world.now)
    with pytest.raises(NotFoundError, match="recipient_not_found"):
        draft_recipients.remove_recipient(request, "rcp_99999999", world.now)


def test_p8_a_certified_document_takes_no_visible_signature(world: World) -> None:
    """Its certification allows signatures, not new content on a page."""
    ref = world.draft()
    request = world.load(ref)
    document = replace(request.documents[0], certified=True)
    placed = replace(request.recipients[0], placements=(Placement(document.id, 1, 10, 10, 50, 20),))
    with pytest.raises(InvalidError) as refused:
        draft_recipients.check_recipient(replace(request, documents=(document,)), placed)
    assert refused.value.code == "placement_on_certified"
