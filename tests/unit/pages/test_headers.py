"""The headers of every kind of answer, and the content security policy."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from paraphe.pages.http_response import headers_for, plain, see_other
from paraphe.pages.security_headers import ContentPolicy
from tests.unit.pages.conftest import looked

if TYPE_CHECKING:
    from pathlib import Path

    from paraphe.pages.http_response import HttpResponse
    from paraphe.pages.page_renderer import PageRenderer

ALWAYS = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Strict-Transport-Security": "max-age=63072000",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}
TITLE = {"title": "Title", "paragraphs": ("Text",)}


def answers(renderer: PageRenderer) -> dict[str, HttpResponse]:
    """One answer of each kind."""
    assert renderer.static is not None
    return {
        "page": renderer.page("notice.html", looked(), TITLE),
        "plain": plain(200, "ok\n"),
        "elsewhere": see_other("../", {"Set-Cookie": "a=b"}),
        "static": renderer.static.answer(renderer.static.served_name("app.css")),
        "static that is not there": renderer.static.answer("app.css"),
    }


@pytest.mark.parametrize("name", ALWAYS)
def test_every_answer_has(renderer: PageRenderer, name: str) -> None:
    for kind, answer in answers(renderer).items():
        assert answer.headers[name] == ALWAYS[name], kind


def test_only_static_files_are_kept_by_caches(renderer: PageRenderer) -> None:
    kept = {kind: answer.headers["Cache-Control"] for kind, answer in answers(renderer).items()}
    assert kept.pop("static") == "public, max-age=31536000, immutable"
    assert set(kept.values()) == {"no-store"}


def test_a_page_says_its_language_and_where_its_parts_come_from(renderer: PageRenderer) -> None:
    headers = renderer.page("notice.html", looked("en"), TITLE).headers
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert headers["Content-Language"] == "en"
    assert headers["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def test_a_page_may_have_a_policy_of_its_own(renderer: PageRenderer) -> None:
    policy = replace(renderer.policy, images=("'self'", "https://pictures.example"))
    headers = renderer.page("notice.html", looked(), TITLE, policy=policy).headers
    assert "img-src 'self' https://pictures.example;" in headers["Content-Security-Policy"]


def test_what_a_policy_does_not_name_is_forbidden() -> None:
    assert ContentPolicy(forms=()).header() == (
        "default-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    )


def test_what_is_for_everybody_may_be_indexed(tmp_path: Path, renderer: PageRenderer) -> None:
    public = replace(renderer, templates=tmp_path, indexed=True)
    page = public.page("notice.html", looked(), TITLE)
    assert "X-Robots-Tag" not in page.headers
    assert "noindex" not in page.body
    assert "noindex" in renderer.page("notice.html", looked(), TITLE).body
    assert "X-Robots-Tag" not in headers_for("application/json", indexed=True)


def test_an_answer_as_api_gateway_wants_it() -> None:
    proxied = see_other("s/x").proxied()
    assert (proxied["statusCode"], proxied["body"]) == (303, "")
    assert proxied["headers"]["Location"] == "s/x"
    assert proxied["isBase64Encoded"] is False
