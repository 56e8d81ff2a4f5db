"""Do two drawings of a page show the same?

The same drawing program draws the same content to the same dots, to the last bit: so drawings are
compared exactly, but for a rounding of colours that nobody sees. A dot more or less, a comma
instead of a full stop, a tick in a box: all of it differs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_CHANNELS = 3
_ROUNDING = 24  # of 255: edges of what is moved by a millionth of a point differ by less
_TILE = 16  # dots: half a line of small print
_SPOTS = 2  # dots of a tile that may differ by more
_PIECE = 32 * _CHANNELS

Span = tuple[int, int, int, int]  # left, top, right, bottom in dots, the last two excluded


@dataclass(frozen=True, slots=True)
class Drawing:
    """A page drawn in RGB, rows `stride` bytes apart."""

    data: bytes
    width: int
    height: int
    stride: int


def same(one: Drawing, other: Drawing, apart: Sequence[Span] = ()) -> bool:
    """Say whether two drawings show the same, outside of the spans that are judged apart."""
    if (one.width, one.height, one.stride) != (other.width, other.height, other.stride):
        return False
    if one.data == other.data:
        return True
    tiles: dict[tuple[int, int], int] = {}
    for x, y in _differing(one, other):
        if any(left <= x < right and top <= y < bottom for left, top, right, bottom in apart):
            continue
        tile = (x // _TILE, y // _TILE)
        tiles[tile] = tiles.get(tile, 0) + 1
        if tiles[tile] > _SPOTS:
            return False
    return True


def _differing(one: Drawing, other: Drawing) -> Iterator[tuple[int, int]]:
    """Yield the dots that differ visibly, from the top."""
    length = one.width * _CHANNELS
    for y in range(one.height):
        begin = y * one.stride
        row, its = one.data[begin : begin + length], other.data[begin : begin + length]
        if row == its:
            continue
        for at in range(0, length, _PIECE):
            piece, its_piece = row[at : at + _PIECE], its[at : at + _PIECE]
            if piece != its_piece:
                for x in _dots(piece, its_piece):
                    yield at // _CHANNELS + x, y


def _dots(piece: bytes, other: bytes) -> list[int]:
    """Return which dots of a piece of a row differ visibly."""
    far = [
        at // _CHANNELS
        for at, (a, b) in enumerate(zip(piece, other, strict=True))
        if abs(a - b) > _ROUNDING
    ]
    return sorted(set(far))
