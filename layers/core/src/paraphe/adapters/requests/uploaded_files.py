"""`Uploads` on S3: all that the function which reads strangers' PDFs may touch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraphe.adapters.requests import inspection_report
from paraphe.adapters.s3 import keys
from paraphe.adapters.s3.bucket import at_once
from paraphe.domain.errors import GoneError, NotFoundError
from paraphe.domain.requests.inspection import Accepted, Refused

if TYPE_CHECKING:
    from pathlib import Path

    from paraphe.adapters.s3.bucket import Bucket
    from paraphe.ports.requests import UploadRef

# A refused file may be sent again with the same form; an accepted one uses it up.
INSPECTIONS = 3
_MOST_REPORT = 1024 * 1024
_MEDIA_TYPES = {".png": "image/png", ".json": "application/json", ".pdf": "application/pdf"}


class S3Uploads:
    """Keeps `Uploads`."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket

    def begin(self, upload: UploadRef) -> bool:
        """Keep `Uploads.begin`."""
        return any(self._take(upload, number) for number in range(1, INSPECTIONS + 1))

    def end(self, upload: UploadRef) -> None:
        """Keep `Uploads.end`."""
        for number in range(1, INSPECTIONS + 1):
            self._take(upload, number)

    def _take(self, upload: UploadRef, number: int) -> bool:
        return self._bucket.put_new(keys.inspection(upload, number), b"", "text/plain")

    def fetch_original(self, upload: UploadRef, target: Path) -> None:
        """Keep `Uploads.fetch_original`.

        Raises:
            GoneError: `document_gone`.

        """
        self._bucket.fetch(keys.original(upload), target)

    def store_inspection(
        self, upload: UploadRef, report: Accepted | Refused, directory: Path
    ) -> None:
        """Keep `Uploads.store_inspection`."""
        accepted = report if isinstance(report, Accepted) else report.without
        if accepted is not None:
            folder = keys.inspected(upload.request, upload.document_id, accepted.sha256)
            pages = directory / "pages"
            names = ["document.pdf", *(f"pages/{p.name}" for p in sorted(pages.iterdir()))]
            at_once(lambda name: self._store(folder + name, directory / name), names)
            if accepted.removed:
                kept = keys.original_name(accepted.original_sha256)
                self._store(folder + kept, directory / "original.pdf")
        self._bucket.put(
            keys.report(upload), inspection_report.to_json(report), _MEDIA_TYPES[".json"]
        )

    def _store(self, key: str, source: Path) -> None:
        self._bucket.put_file(lambda _: key, source, _MEDIA_TYPES[source.suffix])

    def report(self, upload: UploadRef) -> Accepted | Refused:
        """Keep `Uploads.report`.

        Raises:
            NotFoundError: `report_not_found`.
            ValueError: what is stored is not a report.

        """
        try:
            stored = self._bucket.read(keys.report(upload), _MOST_REPORT)
        except GoneError:
            raise NotFoundError("report_not_found", "This upload was not inspected yet.") from None
        return inspection_report.from_json(stored or b"null")
