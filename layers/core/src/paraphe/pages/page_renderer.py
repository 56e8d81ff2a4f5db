"""Rendering: the kit's layout and notice, a door's own templates, the headers of pages."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from paraphe.pages.http_request import HttpRequest
from paraphe.pages.http_response import HttpResponse, headers_for
from paraphe.pages.security_headers import ContentPolicy
from paraphe.pages.static_files import StaticFiles

if TYPE_CHECKING:
    from jinja2 import Environment

_KIT = Path(__file__).parent / "templates"
_HTML = "text/html; charset=utf-8"


@dataclass(frozen=True)
class PageRenderer:
    """Renders a door's templates.

    A door's `base.html` extends the kit's `layout.html` and takes the place of the kit's own
    `base.html`, which `notice.html` is made on: so the kit's notices look like the door's pages.

    Attributes:
        templates: the door's folder.
        policy: of its pages, unless one needs more.
        static: its static files; it must have `app.css`, `app.js` and `icon.svg` unless its
            `base.html` fills the block `assets`.
        indexed: whether search engines may list its pages.

    """

    templates: Path
    policy: ContentPolicy
    static: StaticFiles | None = None
    indexed: bool = False

    def page(
        self,
        template: str,
        http: HttpRequest,
        values: Mapping[str, object] | None = None,
        *,
        locale: str | None = None,
        status: int = 200,
        address: str = "",
        policy: ContentPolicy | None = None,
    ) -> HttpResponse:
        """Render a page.

        Args:
            template: a file of the door's folder or of the kit.
            http: the request.
            values: what the template shows.
            locale: the reader's language, when they are known; the switch wins over it.
            status: HTTP status.
            address: where the language switch and a page that looks again lead, from here and
                without a query; empty is this very address.
            policy: instead of the door's.

        """
        words = http.words(locale)
        found = self.environment.get_template(template)
        body = found.render(
            http=http, words=words, t=words.t, tn=words.tn, address=address, **(values or {})
        )
        more = {
            "Content-Language": words.locale,
            "Content-Security-Policy": (policy or self.policy).header(),
        }
        return HttpResponse(status, body, headers_for(_HTML, more, indexed=self.indexed))

    @functools.cached_property
    def environment(self) -> "Environment":
        """The templates: everything escaped, nothing undefined let through."""
        from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 (slow)

        made = Environment(
            loader=FileSystemLoader([self.templates, _KIT]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        made.globals["indexed"] = self.indexed
        if self.static is not None:
            made.globals["static"] = self.static.served_name
        return made
