"""All the byte flips and written-anew objects of which `make unit` tries a sample.

None may be called valid: what is measured is how many are, next to a budget of none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.benchmarks.result import Result
from tests.support import spoilt, victims

if TYPE_CHECKING:
    from collections.abc import Iterator

FLIPS, DIGITS = 600, 1200
SHORT = 10


def measure(*, short: bool) -> Iterator[Result]:
    """How many changed files are called valid; a tenth of them when `short`."""
    part = SHORT if short else 1
    data = victims.victim(sealed=True)
    flips = spoilt.spots(data, FLIPS // part, seed=1)
    yield _row(f"{len(flips)} byte flips, called valid", len(spoilt.missed_flips(data, flips)))
    digits = spoilt.container_spots(data, DIGITS // part, seed=2)
    missed = spoilt.missed_flips(data, digits)
    yield _row(f"{len(digits)} digits of a container, called valid", len(missed))
    objects = list(spoilt.rewritten(victims.described()))[::part]
    yield _row(f"{len(objects)} objects anew, called valid", sum(map(spoilt.is_missed, objects)))


def _row(name: str, count: int) -> Result:
    return Result(name, count, "files", 0)
