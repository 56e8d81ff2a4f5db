"""What every page is held against, in a real browser (P25, RGAA)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from axe_playwright_python.sync_playwright import Axe

if TYPE_CHECKING:
    from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
MIN_TARGET = 44
# What can be tapped and is smaller than 44 px in one direction; links within a sentence may be.
SMALL_TARGETS = """(min) => [...document.querySelectorAll("a, button, input, textarea, summary")]
  .filter((e) => e.type !== "hidden" && e.checkVisibility() && !e.matches(".skip"))
  .map((e) => [e.closest(".tick") ?? e, e])
  .filter(([area]) => area.getBoundingClientRect().height < min)
  .map(([, e]) => e.outerHTML)"""


def check(page: Page) -> None:
    """Hold a page against the rules: accessible, nothing sticks out, targets are large."""
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found] == []
    width = page.viewport_size["width"] if page.viewport_size else 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(SMALL_TARGETS, MIN_TARGET) == []
