"""What the files that show two things are put together from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.strange_pdfs import objects_of, stream, write

if TYPE_CHECKING:
    Objects = dict[int, bytes]

TEXT = b"BT /F1 14 Tf 72 700 Td (Prix : 1000 EUR) Tj ET\n"
OTHER = b"BT /F1 14 Tf 72 700 Td (Prix : 9000 EUR) Tj ET\n"
PLACE = b"/Rect[100 500 300 540]"
ANNOTATION = b"<</Type/Annot" + PLACE + b"/F 4/Subtype"
WIDGET = ANNOTATION + b"/Widget/T(x)"
FORM = b"/AcroForm<</Fields[20 0 R]/DA(/Helv 12 Tf 0 g)/DR<</Font<</Helv 5 0 R>>>>%s>>"
ON_PAGE = b"/Annots[20 0 R]"


def drawing(content: bytes, entries: bytes = b"") -> bytes:
    """A form XObject of 200 by 40 points."""
    fonts = b"/Resources<</Font<</F1 5 0 R>>>>"
    return stream(content, b"/Type/XObject/Subtype/Form/BBox[0 0 200 40]" + fonts + entries)


FILLED = drawing(b"0 0 1 rg 0 0 200 40 re f")
WRITTEN = drawing(b"BT /F1 12 Tf 2 14 Td (100) Tj ET")


def annotated(annotation: bytes, extra: Objects | None = None, catalog: bytes = b"") -> bytes:
    """One page with one annotation (20)."""
    return write(objects_of(catalog, ON_PAGE, {20: annotation, **(extra or {})}))


def form(widget: bytes, extra: Objects | None = None, entries: bytes = b"") -> bytes:
    """One page with one field (20) of a form."""
    return annotated(widget, extra, FORM % entries)
