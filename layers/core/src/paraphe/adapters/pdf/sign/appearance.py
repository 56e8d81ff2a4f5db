"""What a visible signature shows, drawn as a form that stands upright on turned pages (P8)."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from paraphe.adapters.pdf.sign.pages import as_number, page_rotation, upright
from paraphe.adapters.pdf.sign.syntax import Dictionary, Name, Ref, Stream, number
from paraphe.domain.signing import Locale, VisibleMark

if TYPE_CHECKING:
    from datetime import datetime

    from paraphe.adapters.pdf.sign.fonts import Embedded, Line
    from paraphe.adapters.pdf.sign.increment import Increment

_PARIS = ZoneInfo("Europe/Paris")
_LABEL = {Locale.FR: "Signé électroniquement par", Locale.EN: "Electronically signed by"}
_NOT_SHOWN = {
    Locale.FR: "(nom : voir le certificat)",
    Locale.EN: "(name: see the certificate)",
}
_MARGIN = 3.0
_LARGEST = 10.0
_SCALES = (0.8, 1.3, 0.8)  # label, name, instant
_LEADING = 1.35
_TYPED_SHARE, _TYPED_LARGEST, _SLANT = 0.42, 28.0, 0.22
_PICTURE_SHARE = 0.45


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
    """The normal appearance, or None when the field is invisible or nothing shall be shown.

    Raises:
        InvalidError: `bad_signature_image`.

    """
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
    from paraphe.adapters.pdf.sign import fonts  # noqa: PLC0415 - only visible signatures pay

    resources: Dictionary = {}
    room = _Area(_MARGIN, _MARGIN, max(width - 2 * _MARGIN, 1), max(height - 2 * _MARGIN, 1))
    parts = [f"q 0.6 w 0.35 0.4 0.5 RG 0.3 0.3 {width - 0.6:.2f} {height - 0.6:.2f} re S Q"]
    embedded = fonts.Embedded(increment)
    available = fonts.faces()
    if mark.image is not None:
        picture, room = _picture(increment, mark.image, room, resources)
        parts.append(picture)
    elif mark.typed and fonts.is_covered(mark.typed, available):
        share = room.height * _TYPED_SHARE
        typed = _Area(room.x, room.y + room.height - share, room.width, share)
        line = fonts.shape(mark.typed, available)
        size = min(_TYPED_LARGEST, share * 0.8, typed.width * 950 / max(line.width, 1))
        parts.append(_text(line, embedded, typed.x, typed.y + share * 0.25, size, _SLANT))
        room = _Area(room.x, room.y, room.width, room.height - share)
    label, name, instant = words(mark, now)
    if not fonts.is_covered(name, available):
        name = _NOT_SHOWN[mark.locale]
    lines = [fonts.shape(text, available) for text in (label, name, instant)]
    parts += _stack(lines, embedded, room)
    resources["Font"] = embedded.write()
    return "\n".join(parts).encode("ascii"), resources


def _stack(lines: list[Line], embedded: Embedded, room: _Area) -> list[str]:
    """Lines under each other, the name largest, each as large as fits the room."""
    unit = min(_LARGEST, room.height / (sum(_SCALES) * _LEADING))
    sizes = [
        min(unit * scale, room.width * 1000 / max(line.width, 1))
        for scale, line in zip(_SCALES, lines, strict=True)
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
    from paraphe.adapters.pdf.sign.fonts import is_backwards  # noqa: PLC0415

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


def _picture(
    increment: Increment, data: bytes, room: _Area, resources: Dictionary
) -> tuple[str, _Area]:
    from paraphe.adapters.pdf.sign.pictures import add_picture  # noqa: PLC0415

    ref, ratio = add_picture(increment, data)
    resources["XObject"] = {"Im0": ref}
    share = room.width * _PICTURE_SHARE
    width = min(share, room.height * ratio)
    height = width / ratio
    x, y = room.x + (share - width) / 2, room.y + (room.height - height) / 2
    left = share + _MARGIN
    rest = _Area(room.x + left, room.y, room.width - left, room.height)
    return f"q {width:.3f} 0 0 {height:.3f} {x:.3f} {y:.3f} cm /Im0 Do Q", rest
