"""One bucket: the few things that are done with objects."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlencode

from paraphe.adapters.faults import MISSING_OBJECT, ServiceRefusedError, calling
from paraphe.domain.errors import GoneError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from mypy_boto3_s3 import S3Client

CHUNK = 1024 * 1024
AT_ONCE = 16
_THERE = frozenset({"PreconditionFailed", "412"})
_DELETE_BATCH = 1000


class Bucket:
    """An S3 bucket. Encryption comes from the bucket's default key."""

    def __init__(self, client: S3Client, name: str) -> None:
        self.client = client
        self.name = name

    def put(
        self, key: str, content: bytes, media_type: str, tags: Mapping[str, str] | None = None
    ) -> None:
        """Store bytes; S3 checks their SHA-256 on arrival."""
        self._put(key, content, hashlib.sha256(content).digest(), media_type, **_tagging(tags))

    def put_new(self, key: str, content: bytes, media_type: str) -> bool:
        """Store bytes unless there is an object of this name; tells whether they were stored."""
        try:
            self._put(key, content, hashlib.sha256(content).digest(), media_type, IfNoneMatch="*")
        except ServiceRefusedError as refused:
            if refused.code not in _THERE:
                raise
            return False
        return True

    def put_file(
        self,
        name: Callable[[str], str],
        source: Path,
        media_type: str,
        tags: Mapping[str, str] | None = None,
    ) -> str:
        """Store a file under a name made from its SHA-256 (hexadecimal); return the key."""
        with source.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256")
            file.seek(0)
            key = name(digest.hexdigest())
            self._put(key, file, digest.digest(), media_type, **_tagging(tags))
        return key

    def _put(
        self,
        key: str,
        body: Any,  # noqa: ANN401 - bytes, or an open file
        digest: bytes,
        media_type: str,
        **more: Any,  # noqa: ANN401 - boto3's
    ) -> None:
        with calling("s3:PutObject"):
            self.client.put_object(
                Bucket=self.name,
                Key=key,
                Body=body,
                ContentType=media_type,
                ChecksumSHA256=b64encode(digest).decode(),
                **more,
            )

    def fetch(self, key: str, target: Path) -> str:
        """Download to `target`; return the SHA-256 of what came, in hexadecimal.

        Raises:
            GoneError: `document_gone`.

        """
        digest = hashlib.sha256()
        body = self._open(key)["Body"]
        with target.open("wb") as file, calling("s3:GetObject"):
            for chunk in body.iter_chunks(CHUNK):
                digest.update(chunk)
                file.write(chunk)
        return digest.hexdigest()

    def read(self, key: str, max_bytes: int) -> bytes | None:
        """Read an object, or None when it is larger.

        Raises:
            GoneError: `document_gone`.

        """
        answer = self._open(key)
        with answer["Body"] as body, calling("s3:GetObject"):
            return bytes(body.read()) if answer["ContentLength"] <= max_bytes else None

    def _open(self, key: str) -> Any:  # noqa: ANN401 - boto3's answer
        with missing_is_gone(), calling("s3:GetObject"):
            return self.client.get_object(Bucket=self.name, Key=key)

    def has(self, key: str) -> bool:
        """Tell whether there is an object of this name."""
        try:
            with calling("s3:HeadObject"):
                self.client.head_object(Bucket=self.name, Key=key)
        except ServiceRefusedError as refused:
            if refused.code in MISSING_OBJECT:
                return False
            raise
        return True

    def copy_from(self, source: Bucket, key: str, target: str) -> None:
        """Copy an object inside S3, over an older copy if there is one.

        Raises:
            GoneError: `document_gone`.

        """
        with missing_is_gone(), calling("s3:CopyObject"):
            self.client.copy_object(
                Bucket=self.name, Key=target, CopySource={"Bucket": source.name, "Key": key}
            )

    def copy_folder(self, source: Bucket, folder: str, target: str) -> int:
        """Copy everything below a folder, several objects at a time; return their number."""
        names = [key.removeprefix(folder) for key in source.names(folder)]
        at_once(lambda name: self.copy_from(source, folder + name, target + name), names)
        return len(names)

    def names(self, prefix: str, after: str = "") -> Iterator[str]:
        """List the keys that begin with `prefix`, in order, those up to `after` left out."""
        start = {"StartAfter": prefix + after} if after else {}
        for page in self._pages("list_objects_v2", prefix, **start):
            yield from (found["Key"] for found in page.get("Contents", ()))

    def erase(self, prefix: str) -> int:
        """Erase all versions of everything that begins with `prefix`; return their number."""
        erased = 0
        for page in self._pages("list_object_versions", prefix):
            found = [
                {"Key": version["Key"], "VersionId": version["VersionId"]}
                for kind in ("Versions", "DeleteMarkers")
                for version in page.get(kind, ())
            ]
            for first in range(0, len(found), _DELETE_BATCH):
                self._delete(found[first : first + _DELETE_BATCH])
            erased += len(found)
        return erased

    def _delete(self, objects: list[Any]) -> None:
        with calling("s3:DeleteObjects"):
            answer = self.client.delete_objects(
                Bucket=self.name, Delete={"Objects": objects, "Quiet": True}
            )
        failed = answer.get("Errors", ())
        if failed:
            raise ServiceRefusedError("s3:DeleteObjects", str(failed[0].get("Code")))

    def _pages(
        self,
        operation: Literal["list_objects_v2", "list_object_versions"],
        prefix: str,
        **more: str,
    ) -> Iterator[Any]:
        if not prefix.endswith("/"):
            raise ValueError("a prefix without its slash would find the neighbours too")
        with calling("s3:ListBucket"):
            paginator: Any = self.client.get_paginator(operation)
            yield from paginator.paginate(Bucket=self.name, Prefix=prefix, **more)


def _tagging(tags: Mapping[str, str] | None) -> dict[str, str]:
    return {"Tagging": urlencode(tags)} if tags else {}


@contextmanager
def missing_is_gone() -> Iterator[None]:
    """Turn "no such object" into GoneError (`document_gone`)."""
    try:
        yield
    except ServiceRefusedError as refused:
        if refused.code not in MISSING_OBJECT:
            raise
        raise GoneError("document_gone", "The stored file is gone.") from None


def at_once(work: Callable[[str], object], names: Iterable[str]) -> None:
    """Do something for each name, 16 at a time; the first fault is raised when all are done."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for outcome in [pool.submit(work, name) for name in names]:
            outcome.result()
