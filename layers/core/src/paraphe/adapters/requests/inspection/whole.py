"""Is the file all there? A transfer that broke off leaves a file whose beginning can be read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pikepdf import Name, Object, Stream

from paraphe.adapters.requests.inspection.checks import references
from paraphe.adapters.requests.inspection.refuse import RefuseError
from paraphe.domain.requests.inspection import RefusalReason

if TYPE_CHECKING:
    from pikepdf import Pdf

_OBJECT = re.compile(rb"(?<!\d)(\d{1,10})\s+(\d{1,5})\s+obj\b")
_STREAM = re.compile(rb"\bstream\r?\n(?:.*?endstream|.*\Z)", re.DOTALL)
_END, _MARKER = b"startxref", b"%%EOF"


def check(pdf: Pdf, data: bytes) -> None:
    """Refuse a file whose end is missing, unless nothing is missed.

    Raises:
        RefuseError: with INCOMPLETE, when the file speaks of objects that are not in it, or when
            the end of an update is missing.
    """
    end = data.rfind(_END)
    torn = _OBJECT.search(data, end if end >= 0 else len(data)) is not None
    last = max(data.rfind(b"endobj"), data.rfind(b"endstream"))
    if not torn and end > last:
        return
    updated = torn or 0 <= data.find(_MARKER) < last
    if updated or _wanted(pdf, data) - _present(pdf, data):
        raise RefuseError(RefusalReason.INCOMPLETE)


def _wanted(pdf: Pdf, data: bytes) -> set[tuple[int, int]]:
    """Return every reference in the file.

    The library takes references to nothing for nothing, so they are read from the bytes.
    """
    found = references(_STREAM.sub(b" ", data))
    for thing in pdf.objects:
        if isinstance(thing, Stream) and thing.get("/Type") == Name.ObjStm:
            found |= references(thing.read_bytes())
    return found


def _present(pdf: Pdf, data: bytes) -> set[tuple[int, int]]:
    """Return the objects that are there whole."""
    listed: list[object] = list(pdf.objects)  # a plain number, for one, is no Object
    there = {thing.objgen for thing in listed if isinstance(thing, Object)}
    cut = _OBJECT.search(data, max(0, data.rfind(b"endobj")))
    return there - {(int(cut[1]), int(cut[2]))} if cut else there
