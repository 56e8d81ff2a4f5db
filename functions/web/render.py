"""What the signers' pages add to the kit: their templates, files, and pictures of documents."""

from dataclasses import replace
from pathlib import Path

from paraphe.pages import static_files
from paraphe.pages.http_response import HttpResponse
from paraphe.pages.page_renderer import PageRenderer
from paraphe.pages.security_headers import OWN_FILES_ONLY
from paraphe.pages.static_files import StaticFiles
from web.link import LinkVisit

_HERE = Path(__file__).parent
_OWN = _HERE / "static"
STATIC = StaticFiles(
    {
        "app.css": (*static_files.STYLES, _OWN / "signing.css"),
        "app.js": (*static_files.SCRIPTS, _OWN / "documents.js"),
        "mark.js": (_OWN / "mark.js",),
        "icon.svg": static_files.ICON,
    }
)
PAGES = PageRenderer(_HERE / "templates", OWN_FILES_ONLY, STATIC)


def link_page(
    template: str,
    link: LinkVisit,
    *,
    status: int = 200,
    pictures: tuple[str, ...] = (),
    **values: object,
) -> HttpResponse:
    """Render a page behind a link, in its recipient's language.

    Args:
        template: a file of `templates/`.
        link: the request and what its link opens.
        status: HTTP status.
        pictures: origins that its pictures come from.
        values: what the template shows.

    """
    return PAGES.page(
        template,
        link.http,
        {**values, "visit": link.visit},
        locale=link.locale,
        status=status,
        address=link.address,
        policy=replace(OWN_FILES_ONLY, images=(*OWN_FILES_ONLY.images, *pictures)),
    )
