"""A ZIP archive, written as it goes: stored, not compressed, UTF-8 names, of any size.

PDFs are compressed already. Each file's size and CRC stand before it, so that readers need not look
ahead; sizes and places of 4 GiB and more are written as ZIP64 (APPNOTE.TXT 6.3.10, 4.5.3).
"""

import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from zlib import crc32

from paraphe.domain.errors import ConflictError

_LIMIT_32, _LIMIT_16 = 0xFFFFFFFF, 0xFFFF
_UTF8, _ZIP64 = 0x0800, 0x0001
_VERSION_PLAIN, _VERSION_64 = 20, 45
# Made on Unix, by version 4.5; an ordinary file that its owner may write and all may read.
_MADE_BY, _MODE = 3 << 8 | _VERSION_64, 0o100644 << 16
# The packages' own date is in them: 1 January 1980, the earliest that ZIP can write.
_DATE = 1 << 5 | 1
_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END = struct.Struct("<4sHHHHIIH")
_END_64 = struct.Struct("<4sQHHIIQQQQ")
_LOCATOR_64 = struct.Struct("<4sIQI")


@dataclass(frozen=True, slots=True)
class _Entry:
    """A file of the archive, and where its header lies."""

    name: bytes
    crc: int
    size: int
    offset: int


class StoredZip:
    """Writes an archive to `write`, which takes bytes in order.

    Attributes:
        size: how many bytes were written so far.

    """

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self._write = write
        self._entries: list[_Entry] = []
        self._names: set[bytes] = set()
        self.size = 0

    def add(self, name: str, size: int, crc: int, chunks: Iterable[bytes]) -> None:
        """Write a file of which size and CRC are known.

        Raises:
            ValueError: a name leads somewhere else, or stands there already.
            ConflictError: `content_changed`, the bytes are others.

        """
        entry = _Entry(_checked(name), crc, size, self.size)
        if entry.name in self._names:
            raise ValueError("two files of one name")
        self._names.add(entry.name)
        self._put(_local_header(entry))
        seen, begin = 0, self.size
        for chunk in chunks:
            seen = crc32(chunk, seen)
            self._put(chunk)
        if (self.size - begin, seen) != (size, crc):
            raise ConflictError("content_changed", "The file is not the one that was measured.")
        self._entries.append(entry)

    def add_bytes(self, name: str, content: bytes) -> None:
        """Write a small file."""
        self.add(name, len(content), crc32(content), (content,))

    def close(self) -> None:
        """Write the directory."""
        begin = self.size
        for entry in self._entries:
            self._put(_central_header(entry))
        self._put(_ending(len(self._entries), self.size - begin, begin))

    def _put(self, data: bytes) -> None:
        self._write(data)
        self.size += len(data)


def _checked(name: str) -> bytes:
    steps = name.split("/")
    if "\\" in name or ":" in name or any(step in {"", ".", ".."} for step in steps):
        raise ValueError("a name that leads somewhere else")
    written = name.encode()
    if len(written) > _LIMIT_16:
        raise ValueError("a name that is too long")
    return written


def _local_header(entry: _Entry) -> bytes:
    large = entry.size >= _LIMIT_32
    extra = struct.pack("<HHQQ", _ZIP64, 16, entry.size, entry.size) if large else b""
    size = _LIMIT_32 if large else entry.size
    version = _VERSION_64 if large else _VERSION_PLAIN
    fixed = _LOCAL.pack(
        *(b"PK\x03\x04", version, _UTF8, 0, 0, _DATE),
        *(entry.crc, size, size, len(entry.name), len(extra)),
    )
    return fixed + entry.name + extra


def _central_header(entry: _Entry) -> bytes:
    size, offset = min(entry.size, _LIMIT_32), min(entry.offset, _LIMIT_32)
    values = [entry.size, entry.size] if size == _LIMIT_32 else []
    values += [entry.offset] if offset == _LIMIT_32 else []
    extra = struct.pack(f"<HH{len(values)}Q", _ZIP64, 8 * len(values), *values) if values else b""
    version = _VERSION_64 if values else _VERSION_PLAIN
    fixed = _CENTRAL.pack(
        *(b"PK\x01\x02", _MADE_BY, version, _UTF8, 0, 0, _DATE),
        *(entry.crc, size, size, len(entry.name), len(extra), 0, 0, 0, _MODE, offset),
    )
    return fixed + entry.name + extra


def _ending(count: int, size: int, offset: int) -> bytes:
    """Return what ends an archive; with the ZIP64 records where a number needs them."""
    large = b""
    if count >= _LIMIT_16 or size >= _LIMIT_32 or offset >= _LIMIT_32:
        large = _END_64.pack(
            *(b"PK\x06\x06", _END_64.size - 12, _MADE_BY, _VERSION_64, 0, 0),
            *(count, count, size, offset),
        ) + _LOCATOR_64.pack(b"PK\x06\x07", 0, offset + size, 1)
    few = min(count, _LIMIT_16)
    ends = (min(size, _LIMIT_32), min(offset, _LIMIT_32))
    return large + _END.pack(b"PK\x05\x06", 0, 0, few, few, *ends, 0)
