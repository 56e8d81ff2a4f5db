"""Addresses by which browsers and software send and fetch files without passing through us."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from paraphe.ports.upload_forms import Upload

if TYPE_CHECKING:
    from datetime import datetime

    from paraphe.adapters.s3.bucket import Bucket

MAX_BYTES = 50 * 1024 * 1024
UPLOAD_TIME = timedelta(minutes=15)
_PDF = "application/pdf"
# RFC 5987 §3.2.1, attr-char: what needs no percent sign.
_ATTR_CHARS = "!#$&+-.^_`|~"


def post(
    bucket: Bucket, key: str, now: datetime, media_type: str = _PDF, max_bytes: int = MAX_BYTES
) -> Upload:
    """Allow one file of 1 byte to `max_bytes` to be posted under exactly this key."""
    answer = bucket.client.generate_presigned_post(
        bucket.name,
        key,
        Fields={"Content-Type": media_type},
        Conditions=[{"Content-Type": media_type}, ["content-length-range", 1, max_bytes]],
        ExpiresIn=int(UPLOAD_TIME.total_seconds()),
    )
    return Upload(answer["url"], dict(answer["fields"]), now + UPLOAD_TIME, max_bytes)


def get(bucket: Bucket, key: str, seconds: int, disposition: str, media_type: str) -> str:
    """Allow an object to be fetched for `seconds`; nobody on the way may keep it."""
    return bucket.client.generate_presigned_url(
        "get_object",
        Params={
            "Bucket": bucket.name,
            "Key": key,
            "ResponseContentDisposition": disposition,
            "ResponseContentType": media_type,
            "ResponseCacheControl": "private, no-store",
        },
        ExpiresIn=seconds,
    )


def attachment(filename: str) -> str:
    """Write a Content-Disposition for a name in any script (RFC 6266, RFC 5987).

    The plain form for old programs has `_` in place of what is not a plain letter; control
    characters and slashes are dropped from both.
    """
    clean = "".join(c for c in filename if c.isprintable() and c not in "/\\") or "document"
    plain = "".join(c if c.isascii() and (c.isalnum() or c in " .-_()") else "_" for c in clean)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(clean, safe=_ATTR_CHARS)}"
