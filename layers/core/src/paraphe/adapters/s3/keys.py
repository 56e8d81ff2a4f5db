"""Names of objects. A name that holds a SHA-256 is never written with other bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from paraphe.ports.requests import RecipientRef, RequestRef, UploadRef
    from paraphe.ports.templates import TemplateRef

ACTIVE = "active"
RETAINED = "retained"


def request(top: str, ref: RequestRef) -> str:
    """Return the folder of a request under `active`, `retained`, `uploads` or `inspected`."""
    return f"{top}/{ref.firm_id}/{ref.request_id}/"


def original(upload: UploadRef) -> str:
    """Return where a document is uploaded to: each form has a place of its own."""
    return f"{_of_form('uploads', upload)}original.pdf"


def report(upload: UploadRef) -> str:
    """Return where an inspection's report lies."""
    return f"{_of_form('inspected', upload)}report.json"


def inspection(upload: UploadRef, number: int) -> str:
    """Return what says that a form's `number`-th inspection was begun."""
    return f"{_of_form('inspected', upload)}inspection-{number}"


def _of_form(top: str, upload: UploadRef) -> str:
    form = f"{upload.form}/" if upload.form else ""
    return f"{request(top, upload.request)}{upload.document_id}/{form}"


def inspected(ref: RequestRef, document_id: str, sha256: str) -> str:
    """Return the folder of an inspected file and its pages."""
    return f"{request('inspected', ref)}{document_id}/{sha256}/"


def kept_original(ref: RequestRef, document_id: str, sha256: str) -> str:
    """Return where what was sent is kept, if something was taken out of it (P4)."""
    return f"{request(ACTIVE, ref)}{document_id}/{original_name(sha256)}"


def original_name(sha256: str) -> str:
    """Return that file's name in its folder."""
    return f"original-{sha256}.pdf"


def revision(ref: RequestRef, document_id: str, number: int, sha256: str) -> str:
    """Return a stored document's key; number 0 is the file before any signature of ours."""
    return f"{request(ACTIVE, ref)}{document_id}/{number}-{sha256}.pdf"


def retained(ref: RequestRef, document_id: str, number: int, sha256: str) -> str:
    """Return the key of an original that is kept after the end."""
    return f"{request(RETAINED, ref)}{document_id}/{number}-{sha256}.pdf"


def mark(ref: RecipientRef, sha256: str) -> str:
    """Return where the content of a visible mark lies (P8)."""
    return f"{request(ACTIVE, ref.request)}marks/{ref.recipient_id}-{sha256}"


def stamp(firm_id: str, sha256: str) -> str:
    """Return where the picture of a firm's seal lies; it outlives every request."""
    return f"firms/{firm_id}/stamp-{sha256}"


def template(ref: TemplateRef) -> str:
    """Return the folder of a template's documents; they outlive every request."""
    return f"firms/{ref.firm_id}/templates/{ref.template_id}/"


def of_document(folder: str, document_id: str) -> str:
    """Return a document's folder in that of its request or template."""
    return f"{folder}{document_id}/"


def unsigned_name(sha256: str) -> str:
    """Return the name, in its document's folder, of the file before any signature of ours."""
    return f"0-{sha256}.pdf"


def pages(top: str, ref: RequestRef, document_id: str, sha256: str) -> str:
    """Return the folder of page pictures; the hash is that of the file frozen at launch."""
    return f"{request(top, ref)}{document_id}/pages/{sha256}/"


def picture(number: int) -> str:
    """Return a page picture's name in its folder."""
    return f"{number:04d}.png"


def text(number: int) -> str:
    """Return a page text's name in its folder."""
    return f"{number:04d}.json"
