"""The portal in Chromium, from sign-in to certificate, at 360 and 1280 px (P1, P25)."""

from __future__ import annotations

import json
import os
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import pytest

from tests.browser.conftest import DESK, PHONE
from tests.support.accessible import check
from tests.support.portal_site import Portal, Tab
from tests.support.web_server import Quiet, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from http.server import BaseHTTPRequestHandler

    from playwright.sync_api import Page

# Where pictures of the pages go for who wants to look at them; none are made without it.
PICTURES = os.environ.get("PICTURES", "")


def _handler(portal: Portal) -> type[BaseHTTPRequestHandler]:
    lock = threading.Lock()  # a Lambda runs one request at a time

    class Handler(Quiet):
        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length).decode() if length else None
            tab = Tab(portal, secure=False, agent=self.headers.get("User-Agent", ""))
            sent = {k.replace("-", "_"): v for k, v in self.headers.items()}
            with lock:
                answer = tab.ask(self.command, self.path, body, **sent)
                where = answer.headers.get("location", "")
                if where.startswith("https://sso.example"):  # the provider's page: one click
                    state, found = portal.provider.logs_in(where)
                    query = urlencode({"state": state, "code": found.code})
                    answer.headers["location"] = f"/sign-in/callback?{query}"
                elif where:
                    parts = urlsplit(where)
                    answer.headers["location"] = parts._replace(scheme="", netloc="").geturl()
            self.reply(answer.status, answer.headers, answer.body.encode())

        do_GET = do_HEAD = do_POST = _answer  # noqa: N815 (the names that http.server calls)

    return Handler


@contextmanager
def at_the_portal(**claims: Any) -> Iterator[tuple[Portal, str]]:  # noqa: ANN401
    """Serve the portal to who these claims are about."""
    portal = Portal("14 001")
    portal.provider.claims = claims
    with serving(_handler(portal)) as address:
        yield portal, address


def looked_at(page: Page, name: str) -> None:
    """Hold a page against what every page is held against; keep a picture if wanted."""
    check(page)
    if PICTURES:
        width = (page.viewport_size or PHONE)["width"]
        page.screenshot(path=str(Path(PICTURES) / f"{name}-{width}.png"), full_page=True)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_p1_from_first_sign_in_to_certificate(
    visit: Callable[..., Page],
    size: dict[str, int],
    scripts: bool,  # noqa: FBT001 (a parameter of the test)
) -> None:
    with at_the_portal(oec="14 001") as (portal, address):
        page = visit(size, java_script_enabled=scripts)
        page.goto(address)
        if scripts:
            looked_at(page, "sign-in")
        page.get_by_role("link", name="Se connecter").click()
        if scripts:
            looked_at(page, "terms")
        page.get_by_role("button", name="Accepter et continuer").click()
        assert page.get_by_text("Cochez la case").is_visible()
        page.get_by_label("J’ai lu ces conditions").check()
        page.get_by_role("button", name="Accepter et continuer").click()
        page.get_by_label("Nom du cabinet").fill("Cabinet Martin & Associés")
        page.get_by_label("SIREN").fill("732 829 321")
        page.get_by_role("button", name="Ouvrir le cabinet").click()
        assert page.get_by_label("Nom du cabinet").input_value() == "Cabinet Martin & Associés"
        if scripts:
            looked_at(page, "firm-wrong")
        page.get_by_label("SIREN").fill("732 829 320")
        page.get_by_role("button", name="Ouvrir le cabinet").click()
        if scripts:
            looked_at(page, "mobile")
        page.get_by_label("Numéro de mobile").fill("06 12 34 56 78")
        page.get_by_role("button", name="Envoyer un code").click()
        if scripts:
            looked_at(page, "code-waits")
        assert portal.enrol() == ["sent"]
        world: Any = portal.services
        code = world.sms.sent[-1][1][-6:]
        page.get_by_role("heading", name="Saisissez le code").wait_for()  # the page goes on itself
        if scripts:
            looked_at(page, "code")
        page.get_by_label("Code", exact=True).fill(code)
        page.get_by_role("button", name="Confirmer").click()
        if scripts:
            looked_at(page, "certificate")
        page.get_by_role("button", name="Obtenir mon certificat").click()
        assert portal.enrol() == ["certified"]
        page.get_by_role("heading", name="Vous êtes connecté").wait_for()
        if scripts:
            looked_at(page, "home")
        page.get_by_role("link", name="Mes connexions").click()
        if scripts:
            looked_at(page, "sessions")
        page.get_by_role("button", name="Mettre fin à toutes").click()
        page.get_by_role("heading", name="Connectez-vous").wait_for()
        assert json.dumps(page.context.cookies()).count('"session"') == 0


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_p2_who_may_not_be_here_is_told_what_to_do(
    visit: Callable[..., Page], size: dict[str, int]
) -> None:
    with at_the_portal(oec="14 999") as (_, address):
        page = visit(size)
        page.goto(f"{address}/sign-in")
        page.get_by_role("link", name="Se connecter").click()
        page.get_by_role("heading", name="Vous n’êtes pas inscrit").wait_for()
        looked_at(page, "not-on-register")
        assert page.context.cookies() == [] or "session" not in page.context.cookies()[0]["name"]
