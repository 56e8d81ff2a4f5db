"""How a signer's visible mark looks: typed, drawn or a picture; judged at acceptance (P8, P11).

Nothing here decodes a file format. A drawing is lines of small whole numbers; a picture arrives as
plain pixels that the signer's own browser decoded, so that no door ever parses a stranger's image.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from paraphe.domain.errors import InvalidError
from paraphe.domain.requests.recipient import Mark, MarkKind, Role
from paraphe.domain.trust.signatures import Look, Raster, Strokes, Typed

if TYPE_CHECKING:
    from paraphe.domain.requests.recipient import Recipient

FIELD = "mark"
NAME_ONLY = "name"
MAX_TYPED = 60
# The drawing area's own units; a finger's width is about 20 of them.
DRAWING_WIDTH, DRAWING_HEIGHT = 600, 300
MAX_STROKES, MAX_POINTS = 100, 2000
MIN_EXTENT = 12
MAX_PICTURE_WIDTH, MAX_PICTURE_HEIGHT, MAX_PIXELS = 480, 320, 64_000
PICTURE_MAGIC = b"RGBA"
_HEADER = len(PICTURE_MAGIC) + 4
# The longest stored form of any kind, in bytes: a picture's header and pixels.
MAX_BYTES = _HEADER + 4 * MAX_PIXELS
# "599,299" and a separator for each point.
_MAX_DRAWING = MAX_POINTS * 8
_VISIBLE = 24
# Letters, marks, digits, punctuation, spaces: what a name is written with, and fonts exist for.
_WRITABLE = ("L", "M", "N", "P", "Zs")


@dataclass(frozen=True, slots=True)
class Chosen:
    """A sound choice in its stored form.

    Attributes:
        kind: of mark.
        content: typed: the text, UTF-8; drawn: `x,y x,y;x,y …`; image: header and RGBA pixels.

    """

    kind: MarkKind
    content: bytes

    @property
    def sha256(self) -> str:
        """SHA-256 of the stored form, hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()

    def kept_as(self, key: str) -> Mark:
        """Return what the recipient's item keeps, once the content is stored under `key`."""
        return Mark(self.kind, self.sha256, key)


def may_choose(recipient: Recipient) -> bool:
    """Tell whether this recipient has a visible signature to choose the look of (P8)."""
    return recipient.role is Role.SIGNER and bool(recipient.placements)


def choose(kind: str, *, typed: str = "", strokes: str = "", picture: str = "") -> Chosen | None:
    """Judge what was posted; None means name and date alone.

    Args:
        kind: `name` or nothing, `typed`, `drawn`, `image`.
        typed: the text.
        strokes: the drawing, as `Chosen` stores it.
        picture: base64 of header and pixels.

    Raises:
        InvalidError: field `mark`: `mark_unknown`, `typed_missing`, `typed_too_long`,
            `typed_unwritable`, `drawing_missing`, `drawing_malformed`, `picture_missing`,
            `picture_malformed`, `picture_blank`.

    """
    if kind in {"", NAME_ONLY}:
        return None
    if kind not in {str(known) for known in MarkKind}:
        raise _bad("mark_unknown", "There is no such kind of mark.")
    chosen = MarkKind(kind)
    if chosen is MarkKind.TYPED:
        content = _typed(typed).encode()
    elif chosen is MarkKind.DRAWN:
        content = strokes.strip().encode("ascii", "replace")
    else:
        content = _pixels(picture)
    look_of(chosen, content)
    return Chosen(chosen, content)


def look_of(kind: MarkKind, content: bytes) -> Look:
    """Read a stored form. What `choose` accepted is read without an error.

    Raises:
        InvalidError: as `choose`.

    """
    if kind is MarkKind.TYPED:
        return Typed(_typed(content.decode("utf-8", "replace")))
    return _strokes(content) if kind is MarkKind.DRAWN else raster_of(content)


def _bad(code: str, detail: str) -> InvalidError:
    return InvalidError(code, detail, field=FIELD)


def _typed(text: str) -> str:
    plain = " ".join(unicodedata.normalize("NFC", text).split())
    if not plain:
        raise _bad("typed_missing", "Type your name or your initials.")
    if len(plain) > MAX_TYPED:
        raise _bad("typed_too_long", "At most 60 characters.")
    if not all(unicodedata.category(c).startswith(_WRITABLE) for c in plain):
        raise _bad("typed_unwritable", "Only letters, digits and punctuation.")
    return plain


def _strokes(content: bytes) -> Strokes:
    if not content:
        raise _bad("drawing_missing", "Draw your signature.")
    if len(content) > _MAX_DRAWING:
        raise _bad("drawing_malformed", "The drawing is too long.")
    lines = tuple(
        tuple(_point(point) for point in line.split(b" ")) for line in content.split(b";")
    )
    if len(lines) > MAX_STROKES or sum(map(len, lines)) > MAX_POINTS:
        raise _bad("drawing_malformed", "The drawing has too many lines.")
    strokes = Strokes(lines)
    left, top, right, bottom = strokes.extent
    if max(right - left, bottom - top) < MIN_EXTENT:
        raise _bad("drawing_missing", "Draw your signature.")
    return strokes


def _point(text: bytes) -> tuple[int, int]:
    x, _, y = text.partition(b",")
    if not (x.isdigit() and y.isdigit()) or len(text) > 7:  # noqa: PLR2004 - "599,299"
        raise _bad("drawing_malformed", "The drawing is not readable.")
    at = int(x), int(y)
    if at[0] >= DRAWING_WIDTH or at[1] >= DRAWING_HEIGHT:
        raise _bad("drawing_malformed", "The drawing leaves its area.")
    return at


def _pixels(picture: str) -> bytes:
    if not picture.strip():
        raise _bad("picture_missing", "Choose a picture.")
    try:
        return base64.b64decode(picture.strip().encode("ascii", "replace"), validate=True)
    except binascii.Error:
        raise _bad("picture_malformed", "The picture is not readable.") from None


def raster_of(content: bytes) -> Raster:
    """Read header and pixels: magic, width and height of two bytes each, RGBA of each pixel.

    Raises:
        InvalidError: `picture_malformed`, or `picture_blank` when nothing of it can be seen.

    """
    width, height = int.from_bytes(content[4:6], "big"), int.from_bytes(content[6:8], "big")
    sound = (
        content.startswith(PICTURE_MAGIC)
        and 0 < width <= MAX_PICTURE_WIDTH
        and 0 < height <= MAX_PICTURE_HEIGHT
        and width * height <= MAX_PIXELS
        and len(content) == _HEADER + 4 * width * height
    )
    if not sound:
        raise _bad("picture_malformed", "The picture is not readable.")
    pixels = content[_HEADER:]
    if max(pixels[3::4]) < _VISIBLE:
        raise _bad("picture_blank", "Nothing of the picture can be seen.")
    return Raster(width, height, pixels)


def raster_bytes(raster: Raster) -> bytes:
    """Write header and pixels; `raster_of` reads them back."""
    size = raster.width.to_bytes(2, "big") + raster.height.to_bytes(2, "big")
    return PICTURE_MAGIC + size + raster.pixels
