"""The kit knows no rule of the product, and is enough for a door that has no links."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import paraphe.pages
from paraphe.domain.errors import ForbiddenError
from paraphe.pages import cookies, csrf
from paraphe.pages.error_pages import ErrorPages
from paraphe.pages.http_response import HttpResponse, see_other
from tests.unit.pages.conftest import looked, posted
from tests.unit.test_architecture import imported

if TYPE_CHECKING:
    from paraphe.pages.http_request import HttpRequest
    from paraphe.pages.page_renderer import PageRenderer

KIT = Path(paraphe.pages.__file__).parent
ALLOWED = ("paraphe.pages", "paraphe.locales", "paraphe.domain.errors", "paraphe.domain.times")
WORDS = ("signature", "signer", "recipient", "firm", "document", "paper")


@pytest.mark.parametrize("path", sorted(KIT.glob("**/*.py")), ids=lambda path: path.stem)
def test_of_paraphe_the_kit_imports_only_words_errors_and_times(path: Path) -> None:
    ours = [module for module in imported(path) if module.split(".")[0] == "paraphe"]
    assert [module for module in ours if not module.startswith(ALLOWED)] == []


@pytest.mark.parametrize("path", sorted(KIT.glob("templates/*")), ids=lambda path: path.stem)
def test_no_word_of_the_product_is_in_the_kits_templates(path: Path) -> None:
    text = path.read_text(encoding="utf-8").lower()
    assert [word for word in WORDS if word in text] == []


BASE = """{% extends "layout.html" %}
{% block brand %}<strong>{{ firm | default("A firm") }}</strong>{% endblock %}"""
NAME = """{% extends "base.html" %}{% import "forms.html" as forms %}
{% block title %}Name{% endblock %}
{% block main %}<form method="post">{{ forms.csrf(token) }}
{% call forms.field("name", "Name <b>", "As on paper", error) %}
<input id="name" name="name" value="{{ http.form.get("name", "") }}"
 {{- forms.described("name", error, "name-hint") }}>{% endcall %}</form>{% endblock %}"""


class SessionDoor:
    """A door whose readers carry a session instead of a link."""

    def __init__(self, renderer: PageRenderer) -> None:
        self.renderer = renderer
        self.errors = ErrorPages(renderer)
        (renderer.templates / "base.html").write_text(BASE, encoding="utf-8")
        (renderer.templates / "name.html").write_text(NAME, encoding="utf-8")
        self.name = ""

    def answer(self, http: HttpRequest) -> HttpResponse:
        """Answer one request."""
        return self.errors.guarded(lambda: self._view(http), http, print)

    def _view(self, http: HttpRequest) -> HttpResponse:
        session = http.cookies.get("session")
        if session is None:
            raise ForbiddenError("not_signed_in", "There is no session.")
        error = ""
        if http.method == "POST":
            csrf.check(http, session)
            self.name = http.form.get("name", "")
            if self.name.isalpha():
                kept = cookies.write("session", session, max_age=60, secure=http.is_secure)
                return see_other("name", {"Set-Cookie": kept})
            error = "Only letters"
        values = {"token": csrf.token(session), "error": error}
        return self.renderer.page("name.html", http, values, status=422 if error else 200)


def test_a_door_with_a_session_needs_nothing_but_the_kit(renderer: PageRenderer) -> None:
    door = SessionDoor(renderer)
    page = door.answer(looked("en", Cookie="session=abc"))
    assert page.status == 200
    assert "<strong>A firm</strong>" in page.body
    assert '<a href="?lang=fr" lang="fr" hreflang="fr">Français</a>' in page.body
    assert "Name &lt;b&gt;" in page.body
    assert ' aria-describedby="name-hint">' in page.body
    field = f'name="{csrf.FIELD}" value="{csrf.token("abc")}"'
    assert field in page.body
    token = csrf.token("abc")
    wrong = door.answer(posted(f"csrf={token}&name=%3Cx", {"Cookie": "session=abc"}))
    assert wrong.status == 422
    assert 'value="&lt;x"' in wrong.body
    assert ' aria-describedby="name-error name-hint" aria-invalid="true" autofocus>' in wrong.body
    done = door.answer(posted(f"csrf={token}&name=Anne", {"Cookie": "session=abc"}))
    assert (done.status, done.headers["Location"], door.name) == (303, "name", "Anne")


def test_its_error_pages_wear_its_own_layout(renderer: PageRenderer) -> None:
    door = SessionDoor(renderer)
    page = door.answer(posted("csrf=x&name=Anne", {"Cookie": "session=abc"}))
    assert page.status == 403
    assert "<strong>A firm</strong>" in page.body
    assert "Ce formulaire est trop ancien" in page.body
    assert door.name == ""
    english = posted("name=A", {"Cookie": "session=abc", "Accept-Language": "en"})
    assert "This form is too old, or it was sent from another site." in door.answer(english).body
    assert door.answer(looked()).status == 403


def test_a_page_that_waits_looks_again_at_its_address(renderer: PageRenderer) -> None:
    values = {"title": "Wait", "paragraphs": ("Soon",), "refresh": 2}
    page = renderer.page("notice.html", looked("en"), values, address="../jobs/7")
    assert 'http-equiv="refresh" content="2; url=../jobs/7?lang=en"' in page.body
    assert 'data-again="2" data-address="../jobs/7?lang=en"' in page.body
