"""Fonts for visible signatures: shaped by HarfBuzz, embedded as the subset that is used.

Noto Sans (Latin, Greek, Cyrillic, Devanagari), Noto Sans Arabic, Heebo (Hebrew) and Noto Sans Thai
come as packages, all under the SIL Open Font License, which allows embedding. More TrueType files
can be laid into a directory (Chinese, Japanese and Korean take 5 to 16 MB and are left to whoever
needs them); a name that no font covers is said to be in the certificate, not shown as boxes.
"""

from __future__ import annotations

import unicodedata
import zlib
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from paraphe.adapters.pdf.sign.syntax import Dictionary, Name, Ref, Stream, Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    import uharfbuzz

    from paraphe.adapters.pdf.sign.increment import Increment

_PACKAGES = (
    "fontpkg_noto_sans",
    "fontpkg_noto_sans_arabic",
    "fontpkg_heebo",
    "fontpkg_noto_sans_thai",
)
EXTRA_FONTS = Path("/opt/fonts")  # where a Lambda layer's files are
_THOUSAND = 1000
_SYMBOLIC = 4
_NOT_FOR_DRAWING = (b"GSUB", b"GPOS", b"GDEF", b"name", b"STAT", b"DSIG", b"BASE")
_RIGHT_TO_LEFT = frozenset({"R", "AL"})


@dataclass(frozen=True, slots=True)
class Face:
    """One font file, open for shaping."""

    name: str
    font: uharfbuzz.Font
    face: uharfbuzz.Face

    def covers(self, character: str) -> bool:
        """Whether the font has a glyph for a character."""
        return bool(self.font.get_nominal_glyph(ord(character)))


@dataclass(frozen=True, slots=True)
class Glyph:
    """A placed glyph, in thousandths of the font size, from the line's start."""

    face: Face
    number: int
    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """Shaped text.

    Attributes:
        text: what it says, for those who copy it or have it read aloud.
        glyphs: left to right.
        width: in thousandths of the font size.

    """

    text: str
    glyphs: tuple[Glyph, ...]
    width: float


@cache
def faces(extra: Path = EXTRA_FONTS) -> tuple[Face, ...]:
    """Every font there is, in the order they are tried."""
    return tuple(_open(path) for path in [*_packaged(), *sorted(extra.glob("*.ttf"))])


def _packaged() -> Iterator[Path]:
    for package in _PACKAGES:
        spec = find_spec(package)
        for folder in spec.submodule_search_locations or () if spec else ():
            upright = (f for f in Path(folder, "files").glob("*.ttf") if "Italic" not in f.name)
            yield from sorted(upright)


def _open(path: Path) -> Face:
    import uharfbuzz  # noqa: PLC0415 - 60 ms that only a visible signature pays

    face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path)))
    return Face(path.name.split("[")[0].removesuffix(".ttf"), uharfbuzz.Font(face), face)


def is_covered(text: str, available: tuple[Face, ...]) -> bool:
    """Whether every character can be drawn."""
    return all(c.isspace() or any(f.covers(c) for f in available) for c in text)


def is_backwards(text: str) -> bool:
    """Whether any of it runs from right to left."""
    return any(unicodedata.bidirectional(c) in _RIGHT_TO_LEFT for c in text)


def shape(text: str, available: tuple[Face, ...]) -> Line:
    """Lay a line out: a font for each run, joined and ordered as its script wants."""
    text = unicodedata.normalize("NFC", text)
    runs = _visual_runs(text, available)
    glyphs: list[Glyph] = []
    at = 0.0
    for face, run in runs:
        for glyph, advance in _shape_run(face, run):
            glyphs.append(Glyph(face, glyph.number, at + glyph.x, glyph.y, glyph.text))
            at += advance
    return Line(text, tuple(glyphs), at)


def _visual_runs(text: str, available: tuple[Face, ...]) -> list[tuple[Face, str]]:
    """Runs of one font, left to right as shown: the first strong character sets the direction.

    The two levels that names and dates need of the Unicode bidirectional algorithm (UAX 9).
    """
    spans: list[tuple[bool, str]] = []
    for character in text:
        kind = unicodedata.bidirectional(character)
        backwards = kind in _RIGHT_TO_LEFT or (bool(spans) and kind != "L" and spans[-1][0])
        if spans and spans[-1][0] == backwards:
            spans[-1] = (backwards, spans[-1][1] + character)
        else:
            spans.append((backwards, character))
    if spans and spans[0][0]:
        spans.reverse()
    shown: list[tuple[Face, str]] = []
    for backwards, span in spans:
        runs = list(_runs(span, available))
        shown += reversed(runs) if backwards else runs
    return shown


def _runs(text: str, available: tuple[Face, ...]) -> Iterator[tuple[Face, str]]:
    chosen: list[Face] = []
    for character in text:
        last = chosen[-1] if chosen else available[0]
        if chosen and not character.isalnum() and last.covers(character):
            chosen.append(last)  # marks and punctuation stay with what they follow
        else:
            chosen.append(next((f for f in available if f.covers(character)), last))
    pairs = zip(chosen, text, strict=True)
    for _, group in groupby(pairs, key=lambda pair: id(pair[0])):
        members = list(group)
        yield members[0][0], "".join(character for _, character in members)


def _shape_run(face: Face, run: str) -> Iterator[tuple[Glyph, float]]:
    import uharfbuzz  # noqa: PLC0415

    buffer = uharfbuzz.Buffer()
    buffer.add_str(run)
    buffer.guess_segment_properties()
    uharfbuzz.shape(face.font, buffer)
    unit = _THOUSAND / face.face.upem
    starts = sorted({info.cluster for info in buffer.glyph_infos})
    ends = dict(zip(starts, [*starts[1:], len(run)], strict=True))
    for info, position in zip(buffer.glyph_infos, buffer.glyph_positions or (), strict=True):
        text = run[info.cluster : ends.pop(info.cluster, info.cluster)]
        glyph = Glyph(
            face, info.codepoint, position.x_offset * unit, position.y_offset * unit, text
        )
        yield glyph, position.x_advance * unit


@dataclass(slots=True)
class Embedded:
    """The fonts of one appearance, written when all its glyphs are known."""

    increment: Increment
    _used: dict[str, dict[int, str]] = field(default_factory=dict)
    _faces: dict[str, Face] = field(default_factory=dict)

    def use(self, glyph: Glyph) -> str:
        """Note a glyph; the resource name of its font."""
        self._faces[glyph.face.name] = glyph.face
        known = self._used.setdefault(glyph.face.name, {})
        known[glyph.number] = known.get(glyph.number) or glyph.text
        return f"F{list(self._used).index(glyph.face.name)}"

    def write(self) -> Dictionary:
        """Add the font objects; /Font resources."""
        return {
            f"F{index}": _write_font(self.increment, self._faces[name], used)
            for index, (name, used) in enumerate(self._used.items())
        }


def _write_font(increment: Increment, face: Face, used: dict[int, str]) -> Ref:
    unit = _THOUSAND / face.face.upem
    name = Name("PARAPH+" + face.name)
    extents = face.font.get_font_extents("ltr")
    program = _subset(face, used)
    descriptor: Dictionary = {
        "Type": Name("FontDescriptor"),
        "FontName": name,
        "Flags": _SYMBOLIC,
        "FontBBox": [-_THOUSAND, -_THOUSAND, 3 * _THOUSAND, 2 * _THOUSAND],
        "ItalicAngle": 0,
        "Ascent": round(extents.ascender * unit),
        "Descent": round(extents.descender * unit),
        "CapHeight": round(extents.ascender * unit),
        "StemV": 80,
        "FontFile2": increment.add(_deflated(program, {"Length1": len(program)})),
    }
    widths: list[Value] = []
    for number in sorted(used):
        advance = face.font.get_glyph_h_advance(number) * unit
        widths += [number, [round(advance)]]
    descendant: Dictionary = {
        "Type": Name("Font"),
        "Subtype": Name("CIDFontType2"),
        "BaseFont": name,
        "CIDSystemInfo": {"Registry": b"Adobe", "Ordering": b"Identity", "Supplement": 0},
        "FontDescriptor": increment.add(descriptor),
        "W": widths,
        "CIDToGIDMap": Name("Identity"),
    }
    return increment.add(
        {
            "Type": Name("Font"),
            "Subtype": Name("Type0"),
            "BaseFont": name,
            "Encoding": Name("Identity-H"),
            "DescendantFonts": [increment.add(descendant)],
            "ToUnicode": increment.add(_deflated(_to_unicode(used), {})),
        }
    )


def _subset(face: Face, used: dict[int, str]) -> bytes:
    """A static font of the used glyphs under their own numbers."""
    import uharfbuzz as hb  # noqa: PLC0415

    wanted = hb.SubsetInput()
    wanted.glyph_set.update(used)
    wanted.flags = (
        hb.SubsetFlags.RETAIN_GIDS | hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NO_LAYOUT_CLOSURE
    )
    wanted.pin_all_axes_to_default(face.face)
    wanted.drop_table_tag_set.update(int.from_bytes(tag, "big") for tag in _NOT_FOR_DRAWING)
    data: bytes = hb.subset(face.face, wanted).blob.data
    return data


def _to_unicode(used: dict[int, str]) -> bytes:
    rows = [
        f"<{number:04x}> <{text.encode('utf-16-be').hex()}>"
        for number, text in sorted(used.items())
        if text
    ]
    blocks = [rows[at : at + 100] for at in range(0, len(rows), 100)]
    body = "".join(f"{len(b)} beginbfchar\n" + "\n".join(b) + "\nendbfchar\n" for b in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n"
        f"{body}endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    ).encode("ascii")


def _deflated(data: bytes, entries: Dictionary) -> Stream:
    return Stream({"Filter": Name("FlateDecode"), **entries}, zlib.compress(data))
