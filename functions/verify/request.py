"""What a request of API Gateway brings: files, language, an id."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import HTTP
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES = ("fr", "en")


@dataclass(frozen=True, slots=True)
class Asked:
    """One request.

    Attributes:
        method: in capitals.
        path: the route's template, without the stage.
        values: path parameters.
        query: query parameters.
        headers: names in lower case.
        body: decoded.
        up: what leads from this page's address to where `verify` is, for links that are right
            below any stage and domain.

    """

    method: str
    path: str
    values: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    up: str

    @property
    def lang(self) -> str:
        """French unless English is asked for, by `?lang=` or by the browser."""
        wanted = self.query.get("lang", "")
        if wanted in LANGUAGES:
            return wanted
        first = self.headers.get("accept-language", "").strip().lower()
        return "en" if first.startswith("en") else "fr"

    @property
    def media_type(self) -> str:
        """Of the body, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


def read(event: Mapping[str, Any]) -> Asked:
    """Read a proxy event; a body that is not base64 as announced is empty."""
    body = event.get("body") or ""
    try:
        raw = base64.b64decode(body) if event.get("isBase64Encoded") else body.encode()
    except (binascii.Error, ValueError):
        raw = b""
    headers = event.get("headers") or {}
    resource = str(event.get("resource", "/"))
    return Asked(
        method=str(event.get("httpMethod", "GET")).upper(),
        path=resource,
        values=event.get("pathParameters") or {},
        query=event.get("queryStringParameters") or {},
        headers={str(name).lower(): str(value) for name, value in headers.items()},
        body=raw,
        up="../" * resource.strip("/").count("/"),
    )


def files(asked: Asked) -> dict[str, bytes]:
    """The parts of a multipart form by name (RFC 7578); empty parts are left out."""
    head = f"Content-Type: {asked.headers.get('content-type', '')}\r\n\r\n".encode()
    message = message_from_bytes(head + asked.body, policy=HTTP)
    found: dict[str, bytes] = {}
    for part in message.iter_parts() if message.is_multipart() else ():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes) and content:
            found[name] = content
    return found
