"""What is read from an event of API Gateway, and what is left out."""

from __future__ import annotations

import base64

import pytest

from paraphe.pages import cookies, form_data, http_request
from tests.unit.pages.conftest import FORM, NOW, event, looked, posted


def test_everything_a_page_needs_is_read() -> None:
    sent = {
        "Cookie": "a=1; b=two",
        "User-Agent": "Browser\x00/1\n",
        "Content-Type": f"{FORM}; charset=utf-8",
        "X-Forwarded-Proto": "https",
    }
    http = http_request.read(
        event(
            "post",
            "/s/{token}/code",
            path="/s/abc/code",
            headers=sent,
            queryStringParameters={"lang": "en", "page": "3"},
            pathParameters={"token": "abc"},
            body="code=1+2&code=3&empty=&name=%C3%A9",
        ),
        NOW,
    )
    assert (http.method, http.route, http.now) == ("POST", "/s/{token}/code", NOW)
    assert http.path_values == {"token": "abc"}
    assert http.query["page"] == "3"
    assert http.form == {"code": "1 2", "name": "é"}
    assert http.cookies == {"a": "1", "b": "two"}
    assert http.headers["cookie"] == "a=1; b=two"
    assert http.agent == "Browser/1"
    assert (http.ip, http.correlation_id) == ("192.0.2.7", "c6af9ac6")
    assert http.is_secure
    assert http.media_type == FORM
    assert http.chosen_language == "en"
    assert http.language_query == "?lang=en"


def test_an_event_with_nothing_in_it_is_a_request_for_the_root() -> None:
    http = http_request.read({}, NOW)
    assert (http.method, http.route, http.root, http.body, http.ip) == ("GET", "/", "", b"", "")
    assert http.language_query == ""


@pytest.mark.parametrize(
    ("route", "path", "root"),
    [
        ("/", "/", ""),
        ("/about", "/about", ""),
        ("/about", "/about/", "../"),
        ("/s/{token}", "/s/x", "../"),
        ("/s/{token}", "/s/x/", "../../"),
        ("/s/{token}", "/s/x%2Fy", "../"),
        ("/s/{token}/read/{document}", "/s/x/read/y", "../../../"),
    ],
)
def test_the_root_is_counted_from_the_route(route: str, path: str, root: str) -> None:
    """Never from the path, whose values may hold slashes of their own."""
    assert http_request.read(event(resource=route, path=path), NOW).root == root


@pytest.mark.parametrize(
    ("lang", "accepted", "reader", "spoken"),
    [
        ("en", "fr-FR", "fr", "en"),
        ("xx", "fr-FR", "en", "en"),
        ("", "en-GB,en;q=0.9,fr;q=0.8", None, "en"),
        ("", "en;q=0.9", None, "en"),
        ("", "de-DE,en;q=0.9", None, "fr"),
        ("", "", None, "fr"),
    ],
)
def test_the_switch_wins_over_the_reader_over_the_browser(
    lang: str, accepted: str, reader: str | None, spoken: str
) -> None:
    assert looked(lang, Accept_Language=accepted).words(reader).locale == spoken


def test_a_language_that_nobody_offered_is_not_repeated() -> None:
    """What came with the query goes into addresses only if it is one of ours."""
    assert looked("fr\r\nX: y").language_query == ""


def test_bodies_are_decoded() -> None:
    coded = base64.b64encode(b"%PDF \xff").decode()
    assert http_request.read(event("POST", body=coded, isBase64Encoded=True), NOW).body == (
        b"%PDF \xff"
    )
    assert http_request.read(event("POST", body="a", isBase64Encoded=True), NOW).body == b""


def test_a_form_that_is_too_large_or_malformed_is_empty() -> None:
    assert posted("a=" + "x" * (form_data.MAX_FORM - 2)).form["a"]
    assert posted("a=" + "x" * (form_data.MAX_FORM - 1)).form == {}
    assert posted("&".join(f"f{n}=1" for n in range(21))).form == {}
    large = event("POST", headers={"Content-Type": FORM}, body="a=" + "x" * 30_000)
    assert http_request.read(large, NOW, max_form=40_000).form["a"]
    other = event("POST", headers={"Content-Type": "text/plain"}, body="a=1")
    assert http_request.read(other, NOW).form == {}


def test_malformed_cookies_are_none() -> None:
    assert looked(Cookie="a[]=1; =;").cookies == {}


def test_what_is_secret_has_no_repr() -> None:
    """A request that gets into a log by mistake says nothing."""
    http = posted("code=123456", {"Cookie": "session=secret"})
    assert "123456" not in repr(http)
    assert "secret" not in repr(http)


def test_a_cookie_is_kept_from_scripts_and_other_sites() -> None:
    assert cookies.write("s", "v", max_age=60, secure=True) == (
        "s=v; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure"
    )
    assert "Secure" not in cookies.write("s", "v", max_age=60, secure=False)


def test_files_of_a_multipart_form() -> None:
    body = (
        b'--edge\r\nContent-Disposition: form-data; name="pdf"; filename="x"\r\n\r\n%PDF\r\n'
        b'--edge\r\nContent-Disposition: form-data; name="empty"; filename=""\r\n\r\n\r\n'
        b"--edge\r\n\r\nnameless\r\n--edge--\r\n"
    )
    assert form_data.files(body, "multipart/form-data; boundary=edge") == {"pdf": b"%PDF"}
    assert form_data.files(body, FORM) == {}
