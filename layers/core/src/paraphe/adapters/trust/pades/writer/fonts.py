"""Fonts for visible signatures: shaped by HarfBuzz, embedded as the subset that is used.

Noto Sans in 22 scripts and Noto Sans CJK come as packages, all under the SIL Open Font License,
which allows embedding (docs/decisions/0011-visible-marks.md says which scripts). More TrueType
files can be laid into a directory; a name that no font covers is said to be in the certificate, not
shown as boxes. Files are mapped into memory, not read: only what a name needs is touched.
"""

from __future__ import annotations

import unicodedata
import zlib
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from paraphe.adapters.trust.pades.writer.syntax import Dictionary, Name, Ref, Stream, Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    import uharfbuzz

    from paraphe.adapters.trust.pades.writer.increment import Increment

_SCRIPTS, _FIRST = "manimgx_fonts", "NotoSans[wght].ttf"
_NOT_FOR_NAMES = ("Italic", "Emoji", "Symbols")
_IDEOGRAPHS = "noto_cjk_sans_otc"
# The collection's fonts share their glyphs; each prefers its own country's forms.
_COUNTRIES = {"JP": 0, "KR": 1, "SC": 2}
EXTRA_FONTS = Path("/opt/fonts")  # where a Lambda layer's files are
_THOUSAND = 1000
_SYMBOLIC = 4
_NOT_FOR_DRAWING = (b"GSUB", b"GPOS", b"GDEF", b"name", b"STAT", b"DSIG", b"BASE")
_RIGHT_TO_LEFT = frozenset({"R", "AL"})
# Joiners, and selectors of a character's variants: they show nothing of their own.
_UNSEEN = frozenset("\u200c\u200d") | {
    chr(c) for c in (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
}


@dataclass(frozen=True, slots=True)
class Face:
    """One font, open for shaping.

    Attributes:
        name: of the font, for the PDF.
        font: what shapes.
        face: what is read from.
        country: whose forms of ideographs it prefers; None for a font of other scripts.

    """

    name: str
    font: uharfbuzz.Font
    face: uharfbuzz.Face
    country: str | None = None

    @property
    def has_curves_of_type_1(self) -> bool:
        """Whether its outlines are CFF (ISO 32000-1 Table 126) and not TrueType."""
        return "CFF " in self.face.table_tags

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
    found = [_open(path) for path in _packaged()]
    for collection in _files(_IDEOGRAPHS, "*.ttc"):
        found += [_open(collection, index, country) for country, index in _COUNTRIES.items()]
    return (*found, *(_open(path) for path in sorted(extra.glob("*.ttf"))))


def _packaged() -> list[Path]:
    upright = [
        path
        for path in _files(_SCRIPTS, "*.ttf")
        if not any(word in path.name for word in _NOT_FOR_NAMES)
    ]
    return sorted(upright, key=lambda path: (path.name != _FIRST, path.name))


def _files(package: str, pattern: str) -> Iterator[Path]:
    spec = find_spec(package)
    for folder in spec.submodule_search_locations or () if spec else ():
        yield from Path(folder).glob(pattern)


def _open(path: Path, index: int = 0, country: str | None = None) -> Face:
    import uharfbuzz  # noqa: PLC0415 - 60 ms that only a visible signature pays

    face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path)), index)
    name = path.stem.split("[")[0] + (f"-{country}" if country else "")
    return Face(name, uharfbuzz.Font(face), face, country)


def is_covered(text: str, available: tuple[Face, ...]) -> bool:
    """Whether every character can be drawn."""
    return all(c.isspace() or c in _UNSEEN or any(f.covers(c) for f in available) for c in text)


def _of_its_country(text: str, available: tuple[Face, ...]) -> tuple[Face, ...]:
    """Leave out the fonts of other countries; kana and hangul tell, ideographs alone do not."""
    names = [unicodedata.name(character, "") for character in text]
    country = "SC"
    if any(name.startswith("HANGUL") for name in names):
        country = "KR"
    elif any(name.startswith(("HIRAGANA", "KATAKANA")) for name in names):
        country = "JP"
    return tuple(face for face in available if face.country in {None, country})


def is_backwards(text: str) -> bool:
    """Whether any of it runs from right to left."""
    return any(unicodedata.bidirectional(c) in _RIGHT_TO_LEFT for c in text)


def shape(text: str, available: tuple[Face, ...]) -> Line:
    """Lay a line out: a font for each run, joined and ordered as its script wants."""
    text = unicodedata.normalize("NFC", text)
    if text and is_plain(text, available[0]):
        runs = [(available[0], text)]
    else:
        runs = _visual_runs(text, _of_its_country(text, available))
    glyphs: list[Glyph] = []
    at = 0.0
    for face, run in runs:
        for glyph, advance in _shape_run(face, run):
            glyphs.append(Glyph(face, glyph.number, at + glyph.x, glyph.y, glyph.text))
            at += advance
    return Line(text, tuple(glyphs), at)


def is_plain(text: str, first: Face) -> bool:
    """Whether one font draws it from left to right: there is nothing to choose or to order."""
    return all(_is_plain_character(character, first) for character in set(text))


@lru_cache(4096)
def _is_plain_character(character: str, first: Face) -> bool:
    backwards = unicodedata.bidirectional(character) in _RIGHT_TO_LEFT
    return not backwards and first.country is None and first.covers(character)


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


def width_of(face: Face, number: int) -> int:
    """A glyph's width as a PDF's font gives it, in thousandths of the font size."""
    width: float = face.font.get_glyph_h_advance(number) * _THOUSAND / face.face.upem
    return round(width)


def _write_font(increment: Increment, face: Face, used: dict[int, str]) -> Ref:
    unit = _THOUSAND / face.face.upem
    name = Name("PARAPH+" + face.name)
    extents = face.font.get_font_extents("ltr")
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
        **_program(increment, face, used),
    }
    widths: list[Value] = []
    for number in sorted(used):
        widths += [number, [width_of(face, number)]]
    descendant: Dictionary = {
        "Type": Name("Font"),
        "Subtype": Name("CIDFontType0" if face.has_curves_of_type_1 else "CIDFontType2"),
        "BaseFont": name,
        "CIDSystemInfo": {"Registry": b"Adobe", "Ordering": b"Identity", "Supplement": 0},
        "FontDescriptor": increment.add(descriptor),
        "W": widths,
    }
    if not face.has_curves_of_type_1:
        descendant["CIDToGIDMap"] = Name("Identity")
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


def _program(increment: Increment, face: Face, used: dict[int, str]) -> Dictionary:
    """The embedded font (ISO 32000-1 §9.9): TrueType, or the CFF table of a CID-keyed font."""
    program = _subset(face, used)
    if not face.has_curves_of_type_1:
        return {"FontFile2": increment.add(_deflated(program, {"Length1": len(program)}))}
    import uharfbuzz as hb  # noqa: PLC0415

    table: bytes = hb.Face(hb.Blob(program)).reference_table("CFF ").data
    return {"FontFile3": increment.add(_deflated(table, {"Subtype": Name("CIDFontType0C")}))}


def _subset(face: Face, used: dict[int, str]) -> bytes:
    """A static font of the used glyphs under their own numbers.

    A CID-keyed font's subset remembers them in its charset; to keep empty places for the 65,000
    others as well would cost 600 kB.
    """
    import uharfbuzz as hb  # noqa: PLC0415

    wanted = hb.SubsetInput()
    wanted.glyph_set.update(used)
    wanted.flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NO_LAYOUT_CLOSURE
    if not face.has_curves_of_type_1:
        wanted.flags |= hb.SubsetFlags.RETAIN_GIDS
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
