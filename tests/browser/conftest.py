"""Chromium at the signers' pages, which run on a world in memory behind a server on 127.0.0.1."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.support.tools import tool
from tests.support.web_server import served
from tests.support.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.support.web_harness import Site

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
]
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}
PATIENCE = 90_000  # ms; other tests may be using the processor


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium, or the one that CHROMIUM names."""
    path = os.environ.get("CHROMIUM") or shutil.which("google-chrome") or tool("chromium")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def world() -> World:
    """A platform in memory."""
    return World()


@pytest.fixture
def pages(world: World) -> Iterator[tuple[Site, str]]:
    """The pages, and their address."""
    with served(world) as (site, address):
        yield site, address


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a tab of a fresh browser: `visit(PHONE, javaScriptEnabled=…)`. Faults in it fail."""
    contexts = []
    complaints: list[str] = []

    def opened(viewport: dict[str, int], **more: object) -> Page:
        context = browser.new_context(
            viewport=viewport,  # type: ignore[arg-type]
            locale="fr-FR",
            reduced_motion="reduce",
            **more,  # type: ignore[arg-type]
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.append(line.text))
        return page

    yield opened
    for context in contexts:
        context.close()
    # Chromium reports every answer of 4xx here; all else is a fault: a breach of the policy, say.
    faults = [text for text in complaints if "the server responded with a status of 4" not in text]
    assert faults == []
