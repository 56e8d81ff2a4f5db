"""Pictures and text of the pages, whatever some pages are."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from paraphe.adapters.pdf.inspect import Limits, draw_pages
from paraphe.adapters.pdf.inspect.png import blank
from tests.unit.pdf_inspect import builder

if TYPE_CHECKING:
    from pathlib import Path


def test_draws_a_page_with_its_text(tmp_path: Path) -> None:
    """The picture is as wide as asked and shows something; the text is beside it."""
    source = tmp_path / "document.pdf"
    source.write_bytes(builder.sound())
    (picture,) = draw_pages(source, tmp_path)
    assert picture.drawn
    assert (picture.width, picture.height) == (1200, 1553)
    with Image.open(tmp_path / picture.picture) as image:
        assert image.size == (1200, 1553)
        assert image.convert("L").getextrema() == (0, 255)
    said = json.loads((tmp_path / picture.text).read_text(encoding="utf-8"))
    assert said == {"number": 1, "drawn": True, "text": "Contrat"}


@pytest.mark.parametrize("box", [b"[0 0 14400 1]", b"[0 0 1 14400]", b"[0 0 14400 14400]"])
def test_odd_shapes_stay_small(box: bytes, tmp_path: Path) -> None:
    """No page shape makes a picture larger than allowed."""
    source = tmp_path / "document.pdf"
    source.write_bytes(builder.sound(o3=b"<< /Type /Page /Parent 2 0 R /MediaBox %s >>" % box))
    (picture,) = draw_pages(source, tmp_path)
    assert picture.width * picture.height <= Limits().picture_pixels
    assert (tmp_path / picture.picture).exists()


def test_a_page_that_kills_the_child_is_blank_and_the_rest_is_drawn(tmp_path: Path) -> None:
    """One page's drawing that never ends does not cost the others theirs."""
    forms = {
        number: builder.stream(
            b"/Subtype /Form /BBox [0 0 600 700]"
            b" /Resources << /XObject << /F %d 0 R >> >>" % (number + 1),
            b"/F Do " * 10 + b"0 0 10 10 re f ",
        )
        for number in range(10, 30)
    }
    forms[30] = builder.stream(b"/Subtype /Form /BBox [0 0 9 9]", b"0 0 9 9 re f")
    bad = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 6 0 R"
        b" /Resources << /XObject << /F 10 0 R >> >> >>"
    )
    kids = b"<< /Type /Pages /Kids [3 0 R 5 0 R 3 0 R] /Count 3 >>"
    objects = builder.SOUND | {2: kids, 5: bad, 6: builder.stream(b"", b"/F Do ")} | forms
    source = tmp_path / "document.pdf"
    source.write_bytes(builder.write(objects))
    pictures = draw_pages(source, tmp_path, Limits(draw_page_cpu=1.0))
    assert [picture.drawn for picture in pictures] == [True, False, True]
    assert [picture.number for picture in pictures] == [1, 2, 3]
    with Image.open(tmp_path / pictures[1].picture) as image:
        assert image.getextrema() == (255, 255)
    assert json.loads((tmp_path / pictures[1].text).read_text())["drawn"] is False


def test_a_file_that_cannot_be_opened_has_no_pictures(tmp_path: Path) -> None:
    """Nothing is drawn, nothing is raised."""
    source = tmp_path / "document.pdf"
    source.write_bytes(b"%PDF-1.7 nothing")
    assert draw_pages(source, tmp_path) == []


def test_blank_is_a_white_png() -> None:
    """The blank picture is a picture that others can read."""
    with Image.open(io.BytesIO(blank(30, 20))) as image:
        assert image.size == (30, 20)
        assert image.getextrema() == (255, 255)
