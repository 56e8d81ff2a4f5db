"""The authority's public files and its list of revocations in a bucket, under `pki/`."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from paraphe.adapters.faults import calling
from paraphe.adapters.pki.chain import REVOKED
from paraphe.adapters.pki.revocations import from_json, to_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_s3 import S3Client

    from paraphe.adapters.pki.ocsp import Revocation

PREFIX = "pki/"
_MISSING = frozenset({"NoSuchKey", "NotFound", "404"})


class PkiBucket:
    """Reads and writes the few files; `read` is the loader that `load_chain` wants."""

    def __init__(self, client: S3Client, bucket: str, prefix: str = PREFIX) -> None:
        self._client = client
        self._bucket = bucket
        self._prefix = prefix

    def read(self, name: str) -> bytes:
        """One file.

        Raises:
            FileNotFoundError: the ceremony has not published it.
            TransientError, ServiceRefusedError: what S3 answered.

        """
        with calling("s3:GetObject"):
            try:
                answer = self._client.get_object(Bucket=self._bucket, Key=self._prefix + name)
            except ClientError as error:
                if error.response.get("Error", {}).get("Code") in _MISSING:
                    raise FileNotFoundError(name) from None
                raise
            return answer["Body"].read()

    def write(self, name: str, content: bytes, media_type: str) -> None:
        """Store one file; S3 checks its SHA-256 on arrival."""
        with calling("s3:PutObject"):
            self._client.put_object(
                Bucket=self._bucket,
                Key=self._prefix + name,
                Body=content,
                ContentType=media_type,
                ChecksumSHA256=b64encode(hashlib.sha256(content).digest()).decode(),
            )


class BucketRevocations:
    """`RevocationStore` as one small JSON file; one process at a time adds to it."""

    def __init__(self, bucket: PkiBucket) -> None:
        self._bucket = bucket

    def all(self) -> Mapping[int, Revocation]:
        """Every revoked certificate, read anew: a revocation counts at once."""
        try:
            return from_json(self._bucket.read(REVOKED).decode())
        except FileNotFoundError:
            return {}

    def add(self, serial: int, revocation: Revocation) -> None:
        """Record one; the first record stays."""
        revoked = {serial: revocation, **self.all()}
        self._bucket.write(REVOKED, to_json(revoked).encode(), "application/json")
