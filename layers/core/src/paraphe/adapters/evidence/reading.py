"""What a signed file of ours holds beside its pages: signatures and the security store."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING

from paraphe.adapters.pdf.sign import xref
from paraphe.adapters.pdf.sign.document import open_document
from paraphe.adapters.pdf.sign.fields import find_field
from paraphe.adapters.pdf.sign.syntax import PdfError, Stream
from paraphe.adapters.pki import der
from paraphe.domain.evidence import FileProof

if TYPE_CHECKING:
    from pathlib import Path

    from paraphe.adapters.pdf.sign.document import Document as PdfDocument
    from paraphe.adapters.pdf.sign.syntax import Value
    from paraphe.domain.model import Document


def read_proof(pdf: Path, document: Document) -> FileProof:
    """Take the CMS of each recorded signature, and the store's certificates and answers.

    Raises:
        PdfError: the file lacks a signature that was recorded.

    """
    with pdf.open("rb") as file:
        opened = open_document(file)
        signatures = {r.field: _contents(opened, r.field) for r in document.revisions}
        store = opened.resolve(opened.catalog().get("DSS"))
        entries = store if isinstance(store, dict) else {}
        return FileProof(
            signatures,
            _streams(opened, entries.get("Certs")),
            _streams(opened, entries.get("OCSPs")),
            _streams(opened, entries.get("CRLs")),
        )


def _contents(opened: PdfDocument, field: str) -> str:
    _, entries = find_field(opened, field)
    contents = opened.dictionary(entries.get("V"), "a signature").get("Contents")
    if not isinstance(contents, bytes):
        raise PdfError("a signature has no contents")
    return b64encode(der.parse(contents).raw).decode()  # without the room that was left over


def _streams(opened: PdfDocument, listed: Value) -> tuple[str, ...]:
    found = (opened.resolve(item) for item in opened.array(listed, "the security store"))
    return tuple(b64encode(xref.decode(s)).decode() for s in found if isinstance(s, Stream))
