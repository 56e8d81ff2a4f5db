"""One visible mark across every page, put there before the first signature, which covers it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from paraphe.adapters.trust.pades.writer.fields import annotate
from paraphe.adapters.trust.pades.writer.pages import every_page, upright
from paraphe.adapters.trust.pades.writer.syntax import (
    Dictionary,
    Name,
    Ref,
    Stream,
    number,
    text_string,
)
from paraphe.domain.trust.signatures import FieldBox

if TYPE_CHECKING:
    from paraphe.adapters.trust.pades.writer.increment import Increment
    from paraphe.adapters.trust.pades.writer.pages import Page

_FLAGS = 4 | 64 | 128  # printed, read-only, locked: ISO 32000-1 table 165
_WIDTH_OF_LETTER = 0.72  # of Helvetica-Bold's capitals, in font sizes; a little generous
_HEIGHT_OF_LETTER = 0.72


def mark_pages(increment: Increment, text: str) -> None:
    """Put `text` (capital letters) across every page, as displayed, so that print shows it too.

    Args:
        increment: before anything is signed in it.
        text: what the mark says.

    Raises:
        PdfError: a page is broken.

    """
    forms: dict[tuple[float, float, int], Ref] = {}
    for at, page in enumerate(every_page(increment.document), start=1):
        key = (page.width, page.height, page.rotation)
        if key not in forms:
            forms[key] = _form(increment, page, text)
        mark: Dictionary = {
            "Type": Name("Annot"),
            "Subtype": Name("Stamp"),
            "Rect": page.rectangle(FieldBox(at, 0, 0, page.width, page.height)),
            "F": _FLAGS,
            "P": page.ref,
            "Contents": text_string(text),
            "AP": {"N": forms[key]},
        }
        annotate(increment, page.ref, increment.add(mark))


def _form(increment: Increment, page: Page, text: str) -> Ref:
    width, height = page.width, page.height
    angle = math.atan2(height, width)
    size = 0.7 * math.hypot(width, height) / (len(text) * _WIDTH_OF_LETTER)
    long, tall = len(text) * _WIDTH_OF_LETTER * size, _HEIGHT_OF_LETTER * size
    cos, sin = math.cos(angle), math.sin(angle)
    x = width / 2 - cos * long / 2 + sin * tall / 2
    y = height / 2 - sin * long / 2 - cos * tall / 2
    content = (
        f"q /Pale gs 0.8 0.1 0.1 rg BT /F {size:.2f} Tf "
        f"{cos:.5f} {sin:.5f} {-sin:.5f} {cos:.5f} {x:.2f} {y:.2f} Tm ({text}) Tj ET Q"
    ).encode("ascii")
    font: Dictionary = {
        "Type": Name("Font"),
        "Subtype": Name("Type1"),
        "BaseFont": Name("Helvetica-Bold"),
    }
    entries: Dictionary = {
        "Type": Name("XObject"),
        "Subtype": Name("Form"),
        "BBox": [0, 0, number(width), number(height)],
        "Matrix": upright(page.rotation),
        "Resources": {
            "Font": {"F": increment.add(font)},
            "ExtGState": {"Pale": {"Type": Name("ExtGState"), "ca": number(0.25)}},
        },
    }
    return increment.add(Stream(entries, content))
