"""Sections and objects of an open file, at their offsets: read as far as each reaches."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from paraphe.adapters.trust.pades.writer import xref
from paraphe.adapters.trust.pades.writer.syntax import (
    Dictionary,
    Name,
    PdfError,
    Stream,
    TruncatedError,
    Value,
    parse,
    skip,
)

if TYPE_CHECKING:
    from paraphe.adapters.trust.pades.writer.document import Document

WINDOW = 8 * 1024  # octets that are read at first
_MAX_WINDOW = 64 * 1024 * 1024
_OBJECT = re.compile(rb"[\x00\t\n\x0c\r ]*(\d+)[\x00\t\n\x0c\r ]+(\d+)[\x00\t\n\x0c\r ]+obj")
_SUBSECTION = re.compile(rb"[\x00\t\n\x0c\r ]*(\d+) +(\d+)[ ]*(?:\r\n|\n|\r)")
_TABLE = re.compile(rb"[\x00\t\n\x0c\r ]*xref[ \t]*(?:\r\n|\n|\r)")


def read_section(document: Document, at: int) -> xref.Section:
    """The cross-reference section at an offset, a table or a stream.

    Raises:
        PdfError: there is none.

    """
    head = document.read(at, 32)
    if (table := _TABLE.match(head)) is not None:
        return _read_table(document, at + table.end())
    number = _OBJECT.match(document.read(at, 64))
    stream = read_object(document, at, None)
    if not isinstance(stream, Stream) or stream.entries.get("Type") != Name("XRef"):
        raise PdfError("startxref points to no cross-reference")
    return xref.stream_section(stream, int(number[1]) if number else 0)


def _read_table(document: Document, at: int) -> xref.TableSection:
    subsections: list[tuple[int, bytes]] = []
    while (found := _SUBSECTION.match(document.read(at, 64))) is not None:
        first, count, at = int(found[1]), int(found[2]), at + found.end()
        if count * 20 > document.size:
            raise PdfError("the cross-reference table is longer than the file")
        subsections.append((first, document.read(at, count * 20)))
        at += count * 20
    window = WINDOW
    while True:
        data = document.read(at, window)
        start = skip(data, 0)
        if data[start : start + 7] != b"trailer":
            raise PdfError("the trailer is missing")
        try:
            trailer, _ = parse(data, start + 7)
        except TruncatedError:
            window = _wider(window, document.size - at)
            continue
        if not isinstance(trailer, dict):
            raise PdfError("the trailer is not a dictionary")
        return xref.TableSection(tuple(subsections), trailer, _hybrid(document, trailer))


def _hybrid(document: Document, trailer: Dictionary) -> xref.StreamSection | None:
    """The stream that goes with a table; it may name no other section."""
    at = trailer.get("XRefStm")
    if at is None:
        return None
    if not isinstance(at, int) or not 0 < at < document.size:
        raise PdfError("a hybrid cross-reference is broken")
    number = _OBJECT.match(document.read(at, 64))
    stream = read_object(document, at, None) if number else None
    if (
        number is None
        or not isinstance(stream, Stream)
        or stream.entries.get("Type") != Name("XRef")
    ):
        raise PdfError("a hybrid cross-reference is broken")
    return xref.stream_section(stream, int(number[1]))


def _wider(window: int, left: int) -> int:
    if window >= min(left, _MAX_WINDOW):
        raise PdfError("an object is cut off")
    return window * 8


def read_object(document: Document, at: int, number: int | None) -> Value:
    """The indirect object at an offset; `number` is checked unless None."""
    window = document.window(at)
    while True:
        data = document.read(at, window)
        found = _OBJECT.match(data)
        if found is None or (number is not None and int(found[1]) != number):
            raise PdfError("the cross-reference points to another object")
        try:
            value, end = parse(data, found.end())
            end = skip(data, end)
            if end + 8 > len(data) and len(data) == window:
                raise TruncatedError("an object is cut off")  # noqa: TRY301 - one way to widen
        except TruncatedError:
            window = _wider(window, document.size - at)
            continue
        if isinstance(value, dict) and data[end : end + 6] == b"stream":
            return _read_stream(document, value, at, data, end + 6)
        return value


def _read_stream(document: Document, entries: Dictionary, at: int, data: bytes, end: int) -> Stream:
    end += 2 if data[end : end + 2] == b"\r\n" else 1
    length = document.resolve(entries.get("Length"))
    if not isinstance(length, int) or not 0 <= length <= document.size - at - end:
        raise PdfError("a stream's /Length is wrong")
    raw = data[end : end + length]
    if len(raw) < length:
        raw = document.read(at + end, length)
    return Stream(entries, raw)
