"""`Files` on S3."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from paraphe.adapters.s3 import keys, presigned
from paraphe.domain.errors import ConflictError, GoneError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from paraphe.adapters.s3.bucket import Bucket
    from paraphe.domain.requests.document import Document
    from paraphe.ports.requests import RecipientRef, RequestRef, UploadRef
    from paraphe.ports.upload_forms import Upload

_PDF = "application/pdf"
_MOST_TEXT = 4 * 1024 * 1024


class S3Files:
    """Keeps `Files`.

    Args:
        uploads: gives the bucket of uploads; asked only by what needs it.
        documents: gives the bucket of documents, likewise.

    """

    def __init__(self, uploads: Callable[[], Bucket], documents: Callable[[], Bucket]) -> None:
        self._ask_uploads = uploads
        self._ask_documents = documents

    @property
    def _uploads(self) -> Bucket:
        return self._ask_uploads()

    @property
    def _documents(self) -> Bucket:
        return self._ask_documents()

    def presign_upload(self, upload: UploadRef, now: datetime) -> Upload:
        """Keep `Files.presign_upload`."""
        return presigned.post(self._uploads, keys.original(upload), now)

    def presign_download(self, key: str, filename: str, seconds: int) -> str:
        """Keep `Files.presign_download`."""
        disposition = presigned.attachment(filename)
        return presigned.get(self._documents, key, seconds, disposition, _PDF)

    def presign_picture(self, key: str, seconds: int) -> str:
        """Keep `Files.presign_picture`."""
        return presigned.get(self._documents, key, seconds, "inline", "image/png")

    def adopt_inspected(
        self,
        ref: RequestRef,
        document: Document,
        sha256: str,
        pages: int,
        original_sha256: str | None = None,
    ) -> str:
        """Keep `Files.adopt_inspected`. The pages first, so that the file is never without them.

        Raises:
            GoneError: `document_gone`, the upload or some of its pages are not there any more.

        """
        folder = keys.inspected(ref, document.id, sha256)
        target = keys.pages(keys.ACTIVE, ref, document.id, sha256)
        copied = self._documents.copy_folder(self._uploads, f"{folder}pages/", target)
        if copied < pages:
            raise GoneError("document_gone", "The pages of the uploaded file are gone.")
        if original_sha256 is not None:
            kept = keys.kept_original(ref, document.id, original_sha256)
            sent = folder + keys.original_name(original_sha256)
            self._documents.copy_from(self._uploads, sent, kept)
        key = keys.revision(ref, document.id, 0, sha256)
        self._documents.copy_from(self._uploads, f"{folder}document.pdf", key)
        return key

    def fetch(self, key: str, target: Path, sha256: str) -> None:
        """Keep `Files.fetch`."""
        if self._documents.fetch(key, target) != sha256:
            target.unlink()
            raise ConflictError("hash_mismatch", "The stored file is not the one written down.")

    def store_revision(self, ref: RequestRef, document_id: str, number: int, source: Path) -> str:
        """Keep `Files.store_revision`."""
        return self._documents.put_file(
            lambda sha256: keys.revision(ref, document_id, number, sha256), source, _PDF
        )

    def store_mark(self, ref: RecipientRef, content: bytes) -> str:
        """Keep `Files.store_mark`."""
        key = keys.mark(ref, hashlib.sha256(content).hexdigest())
        self._documents.put(key, content, "application/octet-stream")
        return key

    def retain(self, ref: RequestRef, document: Document) -> str:
        """Keep `Files.retain`.

        Raises:
            NotFoundError: `document_missing`, nothing was ever stored for it.
            GoneError: `document_gone`.

        """
        key, sha256 = document.current_key, document.sha256
        if key is None or sha256 is None:
            raise NotFoundError("document_missing", "The document has no stored file.")
        if document.removed:
            original = _original(ref, document)
            self._documents.copy_from(self._documents, original, _retained(original))
        kept = _retained(key)
        self._documents.copy_folder(
            self._documents,
            keys.pages(keys.ACTIVE, ref, document.id, sha256),
            keys.pages(keys.RETAINED, ref, document.id, sha256),
        )
        self._documents.copy_from(self._documents, key, kept)
        return kept

    def original_key(self, ref: RequestRef, document: Document) -> str:
        """Keep `Files.original_key`."""
        return _retained(_original(ref, document))

    def store_retained(self, ref: RequestRef, document: Document, source: Path) -> str:
        """Keep `Files.store_retained`."""
        number = len(document.signers)
        return self._documents.put_file(
            lambda sha256: keys.retained(ref, document.id, number, sha256), source, _PDF
        )

    def read(self, key: str, max_bytes: int) -> bytes | None:
        """Keep `Files.read`."""
        try:
            return self._documents.read(key, max_bytes)
        except GoneError:
            return None

    def page_text(self, ref: RequestRef, document: Document, page: int, *, retained: bool) -> str:
        """Keep `Files.page_text`."""
        stored = self.read(_pages(ref, document, retained=retained) + keys.text(page), _MOST_TEXT)
        return str(json.loads(stored)["text"]) if stored is not None else ""

    def page_key(self, ref: RequestRef, document: Document, page: int, *, retained: bool) -> str:
        """Keep `Files.page_key`."""
        return _pages(ref, document, retained=retained) + keys.picture(page)

    def erase_active(self, ref: RequestRef) -> None:
        """Keep `Files.erase_active`."""
        self._documents.erase(keys.request(keys.ACTIVE, ref))

    def erase_all(self, ref: RequestRef) -> None:
        """Keep `Files.erase_all`."""
        self.erase_active(ref)
        self._documents.erase(keys.request(keys.RETAINED, ref))


def _original(ref: RequestRef, document: Document) -> str:
    return keys.kept_original(ref, document.id, document.original_sha256 or "none")


def _retained(key: str) -> str:
    return key.replace(f"{keys.ACTIVE}/", f"{keys.RETAINED}/", 1)


def _pages(ref: RequestRef, document: Document, *, retained: bool) -> str:
    top = keys.RETAINED if retained else keys.ACTIVE
    return keys.pages(top, ref, document.id, document.sha256 or "none")
