"""Visible signatures: words, scripts, pictures, and upright on turned and cropped pages."""

from __future__ import annotations

import io
import subprocess
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageDraw

from paraphe.adapters.pdf.sign.appearance import words
from paraphe.adapters.pdf.sign.fonts import faces, is_covered
from paraphe.domain.signing import (
    FieldBox,
    Locale,
    Look,
    Raster,
    SignatureField,
    Strokes,
    Typed,
    VisibleMark,
)
from tests.support.judges import assert_sound
from tests.support.trust import TrustWorld, make_pdf

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BOX = FieldBox(1, 60, 80, 200, 70)


@pytest.fixture(scope="module")
def world() -> TrustWorld:
    """Give services that are made once."""
    return TrustWorld()


def _signed(
    world: TrustWorld, mark: VisibleMark, change: Callable[[pikepdf.Pdf], None] | None = None
) -> bytes:
    file = io.BytesIO(make_pdf(change))
    world.prepare(file, [SignatureField("A", BOX)])
    world.sign(file, "A", mark=mark, person=mark.name)
    return file.getvalue()


def _text(pdf: bytes, folder: Path) -> str:
    (folder / "visible.pdf").write_bytes(pdf)
    done = subprocess.run(
        ["pdftotext", folder / "visible.pdf", "-"], capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.mark.parametrize(
    ("at", "locale", "expected"),
    [
        (
            datetime(2026, 7, 1, 22, 30, tzinfo=UTC),
            Locale.FR,
            "le 02/07/2026 à 00:30:00 (Europe/Paris, UTC+02:00)",
        ),
        (
            datetime(2026, 12, 31, 23, 0, tzinfo=UTC),
            Locale.EN,
            "on 01 January 2027 at 00:00:00 (Europe/Paris, UTC+01:00)",
        ),
    ],
)
def test_the_date_is_that_of_paris_with_its_offset(
    at: datetime, locale: Locale, expected: str
) -> None:
    """The date is that of paris with its offset."""
    assert words(VisibleMark("Zoé", locale), at)[2] == expected


@pytest.mark.parametrize(
    "name", ["Zoé Łukasz-Ñandú", "Đỗ Thị Hòa", "Иван Петров", "Δημήτρης", "דוד כהן", "สมชาย"]
)
def test_names_are_drawn_in_their_script(world: TrustWorld, name: str, tmp_path: Path) -> None:
    """Names are drawn in their script."""
    pdf = _signed(world, VisibleMark(name))
    assert_sound(pdf, 1)
    assert name in _text(pdf, tmp_path).replace("\u202b", "").replace("\u202c", "")


def test_arabic_and_devanagari_are_covered() -> None:
    """Arabic and devanagari are covered."""
    assert is_covered("محمد بن سلمان देवनागरी", faces())


def test_a_name_that_no_font_covers_is_said_to_be_in_the_certificate(
    world: TrustWorld, tmp_path: Path
) -> None:
    """A name that no font covers is said to be in the certificate."""
    text = _text(_signed(world, VisibleMark("山田太郎", Locale.FR)), tmp_path)
    assert "(nom : voir le certificat)" in text
    assert "\N{REPLACEMENT CHARACTER}" not in text


def test_every_font_is_embedded(world: TrustWorld, tmp_path: Path) -> None:
    """Every font is embedded."""
    (tmp_path / "v.pdf").write_bytes(_signed(world, VisibleMark("Zoé דוד")))
    done = subprocess.run(
        ["pdffonts", tmp_path / "v.pdf"], capture_output=True, text=True, check=True
    )
    rows = done.stdout.splitlines()[2:]
    assert len(rows) == 2
    assert all(" yes yes yes " in row for row in rows), rows


def _ink(pdf: bytes) -> tuple[int, int, int, int]:
    """Where something is drawn on the first page, in points from its top left as displayed."""
    opened = pypdfium2.PdfDocument(pdf)
    opened.init_forms()
    picture = opened[0].render(scale=2, may_draw_forms=True).to_pil().convert("L")
    opened.close()
    box = picture.point(lambda level: 255 if level < 200 else 0).getbbox()
    assert box is not None
    return box[0] // 2, box[1] // 2, -(-box[2] // 2), -(-box[3] // 2)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_the_mark_is_upright_where_it_was_placed(world: TrustWorld, rotation: int) -> None:
    """The mark is upright where it was placed."""

    def turn(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj.Rotate = rotation
        pdf.pages[0].obj.CropBox = pikepdf.Array([30, 50, 560, 800])

    pdf = _signed(world, VisibleMark("Zoé Łukasz"), turn)
    left, top, right, bottom = _ink(pdf)
    assert (left, top) == pytest.approx((60, 80), abs=2)
    assert (right, bottom) == pytest.approx((260, 150), abs=2)
    page = pypdfium2.PdfDocument(pdf)[0]
    assert (page.get_width(), page.get_height()) == (
        (530, 750) if rotation in {0, 180} else (750, 530)
    )


def _picture(width: int = 300, height: int = 100) -> Raster:
    picture = Image.new("RGBA", (width, height))
    ImageDraw.Draw(picture).line([(5, 90), (150, 10), (290, 80)], fill="navy", width=5)
    return Raster(width, height, picture.tobytes())


def test_a_picture_is_shown_with_its_transparency(world: TrustWorld) -> None:
    """Plain pixels in, an image with a soft mask out; nothing is decoded on the way."""
    raster = _picture()
    pdf = _signed(world, VisibleMark("Zoé", look=raster))
    assert_sound(pdf, 1)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        image = opened.Root.AcroForm.Fields[0].AP.N.Resources.XObject.Im0
        assert (int(image.Width), int(image.Height)) == (300, 100)
        assert image.SMask.read_bytes() == raster.pixels[3::4]
        again = Image.frombytes("RGBA", (300, 100), raster.pixels).convert("RGB")
        assert image.read_bytes() == again.tobytes()


# Down, a loop, and a dot: what a hand draws.
DRAWN = Strokes(
    (((100, 250), (150, 40), (210, 240), (300, 60)), ((400, 120), (560, 130)), ((580, 20),))
)


def test_a_drawing_is_lines_not_a_picture(world: TrustWorld) -> None:
    """Path operators, without fonts or images for it."""
    pdf = _signed(world, VisibleMark("Zoé", look=DRAWN))
    assert_sound(pdf, 1)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        form = opened.Root.AcroForm.Fields[0].AP.N
        assert "/XObject" not in form.Resources
        operators = [str(op) for _, op in pikepdf.parse_content_stream(form)]
        assert operators.count("m") == 3
        assert "c" in operators


@pytest.mark.parametrize("look", [DRAWN, _picture(), _picture(20, 200), Typed("Zoé Ł.")])
@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_what_stands_beside_the_name_stays_within_the_box(
    world: TrustWorld, rotation: int, look: Look
) -> None:
    """On turned and cropped pages too, upright, to the left of the name."""

    def turn(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj.Rotate = rotation
        pdf.pages[0].obj.CropBox = pikepdf.Array([30, 50, 560, 800])

    with_it = _signed(world, VisibleMark("Zoé", look=look), turn)
    left, top, right, bottom = _ink(with_it)
    assert (left, top) == pytest.approx((60, 80), abs=2)
    assert (right, bottom) == pytest.approx((260, 150), abs=2)
    # What is in the left half of the box is the look, upright: the drawing's dot is at its top.
    assert _dark(with_it, (64, 84, 150, 146)) > 20


def _dark(pdf: bytes, box: tuple[int, int, int, int]) -> int:
    """How many dark dots there are between left, top, right and bottom, in points."""
    opened = pypdfium2.PdfDocument(pdf)
    opened.init_forms()
    picture = opened[0].render(scale=2, may_draw_forms=True).to_pil().convert("L")
    opened.close()
    return sum(level < 128 for level in picture.crop(tuple(2 * side for side in box)).tobytes())


def test_a_drawing_is_upright(world: TrustWorld) -> None:
    """What was drawn at the top is at the top."""
    roof = Strokes((((0, 0), (300, 0), (599, 0)), ((300, 250), (300, 299))))
    pdf = _signed(world, VisibleMark("Zoé", look=roof))
    assert _dark(pdf, (62, 82, 152, 110)) > 3 * _dark(pdf, (62, 118, 152, 148)) > 0


def test_a_typed_signature_is_shown_beside_the_name(world: TrustWorld, tmp_path: Path) -> None:
    """A typed signature is shown beside the name."""
    pdf = _signed(world, VisibleMark("Zoé Łukasz", look=Typed("Z. Łukasz")))
    text = _text(pdf, tmp_path)
    assert "Z. Łukasz" in text
    assert "Zoé Łukasz" in text


def test_an_invisible_field_shows_nothing(world: TrustWorld) -> None:
    """An invisible field shows nothing."""
    file = io.BytesIO(make_pdf())
    world.prepare(file, [SignatureField("A")])
    world.sign(file, "A", mark=VisibleMark("Zoé"))
    with pikepdf.open(file) as opened:
        assert "/AP" not in opened.Root.AcroForm.Fields[0]
