"""One update in our own spelling, read to its last byte: written again, it gives the same bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from paraphe.adapters.trust.pades.writer import xref
from paraphe.adapters.trust.pades.writer.syntax import Ref, Stream, Value, parse, serialize

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paraphe.adapters.trust.pades.validation.embedded_signature import EmbeddedSignature
    from paraphe.adapters.trust.pades.writer.document import Document

_OBJECT = re.compile(rb"(\d{1,10}) (\d{1,5}) obj\n")


class OtherShapeError(Exception):
    """Not what we write: pyHanko decides."""


@dataclass(frozen=True, slots=True)
class OwnUpdate:
    """The objects of an update, by reference."""

    before: Document
    after: Document
    objects: dict[Ref, Value]
    signature: Ref

    def old(self) -> Iterator[Ref]:
        """Objects that were there before."""
        size = size_of(self.before)
        return (ref for ref in self.objects if ref.number < size)

    def is_new(self, value: Value) -> bool:
        """Whether a value refers to an object that this update adds."""
        return (
            isinstance(value, Ref)
            and value in self.objects
            and (value.number >= size_of(self.before))
        )


def read_update(
    data: bytes, before: Document, after: Document, embedded: EmbeddedSignature
) -> OwnUpdate:
    """Read the update's objects one after another.

    Raises:
        OtherShapeError: a byte is not as we write it.

    """
    update = data[before.size : after.size]
    objects: dict[Ref, Value] = {}
    offsets: dict[int, tuple[int, int]] = {}
    signature: Ref | None = None
    at = 1
    if update[:1] != b"\n":
        raise OtherShapeError
    while before.size + at != after.start:
        head = _OBJECT.match(update, at)
        if head is None:
            raise OtherShapeError
        ref = Ref(int(head[1]), int(head[2]))
        value, end = _object(update, head.end())
        offset = before.size + at
        if offset < embedded.byte_range[1] < before.size + end:
            signature = ref
            _check_signature_spelling(update, head.end(), end, embedded, before.size)
        elif update[head.end() : end] != serialize(value) + b"\nendobj\n":
            raise OtherShapeError
        if head[0] != b"%d %d obj\n" % (ref.number, ref.generation) or ref.number in offsets:
            raise OtherShapeError
        objects[ref] = value
        offsets[ref.number] = (offset, ref.generation)
        at = end
    if signature is None or update[at:] != _end(after, offsets):
        raise OtherShapeError
    return OwnUpdate(before, after, objects, signature)


def _object(update: bytes, start: int) -> tuple[Value, int]:
    value, at = parse(update, start)
    if isinstance(value, dict) and update.startswith(b"\nstream\n", at):
        length = value.pop("Length", None)
        if not isinstance(length, int) or length < 0:
            raise OtherShapeError
        at += len(b"\nstream\n")
        value = Stream(value, update[at : at + length])
        at += length + len(b"\nendstream")
    return value, at + len(b"\nendobj\n")


def _check_signature_spelling(
    update: bytes, start: int, end: int, embedded: EmbeddedSignature, base: int
) -> None:
    gap, rest = embedded.byte_range[1] - base, embedded.byte_range[2] - base
    entries, _ = parse(update, start)
    if not isinstance(entries, dict):
        raise OtherShapeError
    plain = {key: value for key, value in entries.items() if key not in {"Contents", "ByteRange"}}
    if update[start:gap] != serialize(plain).removesuffix(b">>") + b" /Contents ":
        raise OtherShapeError
    digits = update[gap + 1 : rest - 1]
    numbers = b"[%d %d %d %d]" % embedded.byte_range
    tail = update[rest:end]
    spelled = b" /ByteRange " + numbers.ljust(len(tail) - len(b" /ByteRange >>\nendobj\n"))
    if digits.strip(b"0123456789ABCDEF") or tail != spelled + b">>\nendobj\n":
        raise OtherShapeError


def _end(after: Document, offsets: dict[int, tuple[int, int]]) -> bytes:
    """How the writer would have ended this update."""
    trailer = dict(after.trailer)
    if not after.uses_streams:
        return xref.write_table(offsets, serialize(trailer), after.start)
    number = size_of(after) - 1
    index, rows = xref.write_rows({**offsets, number: (after.start, 0)})
    if trailer.pop("Length", None) != len(rows) or trailer.get("Index") != index:
        raise OtherShapeError
    body = serialize(Stream(trailer, rows))
    return b"%d 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (number, body, after.start)


def size_of(document: Document) -> int:
    """The /Size of a file: object numbers from here on are new."""
    size = document.trailer.get("Size")
    if not isinstance(size, int):
        raise OtherShapeError
    return size
