"""Forms of other sites are refused, also by browsers that say little."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from paraphe.domain.errors import ForbiddenError
from paraphe.pages import csrf
from tests.unit.pages.conftest import posted

SESSION = "a-secret-of-this-browser"
HOST = {"Host": "sign.example.org"}


def form(token: str | None) -> str:
    """A form's body."""
    return urlencode({"name": "x"} if token is None else {"name": "x", csrf.FIELD: token})


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://sign.example.org"},
        {"Origin": "http://sign.example.org", "X-Forwarded-Proto": "http"},
    ],
)
def test_a_form_of_ours_passes(headers: dict[str, str]) -> None:
    csrf.check(posted(form(csrf.token(SESSION)), {**HOST, **headers}), SESSION)


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "https://sign.example.org"},
        {"Sec-Fetch-Site": ""},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "https://evil.example"},
        {"Origin": "https://sign.example.org.evil.example"},
        {"Origin": "https://sign.example.org:8443"},
        {"Origin": "http://sign.example.org"},
    ],
)
def test_a_wrong_origin_is_refused_even_with_the_right_token(headers: dict[str, str]) -> None:
    with pytest.raises(ForbiddenError) as refused:
        csrf.check(posted(form(csrf.token(SESSION)), {**HOST, **headers}), SESSION)
    assert refused.value.code == "form_from_elsewhere"


@pytest.mark.parametrize(
    "token", [None, "", "x", "é", csrf.token("another session"), csrf.token(SESSION)[:-1]]
)
def test_a_wrong_token_is_refused_even_from_the_right_origin(token: str | None) -> None:
    with pytest.raises(ForbiddenError):
        csrf.check(posted(form(token), {**HOST, "Sec-Fetch-Site": "same-origin"}), SESSION)


def test_without_a_session_nothing_passes() -> None:
    """The token of no session is known to everybody."""
    with pytest.raises(ForbiddenError):
        csrf.check(posted(form(csrf.token("")), HOST), "")


def test_a_token_tells_nothing_of_the_session() -> None:
    token = csrf.token(SESSION)
    assert len(token) == 43
    assert SESSION not in token
    assert token == csrf.token(SESSION) != csrf.token(f"{SESSION}2")
