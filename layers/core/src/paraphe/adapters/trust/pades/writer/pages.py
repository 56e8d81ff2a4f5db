"""Pages and where things are on them: from what a reader sees to PDF's own space."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from paraphe.adapters.trust.pades.writer.syntax import (
    Dictionary,
    PdfError,
    Raw,
    Real,
    Ref,
    Value,
    number,
)
from paraphe.domain.errors import InvalidError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paraphe.adapters.trust.pades.writer.document import Document
    from paraphe.domain.trust.signatures import FieldBox

_INHERITED = ("MediaBox", "CropBox", "Rotate")
_LETTER = (0.0, 0.0, 612.0, 792.0)
_MAX_NODES = 20_000
_MAX_DEPTH = 64
_SLACK = 0.5  # half a point: pictures of pages are rounded
_MATRICES = {
    90: (0, 1, -1, 0),
    180: (-1, 0, 0, -1),
    270: (0, -1, 1, 0),
}


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its object and the part of it that is displayed.

    Attributes:
        ref: the page object.
        crop: left, bottom, right, top of what is shown, in PDF's space.
        rotation: degrees clockwise: 0, 90, 180 or 270.

    """

    ref: Ref
    crop: tuple[float, float, float, float]
    rotation: int

    @property
    def width(self) -> float:
        """As displayed, in points."""
        left, bottom, right, top = self.crop
        return top - bottom if self.rotation in {90, 270} else right - left

    @property
    def height(self) -> float:
        """As displayed, in points."""
        left, bottom, right, top = self.crop
        return right - left if self.rotation in {90, 270} else top - bottom

    def rectangle(self, box: FieldBox) -> list[Value]:
        """/Rect of a box given from the top left as displayed.

        Raises:
            InvalidError: `field_off_page`.

        """
        right, bottom = box.x + box.width, box.y + box.height
        inside = (
            -_SLACK <= box.x < right <= self.width + _SLACK
            and -_SLACK <= box.y < bottom <= self.height + _SLACK
        )
        if not inside:
            raise InvalidError("field_off_page", "A signature's box is not on its page.")
        one, two = self._point(box.x, box.y), self._point(right, bottom)
        return [
            number(min(one[0], two[0])),
            number(min(one[1], two[1])),
            number(max(one[0], two[0])),
            number(max(one[1], two[1])),
        ]

    def _point(self, x: float, y: float) -> tuple[float, float]:
        left, bottom, right, top = self.crop
        if self.rotation == 90:  # noqa: PLR2004 - degrees
            return left + y, bottom + x
        if self.rotation == 180:  # noqa: PLR2004
            return right - x, bottom + y
        if self.rotation == 270:  # noqa: PLR2004
            return right - y, top - x
        return left + x, top - y


def upright(rotation: int) -> list[Value]:
    """/Matrix of a form that shall stand upright on a page turned by `rotation`."""
    return [*_MATRICES.get(rotation, (1, 0, 0, 1)), 0, 0]


def page_rotation(document: Document, page: Value) -> int:
    """Degrees clockwise that a page is turned, looked up through its parents."""
    for _ in range(_MAX_DEPTH):
        entries = document.resolve(page)
        if not isinstance(entries, dict):
            break
        if "Rotate" in entries:
            return _rotation(document, entries["Rotate"])
        page = entries.get("Parent")
    return 0


def find_page(document: Document, wanted: int) -> Page:
    """The page with a number from 1.

    Raises:
        InvalidError: `no_such_page`.
        PdfError: the page tree is broken.

    """
    for at, (ref, inherited) in enumerate(walk(document), start=1):
        if at == wanted:
            return _page(document, ref, inherited)
    raise InvalidError("no_such_page", "A signature is placed on a page that does not exist.")


def every_page(document: Document) -> Iterator[Page]:
    """Every page in order.

    Raises:
        PdfError: the page tree is broken.

    """
    return (_page(document, ref, inherited) for ref, inherited in walk(document))


def walk(document: Document) -> Iterator[tuple[Ref, Dictionary]]:
    """Every page in order, with what it inherits.

    Raises:
        PdfError: the page tree is broken.

    """
    stack: list[tuple[Value, Dictionary]] = [(document.catalog().get("Pages"), {})]
    for _ in range(_MAX_NODES):
        if not stack:
            return
        ref, inherited = stack.pop()
        if not isinstance(ref, Ref):
            break
        node = document.dictionary(ref, "a page")
        inherited = {**inherited, **{k: node[k] for k in _INHERITED if k in node}}
        if "Kids" in node:
            kids = document.array(node["Kids"], "/Kids")
            stack.extend((kid, inherited) for kid in reversed(kids))
        else:
            yield ref, inherited
    raise PdfError("the page tree is broken")


def _page(document: Document, ref: Ref, inherited: Dictionary) -> Page:
    media = _box(document, inherited.get("MediaBox")) or _LETTER
    crop = _box(document, inherited.get("CropBox")) or media
    shown = (
        max(media[0], crop[0]),
        max(media[1], crop[1]),
        min(media[2], crop[2]),
        min(media[3], crop[3]),
    )
    if shown[0] >= shown[2] or shown[1] >= shown[3]:
        shown = media
    return Page(ref, shown, _rotation(document, inherited.get("Rotate")))


def _rotation(document: Document, value: Value) -> int:
    turned = as_number(document.resolve(value)) or 0.0
    return int(turned) % 360 if turned % 90 == 0 else 0


def _box(document: Document, value: Value) -> tuple[float, float, float, float] | None:
    corners = document.resolve(value)
    if not isinstance(corners, list) or len(corners) != 4:  # noqa: PLR2004 - a rectangle
        return None
    numbers = [as_number(document.resolve(corner)) for corner in corners]
    known = [n for n in numbers if n is not None]
    if len(known) != 4:  # noqa: PLR2004
        return None
    a, b, c, d = known
    if a == c or b == d:
        return None
    return (min(a, c), min(b, d), max(a, c), max(b, d))


def as_number(value: Value) -> float | None:
    """A number of any kind, or None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, Real)):
        return float(value)
    return float(value.text) if isinstance(value, Raw) else None
