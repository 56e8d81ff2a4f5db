"""How a page of the documentation looks: navigation beside it, no script, one stylesheet."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

from paraphe.pages.http_response import HttpResponse
from paraphe.pages.page_renderer import PageRenderer
from paraphe.pages.security_headers import SELF, ContentPolicy
from paraphe.pages.static_files import STYLES, joined

if TYPE_CHECKING:
    from collections.abc import Mapping

    from paraphe.pages.http_request import HttpRequest

_TEMPLATES = Path(__file__).parent / "templates"
_PAGES = PageRenderer(_TEMPLATES, ContentPolicy(styles=(SELF,)), indexed=True)


@functools.cache
def style() -> str:
    """Return the stylesheet."""
    return joined((*STYLES, _TEMPLATES / "reference.css"))


def page(
    http: HttpRequest,
    title: str,
    body: str,
    navigation: tuple[tuple[str, str], ...],
    headers: Mapping[str, str],
) -> HttpResponse:
    """Render a page; `body` is HTML of our own."""
    values = {"title": title, "body": body, "navigation": navigation}
    shown = _PAGES.page("page.html", http, values, locale="en")
    return HttpResponse(shown.status, shown.body, {**shown.headers, **headers})


def missing(http: HttpRequest) -> HttpResponse:
    """Say that there is no such page, and where the others are."""
    return _PAGES.page("missing.html", http, {"title": "No such page"}, locale="en", status=404)
