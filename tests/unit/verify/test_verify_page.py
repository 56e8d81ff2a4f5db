"""The page's headers and words, which come from the kit."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest

from paraphe.pages.security_headers import security_headers
from tests.support.verify_world import signed_pdf
from tests.unit.verify.test_verify_door import ID, ask, form


def test_form_verdict_and_json_have_the_headers_of_every_answer() -> None:
    """Search engines may list the page: it is for everybody."""
    body, media_type = form(pdf=signed_pdf())
    for reply in (
        ask("GET", "/verify"),
        ask("POST", "/verify", body=body, media_type=media_type),
        ask("GET", "/v1/verifications/{id}", verification=ID),
        ask("DELETE", "/verify"),
    ):
        headers = reply.proxied()["headers"]
        assert headers.items() >= security_headers(indexed=True).items()
        assert headers["Cache-Control"] == "no-store"
        assert "X-Robots-Tag" not in headers


def test_the_policy_lets_in_the_style_of_the_page_and_no_script() -> None:
    """By its hash; and forms go to this door and to the uploads alone."""
    reply = ask("GET", "/verify")
    (style,) = re.findall(r"<style>(.*?)</style>", reply.body, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert reply.headers["Content-Security-Policy"] == (
        f"default-src 'none'; style-src 'sha256-{digest}'; "
        "form-action 'self' https://uploads.example.org; base-uri 'none'; frame-ancestors 'none'"
    )
    assert not re.search(r"<script|<link|\sstyle=|\son\w+=", reply.body)


@pytest.mark.parametrize(
    ("lang", "nothing", "gone"),
    [
        ("fr", "Choisissez un PDF signé", "Rien n’a été reçu sous cette adresse"),
        ("en", "Choose a signed PDF", "Nothing was received under this address"),
    ],
)
def test_what_is_wrong_is_said_in_the_readers_language(lang: str, nothing: str, gone: str) -> None:
    """An empty form, and an upload that is over."""
    body, media_type = form()
    empty = ask("POST", "/verify", body=body, media_type=media_type, query={"lang": lang})
    over = ask("GET", "/verify/{id}", verification=ID, query={"lang": lang})
    for reply, status, words in ((empty, 422, nothing), (over, 404, gone)):
        assert reply.status == status
        assert reply.headers["Content-Language"] == lang
        assert re.search(rf'<p role="alert"[^>]*>{words}', reply.body)
