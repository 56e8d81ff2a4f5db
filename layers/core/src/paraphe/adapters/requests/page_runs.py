"""A document's pages as one text: runs of pages of one size.

Hundreds of pages are nearly always of one size, and they are read with every request.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from paraphe.domain.requests.inspection import Page

if TYPE_CHECKING:
    from collections.abc import Iterable


def to_text(pages: Iterable[Page]) -> str:
    """Write pages: `count width height rotation`, a run each, behind the first page's number."""
    known = tuple(pages)
    if not known:
        return ""
    runs = [
        f"{len(list(run))} {width!r} {height!r} {rotation}"
        for (width, height, rotation), run in groupby(
            known, lambda page: (float(page.width), float(page.height), page.rotation)
        )
    ]
    return ";".join((str(known[0].number), *runs))


def from_text(text: str) -> tuple[Page, ...]:
    """Read pages back.

    Raises:
        ValueError: the text is none of ours.

    """
    if not text:
        return ()
    first, *runs = text.split(";")
    pages: list[Page] = []
    for run in runs:
        count, width, height, rotation = run.split(" ")
        size = float(width), float(height), int(rotation)
        start = int(first) + len(pages)
        pages.extend(Page(number, *size) for number in range(start, start + int(count)))
    return tuple(pages)
