"""The pages of who approves and who reads, in a real browser: on a phone and at a desk (P25)."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from paraphe.domain.requests.model import Mode, RequestState
from paraphe.domain.requests.recipient import RecipientState, Role
from tests.browser.conftest import DESK, PHONE
from tests.support.accessible import check

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from paraphe.ports.requests import RequestRef
    from tests.support.web_harness import Site
    from tests.support.world import World


def _asked(world: World, role: Role) -> tuple[RequestRef, str]:
    ref = world.draft(people=(2,))
    world.add_document(ref, "Annexe – conditions générales d’intervention.pdf", pages=2)
    made = world.add_recipient(ref, order=1, number=7, role=role)
    world.launch(ref)
    world.run_actor(ref)
    return ref, made.id


def _picture(page: Page, name: str) -> None:
    """Keep a picture for whoever asks for them with PARAPHE_PICTURES_TO."""
    folder = os.environ.get("PARAPHE_PICTURES_TO")
    if folder:
        width = page.viewport_size["width"] if page.viewport_size else 0
        page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)


@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "light"), (DESK, "dark")])
def test_an_approver_approves(
    world: World,
    pages: tuple[Site, str],
    visit: Callable[..., Page],
    size: dict[str, int],
    scheme: str,
) -> None:
    """From the mail to "you have approved", with a wrong turn at the digits."""
    site, address = pages
    ref, approver = _asked(world, Role.APPROVER)
    page = visit(size, color_scheme=scheme, bypass_csp=True)
    page.goto(address + site.link(ref, approver))
    check(page)
    _picture(page, "approve")
    page.fill("#phone_digits", "9999")
    page.click("text=Approuver les 2 documents")
    page.wait_for_function("document.activeElement.id === 'phone_digits'")
    check(page)
    page.fill("#phone_digits", "0007")
    page.click("text=Approuver les 2 documents")
    page.wait_for_selector("text=Vous avez approuvé")
    check(page)
    _picture(page, "approved")
    assert world.recipient(ref, approver).state is RecipientState.APPROVED


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_a_viewer_reads_without_scripts(
    world: World, pages: tuple[Site, str], visit: Callable[..., Page], size: dict[str, int]
) -> None:
    """The form works without a script, and what it says can be heard."""
    site, address = pages
    ref, viewer = _asked(world, Role.VIEWER)
    page = visit(size, bypass_csp=True)
    page.goto(address + site.link(ref, viewer))
    check(page)
    _picture(page, "read")
    plain = visit(size, java_script_enabled=False)
    plain.goto(address + site.link(ref, viewer))
    plain.fill("#phone_digits", "0007")
    plain.click("button[type=submit]")
    plain.wait_for_selector("text=Vous avez confirmé votre lecture")
    assert world.recipient(ref, viewer).state is RecipientState.VIEWED


def test_an_approver_declines_without_scripts(
    world: World, pages: tuple[Site, str], visit: Callable[..., Page]
) -> None:
    """P12: the request ends."""
    site, address = pages
    ref, approver = _asked(world, Role.APPROVER)
    page = visit(PHONE, java_script_enabled=False)
    page.goto(address + site.link(ref, approver))
    page.click("text=Je n’approuve pas")
    page.fill("#reason", "Montant faux.")
    page.fill("#phone_digits", "0007")
    page.click("text=Refuser définitivement")
    page.wait_for_selector("text=Vous avez refusé d’approuver")
    assert world.load(ref).state is RequestState.DECLINED


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_the_page_of_a_test_says_so(
    world: World, pages: tuple[Site, str], visit: Callable[..., Page], size: dict[str, int]
) -> None:
    """Above everything, and it can be heard."""
    site, address = pages
    ref, approver = _asked(world, Role.APPROVER)
    world.requests.stored[ref] = replace(world.load(ref), mode=Mode.TEST)
    page = visit(size, bypass_csp=True)
    page.goto(address + site.link(ref, approver))
    check(page)
    _picture(page, "test")
    assert "qu’un test" in page.inner_text("aside.test")
