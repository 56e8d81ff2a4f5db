"""Answers: pages with their headers, JSON, problems."""

from __future__ import annotations

import base64
import functools
import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2 import Environment

_HERE = Path(__file__).parent
_ALWAYS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Strict-Transport-Security": "max-age=63072000",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered; `judged` when a file was."""

    status: int
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)
    judged: bool = False

    def proxied(self) -> dict[str, Any]:
        """As API Gateway wants it."""
        return {
            "statusCode": self.status,
            "headers": {**_ALWAYS, **self.headers},
            "body": self.body,
            "isBase64Encoded": False,
        }


def page(status: int, *, upload: str = "", judged: bool = False, **values: object) -> Reply:
    """Render the page; `upload` is the origin that its form may also post to."""
    style = (_HERE / "templates" / "page.css").read_text(encoding="utf-8")
    body = environment().get_template("page.html").render(style=style, **values)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self' {upload}; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy}
    return Reply(status, body, headers, judged=judged)


def as_json(status: int, value: Mapping[str, Any], *, judged: bool = False) -> Reply:
    """Answer JSON."""
    headers = {"Content-Type": "application/json"}
    return Reply(status, json.dumps(value, ensure_ascii=False), headers, judged=judged)


def problem(status: int, title: str, code: str, detail: str) -> Reply:
    """Answer a problem document (RFC 9457), of the family that the firms' API speaks."""
    value = {
        "type": f"urn:paraphe:problem:{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
        "errors": [],
    }
    return Reply(status, json.dumps(value), {"Content-Type": "application/problem+json"})


@functools.cache
def environment() -> Environment:
    """Everything escaped, nothing undefined let through."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 - slow

    return Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
