"""The pages for everybody, who came without a link."""

from paraphe.pages import http_response
from paraphe.pages.http_request import HttpRequest
from paraphe.pages.http_response import HttpResponse
from web.render import PAGES, STATIC
from web.services import Door


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
    return STATIC.answer(http.path_values["file"])
