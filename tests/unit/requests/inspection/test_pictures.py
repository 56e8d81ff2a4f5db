"""Pictures and text of the pages: those of the very file that is signed."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from paraphe.adapters.requests.inspection import DEFAULT, Limits, inspect_pdf
from paraphe.adapters.requests.inspection.likeness import Drawing, same
from paraphe.adapters.requests.inspection.render import picture, pixels
from paraphe.domain.requests.inspection import Accepted, RefusalReason, Refused
from tests.unit.requests.inspection import builder

if TYPE_CHECKING:
    from pathlib import Path


def draw(data: bytes, folder: Path, limits: Limits = DEFAULT) -> Accepted | Refused:
    """Inspect a file, its pictures into the folder itself."""
    source = folder / "upload.pdf"
    source.write_bytes(data)
    return inspect_pdf(source, folder / "document.pdf", limits, folder=folder)


def test_draws_a_page_with_its_text(tmp_path: Path) -> None:
    """The picture is as wide as asked and shows something, in grey; the text is beside it."""
    assert isinstance(draw(builder.sound(), tmp_path), Accepted)
    with Image.open(tmp_path / "0001.png") as image:
        assert image.size == (1200, 1553)
        assert image.mode == "L"
        assert image.getextrema() == (0, 255)
    said = json.loads((tmp_path / "0001.json").read_text(encoding="utf-8"))
    assert said == {"number": 1, "drawn": True, "text": "Contrat"}
    assert not list(tmp_path.glob("document.pdf.*"))


def test_draws_in_colour_what_has_colours(tmp_path: Path) -> None:
    """Red stays red."""
    red = builder.stream(b"", b"1 0 0 rg 0 0 612 792 re f")
    assert isinstance(draw(builder.sound(o4=red), tmp_path), Accepted)
    with Image.open(tmp_path / "0001.png") as image:
        assert image.getpixel((600, 700)) == (255, 0, 0)


@pytest.mark.parametrize("size", [(14400, 1), (1, 14400), (14400, 14400)])
def test_odd_shapes_stay_small(size: tuple[int, int]) -> None:
    """No page shape makes a picture larger than allowed."""
    width, height = pixels(*size, DEFAULT)
    assert width * height <= DEFAULT.picture_pixels


def test_a_page_that_cannot_be_drawn_within_bounds_refuses_the_file(tmp_path: Path) -> None:
    """Nobody signs what they were not shown (P4, P9); time or memory ends first."""
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
    said = draw(builder.write(objects), tmp_path, Limits(draw_page_cpu=1.0))
    assert isinstance(said, Refused)
    assert said.reason in {RefusalReason.TIMEOUT, RefusalReason.OUT_OF_MEMORY}
    assert not (tmp_path / "document.pdf").exists()


def test_what_could_not_be_compared_whole_is_not_accepted(tmp_path: Path) -> None:
    """All pages, or none: the time for all of them is bounded."""
    said = draw(builder.many_pages(40), tmp_path, Limits(draw_wall=0.2))
    assert isinstance(said, Refused)
    assert said.reason is RefusalReason.TIMEOUT


def dots(*differing: tuple[int, int], level: int = 0) -> Drawing:
    """A white drawing of 64 by 64 dots, some of them of another level."""
    data = bytearray(b"\xff" * (64 * 64 * 3))
    for x, y in differing:
        data[(y * 64 + x) * 3] = level
    return Drawing(bytes(data), 64, 64, 64 * 3)


@pytest.mark.parametrize(
    ("other", "alike"),
    [
        (dots(), True),
        (dots((5, 5), (6, 5), (7, 5)), False),  # a full stop
        (dots((5, 5), (40, 40), (60, 5), (5, 60)), True),  # a dot here and there
        (dots(*((x, 9) for x in range(64)), level=240), True),  # a shade that nobody sees
        (Drawing(b"\xff" * (64 * 63 * 3), 64, 63, 64 * 3), False),
    ],
)
def test_drawings_are_compared_to_the_dot(other: Drawing, *, alike: bool) -> None:
    """A mark as small as a full stop differs; rounding does not."""
    assert same(dots(), other) is alike
    assert same(dots((5, 5), (6, 5), (7, 5)), dots(), [(5, 5, 8, 6)])


def test_a_picture_is_grey_only_without_colours() -> None:
    """One dot of colour counts."""
    with Image.open(io.BytesIO(picture(dots()))) as image:
        assert image.mode == "L"
    with Image.open(io.BytesIO(picture(dots((9, 9))))) as image:
        assert image.mode == "RGB"
        assert image.getpixel((9, 9)) == (0, 255, 255)
