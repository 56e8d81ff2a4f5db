"""What is answered, always with the security headers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from paraphe.pages.security_headers import security_headers

_TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """An answer; make one with the functions below, which set its headers."""

    status: int
    body: str = field(default="", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)

    def proxied(self) -> dict[str, Any]:
        """Return it as API Gateway wants it."""
        return {
            "statusCode": self.status,
            "headers": dict(self.headers),
            "body": self.body,
            "isBase64Encoded": False,
        }


def headers_for(
    media_type: str, more: Mapping[str, str] | None = None, *, indexed: bool = False
) -> dict[str, str]:
    """Return an answer's headers: nothing is kept by caches unless `more` says so."""
    basic = {"Content-Type": media_type, "Cache-Control": "no-store"}
    return {**security_headers(indexed=indexed), **basic, **(more or {})}


def plain(status: int, text: str) -> HttpResponse:
    """Answer with a line of text."""
    return HttpResponse(status, text, headers_for(_TEXT))


def see_other(address: str, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """Send the browser elsewhere, with GET (RFC 9110 §15.4.4)."""
    more = {"Location": address, **(headers or {})}
    return HttpResponse(303, "", headers_for("text/plain", more))
