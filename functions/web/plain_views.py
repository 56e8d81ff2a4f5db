"""The pages for everybody, who came without a link."""

import re

from paraphe.pages import http_response
from paraphe.pages.http_request import HttpRequest
from paraphe.pages.http_response import HttpResponse
from paraphe.pages.static_files import FOR_GOOD
from web.render import PAGES, STATIC
from web.services import Door

_BRAND = re.compile(r"brand-([0-9a-f]{6})\.css")


def landing(_: Door, http: HttpRequest) -> HttpResponse:
    """Show what this place is."""
    return PAGES.page("landing.html", http)


def about(_: Door, http: HttpRequest) -> HttpResponse:
    """Say what these signatures are, and what they are not."""
    return PAGES.page("about.html", http)


def healthz(_: Door, __: HttpRequest) -> HttpResponse:
    """Say that the function runs."""
    return http_response.plain(200, "ok\n")


def static(_: Door, http: HttpRequest) -> HttpResponse:
    """Answer with a static file."""
    name = http.path_values["file"]
    brand = _BRAND.fullmatch(name)
    return _branded(brand[1]) if brand else STATIC.answer(name)


def _branded(colour: str) -> HttpResponse:
    """Answer with a firm's colour, by day; by night its contrast is not known."""
    tokens = f"--accent: #{colour}; --accent-strong: #{colour};"
    css = f"@media (prefers-color-scheme: light) {{ :root {{ {tokens} }} }}\n"
    return HttpResponse(200, css, http_response.headers_for("text/css; charset=utf-8", FOR_GOOD))
