"""References in a revision: does anything refer to an object that does not exist yet?

A file may be signed with a reference to an object that a later update brings (a shadow attack).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from paraphe.adapters.trust.pades.writer import xref
from paraphe.adapters.trust.pades.writer.syntax import PdfError, Ref, Stream

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paraphe.adapters.trust.pades.writer.document import Document

_GAP = rb"(?:[\x00\t\n\x0c\r ]|%[^\r\n]*[\r\n])++"
_ANY = re.compile(rb"(?<![0-9])0*+([1-9][0-9]{0,15}+)" + _GAP + rb"[0-9]++" + _GAP + rb"R")
_IN_STREAM = 2


def reaches(data: bytes, document: Document, size: int) -> bool:
    """Whether any reference in the revision's bytes is to a number of `size` or more.

    Bytes that only look like a reference count too: the caller then takes the long way.
    """
    more = max(0, len(str(size)) - 1)
    pattern = re.compile(
        rb"(?<![0-9])0*+([1-9][0-9]{%d,15}+)" % more + _GAP + rb"[0-9]++" + _GAP + rb"R"
    )
    if _found(pattern, data, document.size, size):
        return True
    return any(_found(pattern, part, len(part), size) for part in _packed(document))


def names_any(data: bytes, document: Document, numbers: set[int]) -> bool:
    """Whether any reference in the revision's bytes is to one of `numbers`; see `reaches`."""
    parts = (data[: document.size], *_packed(document))
    return any(int(match[1]) in numbers for part in parts for match in _ANY.finditer(part))


def _found(pattern: re.Pattern[bytes], data: bytes, end: int, size: int) -> bool:
    return any(int(match[1]) >= size for match in pattern.finditer(data, 0, end))


def _packed(document: Document) -> Iterator[bytes]:
    """The unpacked object streams of every section."""
    for number in sorted(_containers(document)):
        stream = document.resolve(Ref(number))
        if not isinstance(stream, Stream):
            raise PdfError("an object stream is missing")
        yield xref.decode(stream) + b" "


def _containers(document: Document) -> set[int]:
    found: set[int] = set()
    for listed in document.sections:
        section = listed.hybrid if isinstance(listed, xref.TableSection) else listed
        if section is None:
            continue
        first, second, _ = section.widths
        width = sum(section.widths)
        rows = section.rows
        if first == 0:
            continue
        wanted = _IN_STREAM.to_bytes(first, "big")
        for at in range(0, len(rows), width):
            if rows[at : at + first] == wanted:
                found.add(int.from_bytes(rows[at + first : at + first + second], "big"))
    return found
