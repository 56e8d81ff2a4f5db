"""`ContactFiles` on S3: the uploads bucket, which forgets after a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraphe.adapters.s3 import presigned
from paraphe.contracts.firms.contact_imports import FOLDER
from paraphe.domain.errors import GoneError

if TYPE_CHECKING:
    from datetime import datetime

    from paraphe.adapters.s3.bucket import Bucket
    from paraphe.ports.contact_imports import ImportRef
    from paraphe.ports.upload_forms import Upload

UPLOADED = "contacts"
EXPORTS = "contact_exports"
# What is read at once: an upload, or all that was read of one.
MOST_BYTES = 24 * 1024 * 1024
_TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


class S3ContactFiles:
    """Keeps `ContactFiles`."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket

    def form(self, ref: ImportRef, max_bytes: int, now: datetime) -> Upload:
        """Keep `ContactFiles.form`."""
        return presigned.post(
            self._bucket, _key(ref, UPLOADED), now, "application/octet-stream", max_bytes
        )

    def names(self, ref: ImportRef) -> frozenset[str]:
        """Keep `ContactFiles.names`."""
        folder = _key(ref, "")
        return frozenset(key.removeprefix(folder) for key in self._bucket.names(folder))

    def read(self, ref: ImportRef, name: str) -> bytes | None:
        """Keep `ContactFiles.read`."""
        try:
            return self._bucket.read(_key(ref, name), MOST_BYTES)
        except GoneError:
            return None

    def write(self, ref: ImportRef, name: str, content: bytes) -> None:
        """Keep `ContactFiles.write`."""
        self._bucket.put(_key(ref, name), content, _type(name))

    def write_new(self, ref: ImportRef, name: str, content: bytes) -> bool:
        """Keep `ContactFiles.write_new`."""
        return self._bucket.put_new(_key(ref, name), content, _type(name))

    def link(self, ref: ImportRef, name: str, filename: str, seconds: int) -> str:
        """Keep `ContactFiles.link`."""
        disposition = presigned.attachment(filename)
        return presigned.get(self._bucket, _key(ref, name), seconds, disposition, _type(name))

    def export(self, firm_id: str, name: str, content: bytes, media_type: str, seconds: int) -> str:
        """Keep `ContactFiles.export`."""
        key = f"{EXPORTS}/{firm_id}/{name}"
        self._bucket.put(key, content, media_type)
        disposition = presigned.attachment(name)
        return presigned.get(self._bucket, key, seconds, disposition, media_type)


def _key(ref: ImportRef, name: str) -> str:
    return f"{FOLDER}/{ref.firm_id}/{ref.import_id}/{name}"


def _type(name: str) -> str:
    return _TYPES[name.rpartition(".")[2]]
