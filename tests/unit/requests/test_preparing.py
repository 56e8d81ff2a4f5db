"""Creating drafts, uploads and their inspection (P4, P5)."""

import hashlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from paraphe.domain.errors import ConflictError, NotFoundError
from paraphe.domain.ids import is_id
from paraphe.domain.requests.document import DocumentState
from paraphe.domain.requests.drafts import NewRequest
from paraphe.domain.requests.inspection import Accepted, RefusalReason, Refused
from paraphe.domain.requests.listing import Wanted
from paraphe.domain.requests.model import SignatureRequest
from paraphe.ports.requests import RequestRef, UploadRef
from paraphe.ports.upload_forms import Upload
from paraphe.usecases import using
from paraphe.usecases.requests import edit_documents
from paraphe.usecases.requests.create_request import CreateRequest
from paraphe.usecases.requests.edit_documents import EditDocuments
from paraphe.usecases.requests.inspect_upload import inspect_upload
from tests.support.fakes import Inspected
from tests.support.world import FIRM, SENDER, World, accepted

NEW = NewRequest("Mandat", "", SENDER)


@pytest.fixture
def world() -> World:
    """A platform."""
    return World()


def _create(world: World, firm: str = FIRM.id) -> SignatureRequest:
    principal = replace(world.principal, firm_id=firm)
    return using(CreateRequest, world)(principal, NEW, now=world.now)


def test_two_creations_are_two_drafts(world: World) -> None:
    """Each call makes one; what makes a call be done once is the door's (Idempotency-Key)."""
    assert _create(world).id != _create(world).id


def test_a_firm_that_does_not_exist(world: World) -> None:
    """Nothing is made for it."""
    with pytest.raises(NotFoundError, match="firm_not_found"):
        _create(world, firm="frm_99999999")
    assert world.requests.stored == {}


def test_a_foreign_firm_finds_nothing(world: World) -> None:
    """The firm is part of the key: another firm's request does not exist."""
    ref = world.draft()
    with pytest.raises(NotFoundError, match="request_not_found"):
        edit_documents.load(world.requests, RequestRef("frm_00000002", ref.request_id))


@pytest.fixture
def upload(world: World) -> tuple[RequestRef, str]:
    """A draft with a place for a document that was not uploaded yet."""
    ref = world.draft(files=0)
    made, form = using(EditDocuments, world).add(world.principal, ref, "bilan.pdf", world.now)
    top, firm_id, request_id, document_id, form_id, name = form.fields["key"].split("/")
    assert (top, firm_id, request_id) == ("uploads", ref.firm_id, ref.request_id)
    assert (document_id, name) == (made.id, "original.pdf")
    assert is_id(form_id, "upl")
    assert form.expires_at > world.now
    return ref, made.id


def _form(upload: tuple[RequestRef, str], form: str = "upl_1") -> UploadRef:
    return UploadRef(upload[0].firm_id, upload[0].request_id, upload[1], form)


def _renew(world: World, upload: tuple[RequestRef, str]) -> Upload:
    return using(EditDocuments, world).renew_upload(world.principal, *upload, world.now)


def _record(world: World, upload: tuple[RequestRef, str]) -> SignatureRequest:
    return edit_documents.record_upload(
        world.requests, world.files, world.uploads, _form(upload), world.now
    )


def test_p4_an_upload_is_inspected_recorded_and_adopted(
    world: World, upload: tuple[RequestRef, str]
) -> None:
    """P4: bytes first, then the pointer; what is stored is what was inspected."""
    world.uploads.originals[upload] = b"%PDF original"

    def inspector(source: Path, target: Path, pages: Path) -> Accepted:
        content = source.read_bytes() + b" normalised"
        target.write_bytes(content)
        for number in (1, 2):
            (pages / f"{number:04d}.png").write_bytes(b"png")
        return accepted(content, pages=2)

    report = inspect_upload(world.uploads, inspector, world.workspace, _form(upload))
    assert isinstance(report, Accepted)
    document = _record(world, upload).documents[0]
    assert document.state is DocumentState.READY
    assert world.files.objects[document.key or ""] == b"%PDF original normalised"
    assert sum(key.endswith(".png") for key in world.files.objects) == 2


def test_p4_active_content_is_removed_once_its_sender_allows_it(
    world: World, upload: tuple[RequestRef, str]
) -> None:
    """P4: refused first, painted all the same; then sent again, adopted, the original kept."""
    ref, _ = upload
    world.uploads.originals[upload] = b"%PDF with a script"

    def inspector(source: Path, target: Path, pages: Path) -> Refused:
        target.write_bytes(b"%PDF")
        (pages / "0001.png").write_bytes(b"png")
        original = hashlib.sha256(source.read_bytes()).hexdigest()
        removed = (RefusalReason.JAVASCRIPT,)
        without = replace(accepted(b"%PDF"), original_sha256=original, removed=removed)
        return Refused(RefusalReason.JAVASCRIPT, "Allow its removal.", without=without)

    def send() -> SignatureRequest:
        inspect_upload(world.uploads, inspector, world.workspace, _form(upload))
        return _record(world, upload)

    refused = send().documents[0]
    assert (refused.state, refused.removable) == (DocumentState.REFUSED, ("javascript",))
    assert world.files.objects == {}
    for _ in range(2):
        using(EditDocuments, world).renew_upload(
            world.principal, *upload, world.now, remove_active_content=True
        )
    document = send().documents[0]
    assert (document.state, document.removed) == (DocumentState.READY, ("javascript",))
    assert world.files.objects[document.key or ""] == b"%PDF"
    kept = world.files.original_key(ref, document)
    active = kept.replace("retained/", "active/")
    assert world.files.objects[active] == b"%PDF with a script"
    world.files.retain(ref, document)
    assert world.files.objects[kept] == b"%PDF with a script"
    kinds = [event.kind for event in world.requests.events(ref)]
    assert kinds.count("removal_allowed") == 1


def test_p4_the_sender_of_a_refused_upload_is_told_why(
    world: World, upload: tuple[RequestRef, str]
) -> None:
    """P4: and may try again."""
    world.uploads.originals[upload] = b"PK.."
    inspect_upload(
        world.uploads,
        lambda _, __, ___: Refused(RefusalReason.NOT_PDF, "Save it as PDF."),
        world.workspace,
        _form(upload),
    )
    document = _record(world, upload).documents[0]
    assert (document.state, document.refusal) == (DocumentState.REFUSED, "not_pdf")
    first, second = _renew(world, upload), _renew(world, upload)
    assert first.fields["key"] != second.fields["key"]


def test_p4_a_form_ends_with_the_first_file_that_is_accepted(
    world: World, upload: tuple[RequestRef, str]
) -> None:
    """P4: what is sent with it later is not even read; another form still works."""
    world.uploads.originals[upload] = b"%PDF first"
    read: list[bytes] = []

    def inspector(source: Path, target: Path, _: Path) -> Accepted:
        read.append(source.read_bytes())
        target.write_bytes(read[-1])
        return accepted(read[-1])

    def send(form: str) -> object:
        return inspect_upload(world.uploads, inspector, world.workspace, _form(upload, form))

    assert isinstance(send("upl_1"), Accepted)
    kept = world.uploads.inspected[upload]
    world.uploads.originals[upload] = b"%PDF another"
    assert [send("upl_1") for _ in range(100)] == [None] * 100
    assert read == [b"%PDF first"]
    assert world.uploads.inspected[upload] == kept
    assert isinstance(send("upl_2"), Accepted)


def test_p4_a_form_takes_three_refused_files(world: World, upload: tuple[RequestRef, str]) -> None:
    """P4: a slip can be made good with the same form, but not without an end."""
    world.uploads.originals[upload] = b"PK"
    refused = Refused(RefusalReason.NOT_PDF, "Save it as PDF.")
    answers = [
        inspect_upload(world.uploads, lambda _, __, ___: refused, world.workspace, _form(upload))
        for _ in range(5)
    ]
    assert answers == [refused] * 3 + [None] * 2


def test_p4_a_report_that_comes_twice_or_too_late(
    world: World, upload: tuple[RequestRef, str]
) -> None:
    """P4: the second event changes nothing, also after launch; a removed document is not found."""
    world.uploads.inspected[upload] = Inspected(accepted(b"pdf"), b"pdf")
    once = _record(world, upload)
    assert _record(world, upload) == once
    with pytest.raises(ConflictError, match="already_uploaded"):
        _renew(world, upload)
    launched = world.launch(upload[0])
    assert _record(world, upload) == launched


def test_p4_a_removed_document_is_not_found(world: World, upload: tuple[RequestRef, str]) -> None:
    """P4: its report comes too late, and nothing is pointed to."""
    world.uploads.inspected[upload] = Inspected(accepted(b"pdf"), b"pdf")
    using(EditDocuments, world).remove(world.principal, *upload, world.now)
    with pytest.raises(NotFoundError, match="document_not_found"):
        _record(world, upload)


def test_a_list_goes_page_by_page(world: World) -> None:
    """Newest first, nothing twice, nothing left out."""
    refs = []
    for _ in range(5):
        world.now += timedelta(seconds=1)
        refs.append(world.draft().request_id)
    seen: list[str] = []
    cursor = None
    while True:
        page = world.requests.listed(FIRM.id, Wanted(), 2, cursor)
        seen += [r.id for r in page.requests]
        cursor = page.cursor
        if cursor is None:
            break
    assert seen == refs[::-1]
