"""Updates that set numbers free, of files with a classic table and with packed objects."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from paraphe.adapters.trust.pades.writer import xref
from paraphe.adapters.trust.pades.writer.document import Document, open_document
from tests.support import strange_pdfs

if TYPE_CHECKING:
    from collections.abc import Mapping

# Of a packed file: the object stream, the number that is its length, the cross-reference stream.
CONTAINER, LENGTH, TABLE = 95, 96, 97
NEXT, NEVER = 1, 0xFFFF  # the generation of a free row: to be used again, or never
_FREE, _HERE, _PACKED = 0, 1, 2
_WIDTHS = (1, 4, 2)


def pack(objects: Mapping[int, bytes], trailer: bytes = b"") -> bytes:
    """A file whose objects are packed, streams apart, and whose table is a stream."""
    inside = {n: body for n, body in objects.items() if b"endstream" not in body}
    head, body = b"", b""
    for number, text in inside.items():
        head += b"%d %d " % (number, len(body))
        body += text + b" "
    packed = head + body
    entries = b"/Type/ObjStm/N %d/First %d/Length %d 0 R" % (len(inside), len(head), LENGTH)
    apart = {n: text for n, text in objects.items() if n not in inside}
    apart[CONTAINER] = b"<<" + entries + b">>\nstream\n" + packed + b"\nendstream"
    apart[LENGTH] = b"%d" % len(packed)
    rows = {0: (_FREE, 0, NEVER)}
    rows |= {number: (_PACKED, CONTAINER, at) for at, number in enumerate(inside)}
    return _end(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", apart, rows, b"/Root 1 0 R" + trailer)


def update(
    data: bytes,
    free: Mapping[int, int],
    objects: Mapping[int, bytes] | None = None,
    generations: Mapping[int, int] | None = None,
    unlisted: bytes = b"",
) -> bytes:
    """Append an update of the file's own kind that frees some numbers and brings some objects.

    Args:
        data: the file.
        free: generation of its free row by number.
        objects: that are written anew, or brought.
        generations: theirs, where they are not 0.
        unlisted: bytes that the table does not speak of.

    """
    document = open_document(io.BytesIO(data))
    carried = b"".join(_trailer(document, key) for key in ("Root", "Info"))
    trailer = carried + b"/Prev %d" % document.start
    written = dict(objects or {})
    if document.uses_streams:
        rows = {number: (_FREE, 0, generation) for number, generation in free.items()}
        own = max([document.next_number, *(number + 1 for number in written)])
        return _end(data + unlisted, written, rows, trailer, generations, own)
    return _with_table(
        data + unlisted, written, free, trailer, generations or {}, document.next_number
    )


def _trailer(document: Document, key: str) -> bytes:
    value = document.trailer.get(key)
    return b"" if value is None else b"/%s %d 0 R" % (key.encode(), value.number)  # type: ignore[union-attr]


def _with_table(
    data: bytes,
    objects: Mapping[int, bytes],
    free: Mapping[int, int],
    trailer: bytes,
    generations: Mapping[int, int],
    size: int,
) -> bytes:
    out, rows = bytearray(data), bytearray()
    for number, generation in free.items():
        rows += b"%d 1\n0000000000 %05d f \n" % (number, generation)
    for number, body in objects.items():
        generation = generations.get(number, 0)
        rows += b"%d 1\n%010d %05d n \n" % (number, len(out), generation)
        out += b"%d %d obj\n%s\nendobj\n" % (number, generation, body)
    size = max([size, *(number + 1 for number in objects)])
    start = len(out)
    out += b"xref\n" + rows + b"trailer\n<<%s/Size %d>>" % (trailer, size)
    return bytes(out) + b"\nstartxref\n%d\n%%%%EOF\n" % start


def _end(
    data: bytes,
    objects: Mapping[int, bytes],
    rows: Mapping[int, tuple[int, int, int]],
    trailer: bytes,
    generations: Mapping[int, int] | None = None,
    own: int = TABLE,
) -> bytes:
    """Append objects and a cross-reference stream with a row for each of them, and more rows."""
    out, every = bytearray(data), dict(rows)
    for number, body in objects.items():
        generation = (generations or {}).get(number, 0)
        every[number] = (_HERE, len(out), generation)
        out += b"%d %d obj\n%s\nendobj\n" % (number, generation, body)
    every[own] = (_HERE, len(out), 0)
    listed = sorted(every)
    cells = (
        value.to_bytes(width, "big")
        for number in listed
        for value, width in zip(every[number], _WIDTHS, strict=True)
    )
    index = b" ".join(b"%d 1" % number for number in listed)
    entries = b"/Type/XRef/W[1 4 2]/Index[%s]/Size %d" % (index, max(own + 1, 100))
    start = len(out)
    table = strange_pdfs.stream(b"".join(cells), entries + trailer)
    out += b"%d 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (own, table, start)
    return bytes(out)


def hybrid(data: bytes, number: int) -> bytes:
    """An update whose table is silent, and whose stream, for newer readers, frees a number."""
    document = open_document(io.BytesIO(data))
    assert isinstance(document.sections[0], xref.TableSection)
    own = document.next_number
    row = b"\0" + bytes(4) + b"\0\1"
    entries = b"/Type/XRef/W[1 4 2]/Index[%d 1]/Size %d/Root 1 0 R" % (number, own + 1)
    body = b"%d 0 obj\n%s\nendobj\n" % (own, strange_pdfs.stream(row, entries))
    start = len(data) + len(body)
    trailer = b"<</Root 1 0 R/Info 19 0 R/Size %d/Prev %d/XRefStm %d>>" % (
        own + 1,
        document.start,
        len(data),
    )
    end = b"xref\n0 0\ntrailer\n" + trailer + b"\nstartxref\n%d\n%%%%EOF\n" % start
    return data + body + end
