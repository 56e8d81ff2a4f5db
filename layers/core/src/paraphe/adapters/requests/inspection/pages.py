"""Counting pages and measuring them, without believing the page tree."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from pikepdf import Array, Dictionary, Name, Object, Pdf

from paraphe.adapters.requests.inspection.refuse import RefuseError
from paraphe.domain.requests.inspection import Page, RefusalReason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paraphe.adapters.requests.inspection.limits import Limits

LETTER = (0.0, 0.0, 612.0, 792.0)
_INHERITABLE = ("/Resources", "/MediaBox", "/CropBox", "/Rotate")  # ISO 32000-2, table 31
_NODES_PER_PAGE = 4
_DEPTH = 64

Box = tuple[float, float, float, float]


def check_count(pdf: Pdf, limits: Limits) -> None:
    """Walk the page tree and refuse too many pages before a library lists them.

    A tree whose nodes share their children can hold more pages than atoms: each visit counts.

    Raises:
        RefuseError: with TOO_MANY_PAGES or TOO_COMPLEX.
    """
    waiting: list[tuple[Object | None, int]] = [(pdf.Root.get("/Pages"), 0)]
    leaves = visits = 0
    while waiting:
        node, depth = waiting.pop()
        visits += 1
        if visits > limits.pages * _NODES_PER_PAGE or depth > _DEPTH:
            raise RefuseError(
                RefusalReason.TOO_MANY_PAGES if leaves > limits.pages else RefusalReason.TOO_COMPLEX
            )
        kids = node.get("/Kids") if isinstance(node, Dictionary) else None
        if isinstance(kids, Array):
            if len(kids) > limits.pages:
                raise RefuseError(RefusalReason.TOO_MANY_PAGES)
            waiting.extend((kid, depth + 1) for kid in kids if isinstance(kid, Dictionary))
        elif isinstance(node, Dictionary):
            leaves += 1
            if leaves > limits.pages:
                raise RefuseError(RefusalReason.TOO_MANY_PAGES)


def measure(pdf: Pdf, limits: Limits) -> list[Page]:
    """Return the size of every page as displayed.

    Raises:
        RefuseError: with NO_PAGES or TOO_MANY_PAGES.
    """
    count = len(pdf.pages)
    if count == 0:
        raise RefuseError(RefusalReason.NO_PAGES)
    if count > limits.pages:
        raise RefuseError(RefusalReason.TOO_MANY_PAGES)
    return [_page(number, page.obj) for number, page in enumerate(pdf.pages, start=1)]


def _page(number: int, page: Object) -> Page:
    """Measure one page: crop box within media box, then turned."""
    left, bottom, right, top = visible_box(page)
    rotation = _rotation(inherited(page, "/Rotate"))
    width, height = round(right - left, 3), round(top - bottom, 3)
    if rotation in {90, 270}:
        width, height = height, width
    return Page(number, width, height, rotation)


def _rotation(turn: object) -> int:
    """Return a clockwise turn in degrees; a number that is no quarter turn counts as none."""
    if isinstance(turn, int | Decimal) and turn % 90 == 0:
        return int(turn) % 360
    return 0


def visible_box(page: Object) -> Box:
    """Return what is shown of a page, in its own coordinates (ISO 32000-2 §14.11.2)."""
    media = box(inherited(page, "/MediaBox")) or LETTER
    crop = box(inherited(page, "/CropBox"))
    return overlap(media, crop) or media


def overlap(media: Box, crop: Box | None) -> Box | None:
    """Return what two rectangles share, or None when that is nothing."""
    if crop is None:
        return None
    shown = (
        max(media[0], crop[0]),
        max(media[1], crop[1]),
        min(media[2], crop[2]),
        min(media[3], crop[3]),
    )
    return shown if shown[0] < shown[2] and shown[1] < shown[3] else None


def box(value: object) -> Box | None:
    """Return a rectangle with its corners in order, or None when it is none or is empty."""
    if not isinstance(value, Array) or len(value) != len(LETTER):
        return None
    try:
        x1, y1, x2, y2 = (float(number) for number in value)
    except (TypeError, ValueError):
        return None
    if x1 == x2 or y1 == y2:
        return None
    return (min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))


def inherited(page: Object, key: str) -> object:
    """Return a page's attribute, its own or its nearest ancestor's."""
    node: object = page
    for _ in range(_DEPTH):
        if not isinstance(node, Dictionary):
            return None
        if key in node:
            return node.get(key)
        node = node.get("/Parent")
    return None


def settle_inheritance(pdf: Pdf) -> None:
    """Write what each page inherits onto the page itself, and let nothing be inherited.

    Some programs inherit from the node that lists a page, some from the node that the page names
    as its parent: where these differ, the former turn or cut the page in another way. What counts
    is what PDFium shows, which asks the parent.
    """
    for page in pdf.pages:
        for key in _INHERITABLE:
            if key not in page.obj:
                value = inherited(page.obj, key)
                if isinstance(value, Dictionary) and not value.is_indirect:
                    value = pdf.make_indirect(value)
                if value is not None:
                    page.obj[key] = value
    for node, kids in _nodes(pdf):
        for key in _INHERITABLE:
            if key in node:
                del node[key]
        for kid in kids:
            kid["/Parent"] = node


def inherit_alike(pdf: Pdf) -> bool:
    """Say whether every page inherits the same from its parent as from the node that lists it."""
    listed: dict[tuple[int, int], Object] = {}
    for node, kids in _nodes(pdf):
        listed |= {kid.objgen: node for kid in kids}
    return all(
        _text(inherited(kid, key)) == _text(_by_listing(kid, key, listed))
        for page in pdf.pages
        for kid in (page.obj,)
        for key in _INHERITABLE
    )


def _by_listing(page: Object, key: str, listed: dict[tuple[int, int], Object]) -> object:
    """Return a page's attribute as inherited from the nodes that list it."""
    node: Object | None = page
    for _ in range(_DEPTH):
        if node is None:
            break
        if key in node:
            return node.get(key)
        node = listed.get(node.objgen)
    return None


def _text(value: object) -> bytes:
    """Return a value as PDF syntax, so that values can be compared."""
    return value.unparse(resolved=True) if isinstance(value, Object) else repr(value).encode()


def _nodes(pdf: Pdf) -> Iterator[tuple[Object, list[Object]]]:
    """Yield the page tree's inner nodes with their kids; the tree was counted before."""
    waiting = [pdf.Root.get("/Pages")]
    seen: set[tuple[int, int]] = set()
    while waiting:
        node = waiting.pop()
        kids = node.get("/Kids") if isinstance(node, Dictionary) else None
        if not isinstance(node, Dictionary) or not isinstance(kids, Array) or node.objgen in seen:
            continue
        seen.add(node.objgen)
        below: list[Object] = [kid for kid in kids if isinstance(kid, Dictionary)]
        yield node, below
        waiting += below


def repair_boxes(pdf: Pdf) -> None:
    """Set on every page boxes that all programs understand in the same way.

    Without a usable media box it is US letter, as every program assumes; a crop box that is none
    or shows nothing of the media box becomes the media box, where programs disagree.
    """
    for page in pdf.pages:
        media = box(inherited(page.obj, "/MediaBox"))
        if media is None:
            media = LETTER
            page.obj["/MediaBox"] = Array([int(number) for number in LETTER])
        cropped = inherited(page.obj, "/CropBox")
        if cropped is not None and not overlap(media, box(cropped)):
            page.obj["/CropBox"] = inherited(page.obj, "/MediaBox")
        if page.obj.get("/Type") != Name.Page:
            page.obj["/Type"] = Name.Page
