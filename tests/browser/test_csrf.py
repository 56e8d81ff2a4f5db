"""What a real browser says of the page that a form was on, and what the kit makes of it."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from paraphe.domain.errors import ForbiddenError
from paraphe.pages import csrf, http_request
from paraphe.pages.http_response import headers_for
from tests.browser.conftest import DESK
from tests.support.web_server import Quiet, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page

    from paraphe.pages.http_request import HttpRequest

SESSION = "secret"
FORM = """<!doctype html><title>A form</title><form method="post" action="{action}">
<input type="hidden" name="csrf" value="{token}"><button>Send</button></form>"""


@contextmanager
def site(action: str, received: list[HttpRequest]) -> Iterator[str]:
    """A page with a form, whose headers are the kit's; keeps what is posted to it."""

    class Handler(Quiet):
        def _page(self) -> None:
            page = FORM.format(action=action, token=csrf.token(SESSION))
            self.reply(200, headers_for("text/html; charset=utf-8"), page.encode())

        def _posted(self) -> None:
            sent = {**dict(self.headers.items()), "x-forwarded-proto": "http"}
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            event = {"httpMethod": "POST", "headers": sent, "body": body}
            received.append(http_request.read(event, datetime.now(UTC)))
            self.reply(200, headers_for("text/html"), b"<!doctype html><h1>Received</h1>")

        do_GET, do_POST = _page, _posted  # noqa: N815 (the names that http.server calls)

    with serving(Handler) as address:
        yield address


def test_forms_of_ours_pass_and_forms_of_others_do_not(visit: Callable[..., Page]) -> None:
    """Even of another port of this machine, and with the right token.

    Without a referrer the browser calls our own origin `null`, as it does another's: only
    `Sec-Fetch-Site` tells them apart.
    """
    received: list[HttpRequest] = []
    page = visit(DESK)
    with site("", received) as ours, site(f"{ours}/", received) as others:
        for address in (ours, others):
            page.goto(address)
            page.click("button")
            page.wait_for_selector("text=Received")
    mine, foreign = received
    assert mine.headers["origin"] == foreign.headers["origin"] == "null"
    csrf.check(mine, SESSION)
    with pytest.raises(ForbiddenError):
        csrf.check(foreign, SESSION)
