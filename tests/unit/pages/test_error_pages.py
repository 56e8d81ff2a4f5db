"""Whatever a view raises is a page that helps, in the reader's language."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NoReturn

import pytest

from paraphe.domain.errors import (
    ConflictError,
    ForbiddenError,
    GoneError,
    InvalidError,
    LockedError,
    NotFoundError,
    ParapheError,
    RaceLostError,
    TooManyError,
)
from paraphe.pages.error_pages import STATUS, ErrorNotice, ErrorPages, status_of
from tests.unit.pages.conftest import looked

if TYPE_CHECKING:
    from collections.abc import Callable

    from paraphe.pages.http_response import HttpResponse
    from paraphe.pages.page_renderer import PageRenderer

ERRORS = [
    (InvalidError, 422),
    (NotFoundError, 404),
    (ForbiddenError, 403),
    (ConflictError, 409),
    (GoneError, 410),
    (LockedError, 423),
    (TooManyError, 429),
]


class OutageError(Exception):
    """What this door's adapters raise when trying again may help."""


def raising(error: Exception) -> Callable[[], NoReturn]:
    """A view that raises."""

    def view() -> NoReturn:
        raise error

    return view


def shown(
    renderer: PageRenderer, error: Exception, lang: str = "fr", **more: str
) -> tuple[HttpResponse, list[BaseException]]:
    """The page of an error, and the faults that were told."""
    pages = ErrorPages(
        renderer,
        messages={"too_late": "This code is too old."},
        not_found={"link_unknown": ErrorNotice("This link does not work", ())},
        contact="If it lasts, tell the sender of the documents.",
        unavailable=(OutageError,),
    )
    faults: list[BaseException] = []
    return pages.guarded(raising(error), looked(lang), faults.append, **more), faults


def test_what_a_view_answers_is_not_touched(renderer: PageRenderer) -> None:
    answer = renderer.page("notice.html", looked(), {"title": "x", "paragraphs": ()})
    assert ErrorPages(renderer).guarded(lambda: answer, looked(), print) is answer


@pytest.mark.parametrize(("kind", "status"), ERRORS)
@pytest.mark.parametrize(
    ("lang", "title"), [("fr", "Ce n’est pas possible"), ("en", "This is not possible")]
)
def test_every_kind_of_error_has_its_status_and_a_page(
    renderer: PageRenderer, kind: type[ParapheError], status: int, lang: str, title: str
) -> None:
    page, faults = shown(renderer, kind("some_code", "English for the log"), lang)
    assert page.status == status == status_of(kind("some_code", "x"))
    assert f'<html lang="{lang}">' in page.body
    assert page.headers["Content-Language"] == lang
    assert "English for the log" not in page.body
    assert faults == []
    if status != 404:
        assert f"<h1>{title}</h1>" in page.body


def test_no_kind_is_forgotten() -> None:
    assert {kind.kind for kind, _ in ERRORS} == set(STATUS)


@pytest.mark.parametrize(
    ("lang", "words"),
    [("fr", "Cette page n’existe pas"), ("en", "This page does not exist")],
)
def test_what_is_not_there(renderer: PageRenderer, lang: str, words: str) -> None:
    page, _ = shown(renderer, NotFoundError("document_unknown", "x"), lang)
    assert words in page.body


@pytest.mark.parametrize(
    ("lang", "words"),
    [("fr", "Ce lien ne fonctionne pas"), ("en", "This link does not work")],
)
def test_a_door_has_pages_of_its_own(renderer: PageRenderer, lang: str, words: str) -> None:
    page, _ = shown(renderer, NotFoundError("link_unknown", "x"), lang)
    assert words in page.body
    assert page.status == 404


@pytest.mark.parametrize(
    ("error", "lang", "words"),
    [
        (GoneError("too_late", "x"), "fr", "Ce code est trop ancien."),
        (GoneError("too_late", "x"), "en", "This code is too old."),
        (RaceLostError(), "fr", "au même moment"),
        (RaceLostError(), "en", "at the same moment"),
        (ConflictError("no_words_for_this", "x"), "fr", "Ce n’est plus possible"),
        (ConflictError("no_words_for_this", "x"), "en", "not possible any more, or not yet"),
    ],
)
def test_the_reader_is_told_why(
    renderer: PageRenderer, error: ParapheError, lang: str, words: str
) -> None:
    page, _ = shown(renderer, error, lang)
    assert words in page.body


def test_when_to_try_again_is_said(renderer: PageRenderer) -> None:
    pages = ErrorPages(
        renderer, messages={"link_locked": "This link takes no more tries until {time}."}
    )
    error = LockedError("link_locked", "x", retry_at=datetime(2026, 3, 5, 10, tzinfo=UTC))
    page = pages.guarded(raising(error), looked("en"), print)
    assert "until 5 March 2026 at 11:00 (Paris time)." in page.body


@pytest.mark.parametrize(("error", "status"), [(OutageError("s3"), 503), (ValueError("s3"), 500)])
@pytest.mark.parametrize(
    ("lang", "words"), [("fr", "Rien n’est perdu."), ("en", "Nothing is lost.")]
)
def test_a_fault_of_ours_is_told_to_us_and_not_to_the_reader(
    renderer: PageRenderer, error: Exception, status: int, lang: str, words: str
) -> None:
    page, faults = shown(renderer, error, lang)
    assert page.status == status
    assert words in page.body
    assert "s3" not in page.body
    assert page.headers["Retry-After"] == "60"
    assert page.headers["Cache-Control"] == "no-store"
    assert faults == [error]
    assert page.body.count("<p>") == 2


def test_a_door_that_names_nobody_to_turn_to_says_less(renderer: PageRenderer) -> None:
    page = ErrorPages(renderer).guarded(raising(ValueError()), looked("en"), print)
    assert page.body.count("<p>") == 1


def test_the_switch_leads_where_the_door_says(renderer: PageRenderer) -> None:
    """Not to the address of a form that was posted, which nobody can look at."""
    page, _ = shown(renderer, InvalidError("x", "y"), "fr", address="../s/abc")
    assert 'href="../s/abc?lang=en"' in page.body
