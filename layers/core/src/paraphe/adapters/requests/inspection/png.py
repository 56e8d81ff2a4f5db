"""PNG files from raw pixels, with nothing but zlib (ISO/IEC 15948)."""

from __future__ import annotations

import struct
import zlib

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_COLOUR_TYPE = {1: 0, 3: 2}
_LEVEL = 5


def encode(
    pixels: memoryview | bytes, width: int, height: int, stride: int, channels: int
) -> bytes:
    """Return a PNG of `channels` bytes a pixel (1 grey, 3 RGB), rows `stride` bytes apart."""
    machine = zlib.compressobj(_LEVEL, zlib.DEFLATED, 15, 9)
    rows = memoryview(pixels)
    packed: list[bytes] = []
    for row in range(height):
        begin = row * stride
        packed.append(machine.compress(b"\x00"))
        packed.append(machine.compress(rows[begin : begin + width * channels]))
    packed.append(machine.flush())
    header = struct.pack(">IIBBBBB", width, height, 8, _COLOUR_TYPE[channels], 0, 0, 0)
    body = b"".join(packed)
    return _SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, body: bytes) -> bytes:
    """Return one PNG chunk."""
    check = zlib.crc32(kind + body)
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)
