"""Is the file all there? A transfer that broke off leaves a file whose beginning can be read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from paraphe.adapters.pdf.inspect.checks import references, text_of
from paraphe.adapters.pdf.inspect.refuse import RefuseError
from paraphe.domain.inspection import RefusalReason

if TYPE_CHECKING:
    from pikepdf import Object, Pdf

_OBJECT = re.compile(rb"(?<!\d)(\d{1,10})\s+(\d{1,5})\s+obj\b")
_END, _MARKER = b"startxref", b"%%EOF"


def check(pdf: Pdf, data: bytes, objects: list[Object]) -> None:
    """Refuse a file whose end is missing, unless nothing is missed.

    Raises:
        RefuseError: with INCOMPLETE, when what is shown refers to objects that are not there, when
            the last object is cut, or when an update is.
    """
    last = max(data.rfind(b"endobj"), data.rfind(b"endstream"))
    if data.find(_END, max(last, 0)) >= 0:
        return
    updated = 0 <= data.find(_MARKER) < last
    if updated or _is_cut(data, objects) or _misses(pdf, objects):
        raise RefuseError(RefusalReason.INCOMPLETE)


def _is_cut(data: bytes, objects: list[Object]) -> bool:
    """Say whether the file ends within an object that is used."""
    begun = list(_OBJECT.finditer(data, max(0, data.rfind(b"endobj"))))
    if not begun:
        return False
    number, generation = int(begun[-1][1]), int(begun[-1][2])
    return any(thing.objgen == (number, generation) for thing in objects)


def _misses(pdf: Pdf, objects: list[Object]) -> bool:
    """Say whether anything refers to an object that is not there."""
    wanted = set().union(*(references(text_of(thing)) for thing in objects))
    return any(pdf.get_object(key) is None for key in wanted)
