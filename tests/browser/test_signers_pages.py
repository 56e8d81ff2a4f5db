"""A signer's whole way in a real browser: on a phone, by keyboard, without scripts (P25)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from paraphe.domain.requests.model import RequestState
from paraphe.domain.requests.recipient import RecipientState
from tests.browser.conftest import DESK, PHONE
from tests.support.accessible import check
from tests.support.web_server import served
from tests.support.world import besides_tries

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page, Route

    from paraphe.ports.requests import RequestRef
    from tests.support.web_harness import Site
    from tests.support.world import World


def launched(world: World) -> tuple[RequestRef, str]:
    """Launch a request of two documents with one signer."""
    ref = world.draft(files=1)
    world.add_document(ref, "Annexe – conditions générales d’intervention.pdf", pages=2)
    world.launch(ref)
    world.run_actor(ref)
    return ref, world.signer_ids(ref)[0]


@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "light"), (DESK, "dark")])
def test_from_the_mail_to_the_signed_original(
    world: World,
    pages: tuple[Site, str],
    visit: Callable[..., Page],
    size: dict[str, int],
    scheme: str,
) -> None:
    """Every page on the way, held against the rules, with a wrong turn at each form."""
    site, address = pages
    ref, signer = launched(world)
    page = visit(size, color_scheme=scheme, bypass_csp=True)  # axe puts a script into the page
    page.goto(address + site.link(ref, signer))
    check(page)
    page.click("text=Recevoir le code par SMS")
    page.wait_for_function("document.activeElement.id === 'agreed'")
    page.check("#agreed")
    page.fill("#phone_digits", "9999")
    page.click("text=Recevoir le code par SMS")
    check(page)
    assert page.is_checked("#agreed")
    page.wait_for_function("document.activeElement.id === 'phone_digits'")
    page.fill("#phone_digits", "0000")
    page.click("text=Recevoir le code par SMS")
    page.wait_for_selector("text=Votre code est en route")
    check(page)
    world.run_actor(ref)
    page.wait_for_selector("#code")  # the page went on by itself
    check(page)
    page.wait_for_function("document.activeElement.id === 'code'")
    code = world.code(ref, signer)
    page.fill("#code", f"{(int(code) + 1) % 1_000_000:06d}")
    page.click("text=Signer les 2 documents")
    assert "Il vous reste 4 essais" in page.inner_text("#code-error")
    page.click("text=Pas de SMS")
    check(page)
    page.fill("#code", code)
    page.click("text=Signer les 2 documents")
    page.wait_for_selector("text=Votre signature est en cours")
    check(page)
    world.run_actor(ref)
    page.wait_for_selector("text=Tout le monde a signé")
    check(page)
    with page.expect_download() as sent:
        page.click("text=Télécharger lettre-0.pdf")
    assert sent.value.suggested_filename == "lettre-0-signed.pdf"
    assert world.load(ref).state is RequestState.COMPLETED


def test_other_pages(world: World, pages: tuple[Site, str], visit: Callable[..., Page]) -> None:
    """The plain ones, and the refusal."""
    site, address = pages
    ref, signer = launched(world)
    page = visit(PHONE, bypass_csp=True)
    for path in ("/", "/about?lang=en", "/s/unknown", f"{site.link(ref, signer)}/decline"):
        page.goto(address + path)
        check(page)
    page.click("text=Refuser définitivement")
    check(page)
    page.fill("#reason", "Le montant est faux.")
    page.fill("#phone_digits", "0000")
    page.click("text=Refuser définitivement")
    page.wait_for_selector("text=Vous avez refusé de signer")
    check(page)
    assert world.load(ref).state is RequestState.DECLINED


def test_long_words_stay_on_a_very_narrow_screen(
    world: World, pages: tuple[Site, str], visit: Callable[..., Page]
) -> None:
    """320 px: a phone from before, or a desk at 400 % (WCAG 1.4.10)."""
    site, address = pages
    ref, signer = launched(world)
    request = world.load(ref)
    long = "Rechtsschutzversicherungsgesellschaften" * 4
    world.requests.stored[ref] = replace(
        request,
        title=long,
        message=long,
        firm_name=long,
        sender=replace(request.sender, name=long, email=f"{long}@cabinet.test"),
        documents=tuple(replace(d, name=f"{long}.pdf") for d in request.documents),
        recipients=tuple(replace(r, name=long) for r in request.recipients),
    )
    page = visit({"width": 320, "height": 640}, bypass_csp=True)
    for below in ("", "/decline"):
        page.goto(f"{address}{site.link(ref, signer)}{below}")
        check(page)
    world.sign(ref, signer)
    page.goto(address + site.link(ref, signer))
    check(page)


def test_pictures_of_the_pages_come_through_the_policy(
    world: World, pages: tuple[Site, str], visit: Callable[..., Page]
) -> None:
    """From another origin, with the policy in force; a breach of it would be a fault."""
    site, address = pages
    ref, signer = launched(world)
    page = visit(PHONE)
    page.goto(address + site.link(ref, signer))
    # What is counted is what was shown: not the pages below, and none without its picture.
    page.wait_for_function("document.querySelector('[name=pages_seen]').value === '1'")
    for picture in page.query_selector_all(".sheet img"):
        picture.scroll_into_view_if_needed()
        page.wait_for_function("img => img.complete && img.naturalWidth === 595", arg=picture)
    page.wait_for_function("document.querySelector('[name=pages_seen]').value === '3'")
    style = page.evaluate("getComputedStyle(document.querySelector('.button')).minHeight")
    assert style == "48px"


def test_p13_pictures_whose_links_have_ended_are_fetched_anew(
    world: World, pages: tuple[Site, str], visit: Callable[..., Page]
) -> None:
    """A reader who takes longer than a link lives sees the page all the same, and loses nothing."""
    site, address = pages
    ref, signer = launched(world)
    page = visit(PHONE)
    ended: list[str] = []

    def once(route: Route) -> None:
        picture = route.request.url
        if picture.partition("?")[0].endswith("0002.png") and picture not in ended:
            ended.append(picture)
            route.fulfill(status=200, content_type="image/png", body="ended")
        else:
            route.continue_()

    page.route("**/*.png?*", once)
    page.goto(address + site.link(ref, signer))
    page.check("#agreed")
    for picture in page.query_selector_all(".sheet img"):
        picture.scroll_into_view_if_needed()
        page.wait_for_function("img => img.complete && img.naturalWidth === 595", arg=picture)
    assert len(ended) == 1
    assert page.is_checked("#agreed")


def test_by_keyboard_alone(
    world: World, pages: tuple[Site, str], visit: Callable[..., Page]
) -> None:
    """Tab, space, digits, return; each stop can be seen."""
    site, address = pages
    ref, signer = launched(world)
    page = visit(DESK)
    page.goto(address + site.link(ref, signer))
    _tab_to(page, "agreed")
    page.keyboard.press("Space")
    _tab_to(page, "phone_digits")
    page.keyboard.type("0000")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Votre code est en route")
    world.run_actor(ref)
    page.wait_for_selector("#code")
    page.keyboard.type(world.code(ref, signer))
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Votre signature est en cours")
    assert world.recipient(ref, signer).state is RecipientState.SIGNING


def _tab_to(page: Page, name: str, most: int = 40) -> None:
    for _ in range(most):
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none"
        if page.evaluate("document.activeElement.id") == name:
            return
    raise AssertionError(f"#{name} is not reached")


@pytest.mark.parametrize("prefix", ["", "/prod"])
def test_without_scripts_and_behind_a_prefix(
    world: World, visit: Callable[..., Page], prefix: str
) -> None:
    """Everything works without JavaScript, at the root and under an API Gateway stage."""
    with served(world, prefix) as (site, address):
        ref, signer = launched(world)
        page = visit(PHONE, java_script_enabled=False)
        page.goto(address + site.link(ref, signer))
        page.check("#agreed")
        page.fill("#phone_digits", "0000")
        page.click("text=Recevoir le code par SMS")
        page.wait_for_selector("text=Votre code est en route")
        world.run_actor(ref)
        page.wait_for_selector("#code")
        page.click("text=English")
        page.wait_for_selector("text=Enter your code")
        page.fill("#code", world.code(ref, signer))
        page.click("text=Sign the 2 documents")
        page.wait_for_selector("text=Your signature is being placed")
        world.run_actor(ref)
        page.wait_for_selector("text=Everybody has signed")
        assert page.url == f"{address}{site.link(ref, signer)}?lang=en"


def test_two_taps_on_sign_are_one_signature(
    world: World, pages: tuple[Site, str], visit: Callable[..., Page]
) -> None:
    """A double click, and then the form once more out of the browser's history."""
    site, address = pages
    ref, signer = launched(world)
    page = visit(PHONE)
    page.goto(address + site.link(ref, signer))
    page.check("#agreed")
    page.fill("#phone_digits", "0000")
    page.dblclick("text=Recevoir le code par SMS")
    page.wait_for_selector("text=Votre code est en route")
    world.run_actor(ref)
    page.wait_for_selector("#code")
    page.fill("#code", world.code(ref, signer))
    page.dblclick("text=Signer les 2 documents")
    page.wait_for_selector("text=Votre signature est en cours")
    page.go_back()
    page.wait_for_load_state()
    if page.query_selector("#code"):
        page.fill("#code", world.code(ref, signer))
        page.click("text=Signer les 2 documents")
    page.wait_for_selector("text=Votre signature est en cours")
    assert len(world.sms.sent) == 1
    kinds = world.kinds(ref)
    assert kinds.count("signature_accepted") == 1
    assert kinds.count("code_wrong") == 0


def test_a_scanner_that_runs_scripts_changes_nothing(
    world: World, pages: tuple[Site, str], visit: Callable[..., Page]
) -> None:
    """P10: it ticks every box, types into every field and submits every form, on every page.

    What could be the digits stands in the trail, once however often it was typed.
    """
    site, address = pages
    ref, signer = launched(world)
    before, trail = besides_tries(world.load(ref)), world.requests.events(ref)
    link = address + site.link(ref, signer)
    for junk in ("1234", "test", "0"):
        for start in (link, f"{link}/decline"):
            page = visit(PHONE)
            page.goto(start)
            for number in range(len(page.query_selector_all("form"))):
                page.goto(start)
                form = page.query_selector_all("form")[number]
                for field in form.query_selector_all("input:not([type=hidden]), textarea"):
                    if field.get_attribute("type") == "checkbox":
                        field.check()
                    else:
                        field.fill(junk)
                with page.expect_navigation():
                    form.evaluate("form => form.querySelector('[type=submit]').click()")
                assert re.search(r"class=\"error\"", page.content())
    assert besides_tries(world.load(ref)) == before
    more = [event.kind for event in world.requests.events(ref)[len(trail) :]]
    assert more == ["phone_digits_tried", "phone_digits_wrong"]
    assert world.sms.sent == []
