"""Does the repaired file show what the damaged one showed?

Damage can be repaired in more ways than one. What counts for the sender is what they saw: when a
file's structure is doubtful, PDFium draws it before and after, and any difference refuses it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pypdfium2

if TYPE_CHECKING:
    from pathlib import Path

# PDFium's wrapper brings no types.
Pdfium = Any

_WIDTH = 200
_PAGES = 30
_SMOOTHING = 16
_SHARE = 0.01


def same(source: Path, target: Path, *, same_text: bool) -> bool:
    """Say whether both files have the same pages with the same look, and the same text if asked.

    An original that PDFium cannot open shows nothing that could be contradicted.
    """
    try:
        before = pypdfium2.PdfDocument(source)
    except pypdfium2.PdfiumError:
        return True
    after = pypdfium2.PdfDocument(target)
    if len(before) != len(after):
        return len(before) == 0
    before.init_forms()
    after.init_forms()
    return all(
        _alike(before, after, index)
        and (not same_text or _words(before, index) == _words(after, index))
        for index in range(min(len(before), _PAGES))
    )


def _alike(before: Pdfium, after: Pdfium, index: int) -> bool:
    """Compare one page, smoothing apart."""
    try:
        one = _draw(before, index)
    except (pypdfium2.PdfiumError, ValueError):  # ValueError: a page without any area
        return True
    other = _draw(after, index)
    if len(one) != len(other):
        return False
    if one == other:
        return True
    differing = sum(abs(a - b) > _SMOOTHING for a, b in zip(one, other, strict=True))
    return differing <= len(one) * _SHARE


def _draw(document: Pdfium, index: int) -> bytes:
    """Draw one page small and grey."""
    page = document[index]
    width, height = page.get_size()
    scale = _WIDTH / max(width, height, 1.0)
    return bytes(page.render(scale=scale, grayscale=True).buffer)


def _words(document: Pdfium, index: int) -> list[str]:
    """Return a page's words; none for a page that cannot be read."""
    try:
        return str(document[index].get_textpage().get_text_range()).split()
    except pypdfium2.PdfiumError:
        return []
