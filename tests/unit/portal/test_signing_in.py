"""Who may be in the portal, and what a session is worth (P1, P2, P3)."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlencode

import pytest

from paraphe.ports.system import TransientError
from portal.routing import ROUTES
from tests.support.portal_site import HOST, Portal, Tab
from tests.support.services import Broken

EC: dict[str, Any] = {"oec": "14 001"}


@pytest.fixture
def portal() -> Portal:
    return Portal("14 001")


@pytest.fixture
def tab(portal: Portal) -> Tab:
    return Tab(portal)


def test_p1_who_is_on_the_register_gets_in(portal: Portal, tab: Tab) -> None:
    assert tab.get("/").headers["location"] == f"{HOST}/sign-in"
    done = tab.sign_in(**EC)
    assert (done.status, done.headers["location"]) == (303, f"{HOST}/")
    assert tab.get("/").headers["location"] == f"{HOST}/first-run"
    assert portal.watch.inside == 1
    assert "Claire Martin" in tab.get("/first-run").body


@pytest.mark.parametrize(
    ("claims", "code"), [({"oec": "14 999"}, "not_on_register"), ({}, "not_invited")]
)
def test_p2_who_is_neither_registered_nor_invited_gets_a_page_and_leaves_no_trace(
    portal: Portal, tab: Tab, claims: dict[str, Any], code: str
) -> None:
    answer = tab.sign_in(**claims)
    assert answer.status == 403
    assert tab.session == ""
    assert "demandez à son expert-comptable de vous inviter" in answer.body
    assert portal.watch.outside[0].startswith(code)
    assert portal.table.items == {}


def test_a_session_s_cookie_is_this_host_s_alone_and_only_its_hash_is_kept(
    portal: Portal, tab: Tab
) -> None:
    said = tab.sign_in(**EC).headers["set-cookie"]
    name, _, rest = said.partition("=")
    assert name == "__Host-session"
    assert set(rest.split("; ")[1:]) == {
        "Path=/",
        "Max-Age=43200",
        "HttpOnly",
        "SameSite=Lax",
        "Secure",
    }
    person, _, secret = tab.session.partition(".")
    assert len(secret) == 43  # 256 bits
    assert secret not in json.dumps(portal.table.items)
    assert "claire" not in person


def test_on_a_laptop_without_https_the_cookie_has_no_prefix_and_works(portal: Portal) -> None:
    tab = Tab(portal, secure=False)
    assert "Secure" not in tab.sign_in(**EC).headers["set-cookie"]
    assert tab.get("/first-run").status == 200
    stolen = Tab(portal)
    stolen.cookies = {"session": tab.session}  # over https nobody can plant one without the prefix
    assert stolen.get("/first-run").headers["location"] == f"{HOST}/sign-in?to=%2Ffirst-run"


def test_signing_in_gives_a_new_session_whatever_the_browser_had(tab: Tab) -> None:
    tab.sign_in(**EC)
    first = tab.session
    tab.sign_in(**EC)
    assert tab.session != first


@pytest.mark.parametrize("change", ["state", "browser", "none", "late", "twice"])
def test_an_answer_is_taken_once_by_the_browser_that_asked(
    portal: Portal, tab: Tab, change: str
) -> None:
    portal.provider.claims = dict(EC)
    state, answer = tab.begin()
    if change == "state":
        state = "another"
    elif change == "browser":
        tab.cookies = {"__Host-sign-in": "somebody-elses"}
    elif change == "none":
        tab.cookies = {}
    elif change == "late":
        portal.passes(minutes=15)
    elif change == "twice":
        tab.come_back(state, answer.code)
        tab.cookies.pop("__Host-session")
    found = tab.come_back(state, answer.code)
    assert found.status == 403
    assert tab.session == ""
    assert "Cette connexion n’est plus valable" in found.body
    assert portal.watch.outside[-1].startswith("sign_in_unknown")


def test_two_windows_of_a_browser_may_sign_in_at_once(tab: Tab) -> None:
    tab.portal.provider.claims = dict(EC)
    first = tab.begin()
    tab.begin()
    tab.portal.provider.claims["nonce"] = None
    assert tab.come_back(first[0], "unknown-code").status == 403  # its nonce is another
    state, answer = tab.begin()
    tab.portal.provider.claims.pop("nonce")
    assert tab.come_back(state, answer.code).status == 403


def test_a_code_of_somebody_else_s_sign_in_is_worth_nothing(portal: Portal, tab: Tab) -> None:
    """PKCE: the verifier is the browser's own."""
    portal.provider.claims = dict(EC)
    _, stolen = Tab(portal).begin()
    state, _ = tab.begin()
    found = tab.come_back(state, stolen.code)
    assert (found.status, tab.session) == (403, "")
    assert portal.watch.outside[-1].endswith("status_400.")


def test_a_provider_that_says_no_is_told_as_such(tab: Tab) -> None:
    found = tab.get("/sign-in/callback?error=access_denied&error_description=%3Cscript%3E&state=x")
    assert found.status == 403
    assert "script>" not in found.body.partition("<main")[2]
    assert "Vous ne vous êtes pas connecté" in found.body


@pytest.mark.parametrize("path", ["/sign-in/start", "/sign-in/callback"])
def test_a_provider_that_is_down_is_a_page_to_try_again(path: str) -> None:
    portal = Portal("14 001")
    tab = Tab(portal)
    portal.provider.claims = dict(EC)
    state, answer = tab.begin()
    broken: Any = portal.services.identity_provider
    broken.fetcher = Broken(TransientError("down"))
    if path == "/sign-in/start":
        broken._discovery = None
        found = tab.get(path)
    else:
        found = tab.come_back(state, answer.code)
    assert found.status == 503
    assert "La connexion est impossible pour le moment" in found.body
    assert portal.watch.faults


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/sessions", "/sessions"),
        ("/first-run?lang=en", "/first-run?lang=en"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("/a\r\nSet-Cookie: x=y", "/"),
        ("/" + "a" * 600, "/"),
        ("sessions", "/"),
    ],
)
def test_nobody_is_sent_away_from_here(tab: Tab, wanted: str, reached: str) -> None:
    done = tab.sign_in("?" + urlencode({"to": wanted}), **EC)
    assert done.headers["location"] == f"{HOST}{reached}"
    page = tab.get(f"/sign-in?{urlencode({'to': wanted})}")
    assert "evil" not in page.body


def test_a_session_ends_after_an_hour_unused_and_after_twelve(portal: Portal, tab: Tab) -> None:
    tab.sign_in(**EC)
    for _ in range(12):
        assert tab.get("/first-run").status == 200
        portal.passes(minutes=59)
    assert tab.get("/first-run").status == 200  # 11 h 48 min
    portal.passes(minutes=12)
    assert tab.get("/first-run").status == 303
    tab.sign_in(**EC)
    portal.passes(minutes=60)
    assert tab.get("/first-run").status == 303


def test_a_click_is_written_down_every_five_minutes_at_most(portal: Portal, tab: Tab) -> None:
    tab.sign_in(**EC)
    (partition,) = portal.table.items.values()
    before = json.dumps(partition)
    portal.passes(minutes=4)
    tab.get("/first-run")
    assert json.dumps(partition) == before
    portal.passes(minutes=2)
    tab.get("/first-run")
    assert json.dumps(partition) != before


def test_sessions_are_listed_and_ended_one_by_one_and_all_at_once(portal: Portal) -> None:
    here, there = Tab(portal), Tab(portal, agent="Mozilla/5.0 Chrome/140 Safari/537 Edg/140")
    here.sign_in(**EC)
    there.sign_in(**EC)
    page = here.get("/sessions")
    assert page.body.count("<li>") == 2
    assert "Edge" in page.body
    other = [i for i in re.findall(r'name="session" value="(\w+)"', page.body) if i != "all"]
    mine = here.post("/sessions/end", {"session": other[1]})
    gone, kept = (there, here) if mine.headers["location"].endswith("/sessions") else (here, there)
    assert gone.get("/sessions").status == 303
    assert kept.get("/sessions").status == 200
    kept.post("/sessions/end", {"session": "all"})
    assert kept.get("/sessions").status == 303
    assert here.session == "" or there.session == ""


def test_nobody_ends_another_s_session(portal: Portal) -> None:
    claire, hugo = Tab(portal), Tab(portal)
    claire.sign_in(**EC)
    portal.register.numbers.add("14 002")
    hugo.sign_in(oec="14 002", sub="hugo")
    theirs = re.findall(r'name="session" value="(\w+)"', claire.get("/sessions").body)[0]
    hugo.post("/sessions/end", {"session": theirs})
    assert claire.get("/sessions").status == 200
    forged = Tab(portal)
    forged.cookies = {
        "__Host-session": f"{claire.session.partition('.')[0]}.{hugo.session.partition('.')[2]}"
    }
    assert forged.get("/sessions").status == 303


def test_the_eleventh_session_ends_the_one_unused_longest(portal: Portal) -> None:
    tabs = [Tab(portal) for _ in range(11)]
    for tab in tabs:
        tab.sign_in(**EC)
        portal.passes(seconds=1)
    assert tabs[0].get("/sessions").status == 303
    assert tabs[1].get("/sessions").body.count("<li>") == 10


def test_signing_out_ends_the_session_itself(portal: Portal, tab: Tab) -> None:
    tab.sign_in(**EC)
    kept = dict(tab.cookies)
    assert tab.post("/sign-out", {}).headers["location"] == f"{HOST}/sign-in"
    assert tab.session == ""
    again = Tab(portal)
    again.cookies = kept
    assert again.get("/").status == 303
    assert again.get("/").headers["location"] == f"{HOST}/sign-in"


POSTS = [path for path, methods, _ in ROUTES if methods == ["POST"]]


@pytest.mark.parametrize("path", POSTS)
def test_every_form_comes_from_a_page_of_this_session(tab: Tab, path: str) -> None:
    tab.sign_in(**EC)
    assert tab.ask("POST", path, "session=all&accepted=yes").status == 403
    assert tab.post(path, {}, Sec_Fetch_Site="cross-site").status == 403
    assert tab.post(path, {"csrf": "x"}).status == 403
    assert tab.session
    assert Tab(tab.portal).post(path, {}).headers["location"].startswith(f"{HOST}/sign-in")


LOOKS = [path for path, methods, _ in ROUTES if "HEAD" in methods and "{" not in path]


@pytest.mark.parametrize("path", LOOKS)
def test_every_page_has_its_headers(tab: Tab, path: str) -> None:
    tab.sign_in(**EC)
    headers = tab.get(path).headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    if headers["content-type"].startswith("text/html"):
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "form-action 'self'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_way_in_keeps_the_language_that_was_chosen(tab: Tab, language: str) -> None:
    away = tab.get(f"/sessions?lang={language}").headers["location"]
    assert away == f"{HOST}/sign-in?to=%2Fsessions&lang={language}"
    assert f"lang={language}" in tab.get(away.removeprefix(HOST)).body
