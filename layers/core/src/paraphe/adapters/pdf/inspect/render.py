"""Draw pages with PDFium. Runs in the child process only."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pypdfium2
from pypdfium2 import raw as pdfium

from paraphe.adapters.pdf.inspect import budget, png

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from paraphe.adapters.pdf.inspect.limits import Limits

_COLOUR = 3

# PDFium's wrapper brings no types: what comes out of it is held as Any, in this file only.
Pdfium = Any


def draw(source: Path, directory: Path, limits: Limits, first: int) -> Iterator[dict[str, object]]:
    """Draw the pages from number `first` on; say what is begun and what is done.

    Begun before done, so that the parent knows which page killed the process.
    """
    try:
        document = pypdfium2.PdfDocument(source)
        document.init_forms()
        count = min(len(document), limits.pages)
    except pypdfium2.PdfiumError:
        return
    yield {"pages": count}
    for number in range(first, count + 1):
        budget.extend(limits, limits.draw_data, limits.draw_page_cpu)
        yield from _draw_one(document, number, directory, limits)


def _draw_one(
    document: Pdfium, number: int, directory: Path, limits: Limits
) -> Iterator[dict[str, object]]:
    """Draw one page and write its picture and text."""
    width, height = limits.picture_width, round(limits.picture_width * 1.414)
    begun = {"number": number, "width": width, "height": height}
    try:
        page = document[number - 1]
        points = page.get_size()
        width, height = pixels(points[0], points[1], limits)
        begun |= {"width": width, "height": height}
        yield {"begun": begun}
        picture = _picture(document, page, width, height)
        text = _text(page, limits)
        page.close()
    except (pypdfium2.PdfiumError, MemoryError, ValueError, OSError):
        yield {"begun": begun}
        return
    (directory / f"{number:04d}.png").write_bytes(picture)
    (directory / f"{number:04d}.json").write_text(
        json.dumps({"number": number, "drawn": True, "text": text}, ensure_ascii=False),
        encoding="utf-8",
    )
    yield {"done": begun}


def pixels(width: float, height: float, limits: Limits) -> tuple[int, int]:
    """Return a picture's size for a page of `width` by `height` points."""
    width, height = max(width, 1.0), max(height, 1.0)
    scale = limits.picture_width / width
    scale = min(scale, (limits.picture_pixels / (width * height)) ** 0.5)
    across = min(max(1, round(width * scale)), limits.picture_pixels)
    down = min(max(1, round(height * scale)), limits.picture_pixels // across)
    return across, max(1, down)


def _picture(document: Pdfium, page: Pdfium, width: int, height: int) -> bytes:
    """Return the page as PNG, its annotations and form fields included."""
    bitmap = pypdfium2.PdfBitmap.new_native(width, height, pdfium.FPDFBitmap_BGR)
    bitmap.fill_rect((255, 255, 255, 255), 0, 0, width, height)
    flags = pdfium.FPDF_ANNOT | pdfium.FPDF_REVERSE_BYTE_ORDER
    pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, flags)
    if document.formenv:
        place = (0, 0, width, height, 0, flags)
        pdfium.FPDF_FFLDraw(document.formenv, bitmap, page, *place)
    data = bytes(bitmap.buffer)
    stride = bitmap.stride
    bitmap.close()
    return png.encode(data, width, height, stride, _COLOUR)


def _text(page: Pdfium, limits: Limits) -> str:
    """Return the page's text in the order that the page draws it."""
    text_page = page.get_textpage()
    count = min(text_page.count_chars(), limits.text_characters)
    text = text_page.get_text_range(0, count) if count > 0 else ""
    text_page.close()
    return str(text).replace("\r\n", "\n").replace("\x00", "")
