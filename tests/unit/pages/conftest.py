"""Requests as API Gateway passes them on, and a door's templates in a folder of the test."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from paraphe.pages import http_request, static_files
from paraphe.pages.page_renderer import PageRenderer
from paraphe.pages.security_headers import OWN_FILES_ONLY
from paraphe.pages.static_files import StaticFiles

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from paraphe.pages.http_request import HttpRequest

NOW = datetime(2026, 3, 5, 9, 30, tzinfo=UTC)
FORM = "application/x-www-form-urlencoded"


def event(
    method: str = "GET", resource: str = "/", path: str | None = None, **more: object
) -> dict[str, Any]:
    """One event; `more` replaces its parts."""
    return {
        "resource": resource,
        "path": resource if path is None else path,
        "httpMethod": method,
        "headers": {},
        "queryStringParameters": None,
        "pathParameters": None,
        "requestContext": {
            "resourcePath": resource,
            "requestId": "c6af9ac6",
            "identity": {"sourceIp": "192.0.2.7"},
        },
        "body": None,
        "isBase64Encoded": False,
        **more,
    }


def posted(body: str, headers: Mapping[str, str] | None = None) -> HttpRequest:
    """A form as a browser sends it."""
    sent = {"Content-Type": FORM, **(headers or {})}
    return http_request.read(event("POST", "/settings", headers=sent, body=body), NOW)


def looked(lang: str = "", **headers: str) -> HttpRequest:
    """A page that is looked at."""
    query = {"lang": lang} if lang else None
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return http_request.read(event(queryStringParameters=query, headers=sent), NOW)


@pytest.fixture
def renderer(tmp_path: Path) -> PageRenderer:
    """A door without templates or files of its own."""
    static = StaticFiles(
        {
            "app.css": static_files.STYLES,
            "app.js": static_files.SCRIPTS,
            "icon.svg": static_files.ICON,
        }
    )
    return PageRenderer(tmp_path, OWN_FILES_ONLY, static)
