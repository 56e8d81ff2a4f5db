"""Pictures and text of every page, whatever happens to some of them."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from paraphe.adapters.pdf.inspect import png, sandbox
from paraphe.adapters.pdf.inspect.limits import DEFAULT, Limits
from paraphe.domain.inspection import PagePicture

if TYPE_CHECKING:
    from pathlib import Path


def draw_pages(source: Path, directory: Path, limits: Limits = DEFAULT) -> list[PagePicture]:
    """Draw the pages of an accepted file into `directory`: `0001.png` and `0001.json`, and so on.

    The JSON holds `number`, `drawn` and `text`. A page that cannot be drawn within the limits
    gets a blank picture and `drawn=False`; the list is empty only when the file cannot be opened.
    """
    done: list[PagePicture] = []
    total = 1
    until = time.monotonic() + limits.draw_wall
    restarts = 0
    while len(done) < total:
        left = until - time.monotonic()
        size = (limits.picture_width, round(limits.picture_width * 1.414))
        if left > 0 and restarts <= limits.draw_restarts:
            first = str(len(done) + 1)
            outcome = sandbox.run("draw", (source, directory), limits, left, first)
            restarts += 1
            if not outcome.lines:
                if not done:
                    return []
                restarts = limits.draw_restarts + 1
            total, size = _take(outcome.lines, directory, done, total, size)
        if len(done) < total:
            done.append(_blank(directory, len(done) + 1, size))
    return done


def _take(
    lines: list[dict[str, object]],
    directory: Path,
    done: list[PagePicture],
    total: int,
    size: tuple[int, int],
) -> tuple[int, tuple[int, int]]:
    """Add the pages that the child finished; return the page count and the next page's size."""
    for line in lines:
        if isinstance(pages := line.get("pages"), int):
            total = pages
        entry: Any = line.get("done") or line.get("begun")
        if entry is None:
            continue
        size = (entry["width"], entry["height"])
        while len(done) + 1 < entry["number"]:
            done.append(_blank(directory, len(done) + 1, size))
        if "done" in line:
            name = f"{entry['number']:04d}"
            done.append(
                PagePicture(entry["number"], f"{name}.png", f"{name}.json", *size, drawn=True)
            )
    return total, size


def _blank(directory: Path, number: int, size: tuple[int, int]) -> PagePicture:
    """Write a blank picture for a page that could not be drawn."""
    name = f"{number:04d}"
    (directory / f"{name}.png").write_bytes(png.blank(*size))
    (directory / f"{name}.json").write_text(
        json.dumps({"number": number, "drawn": False, "text": ""}), encoding="utf-8"
    )
    return PagePicture(number, f"{name}.png", f"{name}.json", *size, drawn=False)
