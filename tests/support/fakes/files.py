"""Buckets as dictionaries, keys as in docs/ARCHITECTURE.md, "Buckets"."""

import hashlib
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from paraphe.domain.errors import ConflictError, GoneError, NotFoundError
from paraphe.domain.requests.document import Document
from paraphe.domain.requests.inspection import Accepted, Refused
from paraphe.ports.requests import RecipientRef, RequestRef, UploadRef
from paraphe.ports.system import TransientError
from paraphe.ports.upload_forms import Upload

MAX_BYTES = 50_000_000
INSPECTIONS = 3
UPLOAD_TIME = timedelta(minutes=15)


@dataclass(frozen=True)
class Inspected:
    """What the inspection stored: its report and the normalised file."""

    report: Accepted | Refused
    content: bytes = b""
    original: bytes | None = None


class FakeUploads:
    """Keeps `Uploads`.

    Attributes:
        originals: uploaded bytes, by request and document id.
        inspected: stored inspections, by request and document id.
        begun: how many inspections each form was asked for.

    """

    def __init__(self) -> None:
        self.originals: dict[tuple[RequestRef, str], bytes] = {}
        self.begun: Counter[UploadRef] = Counter()
        self.inspected: dict[tuple[RequestRef, str], Inspected] = {}

    def begin(self, upload: UploadRef) -> bool:
        """Keep `Uploads.begin`."""
        self.begun[upload] += 1
        return self.begun[upload] <= INSPECTIONS

    def end(self, upload: UploadRef) -> None:
        """Keep `Uploads.end`."""
        self.begun[upload] = INSPECTIONS

    def fetch_original(self, upload: UploadRef, target: Path) -> None:
        """Keep `Uploads.fetch_original`."""
        target.write_bytes(self.originals[upload.request, upload.document_id])

    def store_inspection(
        self, upload: UploadRef, report: Accepted | Refused, directory: Path
    ) -> None:
        """Keep `Uploads.store_inspection`."""
        file = directory / "document.pdf"
        content = file.read_bytes() if file.exists() else b""
        kept = isinstance(report, Refused) and report.without is not None
        original = (directory / "original.pdf").read_bytes() if kept else None
        self.inspected[upload.request, upload.document_id] = Inspected(report, content, original)

    def report(self, upload: UploadRef) -> Accepted | Refused:
        """Keep `Uploads.report`."""
        found = self.inspected.get((upload.request, upload.document_id))
        if found is None:
            raise NotFoundError("report_not_found", "This upload was not inspected yet.")
        return found.report


class FakeFiles:
    """Keeps `Files`.

    Attributes:
        objects: the documents bucket.
        broken: requests whose files cannot be erased.

    """

    def __init__(self, uploads: FakeUploads) -> None:
        self.objects: dict[str, bytes] = {}
        self.broken: set[RequestRef] = set()
        self.uploads = uploads

    def presign_upload(self, upload: UploadRef, now: datetime) -> Upload:
        """Keep `Files.presign_upload`."""
        where = f"{upload.firm_id}/{upload.request_id}/{upload.document_id}/{upload.form}"
        key = f"uploads/{where}/original.pdf"
        return Upload("https://uploads.test/", {"key": key}, now + UPLOAD_TIME, MAX_BYTES)

    def presign_download(self, key: str, filename: str, seconds: int) -> str:
        """Keep `Files.presign_download`."""
        return f"https://documents.test/{key}?as={filename}&seconds={seconds}"

    def presign_picture(self, key: str, seconds: int) -> str:
        """Keep `Files.presign_picture`."""
        return f"https://documents.test/{key}?seconds={seconds}"

    def adopt_inspected(
        self,
        ref: RequestRef,
        document: Document,
        sha256: str,
        pages: int,
        original_sha256: str | None = None,
    ) -> str:
        """Keep `Files.adopt_inspected`."""
        content = self.uploads.inspected[ref, document.id].content
        if hashlib.sha256(content).hexdigest() != sha256:
            raise ConflictError("hash_mismatch", "The stored file is not the one written down.")
        folder = f"active/{ref.firm_id}/{ref.request_id}/{document.id}"
        if original_sha256 is not None:
            original = self.uploads.inspected[ref, document.id].original
            assert original is not None
            self._store(f"{folder}/original-{original_sha256}.pdf", original)
        for page in range(1, pages + 1):
            self.objects[f"{folder}/pages/{sha256}/{page:04d}.png"] = b"picture"
            self.objects[f"{folder}/pages/{sha256}/{page:04d}.json"] = b"text"
        return self._store(f"{folder}/0-{sha256}.pdf", content)

    def _store(self, key: str, content: bytes) -> str:
        self.objects[key] = content
        return key

    def fetch(self, key: str, target: Path, sha256: str) -> None:
        """Keep `Files.fetch`."""
        if key not in self.objects:
            raise GoneError("document_gone", "The stored file is gone.")
        if hashlib.sha256(self.objects[key]).hexdigest() != sha256:
            raise ConflictError("hash_mismatch", "The stored file is not the one written down.")
        target.write_bytes(self.objects[key])

    def store_revision(self, ref: RequestRef, document_id: str, number: int, source: Path) -> str:
        """Keep `Files.store_revision`."""
        content = source.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        folder = f"active/{ref.firm_id}/{ref.request_id}/{document_id}"
        return self._store(f"{folder}/{number}-{digest}.pdf", content)

    def store_mark(self, ref: RecipientRef, content: bytes) -> str:
        """Keep `Files.store_mark`."""
        name = f"{ref.recipient_id}-{hashlib.sha256(content).hexdigest()}"
        return self._store(f"active/{ref.firm_id}/{ref.request_id}/marks/{name}", content)

    def original_key(self, ref: RequestRef, document: Document) -> str:
        """Keep `Files.original_key`."""
        folder = f"retained/{ref.firm_id}/{ref.request_id}/{document.id}"
        return f"{folder}/original-{document.original_sha256}.pdf"

    def retain(self, ref: RequestRef, document: Document) -> str:
        """Keep `Files.retain`."""
        key = document.current_key
        if key is None:
            raise NotFoundError("document_missing", "The document has no stored file.")
        kept = key.replace("active/", "retained/", 1)
        if key in self.objects:
            self.objects[kept] = self.objects[key]
        elif kept not in self.objects:
            raise GoneError("document_gone", "The stored file is gone.")
        if document.removed:
            sent = self.original_key(ref, document)
            self.objects[sent] = self.objects[sent.replace("retained/", "active/", 1)]
        pages = f"active/{ref.firm_id}/{ref.request_id}/{document.id}/pages/"
        for name in [k for k in self.objects if k.startswith(pages)]:
            self.objects[name.replace("active/", "retained/", 1)] = self.objects[name]
        return kept

    def store_retained(self, ref: RequestRef, document: Document, source: Path) -> str:
        """Keep `Files.store_retained`."""
        content = source.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        folder = f"retained/{ref.firm_id}/{ref.request_id}/{document.id}"
        return self._store(f"{folder}/{len(document.signers)}-{digest}.pdf", content)

    def read(self, key: str, max_bytes: int) -> bytes | None:
        """Keep `Files.read`."""
        content = self.objects.get(key)
        return None if content is None or len(content) > max_bytes else content

    def page_text(self, ref: RequestRef, document: Document, page: int, *, retained: bool) -> str:
        """Keep `Files.page_text`."""
        key = self.page_key(ref, document, page, retained=retained).replace(".png", ".json")
        return self.objects.get(key, b"").decode()

    def page_key(self, ref: RequestRef, document: Document, page: int, *, retained: bool) -> str:
        """Keep `Files.page_key`."""
        top = "retained" if retained else "active"
        folder = f"{top}/{ref.firm_id}/{ref.request_id}/{document.id}"
        return f"{folder}/pages/{document.sha256}/{page:04d}.png"

    def erase_active(self, ref: RequestRef) -> None:
        """Keep `Files.erase_active`."""
        self._erase(f"active/{ref.firm_id}/{ref.request_id}/")

    def erase_all(self, ref: RequestRef) -> None:
        """Keep `Files.erase_all`."""
        if ref in self.broken:
            raise TransientError("the bucket does not answer")
        self._erase(f"active/{ref.firm_id}/{ref.request_id}/")
        self._erase(f"retained/{ref.firm_id}/{ref.request_id}/")

    def _erase(self, prefix: str) -> None:
        for key in [k for k in self.objects if k.startswith(prefix)]:
            del self.objects[key]


class FakeWorkspace:
    """Keeps `Workspace`: a real directory, erased afterwards."""

    def __call__(self) -> AbstractContextManager[Path]:
        """Keep `Workspace`."""
        return self._room()

    @contextmanager
    def _room(self) -> Iterator[Path]:
        with tempfile.TemporaryDirectory() as name:
            yield Path(name)
