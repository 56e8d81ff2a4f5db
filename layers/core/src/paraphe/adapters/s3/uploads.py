"""`Uploads` on S3: all that the function which reads strangers' PDFs may touch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraphe.adapters.s3 import keys, reports
from paraphe.adapters.s3.bucket import at_once
from paraphe.domain.errors import GoneError, NotFoundError
from paraphe.domain.inspection import Accepted, Refused

if TYPE_CHECKING:
    from pathlib import Path

    from paraphe.adapters.s3.bucket import Bucket
    from paraphe.ports import RequestRef

_MOST_REPORT = 1024 * 1024
_MEDIA_TYPES = {".png": "image/png", ".json": "application/json", ".pdf": "application/pdf"}


class S3Uploads:
    """Keeps `Uploads`."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket

    def fetch_original(self, ref: RequestRef, document_id: str, target: Path) -> None:
        """Keep `Uploads.fetch_original`.

        Raises:
            GoneError: `document_gone`.

        """
        self._bucket.fetch(keys.original(ref, document_id), target)

    def store_inspection(
        self, ref: RequestRef, document_id: str, report: Accepted | Refused, directory: Path
    ) -> None:
        """Keep `Uploads.store_inspection`."""
        accepted = report if isinstance(report, Accepted) else report.without
        if accepted is not None:
            folder = keys.inspected(ref, document_id, accepted.sha256)
            pages = directory / "pages"
            names = ["document.pdf", *(f"pages/{p.name}" for p in sorted(pages.iterdir()))]
            at_once(lambda name: self._store(folder + name, directory / name), names)
            if accepted.removed:
                kept = keys.original_name(accepted.original_sha256)
                self._store(folder + kept, directory / "original.pdf")
        self._bucket.put(
            keys.report(ref, document_id), reports.to_json(report), _MEDIA_TYPES[".json"]
        )

    def _store(self, key: str, source: Path) -> None:
        self._bucket.put_file(lambda _: key, source, _MEDIA_TYPES[source.suffix])

    def report(self, ref: RequestRef, document_id: str) -> Accepted | Refused:
        """Keep `Uploads.report`.

        Raises:
            NotFoundError: `report_not_found`.
            ValueError: what is stored is not a report.

        """
        try:
            stored = self._bucket.read(keys.report(ref, document_id), _MOST_REPORT)
        except GoneError:
            raise NotFoundError("report_not_found", "This upload was not inspected yet.") from None
        return reports.from_json(stored or b"null")
