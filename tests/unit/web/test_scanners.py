"""P10: neither opening the link nor a scanner that posts its forms changes anything."""

import re
from html.parser import HTMLParser

import pytest

from paraphe.domain.evidence.audit import Event
from paraphe.ports.requests import RequestRef
from tests.support.web_harness import FORM_TYPE, Site
from tests.support.world import World, besides_tries
from tests.unit.web.conftest import Signer


class _Forms(HTMLParser):
    """What a scanner collects: every form with every field, boxes ticked, junk typed."""

    def __init__(self, junk: str) -> None:
        super().__init__()
        self.junk = junk
        self.links: list[str] = []
        self.forms: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect."""
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((found["action"], {}))
        elif tag == "a":
            self.links.append(found.get("href", ""))
        elif tag in {"input", "textarea"} and self.forms and "name" in found:
            given = found.get("type") in {"checkbox", "hidden"} and found.get("value")
            self.forms[-1][1][found["name"]] = given or self.junk


def scan(site: Site, link: str, junk: str, *, deep: int = 3) -> int:
    """Follow and post whatever can be found from a link on; return how many forms were posted."""
    seen: set[str] = set()
    todo, posted = [link], 0
    for _ in range(deep):
        pages = []
        for address in todo:
            if address in seen:
                continue
            seen.add(address)
            site.ask("HEAD", address)
            pages.append(site.get(address).body)
        todo = []
        for body in pages:
            found = _Forms(junk)
            found.feed(body)
            todo += [_absolute(href) for href in found.links]
            for action, fields in found.forms:
                posted += 1
                site.post(_absolute(action), fields)
    return posted


def _only_the_tries(world: World, ref: RequestRef, trail: tuple[Event, ...], junk: str) -> None:
    """What could be digits stands in the trail once, however many forms it was typed into."""
    more = [event.kind for event in world.requests.events(ref)[len(trail) :]]
    tried = ["phone_digits_tried", "phone_digits_wrong"] if len(junk) == 4 else []
    assert more == tried


def _absolute(href: str) -> str:
    path = re.sub(r"^(\.\./)+", "", href.split("#", maxsplit=1)[0])
    return f"/{path.lstrip('/')}"


@pytest.mark.parametrize("junk", ["", "1", "0001", "123456", "test@example.com", "x" * 3000])
def test_a_scanner_changes_nothing_before_consent(world: World, site: Site, junk: str) -> None:
    """No junk gets past the person check."""
    ref = world.launched()
    signer = Signer(site, ref, world.signer_ids(ref)[0])
    before, trail = besides_tries(world.load(ref)), world.requests.events(ref)
    assert scan(site, signer.link, junk) >= 2
    assert besides_tries(world.load(ref)) == before
    _only_the_tries(world, ref, trail, junk)
    assert world.sms.sent == []


@pytest.mark.parametrize("junk", ["", "0001", "123456"])
def test_a_scanner_burns_no_tries_and_sends_no_codes_while_a_code_waits(
    world: World, site: Site, junk: str
) -> None:
    """A second look by a scanner, after the SMS."""
    ref = world.launched()
    signer = Signer(site, ref, world.signer_ids(ref)[0])
    signer.consent()
    before, trail = besides_tries(world.load(ref)), world.requests.events(ref)
    assert scan(site, signer.link, junk) >= 3
    assert besides_tries(world.load(ref)) == before
    _only_the_tries(world, ref, trail, junk)
    assert len(world.sms.sent) == 1


def test_who_knows_the_digits_can_go_on_in_another_browser(world: World, site: Site) -> None:
    """Consent on the phone, code at the desk."""
    ref = world.launched()
    phone = Signer(site, ref, world.signer_ids(ref)[0])
    phone.consent()
    desk = Signer(site, ref, phone.id)
    assert 'name="phone_digits"' in desk.look().body
    assert desk.send("code", {"code": desk.code()}).status == 422
    form = {"code": desk.code(), "phone_digits": desk.digits}
    assert desk.send("code", form).status == 303


def test_a_known_browser_is_not_asked_for_digits_again(signer: Signer) -> None:
    """Its cookie holds no secret of the link."""
    answer = signer.send("consent", {"agreed": "yes", "phone_digits": signer.digits})
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" in cookie
    assert signer.link.removeprefix("/s/") not in cookie
    signer.site.world.run_actor(signer.ref)
    assert 'name="phone_digits"' not in signer.look().body


def test_a_made_up_cookie_makes_no_known_browser(world: World, signer: Signer) -> None:
    """Only the id of a code of this recipient does."""
    signer.consent()
    name = next(iter(signer.cookies))
    for value in ("", "otp_0000000000", "None"):
        signer.cookies = {name: value}
        assert signer.send("code", {"code": signer.code()}).status == 422
    assert world.load(signer.ref).challenges[0].tries == 0


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    "query", ["", "?agreed=yes&phone_digits=0000", "?code=000000&reason=no&phone_digits=0000"]
)
def test_looking_changes_nothing_whatever_the_query(
    world: World, signer: Signer, site: Site, method: str, query: str
) -> None:
    """GET and HEAD are safe (RFC 9110 §9.2.1)."""
    before = world.load(signer.ref)
    for below in ("", "/decline"):
        answer = site.ask(method, f"{signer.link}{below}{query}")
        assert answer.status == 200
        assert (answer.body == "") == (method == "HEAD")
    assert world.load(signer.ref) == before


@pytest.mark.parametrize("below", ["consent", "code", "decline", "approve", "reading"])
def test_bodies_that_no_form_sends_change_nothing(
    world: World, signer: Signer, site: Site, below: str
) -> None:
    """Too large, too many fields, not a form: a page, never a fault."""
    before = world.load(signer.ref)
    bodies = [
        "",
        "%%%",
        "&" * 50,
        "agreed=yes&" * 40,
        "reason=" + "x" * 30_000,
        "{}",
        "\ud7ff=\x00",
    ]
    for body in bodies:
        answer = site.ask("POST", f"{signer.link}/{below}", body=body)
        assert answer.status in {409, 422}
    wrong_type = site.ask(
        "POST", f"{signer.link}/{below}", body="{}", headers={"content-type": "application/json"}
    )
    assert wrong_type.status == 415
    charset = {"content-type": f"{FORM_TYPE}; charset=UTF-8"}
    assert site.ask("POST", f"{signer.link}/{below}", body="a=b", headers=charset).status != 415
    assert world.load(signer.ref) == before
    assert site.observer.faults == []
