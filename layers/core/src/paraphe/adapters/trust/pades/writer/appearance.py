"""What a visible signature shows, drawn as a form that stands upright on turned pages (P8)."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from paraphe.adapters.trust.pades.writer.pages import as_number, page_rotation, upright
from paraphe.adapters.trust.pades.writer.syntax import Dictionary, Name, Ref, Stream, number
from paraphe.domain.trust.signatures import Locale, Raster, Strokes, Typed, VisibleMark

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from paraphe.adapters.trust.pades.writer.fonts import Embedded, Line
    from paraphe.adapters.trust.pades.writer.increment import Increment

_PARIS = ZoneInfo("Europe/Paris")
_LABEL = {Locale.FR: "Signé électroniquement par", Locale.EN: "Electronically signed by"}
_NOT_SHOWN = {
    Locale.FR: "(nom : voir le certificat)",
    Locale.EN: "(name: see the certificate)",
}
_MARGIN = 3.0
_LARGEST = 10.0
_SCALES = (0.8, 1.3, 0.8, 0.8)  # label, name, instant, zone when it stands alone
_LEADING = 1.35
_TYPED_SHARE, _TYPED_LARGEST, _SLANT = 0.42, 28.0, 0.22
_PICTURE_SHARE = 0.45
_PEN = 1.1


@dataclass(frozen=True, slots=True)
class _Area:
    """Where something is drawn: from the bottom left of the form, in points."""

    x: float
    y: float
    width: float
    height: float


def draw(
    increment: Increment, widget: Dictionary, mark: VisibleMark | None, now: datetime
) -> Ref | None:
    """The normal appearance, or None when the field is invisible or nothing shall be shown."""
    corners = widget.get("Rect")
    sides = [as_number(corner) or 0.0 for corner in corners] if isinstance(corners, list) else []
    if mark is None or len(sides) != 4 or sides[0] == sides[2]:  # noqa: PLR2004 - a rectangle
        return None
    rotation = page_rotation(increment.document, widget.get("P"))
    width, height = abs(sides[2] - sides[0]), abs(sides[3] - sides[1])
    if rotation in {90, 270}:
        width, height = height, width
    content, resources = _content(increment, mark, now, width, height)
    form: Dictionary = {
        "Type": Name("XObject"),
        "Subtype": Name("Form"),
        "BBox": [0, 0, number(width), number(height)],
        "Matrix": upright(rotation),
        "Resources": resources,
        "Filter": Name("FlateDecode"),
    }
    return increment.add(Stream(form, zlib.compress(content)))


def words(mark: VisibleMark, now: datetime) -> tuple[str, str, str]:
    """The three lines: label, name, instant in Europe/Paris with its offset."""
    local = now.astimezone(_PARIS)
    offset = f"{local:%z}"
    zone = f"Europe/Paris, UTC{offset[:3]}:{offset[3:]}"
    if mark.locale is Locale.FR:
        return _LABEL[mark.locale], mark.name, f"le {local:%d/%m/%Y à %H:%M:%S} ({zone})"
    return _LABEL[mark.locale], mark.name, f"on {local:%d %B %Y at %H:%M:%S} ({zone})"


def _content(
    increment: Increment, mark: VisibleMark, now: datetime, width: float, height: float
) -> tuple[bytes, Dictionary]:
    from paraphe.adapters.trust.pades.writer import fonts  # noqa: PLC0415 - only visible signatures pay

    resources: Dictionary = {}
    room = _Area(_MARGIN, _MARGIN, max(width - 2 * _MARGIN, 1), max(height - 2 * _MARGIN, 1))
    parts = [f"q 0.6 w 0.35 0.4 0.5 RG 0.3 0.3 {width - 0.6:.2f} {height - 0.6:.2f} re S Q"]
    embedded = fonts.Embedded(increment)
    available = fonts.faces()
    if isinstance(mark.look, Typed):
        if fonts.is_covered(mark.look.text, available):
            share = room.height * _TYPED_SHARE
            typed = _Area(room.x, room.y + room.height - share, room.width, share)
            line = fonts.shape(mark.look.text, available)
            size = min(_TYPED_LARGEST, share * 0.8, typed.width * 950 / max(line.width, 1))
            parts.append(_text(line, embedded, typed.x, typed.y + share * 0.25, size, _SLANT))
            room = _Area(room.x, room.y, room.width, room.height - share)
    elif mark.look is not None:
        area, room = _parted(room)
        parts.append(_drawn(increment, mark.look, area, resources))
    label, name, instant = words(mark, now)
    # Beside a drawing there is less width: the zone gets a line of its own.
    instants = [instant]
    if isinstance(mark.look, Strokes | Raster):
        at, _, zone = instant.partition(" (")
        instants = [at, f"({zone}"]
    if not fonts.is_covered(name, available):
        name = _NOT_SHOWN[mark.locale]
    lines = [fonts.shape(text, available) for text in (label, name, *instants)]
    parts += _stack(lines, embedded, room)
    resources["Font"] = embedded.write()
    return "\n".join(parts).encode("ascii"), resources


def _parted(room: _Area) -> tuple[_Area, _Area]:
    """Where a drawing goes, and where the words: beside it, or under it in a tall box."""
    if room.height > room.width:
        share = room.height * _PICTURE_SHARE
        below = _Area(room.x, room.y, room.width, room.height - share - _MARGIN)
        return _Area(room.x, room.y + room.height - share, room.width, share), below
    share = room.width * _PICTURE_SHARE
    left = share + _MARGIN
    beside = _Area(room.x + left, room.y, room.width - left, room.height)
    return _Area(room.x, room.y, share, room.height), beside


def _stack(lines: list[Line], embedded: Embedded, room: _Area) -> list[str]:
    """Lines under each other, the name largest, each as large as fits the room."""
    scales = _SCALES[: len(lines)]
    unit = min(_LARGEST, room.height / (sum(scales) * _LEADING))
    sizes = [
        min(unit * scale, room.width * 1000 / max(line.width, 1))
        for scale, line in zip(scales, lines, strict=True)
    ]
    y = room.y + (room.height + sum(sizes) * _LEADING) / 2
    parts = []
    for line, size in zip(lines, sizes, strict=True):
        y -= size * _LEADING
        parts.append(_text(line, embedded, room.x, y + 0.35 * size, size))
    return parts


def _text(
    line: Line, embedded: Embedded, x: float, y: float, size: float, slant: float = 0.0
) -> str:
    from paraphe.adapters.trust.pades.writer.fonts import is_backwards  # noqa: PLC0415

    out, current, end = ["BT 0.1 0.12 0.2 rg"], "", "ET"
    if not is_backwards(line.text):
        # Marks that shaping takes apart are read whole; readers of right-to-left text expect the
        # glyphs' own order instead.
        spoken = (b"\xfe\xff" + line.text.encode("utf-16-be")).hex()
        out, end = [f"/Span <</ActualText <{spoken}>>> BDC", *out], "ET EMC"
    for glyph in line.glyphs:
        font = embedded.use(glyph)
        if font != current:
            out.append(f"/{font} {size:.3f} Tf")
            current = font
        at_x, at_y = x + glyph.x * size / 1000, y + glyph.y * size / 1000
        out.append(f"1 0 {slant:.2f} 1 {at_x:.3f} {at_y:.3f} Tm <{glyph.number:04x}> Tj")
    return " ".join([*out, end])


def _drawn(increment: Increment, look: Strokes | Raster, area: _Area, resources: Dictionary) -> str:
    if isinstance(look, Strokes):
        return _ink(look, area)
    from paraphe.adapters.trust.pades.writer.pictures import add_picture  # noqa: PLC0415

    resources["XObject"] = {"Im0": add_picture(increment, look)}
    at = _fitted(look.width / look.height, area)
    return f"q {at.width:.3f} 0 0 {at.height:.3f} {at.x:.3f} {at.y:.3f} cm /Im0 Do Q"


def _fitted(ratio: float, area: _Area) -> _Area:
    """As large as fits, in the middle."""
    width = min(area.width, area.height * ratio)
    height = width / ratio
    x, y = area.x + (area.width - width) / 2, area.y + (area.height - height) / 2
    return _Area(x, y, width, height)


def _ink(strokes: Strokes, area: _Area) -> str:
    """Lines as path operators, smoothed: curves from middle to middle, the points pull them."""
    left, top, right, bottom = strokes.extent
    inner = _Area(area.x + _PEN, area.y + _PEN, area.width - 2 * _PEN, area.height - 2 * _PEN)
    spread_x, spread_y = max(right - left, 1), max(bottom - top, 1)
    scale = min(inner.width / spread_x, inner.height / spread_y)
    x0 = inner.x + (inner.width - spread_x * scale) / 2 - left * scale
    y0 = inner.y + (inner.height + spread_y * scale) / 2 + top * scale
    out = [f"q 0.05 0.1 0.35 RG {_PEN:.2f} w 1 J 1 j"]
    for line in strokes.lines:
        points = [(x0 + x * scale, y0 - y * scale) for x, y in line]
        out += _curve(points)
    return " ".join([*out, "Q"])


def _curve(points: list[tuple[float, float]]) -> Iterator[str]:
    first, last = points[0], points[-1]
    yield f"{first[0]:.2f} {first[1]:.2f} m"
    at = first
    for (x, y), (next_x, next_y) in pairwise(points[1:]):
        end = (x + next_x) / 2, (y + next_y) / 2
        # A quadratic curve's control point, as the two of a cubic one.
        one = at[0] + (x - at[0]) * 2 / 3, at[1] + (y - at[1]) * 2 / 3
        two = end[0] + (x - end[0]) * 2 / 3, end[1] + (y - end[1]) * 2 / 3
        yield " ".join(f"{value:.2f}" for value in (*one, *two, *end)) + " c"
        at = end
    yield f"{last[0]:.2f} {last[1]:.2f} l S"
