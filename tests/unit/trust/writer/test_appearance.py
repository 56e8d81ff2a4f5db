"""Visible signatures: words, scripts, pictures, and upright on turned and cropped pages."""

from __future__ import annotations

import io
import re
import subprocess
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageDraw

from paraphe.adapters.trust.pades.writer.appearance import words
from paraphe.adapters.trust.pades.writer.fonts import faces, is_covered, shape
from paraphe.domain.trust.signatures import (
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
from tests.support.rendering import darkness
from tests.support.trust import TrustWorld, make_pdf

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BOX = FieldBox(1, 60, 80, 200, 70)


@pytest.fixture(scope="module")
def world() -> TrustWorld:
    """Return services that are made once."""
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
    assert words(VisibleMark("Zoé", locale), at)[2] == expected


NAMES = {
    "Latin": "Zoé Łukasz-Ñandú",
    "Vietnamese": "Đỗ Thị Hòa",
    "Greek": "Δημήτρης",
    "Cyrillic": "Иван Петров",
    "Armenian": "Արամ Խաչատրյան",
    "Georgian": "გიორგი",
    "Hebrew": "דוד כהן",
    "Thai": "สมชาย",
    "Lao": "ສົມພອນ",
    "Khmer": "ខ្មែរ",
    "Burmese": "မြန်မာ",
    "Devanagari": "देवनागरी शर्मा",
    "Bengali": "রবীন্দ্রনাথ",
    "Gurmukhi": "ਪੰਜਾਬੀ",
    "Gujarati": "ગુજરાતી",
    "Oriya": "ଓଡ଼ିଆ",
    "Tamil": "தமிழ்ச்செல்வன்",
    "Telugu": "తెలుగు",
    "Kannada": "ಕನ್ನಡ",
    "Malayalam": "മലയാളം",
    "Sinhala": "සිංහල ශ්‍රී",
    "Ethiopic": "አማርኛ",
    "Chinese, simplified": "王小明",
    "Chinese, traditional": "陳怡君",
    "Cantonese": "嘅咗",
    "Japanese": "山田太郎 さくら",
    "Japanese, rare": "髙橋 𠮷野 葛\U000e0100",
    "Korean": "김철수",
    "several": "王 Zoé (山田)",
}


def test_names_are_drawn_in_their_script(world: TrustWorld, tmp_path: Path) -> None:
    """One page with a mark in each script: every name is read back whole."""
    file = io.BytesIO(make_pdf())
    fields = [
        SignatureField(f"f{at:02d}", FieldBox(1, 20 + 190 * (at % 3), 15 + 74 * (at // 3), 180, 68))
        for at in range(len(NAMES))
    ]
    world.prepare(file, fields)
    for field, name in zip(fields, NAMES.values(), strict=True):
        world.sign(file, field.name, mark=VisibleMark(name), person=name)
    assert_sound(file.getvalue(), len(NAMES))
    text = _text(file.getvalue(), tmp_path).replace("\u202b", "").replace("\u202c", "")
    assert [script for script, name in NAMES.items() if name not in text] == []


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_every_glyph_of_a_name_is_the_fonts(name: str) -> None:
    """None is the box that fonts draw for what they lack."""
    assert is_covered(name, faces())
    assert all(glyph.number for glyph in shape(name, faces()).glyphs)


@pytest.mark.parametrize("name", ["محمد بن سلمان", "ژاله پژمان"])
def test_arabic_is_joined_and_reads_from_the_right(world: TrustWorld, name: str) -> None:
    """Letters take the forms of their place; the first one is at the right."""
    assert is_covered(name, faces())
    line = shape(name, faces())
    alone = [shape(letter, faces()).glyphs[0].number for letter in name if not letter.isspace()]
    assert {glyph.number for glyph in line.glyphs} - set(alone)
    assert max(line.glyphs, key=lambda g: g.x).text == name[0]
    assert_sound(_signed(world, VisibleMark(name)), 1)


@pytest.mark.parametrize(
    ("name", "country"), [("王さ", "JP"), ("王김", "KR"), ("王", "SC"), ("王 Zoé", "SC")]
)
def test_ideographs_take_the_forms_of_their_country(name: str, country: str) -> None:
    """Kana and hangul tell which."""
    assert shape(name, faces()).glyphs[0].face.country == country


@pytest.mark.parametrize("name", ["Zoé \N{PARTY POPPER}", "ᠮᠣᠩᠭᠣᠯ", "Zoé \ue000"])
def test_a_name_that_no_font_covers_is_said_to_be_in_the_certificate(
    world: TrustWorld, tmp_path: Path, name: str
) -> None:
    text = _text(_signed(world, VisibleMark(name, Locale.FR)), tmp_path)
    assert "(nom : voir le certificat)" in text
    assert "\N{REPLACEMENT CHARACTER}" not in text


def test_a_typed_text_that_no_font_covers_is_left_out(world: TrustWorld, tmp_path: Path) -> None:
    """Name and date stay."""
    mark = VisibleMark("Zoé", Locale.FR, Typed("ᠮᠣᠩᠭᠣᠯ"))
    text = _text(_signed(world, mark), tmp_path)
    assert "Zoé" in text


def test_every_font_is_embedded(world: TrustWorld, tmp_path: Path) -> None:
    (tmp_path / "v.pdf").write_bytes(_signed(world, VisibleMark("Zoé דוד 王")))
    done = subprocess.run(
        ["pdffonts", tmp_path / "v.pdf"], capture_output=True, text=True, check=True
    )
    rows = done.stdout.splitlines()[2:]
    assert len(rows) == 3
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
        operators = [str(part.operator) for part in pikepdf.parse_content_stream(form)]
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
    assert darkness(with_it, (64, 84, 150, 146)) > 20


@pytest.mark.parametrize("look", [None, DRAWN, _picture(), Typed("Z.")])
def test_name_and_instant_are_there_whatever_stands_beside(
    world: TrustWorld, tmp_path: Path, look: Look | None
) -> None:
    """The date with its zone, in one line or two."""
    text = _text(_signed(world, VisibleMark("Zoé", look=look)), tmp_path)
    assert re.search(r"Zoé\s+le \d\d/\d\d/\d{4} à [\d:]{8}\s\(Europe/Paris, UTC\+0\d:00\)", text)


def test_in_a_tall_box_the_words_stand_under_the_drawing(world: TrustWorld) -> None:
    """So that both are as large as the box allows."""
    file = io.BytesIO(make_pdf())
    world.prepare(file, [SignatureField("A", FieldBox(1, 60, 80, 80, 200))])
    world.sign(file, "A", mark=VisibleMark("Zoé", look=Strokes((((0, 0), (500, 290)),))))
    assert darkness(file.getvalue(), (64, 84, 136, 170)) > 20
    assert darkness(file.getvalue(), (64, 180, 136, 276)) > 20
    assert darkness(file.getvalue(), (142, 60, 300, 300)) == 0


def test_a_drawing_is_upright(world: TrustWorld) -> None:
    """What was drawn at the top is at the top."""
    roof = Strokes((((0, 0), (300, 0), (599, 0)), ((300, 250), (300, 299))))
    pdf = _signed(world, VisibleMark("Zoé", look=roof))
    assert darkness(pdf, (62, 82, 152, 110)) > 3 * darkness(pdf, (62, 118, 152, 148)) > 0


def test_a_typed_signature_is_shown_beside_the_name(world: TrustWorld, tmp_path: Path) -> None:
    pdf = _signed(world, VisibleMark("Zoé Łukasz", look=Typed("Z. Łukasz")))
    text = _text(pdf, tmp_path)
    assert "Z. Łukasz" in text
    assert "Zoé Łukasz" in text


def test_an_invisible_field_shows_nothing(world: TrustWorld) -> None:
    file = io.BytesIO(make_pdf())
    world.prepare(file, [SignatureField("A")])
    world.sign(file, "A", mark=VisibleMark("Zoé"))
    with pikepdf.open(file) as opened:
        assert "/AP" not in opened.Root.AcroForm.Fields[0]
