"""One incremental update (ISO 32000-1 §7.5.6): new and changed objects appended, nothing touched.

The document's XMP and /Info are never rewritten (docs/PADES.md, traps: UTF-16 or broken XMP).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from paraphe.adapters.trust.pades.writer import xref
from paraphe.adapters.trust.pades.writer.syntax import (
    Dictionary,
    Name,
    Ref,
    Stream,
    Value,
    serialize,
)

if TYPE_CHECKING:
    from paraphe.adapters.trust.pades.writer.document import Document

_BYTE_RANGE_WIDTH = 50


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A signature dictionary whose /Contents and /ByteRange are filled once the rest is known.

    Attributes:
        entries: everything else.
        reserved: bytes of CMS that fit.

    """

    entries: Dictionary
    reserved: int


@dataclass(frozen=True, slots=True)
class Section:
    """The bytes to append, around the room for the signature.

    Attributes:
        head: up to the room for /Contents, which includes its angle brackets.
        tail: from there to the end.
        byte_range: as written inside.

    """

    head: bytes
    tail: bytes
    byte_range: tuple[int, int, int, int]

    @property
    def reserved(self) -> int:
        """Hexadecimal digits between head and tail, with their angle brackets."""
        return self.byte_range[2] - self.byte_range[1]


@dataclass(slots=True)
class Increment:
    """Collects objects, then gives the bytes to append."""

    document: Document
    _objects: dict[Ref, Value | Placeholder] = field(default_factory=dict)
    _next: int = 0

    def __post_init__(self) -> None:
        self._next = self.document.next_number

    def add(self, value: Value | Placeholder) -> Ref:
        """Return the number of a new object."""
        ref = Ref(self._next)
        self._next += 1
        self._objects[ref] = value
        return ref

    def replace(self, ref: Ref, value: Value) -> None:
        """Write a new version of an object."""
        self._objects[ref] = value

    def current(self, value: Value) -> Value:
        """Resolve a reference to what this update says, else to what the document says."""
        if isinstance(value, Ref) and value in self._objects:
            found = self._objects[value]
            if not isinstance(found, Placeholder):
                return found
        return self.document.resolve(value)

    def catalog(self) -> Dictionary:
        """A copy of the catalog as it will be."""
        found = self.current(self.document.root_ref)
        return dict(found) if isinstance(found, dict) else self.document.catalog()

    def unsigned(self) -> bytes:
        """The bytes to append when nothing is signed here."""
        parts, offsets = self._body()
        return b"".join(part for part in parts if isinstance(part, bytes)) + self._end(
            offsets, self.document.size + sum(map(_length, parts))
        )

    def signed(self) -> Section:
        """The bytes to append around one placeholder."""
        parts, offsets = self._body()
        end = self._end(offsets, self.document.size + sum(map(_length, parts)))
        at = next(i for i, part in enumerate(parts) if isinstance(part, _Room))
        room = parts[at]
        before = b"".join(p for p in parts[:at] if isinstance(p, bytes))
        after = b"".join(p for p in parts[at + 1 :] if isinstance(p, bytes)) + end
        start = self.document.size + len(before)
        size = room.size if isinstance(room, _Room) else 0
        byte_range = (0, start, start + size, len(after))
        text = b"[%d %d %d %d]" % byte_range
        gap = _BYTE_RANGE_MARK
        after = after.replace(gap, text.ljust(len(gap)), 1)
        return Section(before, after, byte_range)

    def _body(self) -> tuple[list[bytes | _Room], dict[int, tuple[int, int]]]:
        parts: list[bytes | _Room] = [b"\n"]
        offsets: dict[int, tuple[int, int]] = {}
        at = self.document.size + 1
        for ref, value in self._objects.items():
            offsets[ref.number] = (at, ref.generation)
            for part in _object_parts(ref, value):
                parts.append(part)
                at += _length(part)
        return parts, offsets

    def _end(self, offsets: dict[int, tuple[int, int]], start: int) -> bytes:
        trailer: Dictionary = {
            key: self.document.trailer[key]
            for key in ("Root", "Info")
            if key in self.document.trailer
        }
        trailer["Prev"] = self.document.start
        trailer["ID"] = self._identifier()
        if not self.document.uses_streams:
            trailer["Size"] = self._next
            return xref.write_table(offsets, serialize(trailer), start)
        number, self._next = self._next, self._next + 1
        index, rows = xref.write_rows({**offsets, number: (start, 0)})
        trailer |= {
            "Type": Name("XRef"),
            "Size": self._next,
            "W": [1, 5, 2],
            "Index": list(index),
        }
        body = serialize(Stream(trailer, rows))
        return b"%d 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (number, body, start)

    def _identifier(self) -> list[Value]:
        known = self.document.resolve(self.document.trailer.get("ID"))
        first = known[0] if isinstance(known, list) and known else secrets.token_bytes(16)
        return [first, secrets.token_bytes(16)]


@dataclass(frozen=True, slots=True)
class _Room:
    size: int


# Not PDF syntax, so it can only be ours; the spaces keep its width.
_BYTE_RANGE_MARK = b"@byte-range@".ljust(_BYTE_RANGE_WIDTH)


def _length(part: bytes | _Room) -> int:
    return part.size if isinstance(part, _Room) else len(part)


def _object_parts(ref: Ref, value: Value | Placeholder) -> list[bytes | _Room]:
    head = b"%d %d obj\n" % (ref.number, ref.generation)
    if not isinstance(value, Placeholder):
        return [head + serialize(value) + b"\nendobj\n"]
    entries = serialize(value.entries).removesuffix(b">>")
    return [
        head + entries + b" /Contents ",
        _Room(value.reserved * 2 + 2),
        b" /ByteRange " + _BYTE_RANGE_MARK + b">>\nendobj\n",
    ]
