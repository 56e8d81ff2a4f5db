"""The authority's public files and its list of revocations in a bucket, under `pki/`."""

from __future__ import annotations

import hashlib
import secrets
import time
from base64 import b64encode
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from paraphe.adapters.faults import MISSING_OBJECT, ServiceRefusedError, calling
from paraphe.adapters.trust.authority.chain import REVOKED, Tagged
from paraphe.adapters.trust.authority.revocations import from_json, to_json
from paraphe.ports.system import TransientError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import GetObjectOutputTypeDef

    from paraphe.adapters.trust.pades.cms.ocsp import Revocation

PREFIX = "pki/"
# Files of AWS Private CA beside the built-in authority's: what that one issued stays verifiable.
PRIVATE_PREFIX = f"{PREFIX}private-ca/"
# Another write came first, or comes now; the file was erased meanwhile.
_OVERTAKEN = frozenset(
    {"PreconditionFailed", "ConditionalRequestConflict", "412", "NoSuchKey", "NotFound", "404"}
)
_JSON = "application/json"
# So long may the distribution and validators' proxies give out a list that was replaced.
_KEPT = "public, max-age=3600"
_ATTEMPTS, _PAUSE = 12, 0.02


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
        answer = self._get(name)
        with calling("s3:GetObject"):
            return answer["Body"].read()

    def _get(self, name: str) -> GetObjectOutputTypeDef:
        with calling("s3:GetObject"):
            try:
                return self._client.get_object(Bucket=self._bucket, Key=self._prefix + name)
            except ClientError as error:
                if error.response.get("Error", {}).get("Code") in MISSING_OBJECT:
                    raise FileNotFoundError(name) from None
                raise

    def tagged(self, name: str) -> Tagged | None:
        """One file with its ETag, or None."""
        try:
            answer = self._get(name)
        except FileNotFoundError:
            return None
        with calling("s3:GetObject"):
            return Tagged(answer["Body"].read(), answer["ETag"])

    def write(self, name: str, content: bytes, media_type: str) -> None:
        """Store one file; S3 checks its SHA-256 on arrival."""
        self._put(name, content, media_type, {})

    def replace(self, name: str, content: bytes, media_type: str, tag: str | None) -> bool:
        """Store one file if it is still as `tag` says (None: not there); False when it is not."""
        condition = {"IfNoneMatch": "*"} if tag is None else {"IfMatch": tag}
        try:
            self._put(name, content, media_type, condition)
        except ServiceRefusedError as refused:
            if refused.code in _OVERTAKEN:
                return False
            raise
        return True

    def _put(self, name: str, content: bytes, media_type: str, condition: dict[str, str]) -> None:
        with calling("s3:PutObject"):
            self._client.put_object(
                Bucket=self._bucket,
                Key=self._prefix + name,
                Body=content,
                ContentType=media_type,
                CacheControl=_KEPT,
                ChecksumSHA256=b64encode(hashlib.sha256(content).digest()).decode(),
                **condition,  # type: ignore[arg-type] # one of two headers
            )


class BucketRevocations:
    """`RevocationStore` as one small JSON file that the ceremony begins.

    Each addition replaces the file only if nobody else has in the meantime, so none is ever lost.
    A file that is not there is no empty list: nothing is said to be good because a file was lost.
    """

    def __init__(self, bucket: PkiBucket) -> None:
        self._bucket = bucket

    def begin(self) -> None:
        """Let there be a list, empty unless there is one."""
        self._bucket.replace(REVOKED, to_json({}).encode(), _JSON, None)

    def all(self) -> Mapping[int, Revocation]:
        """Every revoked certificate, read anew: a revocation counts at once.

        Raises:
            FileNotFoundError: the ceremony has not been held.

        """
        return from_json(self._bucket.read(REVOKED).decode())

    def add(self, serial: int, revocation: Revocation) -> None:
        """Record one; the first record stays.

        Raises:
            FileNotFoundError: the ceremony has not been held.
            TransientError: others added all the time; try again.

        """
        for attempt in range(_ATTEMPTS):
            found = self._bucket.tagged(REVOKED)
            if found is None:
                raise FileNotFoundError(REVOKED)
            revoked = from_json(found.content.decode())
            if serial in revoked:
                return
            content = to_json({**revoked, serial: revocation}).encode()
            if self._bucket.replace(REVOKED, content, _JSON, found.tag):
                return
            time.sleep(secrets.SystemRandom().uniform(0, _PAUSE * 2**attempt))
        raise TransientError("others revoke at the same time")
