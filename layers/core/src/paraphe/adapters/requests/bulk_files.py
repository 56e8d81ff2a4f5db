"""`BulkFiles` on S3: the uploads bucket, which forgets after a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraphe.adapters.s3 import presigned
from paraphe.contracts.spreadsheets import MEDIA_TYPE
from paraphe.domain.errors import GoneError

if TYPE_CHECKING:
    from datetime import datetime

    from paraphe.adapters.s3.bucket import Bucket
    from paraphe.ports.bulk import BulkRef
    from paraphe.ports.upload_forms import Upload

_ANYTHING = "application/octet-stream"


class S3BulkFiles:
    """Keeps `BulkFiles`."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket

    def form(self, ref: BulkRef, max_bytes: int, now: datetime) -> Upload:
        """Keep `BulkFiles.form`."""
        return presigned.post(self._bucket, _key(ref), now, _ANYTHING, max_bytes)

    def read(self, ref: BulkRef, max_bytes: int) -> bytes | None:
        """Keep `BulkFiles.read`."""
        try:
            return self._bucket.read(_key(ref), max_bytes)
        except GoneError:
            return None

    def sample(self, firm_id: str, name: str, content: bytes, seconds: int) -> str:
        """Keep `BulkFiles.sample`."""
        key = f"bulk/{firm_id}/samples/{name}"
        self._bucket.put(key, content, MEDIA_TYPE)
        return presigned.get(self._bucket, key, seconds, presigned.attachment(name), MEDIA_TYPE)


def _key(ref: BulkRef) -> str:
    return f"bulk/{ref.firm_id}/{ref.bulk_id}/rows.csv"
