"""`EvidenceFiles` on S3: a folder of their own for each run, never written twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraphe.adapters.s3 import presigned

if TYPE_CHECKING:
    from pathlib import Path

    from paraphe.adapters.s3.bucket import Bucket
    from paraphe.ports.requests import RequestRef

_MOST = 512 * 1024 * 1024
_TYPES = {"json": "application/json", "pdf": "application/pdf"}


class S3EvidenceFiles:
    """Keeps `EvidenceFiles` in the evidence bucket; a tag picks the rule that ends fewer years."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket

    def store(self, ref: RequestRef, folder: str, name: str, content: bytes, years: int) -> str:
        """Keep `EvidenceFiles.store`."""
        key = _key(ref, folder, name)
        self._bucket.put(key, content, _type(name), _kept_for(years))
        return key

    def store_file(self, ref: RequestRef, folder: str, name: str, source: Path, years: int) -> str:
        """Keep `EvidenceFiles.store_file`."""
        tags = _kept_for(years)
        return self._bucket.put_file(lambda _: _key(ref, folder, name), source, _type(name), tags)

    def fetch(self, key: str, target: Path) -> None:
        """Keep `EvidenceFiles.fetch`."""
        self._bucket.fetch(key, target)

    def read(self, key: str) -> bytes:
        """Keep `EvidenceFiles.read`."""
        return self._bucket.read(key, _MOST) or b""

    def replace_file(self, key: str, source: Path, years: int) -> None:
        """Keep `EvidenceFiles.replace_file`: the tag says which lifecycle rule erases it."""
        self._bucket.put_file(lambda _: key, source, _type(key), _kept_for(years))

    def presign(self, key: str, filename: str, seconds: int) -> str:
        """Keep `EvidenceFiles.presign`."""
        disposition = presigned.attachment(filename)
        return presigned.get(self._bucket, key, seconds, disposition, _type(key))


def _kept_for(years: int) -> dict[str, str]:
    return {"years-left": str(years)}


def _key(ref: RequestRef, folder: str, name: str) -> str:
    return f"{ref.firm_id}/{ref.request_id}/{folder}/{name}"


def _type(name: str) -> str:
    return _TYPES[name.rpartition(".")[2]]
