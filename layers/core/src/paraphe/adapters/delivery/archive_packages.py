"""`Packages` on S3: written part by part, there once all of it is there."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from paraphe.adapters.faults import MISSING_OBJECT, ServiceRefusedError, calling
from paraphe.adapters.s3 import keys, presigned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paraphe.adapters.s3.bucket import Bucket
    from paraphe.ports.archive_exports import Sink
    from paraphe.ports.requests import RequestRef

_ZIP = "application/zip"
# S3 takes 10,000 parts of at least 5 MB: 160 GB are more than a request can hold.
PART = 16 * 1024 * 1024


class S3Packages:
    """Keeps `Packages` in the bucket of documents."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket

    def size(self, ref: RequestRef, name: str) -> int | None:
        """Keep `Packages.size`."""
        try:
            with calling("s3:HeadObject"):
                found = self._bucket.client.head_object(
                    Bucket=self._bucket.name, Key=package_key(ref, name)
                )
        except ServiceRefusedError as refused:
            if refused.code in MISSING_OBJECT:
                return None
            raise
        return found["ContentLength"]

    @contextmanager
    def writing(self, ref: RequestRef, name: str) -> Iterator[Sink]:
        """Keep `Packages.writing`; what a dead run leaves behind is erased by the lifecycle."""
        upload = PartedUpload(self._bucket, package_key(ref, name))
        try:
            yield upload
            upload.complete()
        except BaseException:
            upload.abort()
            raise

    def presign(self, ref: RequestRef, name: str, filename: str, seconds: int) -> str:
        """Keep `Packages.presign`."""
        disposition = presigned.attachment(filename)
        return presigned.get(self._bucket, package_key(ref, name), seconds, disposition, _ZIP)


class PartedUpload:
    """An object that is sent in parts; S3 checks the SHA-256 of each on arrival."""

    def __init__(self, bucket: Bucket, key: str) -> None:
        self._client = bucket.client
        self._named: dict[str, Any] = {"Bucket": bucket.name, "Key": key}
        self._waiting = bytearray()
        self._parts: list[Any] = []
        with calling("s3:CreateMultipartUpload"):
            begun = self._client.create_multipart_upload(
                **self._named, ContentType=_ZIP, ChecksumAlgorithm="SHA256"
            )
        self._named["UploadId"] = begun["UploadId"]

    def write(self, data: bytes) -> None:
        """Take more bytes; send a part when there is enough for one."""
        self._waiting += data
        while len(self._waiting) >= PART:
            self._send(bytes(self._waiting[:PART]))
            del self._waiting[:PART]

    def complete(self) -> None:
        """Send what is left; the object is there from now on."""
        self._send(bytes(self._waiting))
        with calling("s3:CompleteMultipartUpload"):
            self._client.complete_multipart_upload(
                **self._named, MultipartUpload={"Parts": self._parts}
            )

    def abort(self) -> None:
        """Forget what was sent, as far as S3 can be reached."""
        try:
            with calling("s3:AbortMultipartUpload"):
                self._client.abort_multipart_upload(**self._named)
        except Exception:  # noqa: BLE001, S110 - the lifecycle does it within a day
            pass

    def _send(self, part: bytes) -> None:
        number = len(self._parts) + 1
        digest = b64encode(hashlib.sha256(part).digest()).decode()
        with calling("s3:UploadPart"):
            sent = self._client.upload_part(
                **self._named, PartNumber=number, Body=part, ChecksumSHA256=digest
            )
        self._parts.append({"PartNumber": number, "ETag": sent["ETag"], "ChecksumSHA256": digest})


def package_key(ref: RequestRef, name: str) -> str:
    """Return where a package lies: erased with the request's documents."""
    return f"{keys.request(keys.RETAINED, ref)}archive/{name}.zip"
