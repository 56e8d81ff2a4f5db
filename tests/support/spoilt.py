"""Signed files with one thing changed: a byte, or an object written anew by an update."""

from __future__ import annotations

import io
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from paraphe.adapters.trust.pades.writer.document import open_document
from paraphe.adapters.trust.pades.writer.syntax import Ref, Stream, Value
from paraphe.domain.trust.verdict import State
from tests.support import attacks, victims

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

TITLE = 7  # the object of `victims.described` that may be another one, and is named then
_CONTAINER = 4200  # hexadecimal digits of the last time-stamp, at least


@dataclass(frozen=True)
class Rewritten:
    """An object that an update writes anew.

    Attributes:
        data: the signed file.
        number: of the object.
        forged: what is written.

    """

    data: bytes
    number: int
    forged: Value

    def made(self) -> bytes:
        """The file with the update."""
        ref = Ref(self.number)
        return attacks.update(self.data, lambda update: update.replace(ref, self.forged))


def rewritten(data: bytes) -> Iterator[Rewritten]:
    """Every object of a file as something else, and with something more."""
    document = open_document(io.BytesIO(data))
    for number in range(1, document.next_number):
        old = document.resolve(Ref(number)) if document.has(number) else None
        yield Rewritten(data, number, {"Forged": True})
        if isinstance(old, dict):
            yield Rewritten(data, number, {**old, "Forged": True})
        elif isinstance(old, Stream):
            yield Rewritten(data, number, Stream(dict(old.entries), old.raw + b" "))


def is_missed(one: Rewritten) -> bool:
    """Whether a file is called valid though something else than its title is another one."""
    return one.number != TITLE and victims.judge(one.made()).state is State.VALID


def spots(data: bytes, count: int, seed: int) -> list[tuple[int, int]]:
    """Places anywhere in a file, and another byte for each; the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - samples
    places = [chance.randrange(len(data)) for _ in range(count)]
    return [(at, data[at] ^ chance.randrange(1, 256)) for at in places]


def container_spots(data: bytes, count: int, seed: int) -> list[tuple[int, int]]:
    """The same among the digits of the last time-stamp's container."""
    chance = random.Random(seed)  # noqa: S311 - samples
    start = data.rindex(b"/Contents <") + len(b"/Contents <")
    digits = b"0123456789ABCDEF"
    places = chance.sample(range(start, start + _CONTAINER), count)
    return [(at, chance.choice(digits.replace(data[at : at + 1], b""))) for at in places]


def missed_flips(data: bytes, places: Iterable[tuple[int, int]]) -> list[int]:
    """Where a changed byte is not seen."""
    return [
        at
        for at, other in places
        if victims.judge(data[:at] + bytes((other,)) + data[at + 1 :]).state is State.VALID
    ]
