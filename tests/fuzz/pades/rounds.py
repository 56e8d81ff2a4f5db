"""Rounds of fuzzing: each depends on the seed and its number alone."""

from __future__ import annotations

import itertools
import random
import time
import traceback
import warnings
from typing import TYPE_CHECKING

from tests.fuzz.pades.targets import TARGETS, Tried

if TYPE_CHECKING:
    from collections.abc import Iterator

SECONDS = 10


def one(seed: int, number: int, target: str) -> Tried:
    """One round; an error that the target does not name is a complaint."""
    chance = random.Random(f"{seed}:{number}:{target}")  # noqa: S311 - samples
    begun = time.process_time()
    try:
        with warnings.catch_warnings(action="ignore"):  # of odd certificates
            tried = TARGETS[target](chance)
    except Exception:  # noqa: BLE001 - that is what is looked for
        return Tried(f"{target} {seed}:{number}", b"", [traceback.format_exc()])
    taken = time.process_time() - begun
    if taken > SECONDS:
        tried.complaints.append(f"took {taken:.1f} s")
    return tried


def rounds(seed: int) -> Iterator[tuple[str, Tried]]:
    """Every target in turn, without end."""
    for number in itertools.count():
        for target in TARGETS:
            yield target, one(seed, number, target)
