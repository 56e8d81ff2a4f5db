"""Cross-reference sections (ISO 32000-1 §7.5.4, §7.5.8), looked up without being unrolled.

A table's entry is 20 bytes wide, a stream's row as wide as /W says: so finding one object of
100,000 costs one seek, and opening a file does not grow with what is in it.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from paraphe.adapters.trust.pades.writer.syntax import Dictionary, Name, PdfError, Stream

if TYPE_CHECKING:
    from collections.abc import Iterator

_ENTRY_SIZE = 20
_ENTRY = re.compile(rb"(\d{10}) (\d{5}) ([nf])(?: \r| \n|\r\n)\Z")
_MAX_DECODED = 128 * 1024 * 1024
_UP = 2


@dataclass(frozen=True, slots=True)
class InFile:
    """An object that starts at an offset."""

    offset: int
    generation: int


@dataclass(frozen=True, slots=True)
class InStream:
    """An object inside an object stream."""

    container: int
    index: int


@dataclass(frozen=True, slots=True)
class Free:
    """No object: a reference to it is null."""


Entry = InFile | InStream | Free


@dataclass(frozen=True, slots=True)
class TableSection:
    """A classic table: (first number, the entries' bytes) per subsection, and the trailer.

    `hybrid` is the stream that its trailer names (/XRefStm): it is asked for what the table calls
    free or does not list.
    """

    subsections: tuple[tuple[int, bytes], ...]
    trailer: Dictionary
    hybrid: StreamSection | None = None

    @property
    def highest(self) -> int:
        """The highest object number that is spoken of."""
        ends = (first + len(rows) // _ENTRY_SIZE - 1 for first, rows in self.subsections)
        return max(max(ends, default=0), self.hybrid.highest if self.hybrid else 0)

    def find(self, number: int) -> Entry | None:
        """The entry, or None when this section does not speak of the object."""
        listed = self.find_listed(number)
        if self.hybrid is not None and (listed is None or isinstance(listed, Free)):
            return self.hybrid.find(number) or listed
        return listed

    def find_listed(self, number: int) -> Entry | None:
        """The table's own entry."""
        for first, entries in self.subsections:
            at = (number - first) * _ENTRY_SIZE
            if 0 <= at < len(entries):
                return _table_entry(entries[at : at + _ENTRY_SIZE])
        return None

    def entries(self) -> Iterator[tuple[int, Entry]]:
        """Every entry with its number, in the order of the file."""
        for first, rows in self.subsections:
            for at in range(0, len(rows), _ENTRY_SIZE):
                yield first + at // _ENTRY_SIZE, _table_entry(rows[at : at + _ENTRY_SIZE])


@dataclass(frozen=True, slots=True)
class StreamSection:
    """A cross-reference stream: (first number, count, row of the first) and the rows."""

    subsections: tuple[tuple[int, int, int], ...]
    widths: tuple[int, int, int]
    rows: bytes
    trailer: Dictionary
    own_number: int

    @property
    def highest(self) -> int:
        """The highest object number that is spoken of, or its own."""
        ends = (first + count - 1 for first, count, _ in self.subsections)
        return max(self.own_number, *ends, 0)

    def find(self, number: int) -> Entry | None:
        """The entry, or None when this section does not speak of the object."""
        for first, count, row in self.subsections:
            if 0 <= number - first < count:
                return self._row(row + number - first)
        return None

    def numbers(self) -> Iterator[int]:
        """Every object number that is spoken of."""
        for first, count, _ in self.subsections:
            yield from range(first, first + min(count, len(self.rows)))

    def entries(self) -> Iterator[tuple[int, Entry]]:
        """Every entry with its number, in the order of the file."""
        for first, count, row in self.subsections:
            for at in range(min(count, len(self.rows))):
                yield first + at, self._row(row + at)

    def _row(self, index: int) -> Entry:
        size = sum(self.widths)
        row = self.rows[index * size : (index + 1) * size]
        if len(row) != size:
            raise PdfError("the cross-reference stream is too short")
        kind_width, second_width, _ = self.widths
        kind = int.from_bytes(row[:kind_width], "big") if kind_width else 1
        second = int.from_bytes(row[kind_width : kind_width + second_width], "big")
        third = int.from_bytes(row[kind_width + second_width :], "big")
        if kind == 1:
            return InFile(second, third)
        return InStream(second, third) if kind == 2 else Free()  # noqa: PLR2004 - table 18


Section = TableSection | StreamSection


def _table_entry(line: bytes) -> Entry:
    found = _ENTRY.match(line)
    if found is None:
        raise PdfError("a cross-reference entry is malformed")
    if found[3] == b"f":
        return Free()
    return InFile(int(found[1]), int(found[2]))


def stream_section(stream: Stream, own_number: int) -> StreamSection:
    """Read a decoded cross-reference stream's dictionary.

    Raises:
        PdfError: /W, /Size or /Index are not what they must be.

    """
    entries = stream.entries
    widths, size = entries.get("W"), entries.get("Size")
    index = entries.get("Index", [0, size])
    if not isinstance(widths, list) or not isinstance(index, list):
        raise PdfError("the cross-reference stream has no /W")
    wide = [w for w in widths if isinstance(w, int) and not isinstance(w, bool) and 0 <= w <= 8]  # noqa: PLR2004
    numbers = [n for n in index if isinstance(n, int) and n >= 0]
    if len(wide) != 3 or len(numbers) != len(index) or len(numbers) % 2:  # noqa: PLR2004
        raise PdfError("the cross-reference stream is malformed")
    subsections, row = [], 0
    for first, count in zip(numbers[::2], numbers[1::2], strict=True):
        subsections.append((first, count, row))
        row += count
    rows = decode(stream)
    return StreamSection(tuple(subsections), (wide[0], wide[1], wide[2]), rows, entries, own_number)


def decode(stream: Stream) -> bytes:
    """The bytes of an unfiltered or Flate stream, PNG and no predictors.

    Raises:
        PdfError: another filter, damaged data, or over 128 MiB.

    """
    filters, parameters = stream.entries.get("Filter"), stream.entries.get("DecodeParms")
    if isinstance(filters, list):
        if len(filters) > 1:
            raise PdfError("a structural stream has several filters")
        filters = filters[0] if filters else None
        parameters = parameters[0] if isinstance(parameters, list) and parameters else parameters
    if filters is None:
        return stream.raw
    if filters != Name("FlateDecode"):
        raise PdfError("a structural stream has an unusual filter")
    inflater = zlib.decompressobj()
    try:
        data = inflater.decompress(stream.raw, _MAX_DECODED)
    except zlib.error as error:
        raise PdfError("a structural stream is damaged") from error
    if inflater.unconsumed_tail:
        raise PdfError("a structural stream is too large")
    return _unpredict(data, parameters) if isinstance(parameters, dict) else data


def _unpredict(data: bytes, parameters: Dictionary) -> bytes:
    predictor, columns = parameters.get("Predictor", 1), parameters.get("Columns", 1)
    if predictor == 1:
        return data
    if not isinstance(predictor, int) or predictor < 10 or not isinstance(columns, int):  # noqa: PLR2004
        raise PdfError("a structural stream has an unusual predictor")
    width = columns + 1
    kinds = data[::width]
    if kinds.count(_UP) == len(kinds):  # what every writer uses here: one running sum per column
        out = bytearray(len(kinds) * columns)
        for column in range(columns):
            out[column::columns] = bytes(_running(data[column + 1 :: width]))
        return bytes(out)
    return b"".join(_png_rows(data, columns))


def _running(column: bytes) -> Iterator[int]:
    return accumulate(column, lambda above, delta: above + delta & 0xFF)


def _png_rows(data: bytes, columns: int) -> Iterator[bytes]:
    above = bytes(columns)
    for start in range(0, len(data), columns + 1):
        kind, row = data[start], bytearray(data[start + 1 : start + 1 + columns])
        if kind == 1:
            row[:] = bytes(_running(bytes(row)))
        elif kind == _UP:
            row[:] = bytes((a + b) & 0xFF for a, b in zip(row, above, strict=False))
        elif kind:
            raise PdfError("a structural stream has an unusual predictor")
        above = bytes(row)
        yield above


def write_table(offsets: dict[int, tuple[int, int]], trailer: bytes, start: int) -> bytes:
    """A table for number → (offset, generation), its trailer and the file's end."""
    lines = [b"xref\n"]
    for first, last in _runs(sorted(offsets)):
        lines.append(b"%d %d\n" % (first, last - first + 1))
        lines += [b"%010d %05d n \n" % offsets[n] for n in range(first, last + 1)]
    return b"".join(lines) + b"trailer\n" + trailer + b"\nstartxref\n%d\n%%%%EOF\n" % start


def write_rows(offsets: dict[int, tuple[int, int]]) -> tuple[list[int], bytes]:
    """/Index and the rows, /W [1 5 2], for number → (offset, generation)."""
    index: list[int] = []
    for first, last in _runs(sorted(offsets)):
        index += [first, last - first + 1]
    rows = (
        b"\x01" + offsets[n][0].to_bytes(5, "big") + offsets[n][1].to_bytes(2, "big")
        for n in sorted(offsets)
    )
    return index, b"".join(rows)


def _runs(numbers: list[int]) -> Iterator[tuple[int, int]]:
    first = numbers[0]
    for a, b in pairwise(numbers):
        if b != a + 1:
            yield first, a
            first = b
    yield first, numbers[-1]
