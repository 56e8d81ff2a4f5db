"""Answers: the pages, JSON, problems."""

from __future__ import annotations

import base64
import functools
import hashlib
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paraphe.pages.http_response import HttpResponse, headers_for
from paraphe.pages.page_renderer import PageRenderer
from paraphe.pages.security_headers import SELF, ContentPolicy
from paraphe.pages.static_files import STYLES, joined

if TYPE_CHECKING:
    from collections.abc import Mapping

    from paraphe.pages.http_request import HttpRequest

_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Reply(HttpResponse):
    """What is answered; `judged` when a file was."""

    judged: bool = False


@functools.cache
def _style() -> str:
    return joined((*STYLES, _TEMPLATES / "verify.css"))


@functools.cache
def _renderer() -> PageRenderer:
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return PageRenderer(_TEMPLATES, ContentPolicy(styles=(f"'sha256-{digest}'",)), indexed=True)


def page(
    template: str,
    http: HttpRequest,
    values: Mapping[str, object],
    *,
    status: int = 200,
    upload: str = "",
    judged: bool = False,
) -> Reply:
    """Render a page; `upload` is the origin that its form may also post to."""
    policy = _renderer().policy
    if upload:
        policy = replace(policy, forms=(SELF, upload))
    shown = _renderer().page(
        template, http, {**values, "style": _style()}, status=status, policy=policy
    )
    return Reply(shown.status, shown.body, shown.headers, judged)


def as_json(status: int, value: Mapping[str, Any], *, judged: bool = False) -> Reply:
    """Answer JSON."""
    headers = headers_for("application/json", indexed=True)
    return Reply(status, json.dumps(value, ensure_ascii=False), headers, judged)


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
    return Reply(status, json.dumps(value), headers_for("application/problem+json", indexed=True))
