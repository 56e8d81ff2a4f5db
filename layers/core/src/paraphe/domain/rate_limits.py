"""How many calls a caller may send: so many at once, and so many each second (GCRA).

What is stored of a caller is one instant, the `allowance's end`: until then what they have sent is
spread at the allowed rate. Each call moves it by one interval; it may lie `burst` intervals ahead.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RateLeft:
    """What is left to a caller after a call.

    Attributes:
        allowed: whether the call may be done.
        remaining: calls that may follow at once.
        reset_seconds: until everything is left again; for one that is refused, until the next call.

    """

    allowed: bool
    remaining: int
    reset_seconds: int


@dataclass(frozen=True, slots=True)
class RatePolicy:
    """So many calls at once, and so many each second in the long run."""

    burst: int
    per_second: int

    @property
    def interval(self) -> int:
        """Milliseconds that one call takes of the allowance, at least 1."""
        return max(1, 1000 // self.per_second)

    @property
    def window(self) -> int:
        """Milliseconds after which everything is left again."""
        return self.burst * self.interval

    @property
    def window_seconds(self) -> int:
        """The same in whole seconds."""
        return math.ceil(self.window / 1000)

    def left(self, ends_at: int, now: int) -> RateLeft:
        """Return what is left once the allowance ends at `ends_at`, both in milliseconds."""
        used = max(0, ends_at - now)
        return RateLeft(
            allowed=True,
            remaining=max(0, (self.window - used) // self.interval),
            reset_seconds=math.ceil(used / 1000),
        )

    def refused(self) -> RateLeft:
        """Return what a call that is over the limit is told."""
        seconds = max(1, math.ceil(self.interval / 1000))
        return RateLeft(allowed=False, remaining=0, reset_seconds=seconds)
