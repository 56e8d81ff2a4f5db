"""The documentation in a real browser: nothing wider than the page, readable by everybody."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

from paraphe.pages import http_request
from reference import site
from tests.browser.conftest import DESK, PHONE
from tests.support.accessible import RULES
from tests.support.web_server import Quiet, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page

NOW = datetime(2026, 11, 27, tzinfo=UTC)
# One of each kind: a table of links, long code, wide tables, a resource, problems' long names.
SHOWN = ("index", "quick-start", "lists", "errors", "resources/recipients", "problems")


@contextmanager
def documentation() -> Iterator[str]:
    """Serve the door below a stage's path, as API Gateway does; return the address of the pages."""

    class Handler(Quiet):
        def do_GET(self) -> None:  # noqa: N802 (the name that http.server calls)
            path = urlsplit(self.path).path.removeprefix("/prod")
            parts = path.strip("/").split("/")[1:]
            route, values = path, {}
            if parts and path != "/docs/style.css":
                keys = ("page",) if len(parts) == 1 else ("page", "inner")
                values = dict(zip(keys, parts, strict=True))
                route = "/docs/" + "/".join(f"{{{key}}}" for key in keys)
            event = {
                "httpMethod": "GET",
                "path": path,
                "pathParameters": values or None,
                "requestContext": {"resourcePath": route, "requestId": "1"},
            }
            reply = site.answer(http_request.read(event, NOW)).proxied()
            self.reply(reply["statusCode"], reply["headers"], reply["body"].encode())

    with serving(Handler) as address:
        yield f"{address}/prod/docs"


@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "light"), (DESK, "dark")])
def test_pages_fit_and_are_accessible(
    visit: Callable[..., Page], size: dict[str, int], scheme: str
) -> None:
    """On a phone and on a desk: wide tables and code scroll by themselves, the page does not."""
    page = visit(size, color_scheme=scheme, bypass_csp=True)  # axe puts a script into the page
    with documentation() as address:
        for name in SHOWN:
            page.goto(f"{address}/{name}")
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], name
            # Links stand in sentences and tables: axe's own rule for targets (24 px) is enough.
            found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
            assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found] == [], name
