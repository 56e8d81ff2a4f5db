"""Where documents, uploads and files to verify lie."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from paraphe.domain.requests.document import Document
from paraphe.domain.requests.inspection import Accepted, Refused
from paraphe.ports.requests import RecipientRef, RequestRef, UploadRef
from paraphe.ports.upload_forms import Upload


class Files(Protocol):
    """Where documents lie. Keys are as in docs/ARCHITECTURE.md, "Buckets"."""

    def presign_upload(self, upload: UploadRef, now: datetime) -> Upload:
        """Allow one PDF of at most 50 MB to be uploaded for this document, with this form."""
        ...

    def presign_download(self, key: str, filename: str, seconds: int) -> str:
        """Return a URL by which `key` can be fetched as `filename` for `seconds`."""
        ...

    def presign_picture(self, key: str, seconds: int) -> str:
        """Return a URL by which a page's picture can be shown inline."""
        ...

    def adopt_inspected(
        self,
        ref: RequestRef,
        document: Document,
        sha256: str,
        pages: int,
        original_sha256: str | None = None,
    ) -> str:
        """Copy an inspected upload (file and page pictures) to `active/`; return the file's key.

        With `original_sha256` what was sent is kept beside it: something was taken out of it.
        """
        ...

    def fetch(self, key: str, target: Path, sha256: str) -> None:
        """Download and check the hash. Raises GoneError, ConflictError (`hash_mismatch`)."""
        ...

    def store_revision(self, ref: RequestRef, document_id: str, number: int, source: Path) -> str:
        """Store a signed revision under a name that holds its SHA-256; return the key."""
        ...

    def store_mark(self, ref: RecipientRef, content: bytes) -> str:
        """Store how a visible mark looks under a name that holds its SHA-256; return the key."""
        ...

    def retain(self, ref: RequestRef, document: Document) -> str:
        """Copy the newest revision and the pages to `retained/`; return the key. Repeatable.

        What was sent goes with them if something was taken out of it.
        """
        ...

    def original_key(self, ref: RequestRef, document: Document) -> str:
        """Return where, in `retained/`, what was sent is kept if something was taken out of it."""
        ...

    def store_retained(self, ref: RequestRef, document: Document, source: Path) -> str:
        """Store a renewed original in `retained/`, its SHA-256 in its name; return the key."""
        ...

    def read(self, key: str, max_bytes: int) -> bytes | None:
        """Read a small object, or None when it is larger than `max_bytes` or gone."""
        ...

    def page_text(self, ref: RequestRef, document: Document, page: int, *, retained: bool) -> str:
        """Read the text of a page, empty when there is none."""
        ...

    def page_key(self, ref: RequestRef, document: Document, page: int, *, retained: bool) -> str:
        """Return the key of a page's picture."""
        ...

    def erase_active(self, ref: RequestRef) -> None:
        """Erase everything of a request under `active/`, all versions."""
        ...

    def erase_all(self, ref: RequestRef) -> None:
        """Erase everything of a request under `active/` and `retained/`, all versions (P16)."""
        ...


class Workspace(Protocol):
    """Room for files of one signature."""

    def __call__(self) -> AbstractContextManager[Path]:
        """Return a directory that is erased afterwards."""
        ...


class Verifications(Protocol):
    """Where signed PDFs of anybody wait to be verified, for a day at most."""

    def uploads(
        self, verification: str, now: datetime, back: str | None = None
    ) -> Mapping[str, Upload]:
        """Allow `pdf` (50 MB) and `evidence` (20 MB) to be uploaded.

        `back` is where the browser goes after its upload.
        """
        ...

    def fetch(self, verification: str) -> tuple[bytes, bytes | None]:
        """Return the PDF and the evidence file, if there is one.

        Raises:
            GoneError: `document_gone`.

        """
        ...


class Uploads(Protocol):
    """What `inspect_upload` may touch: one upload in, its inspection out."""

    def begin(self, upload: UploadRef) -> bool:
        """Take one of the inspections that a form is good for; False when they are used up.

        A conditional write decides, so however many uploads come at once, no more are inspected.
        """
        ...

    def end(self, upload: UploadRef) -> None:
        """Use up a form: nothing that is uploaded with it from now on is inspected."""
        ...

    def fetch_original(self, upload: UploadRef, target: Path) -> None:
        """Download the uploaded file."""
        ...

    def store_inspection(
        self, upload: UploadRef, report: Accepted | Refused, directory: Path
    ) -> None:
        """Store `document.pdf`, `pages/` and, last, `report.json` under `inspected/`.

        What was sent too, when something was taken out of it.
        """
        ...

    def report(self, upload: UploadRef) -> Accepted | Refused:
        """Read a stored report."""
        ...
