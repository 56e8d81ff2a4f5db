"""What the portal adds to the kit: its templates and files."""

from pathlib import Path

from paraphe.pages import static_files
from paraphe.pages.error_pages import ErrorNotice
from paraphe.pages.http_request import HttpRequest
from paraphe.pages.http_response import HttpResponse
from paraphe.pages.page_renderer import PageRenderer
from paraphe.pages.security_headers import OWN_FILES_ONLY
from paraphe.pages.static_files import StaticFiles
from portal.session import Click

_HERE = Path(__file__).parent
STATIC = StaticFiles(
    {
        "app.css": (*static_files.STYLES, _HERE / "static" / "portal.css"),
        "app.js": static_files.SCRIPTS,
        "icon.svg": static_files.ICON,
    }
)
PAGES = PageRenderer(_HERE / "templates", OWN_FILES_ONLY, STATIC)


def page(
    template: str, click: Click, *, status: int = 200, address: str = "", **values: object
) -> HttpResponse:
    """Render a page of who is signed in; `address` as `PageRenderer.page` takes it."""
    given = {**values, "click": click, "token": click.token}
    return PAGES.page(template, click.http, given, status=status, address=address)


def told(notice: ErrorNotice, http: HttpRequest, status: int) -> HttpResponse:
    """Render a notice to who is not signed in, with the way to sign in."""
    words = http.words()
    values = {
        "title": words.t(notice.title),
        "paragraphs": tuple(words.t(paragraph) for paragraph in notice.paragraphs),
    }
    return PAGES.page("kept_out.html", http, values, status=status)
