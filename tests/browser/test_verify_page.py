"""The public page of verification in a real browser: choose files, send, read the verdict (P25)."""

from __future__ import annotations

import base64
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.browser.conftest import DESK, PHONE
from tests.support import attacks
from tests.support.accessible import check
from tests.support.verify_world import NOW, VerifyWorld, signed_pdf
from tests.support.web_server import Quiet, serving
from verify.routes import answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Page


@contextmanager
def served(stage: str) -> Iterator[str]:
    """Serve the door below a stage's path, as API Gateway does; return the page's address."""

    class Handler(Quiet):
        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            where = urlsplit(self.path)
            path = where.path.removeprefix(stage)
            event = {
                "httpMethod": self.command,
                "resource": path,
                "path": path,
                "headers": dict(self.headers.items()),
                "queryStringParameters": dict(parse_qsl(where.query)),
                "body": base64.b64encode(self.rfile.read(length)).decode(),
                "isBase64Encoded": True,
            }
            reply = answer(VerifyWorld().services(), event, NOW).proxied()
            self.reply(reply["statusCode"], reply["headers"], reply["body"].encode())

        do_GET = do_POST = _answer  # noqa: N815 (the names that http.server calls)

    with serving(Handler) as address:
        yield f"{address}{stage}/verify"


@pytest.mark.parametrize(
    ("stage", "size", "scheme"), [("", PHONE, "light"), ("/prod", DESK, "dark")]
)
def test_a_stranger_verifies_a_file(
    visit: Callable[..., Page], tmp_path: Path, stage: str, size: dict[str, int], scheme: str
) -> None:
    """From the form to the verdict and back, below a stage's path or a domain of its own."""
    sound, changed = tmp_path / "sound.pdf", tmp_path / "changed.pdf"
    sound.write_bytes(signed_pdf())
    changed.write_bytes(attacks.content(signed_pdf()))
    page = visit(size, color_scheme=scheme, bypass_csp=True)  # axe puts a script into the page
    with served(stage) as address:
        page.goto(address)
        check(page)
        for file, verdict in ((sound, "VALIDE"), (changed, "NON VALIDE")):
            page.set_input_files("#pdf", str(file))
            page.click("form >> nth=0 >> button")
            page.wait_for_selector(".verdict")
            assert page.inner_text(".verdict strong") == verdict
            check(page)
            page.click("text=Vérifier un autre fichier")
            page.wait_for_selector("#pdf")
