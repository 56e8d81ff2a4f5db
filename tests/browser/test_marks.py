"""Choosing how the visible mark looks, in a real browser: drawn, typed, a picture (P8)."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageDraw

from paraphe.domain.requests.recipient import MarkKind, Placement
from paraphe.domain.trust.signatures import (
    FieldBox,
    Raster,
    SignatureField,
    Strokes,
    Typed,
    VisibleMark,
)
from tests.browser.conftest import DESK, PHONE
from tests.support.accessible import check
from tests.support.judges import assert_sound
from tests.support.rendering import darkness
from tests.support.trust import TrustWorld, make_pdf

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

    from paraphe.ports.requests import RequestRef
    from tests.support.web_harness import Site
    from tests.support.world import World

LOOK = "[data-look] summary"


def _ready(world: World) -> tuple[RequestRef, str]:
    """A signer whose signature shows on a page, with the code in hand."""
    ref = world.draft(people=())
    at = Placement(world.load(ref).documents[0].id, 1, 50, 50, 200, 60)
    made = world.add_recipient(ref, order=1, placements=(at,))
    world.launch(ref)
    world.run_actor(ref)
    world.consent(ref, made.id)
    world.run_actor(ref)
    return ref, made.id


def _sign(page: Page, code: str) -> None:
    page.fill("#code", code)
    page.fill("#phone_digits", "0000")
    page.click("text=Signer le document")


def _draw(page: Page, line: list[tuple[float, float]]) -> None:
    page.locator(".pad").scroll_into_view_if_needed()
    box = page.locator(".pad").bounding_box()
    assert box is not None
    points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in line]
    page.mouse.move(*points[0])
    page.mouse.down()
    for x, y in points[1:]:
        page.mouse.move(x, y, steps=8)
    page.mouse.up()


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_a_drawing_comes_from_the_finger_into_the_pdf(
    world: World, pages: tuple[Site, str], visit: Callable[..., Page], size: dict[str, int]
) -> None:
    """Cleared once, kept through a wrong code and a new visit, then signed and drawn."""
    site, address = pages
    ref, signer = _ready(world)
    page = visit(size, bypass_csp=True)
    page.goto(address + site.link(ref, signer))
    page.click(LOOK)
    check(page)
    page.check("#mark-drawn")
    _draw(page, [(0.5, 0.5), (0.6, 0.6)])
    page.click("text=Effacer le dessin")
    assert page.input_value("[name=strokes]") == ""
    _draw(page, [(0.1, 0.1), (0.9, 0.1)])
    _draw(page, [(0.5, 0.1), (0.5, 0.95)])
    check(page)
    drawn = page.input_value("[name=strokes]")
    right = world.code(ref, signer)
    _sign(page, f"{(int(right) + 1) % 1_000_000:06d}")
    page.wait_for_selector("#code-error")
    assert page.is_checked("#mark-drawn")
    assert page.input_value("[name=strokes]") == drawn
    page.goto(address + site.link(ref, signer))
    assert page.input_value("[name=strokes]") == drawn
    _sign(page, right)
    page.wait_for_selector("text=Votre signature est en cours")
    left = page.evaluate("Object.keys(sessionStorage)")
    assert not [name for name in left if name.startswith("paraphe-mark-")]
    world.run_actor(ref)
    look = world.signer.looks[0]
    assert isinstance(look, Strokes)
    assert len(look.lines) == 2
    trust, file = TrustWorld(), io.BytesIO(make_pdf())
    trust.prepare(file, [SignatureField("A", FieldBox(1, 60, 80, 200, 70))])
    trust.sign(file, "A", mark=VisibleMark("Zoé", look=look))
    assert_sound(file.getvalue(), 1)
    roof, foot = (62, 82, 152, 105), (62, 120, 152, 148)
    assert darkness(file.getvalue(), roof) > 2 * darkness(file.getvalue(), foot) > 0


def test_typed_by_keyboard_alone(
    world: World, pages: tuple[Site, str], visit: Callable[..., Page]
) -> None:
    """Tab, return, arrow, letters."""
    site, address = pages
    ref, signer = _ready(world)
    page = visit(DESK)
    page.goto(address + site.link(ref, signer))
    assert page.evaluate("document.activeElement.id") == "code"
    page.keyboard.type(world.code(ref, signer))
    page.keyboard.press("Tab")
    page.keyboard.type("0000")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.id") == "mark-typed"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "typed"
    page.keyboard.press("Control+a")
    page.keyboard.type("山田 S.")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Votre signature est en cours")
    world.run_actor(ref)
    assert world.signer.looks == [Typed("山田 S.")]


def test_a_picture_is_decoded_by_the_signers_own_browser(
    world: World, pages: tuple[Site, str], visit: Callable[..., Page], tmp_path: Path
) -> None:
    """What cannot be read or is too large is said at once; within the policy."""
    site, address = pages
    ref, signer = _ready(world)
    sound, broken, large = (tmp_path / name for name in ("a.png", "b.png", "c.png"))
    picture = Image.new("RGBA", (1200, 400))
    ImageDraw.Draw(picture).line([(20, 380), (600, 30), (1180, 300)], (10, 20, 120, 255), 20)
    picture.save(sound)
    broken.write_bytes(sound.read_bytes()[:200])
    large.write_bytes(sound.read_bytes() + bytes(1_100_000))
    page = visit(PHONE)
    page.goto(address + site.link(ref, signer))
    page.click(LOOK)
    page.check("#mark-image")
    for file, said in ((broken, "n’est pas une image lisible"), (large, "dépasse 1 Mo")):
        page.set_input_files("#picture-file", file)
        page.wait_for_selector(f"text={said}")
    page.set_input_files("#picture-file", sound)
    page.wait_for_selector(".preview:not([hidden])")
    assert page.inner_text("#picture-error") == ""
    _sign(page, world.code(ref, signer))
    page.wait_for_selector("text=Votre signature est en cours")
    world.run_actor(ref)
    look = world.signer.looks[0]
    assert isinstance(look, Raster)
    assert look.width / look.height == pytest.approx(3, abs=0.05)
    assert 0.02 < sum(a > 128 for a in look.pixels[3::4]) / (look.width * look.height) < 0.3


def test_without_scripts_only_what_works_is_offered(
    world: World, pages: tuple[Site, str], visit: Callable[..., Page]
) -> None:
    """Name alone, or typed."""
    site, address = pages
    ref, signer = _ready(world)
    page = visit(PHONE, java_script_enabled=False)
    page.goto(address + site.link(ref, signer))
    page.click(LOOK)
    assert not page.is_visible("#mark-drawn")
    assert not page.is_visible("#mark-image")
    page.check("#mark-typed")
    page.fill("#typed", "Z. Ł.")
    _sign(page, world.code(ref, signer))
    page.wait_for_selector("text=Votre signature est en cours")
    kept = world.recipient(ref, signer).mark
    assert kept is not None
    assert kept.kind is MarkKind.TYPED
