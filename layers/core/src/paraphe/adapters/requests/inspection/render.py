"""Draw pages with PDFium. Runs in the child process only."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pypdfium2
from pypdfium2 import raw as pdfium

from paraphe.adapters.requests.inspection import png
from paraphe.adapters.requests.inspection.likeness import Drawing

if TYPE_CHECKING:
    from pathlib import Path

    from paraphe.adapters.requests.inspection.likeness import Span
    from paraphe.adapters.requests.inspection.limits import Limits

BROKEN = (pypdfium2.PdfiumError, MemoryError, ValueError, OSError)
_COLOUR, _GREY = 3, 1
_FINE = 10  # a point's parts: places are given in whole dots
_LONGEST_NAME = 200  # bytes

# PDFium's wrapper brings no types: what comes out of it is held as Any, in this file only.
Pdfium = Any


@dataclass(slots=True)
class Sheet:
    """An open page of an open document."""

    document: Pdfium
    page: Pdfium

    def points(self) -> tuple[float, float]:
        """Return the page's size as displayed."""
        width, height = self.page.get_size()
        return float(width), float(height)

    def draw(self, width: int, height: int, *, even: bool) -> Drawing:
        """Draw the page, its annotations and form fields included.

        `even`: text of form fields and of pages is smoothed in one way, which is not that of
        pictures to look at: to compare a form with what was drawn of it.
        """
        bitmap = pypdfium2.PdfBitmap.new_native(width, height, pdfium.FPDFBitmap_BGR)
        bitmap.fill_rect((255, 255, 255, 255), 0, 0, width, height)
        flags = pdfium.FPDF_ANNOT | pdfium.FPDF_REVERSE_BYTE_ORDER
        flags |= pdfium.FPDF_LCD_TEXT if even else 0
        pdfium.FPDF_RenderPageBitmap(bitmap, self.page, 0, 0, width, height, 0, flags)
        if self.document.formenv:
            place = (0, 0, width, height, 0, flags)
            pdfium.FPDF_FFLDraw(self.document.formenv, bitmap, self.page, *place)
        drawing = Drawing(bytes(bitmap.buffer), width, height, bitmap.stride)
        bitmap.close()
        return drawing

    def text(self, limits: Limits) -> str:
        """Return the page's text in the order that the page draws it."""
        text_page = self.page.get_textpage()
        count = min(text_page.count_chars(), limits.text_characters)
        text = text_page.get_text_range(0, count) if count > 0 else ""
        text_page.close()
        return str(text).replace("\r\n", "\n").replace("\x00", "")

    def text_within(self, box: tuple[float, float, float, float]) -> str:
        """Return the text between left, bottom, right and top, in the page's own space."""
        text_page = self.page.get_textpage()
        text = text_page.get_text_bounded(*box)
        text_page.close()
        return str(text)

    def span(self, box: tuple[float, float, float, float], width: int, height: int) -> Span:
        """Return where a rectangle of the page's own space is drawn, a dot to spare around it."""
        conversion = pypdfium2.PdfPosConv(self.page, (0, 0, width, height, 0))
        one, two = conversion.to_bitmap(box[0], box[1]), conversion.to_bitmap(box[2], box[3])
        return (
            max(0, min(one[0], two[0]) - 1),
            max(0, min(one[1], two[1]) - 1),
            min(width, max(one[0], two[0]) + 2),
            min(height, max(one[1], two[1]) + 2),
        )

    def places(self, names: set[str]) -> dict[str, tuple[float, float, float, float]]:
        """Return where form fields stand: left, top, right, bottom in points, as displayed."""
        width, height = self.points()
        found = {}
        for index in range(pdfium.FPDFPage_GetAnnotCount(self.page)):
            annotation = pdfium.FPDFPage_GetAnnot(self.page, index)
            if not annotation:
                continue
            name = _string(annotation, b"T")
            rect = pdfium.FS_RECTF()
            if name in names and pdfium.FPDFAnnot_GetRect(annotation, rect):
                box = (rect.left, rect.bottom, rect.right, rect.top)
                fine = (round(width * _FINE), round(height * _FINE))
                left, top, right, bottom = self.span(box, *fine)
                found[name] = (left / _FINE, top / _FINE, right / _FINE, bottom / _FINE)
            pdfium.FPDFPage_CloseAnnot(annotation)
        return found

    def close(self) -> None:
        """Free the page."""
        self.page.close()


def _string(annotation: Pdfium, key: bytes) -> str:
    """Return a text of an annotation."""
    length = pdfium.FPDFAnnot_GetStringValue(annotation, key, None, 0)
    if length > _LONGEST_NAME:
        return ""
    buffer = ctypes.create_string_buffer(length)
    units = ctypes.cast(buffer, ctypes.POINTER(pdfium.FPDF_WCHAR))
    pdfium.FPDFAnnot_GetStringValue(annotation, key, units, length)
    return buffer.raw.decode("utf-16-le", "replace").rstrip("\x00")


def open_document(path: Path) -> Pdfium | None:
    """Open a document with its form; None when PDFium cannot, or finds no page in it."""
    try:
        document = pypdfium2.PdfDocument(path)
        document.init_forms()
        if len(document) > 0:
            return document
    except BROKEN:
        return None
    return None


def open_page(document: Pdfium, index: int) -> Sheet:
    """Open a page.

    Raises:
        PdfiumError: it cannot be opened.
    """
    return Sheet(document, document[index])


def pixels(width: float, height: float, limits: Limits) -> tuple[int, int]:
    """Return a picture's size for a page of `width` by `height` points."""
    width, height = max(width, 1.0), max(height, 1.0)
    scale = limits.picture_width / width
    scale = min(scale, (limits.picture_pixels / (width * height)) ** 0.5)
    across = min(max(1, round(width * scale)), limits.picture_pixels)
    down = min(max(1, round(height * scale)), limits.picture_pixels // across)
    return across, max(1, down)


def picture(drawing: Drawing) -> bytes:
    """Return a drawing as PNG, in grey when it has no colours."""
    row = drawing.width * _COLOUR
    if drawing.stride == row:
        red = drawing.data[0::3]
        if red == drawing.data[1::3] == drawing.data[2::3]:
            return png.encode(red, drawing.width, drawing.height, drawing.width, _GREY)
    return png.encode(drawing.data, drawing.width, drawing.height, drawing.stride, _COLOUR)
