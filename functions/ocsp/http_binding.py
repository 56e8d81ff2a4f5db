"""OCSP over HTTP: what a request carries, and how an answer travels (RFC 6960 appendix A)."""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import unquote

from paraphe.domain.trust.certificate_status import StatusAnswer

_ROUTE = "/pki/ocsp/"
# Base64 of what the use case will read, with room for escapes; what is longer is nobody's question.
_MAX_TEXT = 40_000


def request_of(event: Mapping[str, Any]) -> bytes:
    """Return the request's octets: the body, or what follows `/pki/ocsp/`; empty when neither.

    Base64 holds slashes, which a client may escape or not, so the whole rest of the path counts.
    """
    if event.get("httpMethod") == "GET":
        return _in_path(event)
    body = str(event.get("body") or "")
    if not event.get("isBase64Encoded"):
        return body.encode("latin-1", "replace")[:_MAX_TEXT]
    return _decoded(body)


def _in_path(event: Mapping[str, Any]) -> bytes:
    # The path parameter may have lost empty segments, which are two slashes in a row of base64.
    _, found, rest = str(event.get("path") or "").partition(_ROUTE)
    if not found:
        rest = str((event.get("pathParameters") or {}).get("request") or "")
    # Some clients use the alphabet for URLs, drop the padding, or turn a plus into a blank.
    text = unquote(rest).replace(" ", "+").replace("-", "+").replace("_", "/").rstrip("=")
    return _decoded(text + "=" * (-len(text) % 4))


def _decoded(text: str) -> bytes:
    if len(text) > _MAX_TEXT:
        return b""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


def reply(event: Mapping[str, Any], answer: StatusAnswer, now: datetime) -> dict[str, Any]:
    """Write the answer as API Gateway wants it: 200 also when it is an error of OCSP's own."""
    keeps = event.get("httpMethod") == "GET" and not answer.is_personal
    return {
        "statusCode": 200,
        "headers": {
            "Content-Type": "application/ocsp-response",
            "X-Content-Type-Options": "nosniff",
            **(_caching(answer, now) if keeps else {"Cache-Control": "no-store"}),
        },
        "body": base64.b64encode(answer.body).decode(),
        "isBase64Encoded": True,
    }


def _caching(answer: StatusAnswer, now: datetime) -> dict[str, str]:
    """How long an answer to GET may be kept (RFC 5019 §6.2): until its nextUpdate."""
    if answer.this_update is None or answer.next_update is None:
        return {"Cache-Control": "no-store"}
    seconds = max(0, int((answer.next_update - now).total_seconds()))
    return {
        "Cache-Control": f"max-age={seconds}, public, no-transform, must-revalidate",
        "ETag": f'"{hashlib.sha256(answer.body).hexdigest()}"',
        "Last-Modified": format_datetime(answer.this_update, usegmt=True),
        "Expires": format_datetime(answer.next_update, usegmt=True),
    }
