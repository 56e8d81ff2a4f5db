"""Lines of plain words are written word by word; what is read and seen is the shaped line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pypdfium2 as pdfium
import pytest

from paraphe.adapters.evidence import page_layout
from paraphe.adapters.trust.pades.writer import fonts

if TYPE_CHECKING:
    from pathlib import Path

LINE = "Signé par Zoé Petit-Martin, le 20/11/2026 à 09:30 : AVATAR, Te fi ffl Wo"


def written(target: Path, text: str) -> pdfium.PdfPage:
    """The only page of a paper with one line."""
    page_layout.write(target, "Essai", [page_layout.Paragraph(text)], None)
    return pdfium.PdfDocument(target)[0]


@pytest.mark.parametrize("text", [LINE, "Łukasz Ωμέγα Иван", "e\u0301te\u0301"])
def test_the_text_is_what_was_written(tmp_path: Path, text: str) -> None:
    """Letters with accents of their own are joined to one (NFC)."""
    found = written(tmp_path / "paper.pdf", text).get_textpage().get_text_range()
    assert found.split("\r\n")[0] == text.replace("e\u0301", "é")


def test_each_character_is_where_shaping_puts_it(tmp_path: Path) -> None:
    """Kerning included; what is rounded away stays below a third of a point."""
    page = written(tmp_path / "paper.pdf", LINE).get_textpage()
    shaped = fonts.shape(LINE, fonts.faces())
    assert page.get_text_range().startswith(LINE)
    first = page.get_charbox(0, loose=True)[0]
    by_text = [g for g in shaped.glyphs if g.text]
    at = 0
    for glyph in by_text:
        left = page.get_charbox(at, loose=True)[0]
        if glyph.text.strip():
            assert left - first == pytest.approx((glyph.x - by_text[0].x) * 9 / 1000, abs=0.35)
        at += len(glyph.text)


def test_a_line_in_another_order_is_shaped_as_a_whole(tmp_path: Path) -> None:
    """Hebrew beside Latin: word by word, the Hebrew words would be drawn in the wrong order."""
    page = written(tmp_path / "paper.pdf", "Dossier מרים דוד").get_textpage()
    boxes = {page.get_text_range(n, 1): page.get_charbox(n)[0] for n in range(page.count_chars())}
    assert boxes["ם"] > boxes["ד"]
