"""Cheap looks at the bytes of a file, before any PDF library sees them.

A cross-reference stream of a few kilobytes can announce millions of entries, and an object stream
can unpack to gigabytes; libraries believe them. So what a file announces is counted here first.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from paraphe.adapters.requests.inspection.refuse import RefuseError
from paraphe.domain.requests.inspection import FileHint, RefusalReason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paraphe.adapters.requests.inspection.limits import Limits

HEADER_WITHIN = 1024
_DICTIONARY_AT_MOST = 4096
_CHUNK = 1 << 20

_STREAM_KIND = re.compile(rb"/(?:XRef|ObjStm)\b")
_STREAM_DATA = re.compile(rb"stream(\r\n|\n|\r)")
_COUNTS = re.compile(rb"/(?:Size|N)\s+(\d{1,12})")
_INDEX = re.compile(rb"/Index\s*\[([\d\s]*)\]")
_START = re.compile(rb"startxref\s+(\d{1,12})(\s*%%EOF)?")
_TABLE_SECTION = re.compile(rb"^xref\s+(\d{1,12})\s+(\d{1,12})")
_PREVIOUS = re.compile(rb"/Prev\s+(\d{1,12})")
_XREF_STREAM = re.compile(rb"\s*\d{1,10}\s+\d{1,5}\s+obj\b")

_MAGIC: tuple[tuple[bytes, FileHint], ...] = (
    (b"\x89PNG", FileHint.IMAGE),
    (b"\xff\xd8\xff", FileHint.IMAGE),
    (b"GIF8", FileHint.IMAGE),
    (b"II*\x00", FileHint.IMAGE),
    (b"MM\x00*", FileHint.IMAGE),
    (b"BM", FileHint.IMAGE),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", FileHint.WORD),
    (b"{\\rtf", FileHint.WORD),
    (b"\x1f\x8b", FileHint.ARCHIVE),
    (b"7z\xbc\xaf", FileHint.ARCHIVE),
    (b"Rar!", FileHint.ARCHIVE),
)
_ZIP_PARTS: tuple[tuple[bytes, FileHint], ...] = (
    (b"word/", FileHint.WORD),
    (b"xl/", FileHint.EXCEL),
    (b"ppt/", FileHint.POWERPOINT),
    (b"opendocument", FileHint.OPEN_DOCUMENT),
)


def hint(head: bytes) -> FileHint:
    """Guess from its first kilobytes what a file that is not a PDF is."""
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head.startswith(b"PK"):
        return next((kind for part, kind in _ZIP_PARTS if part in head), FileHint.ARCHIVE)
    if head[4:12] in {b"ftypheic", b"ftypmif1", b"ftypavif"} or head[8:12] == b"WEBP":
        return FileHint.IMAGE
    start = head.lstrip()[:64].lower()
    if start.startswith((b"<!doctype html", b"<html", b"<?xml", b"<svg")):
        return FileHint.WEB_PAGE
    return FileHint.UNKNOWN if b"\x00" in head or not head.strip() else FileHint.TEXT


def unpacked_size(packed: bytes | memoryview, layers: int, cap: int) -> int:
    """Return how many bytes Flate data unpacks to, counting no further than `cap`.

    `layers` is how many times it was packed. Damaged data counts as far as it can be read.
    """
    feed: Iterator[bytes | memoryview] = iter((packed,))
    for _ in range(layers):
        feed = _inflate(feed)
    total = 0
    for piece in feed:
        total += len(piece)
        if total > cap:
            break
    return total


def _inflate(pieces: Iterator[bytes | memoryview]) -> Iterator[bytes]:
    """Unpack one layer, at most `_CHUNK` bytes at a time; stop where the data is damaged."""
    machine = zlib.decompressobj()
    for piece in pieces:
        rest: bytes | memoryview = piece
        while rest and not machine.eof:
            try:
                out = machine.decompress(rest, _CHUNK)
            except zlib.error:
                return
            if out:
                yield out
            rest = machine.unconsumed_tail


def check_announced(data: bytes, limits: Limits) -> None:
    """Refuse a file whose own structure announces more than it may hold.

    Raises:
        RefuseError: with TOO_COMPLEX.
    """
    unpacked = 0
    for found in _STREAM_KIND.finditer(data):
        begin = max(data.rfind(b"obj", 0, found.start()), found.start() - _DICTIONARY_AT_MOST)
        opening = _STREAM_DATA.search(data, found.end(), found.end() + _DICTIONARY_AT_MOST)
        if opening is None:
            continue
        dictionary = data[begin : opening.start()]
        if _entries(dictionary) > limits.xref_entries:
            raise RefuseError(RefusalReason.TOO_COMPLEX)
        layers = dictionary.count(b"/FlateDecode") + dictionary.count(b"/Fl ")
        end = data.find(b"endstream", opening.end())
        packed = memoryview(data)[opening.end() : end if end >= 0 else len(data)]
        cap = limits.unpacked_structure - unpacked
        unpacked += unpacked_size(packed, layers, cap)
        if unpacked > limits.unpacked_structure:
            raise RefuseError(RefusalReason.TOO_COMPLEX)


def _entries(dictionary: bytes) -> int:
    """Return the largest number of objects that a stream's dictionary speaks of."""
    counts = [int(count) for count in _COUNTS.findall(dictionary)]
    counts += [sum(map(int, index.split()[1::2])) for index in _INDEX.findall(dictionary)]
    return max(counts, default=0)


@dataclass(frozen=True, slots=True)
class Revisions:
    """The chain of cross-reference sections, followed from the last `startxref` of the file.

    It is sound when every section is where it is said to be and the file ends with its marker.
    """

    sections: int
    sound: bool
    hybrid: bool


def revisions(data: bytes) -> Revisions:
    """Follow the cross-reference sections of a file exactly, without repairing anything."""
    starts = _START.findall(data, max(0, len(data) - HEADER_WITHIN * 2))
    if not starts or not starts[-1][1] or not data.startswith(b"%PDF-"):
        return Revisions(0, sound=False, hybrid=False)
    offset: int | None = int(starts[-1][0])
    seen: set[int] = set()
    hybrid = False
    while offset is not None:
        if offset in seen or offset >= len(data):
            return Revisions(len(seen), sound=False, hybrid=hybrid)
        seen.add(offset)
        trailer = _section(data, offset)
        if trailer is None:
            return Revisions(len(seen), sound=False, hybrid=hybrid)
        hybrid = hybrid or b"/XRefStm" in trailer
        previous = _PREVIOUS.search(trailer)
        offset = int(previous[1]) if previous else None
    return Revisions(len(seen), sound=True, hybrid=hybrid)


def _section(data: bytes, offset: int) -> bytes | None:
    """Return the trailer of the section at `offset`, or None when there is no section there."""
    head = data[offset : offset + 64].lstrip()
    if _TABLE_SECTION.match(head):
        begin = data.find(b"trailer", offset)
        end = data.find(b"startxref", begin)
        return data[begin : end if end >= 0 else len(data)] if begin >= 0 else None
    if _XREF_STREAM.match(data, offset):
        end = data.find(b"stream", offset, offset + _DICTIONARY_AT_MOST * 4)
        section = data[offset:end] if end >= 0 else b""
        return section if b"/XRef" in section else None
    return None
