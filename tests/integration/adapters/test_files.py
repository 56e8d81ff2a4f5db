"""Documents in S3: checked, named by their hash, erased to the last version."""

from __future__ import annotations

import hashlib
import json
import urllib.error
import urllib.request
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from paraphe.adapters.requests.uploaded_files import INSPECTIONS
from paraphe.domain.errors import ConflictError, GoneError, NotFoundError
from paraphe.domain.requests.document import Document, DocumentState, Revision
from paraphe.domain.requests.inspection import Accepted, Page, RefusalReason, Refused
from paraphe.ports.requests import RequestRef, UploadRef

if TYPE_CHECKING:
    from email.message import Message
    from pathlib import Path

    from paraphe.adapters.requests.document_files import S3Files
    from paraphe.adapters.requests.uploaded_files import S3Uploads
    from paraphe.adapters.s3.bucket import Bucket
    from paraphe.ports.upload_forms import Upload

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PDF = b"%PDF-1.7 a small one"
SHA = hashlib.sha256(PDF).hexdigest()
ACCEPTED = Accepted(SHA, SHA, len(PDF), (Page(1, 595.0, 842.5, 90),), False, 0, False)  # noqa: FBT003


@pytest.fixture
def ref() -> RequestRef:
    """A request that no other test knows."""
    return RequestRef("frm_1", f"sr_{uuid.uuid4().hex}")


def post(upload: Upload, content: bytes, **changed: str) -> int:
    """Post a form as a browser does; return the status."""
    boundary = uuid.uuid4().hex
    fields = {**upload.fields, **changed}
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    file = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
    body = "".join(parts).encode() + file.encode() + content + f"\r\n--{boundary}--\r\n".encode()
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    request = urllib.request.Request(upload.url, body, headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def get(url: str) -> tuple[bytes, Message]:
    """Fetch an address; return body and headers."""
    with urllib.request.urlopen(url) as answer:
        return answer.read(), answer.headers


def form(ref: RequestRef, name: str = "upl_1") -> UploadRef:
    """Name a form of the document `doc_1`."""
    return UploadRef(ref.firm_id, ref.request_id, "doc_1", name)


def inspected(uploads: S3Uploads, ref: RequestRef, folder: Path) -> Document:
    """Store an inspection of `PDF` with one page."""
    (folder / "pages").mkdir(parents=True)
    (folder / "document.pdf").write_bytes(PDF)
    (folder / "original.pdf").write_bytes(PDF)
    (folder / "pages" / "0001.png").write_bytes(b"picture")
    page = {"number": 1, "drawn": True, "text": "Bonjour à tous"}
    (folder / "pages" / "0001.json").write_text(json.dumps(page), encoding="utf-8")
    uploads.store_inspection(form(ref), ACCEPTED, folder)
    return Document("doc_1", "lettre.pdf", 1)


def adopted(uploads: S3Uploads, files: S3Files, ref: RequestRef, folder: Path) -> Document:
    """Adopt it; return the document as the table would have it."""
    document = inspected(uploads, ref, folder)
    key = files.adopt_inspected(ref, document, SHA, 1)
    return replace(document, state=DocumentState.READY, sha256=SHA, key=key)


def test_an_upload_takes_one_pdf_of_the_right_size(
    files: S3Files, uploads: S3Uploads, ref: RequestRef, tmp_path: Path
) -> None:
    """Nothing empty, nothing of another type, nothing under another name (P4)."""
    upload = files.presign_upload(form(ref), NOW)
    assert post(upload, b"") >= 400
    assert post(upload, PDF, **{"Content-Type": "text/html"}) == 403
    assert post(upload, PDF, key="uploads/frm_2/sr_2/doc_2/original.pdf") == 403
    with pytest.raises(GoneError):
        uploads.fetch_original(form(ref), tmp_path / "none.pdf")
    assert post(upload, PDF) == 204
    uploads.fetch_original(form(ref), tmp_path / "original.pdf")
    assert (tmp_path / "original.pdf").read_bytes() == PDF
    assert upload.max_bytes == 50 * 1024 * 1024


def test_a_form_is_used_up_once_for_all(uploads: S3Uploads, ref: RequestRef) -> None:
    """Three inspections, also when many uploads come at once; none after its end (P4)."""
    with ThreadPoolExecutor(16) as pool:
        begun = list(pool.map(lambda _: uploads.begin(form(ref)), range(40)))
    assert sum(begun) == INSPECTIONS
    assert uploads.begin(form(ref, "upl_2"))
    uploads.end(form(ref, "upl_2"))
    uploads.end(form(ref, "upl_2"))
    assert not uploads.begin(form(ref, "upl_2"))


def test_more_than_50_mb_is_refused(files: S3Files, ref: RequestRef) -> None:
    """The size is checked by S3, before anything of ours reads the file (P4)."""
    upload = files.presign_upload(form(ref), NOW)
    assert post(upload, b"%PDF-" + bytes(upload.max_bytes)) == 400


def test_a_report_comes_back(uploads: S3Uploads, ref: RequestRef, tmp_path: Path) -> None:
    """Accepted or refused, it is read as it was stored; none is "not found"."""
    with pytest.raises(NotFoundError, match="report_not_found"):
        uploads.report(form(ref))
    inspected(uploads, ref, tmp_path)
    assert uploads.report(form(ref)) == ACCEPTED
    refused = Refused(RefusalReason.XFA, "Print it to PDF.")
    uploads.store_inspection(form(ref), refused, tmp_path)
    assert uploads.report(form(ref)) == refused


def test_an_inspected_upload_is_adopted_with_its_pages(
    files: S3Files, uploads: S3Uploads, ref: RequestRef, tmp_path: Path
) -> None:
    """File, pictures and texts lie under `active/`, twice is the same as once."""
    document = adopted(uploads, files, ref, tmp_path / "in")
    assert document.key == f"active/frm_1/{ref.request_id}/doc_1/0-{SHA}.pdf"
    assert files.adopt_inspected(ref, document, SHA, 1) == document.key
    files.fetch(document.key, tmp_path / "out.pdf", SHA)
    assert (tmp_path / "out.pdf").read_bytes() == PDF
    assert files.page_text(ref, document, 1, retained=False) == "Bonjour à tous"
    assert files.page_text(ref, document, 2, retained=False) == ""
    picture, headers = get(
        files.presign_picture(files.page_key(ref, document, 1, retained=False), 60)
    )
    assert picture == b"picture"
    assert headers["Content-Type"] == "image/png"
    assert headers["Content-Disposition"] == "inline"


def test_what_was_sent_is_kept_beside_what_was_made_of_it(
    files: S3Files, uploads: S3Uploads, ref: RequestRef, tmp_path: Path
) -> None:
    """P4, P16: from upload to the end, and gone with the rest; the report stays a refusal."""
    folder = tmp_path / "in"
    inspected(uploads, ref, folder)
    sent = b"%PDF-1.7 with a script"
    (folder / "original.pdf").write_bytes(sent)
    original = hashlib.sha256(sent).hexdigest()
    removed = (RefusalReason.JAVASCRIPT,)
    without = replace(ACCEPTED, original_sha256=original, removed=removed)
    refused = Refused(RefusalReason.JAVASCRIPT, "Allow its removal.", without=without)
    uploads.store_inspection(form(ref), refused, folder)
    assert uploads.report(form(ref)) == refused
    document = Document("doc_1", "bail.pdf", 1, original_sha256=original, removed=("javascript",))
    key = files.adopt_inspected(ref, document, SHA, 1, original)
    document = replace(document, state=DocumentState.READY, sha256=SHA, key=key)
    for _ in range(2):
        files.retain(ref, document)
    files.erase_active(ref)
    kept = files.original_key(ref, document)
    files.fetch(kept, tmp_path / "kept.pdf", original)
    body, headers = get(files.presign_download(kept, document.name, 60))
    assert body == sent
    assert "bail.pdf" in headers["Content-Disposition"]
    files.erase_all(ref)
    with pytest.raises(GoneError):
        files.fetch(kept, tmp_path / "gone.pdf", original)


def test_another_inspection_never_mixes_with_the_first(
    files: S3Files, uploads: S3Uploads, ref: RequestRef, tmp_path: Path
) -> None:
    """A second upload, inspected meanwhile, changes neither the first's bytes nor its pictures."""
    document = adopted(uploads, files, ref, tmp_path / "in")
    folder = tmp_path / "second"
    (folder / "pages").mkdir(parents=True)
    (folder / "document.pdf").write_bytes(b"%PDF-1.7 another")
    (folder / "pages" / "0001.png").write_bytes(b"another picture")
    other = hashlib.sha256(b"%PDF-1.7 another").hexdigest()
    uploads.store_inspection(form(ref), replace(ACCEPTED, sha256=other), folder)
    files.adopt_inspected(ref, document, other, 1)
    key = files.page_key(ref, document, 1, retained=False)
    assert files.read(key, 100) == b"picture"


def test_missing_pages_are_not_adopted(
    files: S3Files, uploads: S3Uploads, ref: RequestRef, tmp_path: Path
) -> None:
    """A document without all its pictures never becomes ready."""
    document = inspected(uploads, ref, tmp_path)
    with pytest.raises(GoneError):
        files.adopt_inspected(ref, document, SHA, 3)


def test_other_bytes_than_written_down_are_refused(
    files: S3Files, documents: Bucket, ref: RequestRef, tmp_path: Path
) -> None:
    """Whoever reads a document checks its hash; the wrong file is not left lying (P20)."""
    key = f"active/frm_1/{ref.request_id}/doc_1/0-{SHA}.pdf"
    documents.put(key, b"%PDF-1.7 tampered with", "application/pdf")
    with pytest.raises(ConflictError, match="hash_mismatch"):
        files.fetch(key, tmp_path / "out.pdf", SHA)
    assert not (tmp_path / "out.pdf").exists()
    with pytest.raises(GoneError):
        files.fetch(f"{key}.gone", tmp_path / "out.pdf", SHA)


def test_a_signed_revision_is_kept_for_a_month_under_retained(
    files: S3Files, uploads: S3Uploads, ref: RequestRef, tmp_path: Path
) -> None:
    """The newest revision and the pages survive the erasing of `active/`, repeatably (P16)."""
    document = adopted(uploads, files, ref, tmp_path / "in")
    signed = tmp_path / "signed.pdf"
    signed.write_bytes(PDF + b" signed")
    digest = hashlib.sha256(signed.read_bytes()).hexdigest()
    key = files.store_revision(ref, "doc_1", 1, signed)
    assert key.endswith(f"/1-{digest}.pdf")
    document = document.with_revision(Revision("rcp_1", "cmd_1", "S1", digest, key, 27, NOW))
    kept = files.retain(ref, document)
    assert kept == key.replace("active/", "retained/")
    assert files.retain(ref, document) == kept
    files.erase_active(ref)
    with pytest.raises(GoneError):
        files.retain(ref, document)
    assert files.read(kept, 100) == signed.read_bytes()
    assert files.read(kept, 5) is None
    assert files.page_text(ref, document, 1, retained=True) == "Bonjour à tous"
    assert files.page_text(ref, document, 1, retained=False) == ""


def test_erasing_leaves_no_version_and_no_neighbour_hurt(
    files: S3Files, documents: Bucket, ref: RequestRef
) -> None:
    """Overwritten and deleted versions go too; a request whose id is longer stays (P16)."""
    top = f"active/frm_1/{ref.request_id}"
    for content in (b"1", b"2"):
        documents.put(f"{top}/doc_1/a.pdf", content, "application/pdf")
    documents.put(f"retained/frm_1/{ref.request_id}/doc_1/a.pdf", b"3", "application/pdf")
    documents.put(f"{top}x/doc_1/a.pdf", b"4", "application/pdf")
    documents.client.delete_object(Bucket=documents.name, Key=f"{top}/doc_1/a.pdf")
    files.erase_all(ref)
    left = documents.client.list_object_versions(Bucket=documents.name, Prefix=top)
    assert [v["Key"] for v in left.get("Versions", ())] == [f"{top}x/doc_1/a.pdf"]
    assert not left.get("DeleteMarkers")
    assert not documents.has(f"retained/frm_1/{ref.request_id}/doc_1/a.pdf")


def test_a_download_has_its_name_in_any_script(
    files: S3Files, documents: Bucket, ref: RequestRef
) -> None:
    """The name arrives whole, with a plain one for old programs (RFC 6266)."""
    key = f"retained/frm_1/{ref.request_id}/doc_1/1-x.pdf"
    documents.put(key, PDF, "application/pdf")
    body, headers = get(files.presign_download(key, 'Été "2026"/bilan.pdf', 60))
    assert body == PDF
    assert headers["Content-Disposition"] == (
        'attachment; filename="_t_ _2026_bilan.pdf"; '
        "filename*=UTF-8''%C3%89t%C3%A9%20%222026%22bilan.pdf"
    )
    assert headers["Cache-Control"] == "private, no-store"
