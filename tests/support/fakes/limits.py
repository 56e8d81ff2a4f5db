"""Counters of what was sent, in memory."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from threading import Lock

from paraphe.domain.delivery.budgets import Budget
from paraphe.domain.errors import TransientError
from paraphe.domain.rate_limits import RateLeft, RatePolicy


class FakeLimits:
    """Keeps `Limits`.

    Attributes:
        used: what was taken, by the budget's key.

    """

    def __init__(self) -> None:
        self.used: Counter[str] = Counter()
        self._lock = Lock()

    def take(self, budgets: Sequence[Budget]) -> Budget | None:
        """Keep `Limits.take`."""
        with self._lock:
            for budget in budgets:
                if self.used[budget.key] + budget.amount > budget.most:
                    return budget
            for budget in budgets:
                self.used[budget.key] += budget.amount
        return None


class FakeRateLimits:
    """Keeps `RateLimits`: the same rule, in one place.

    Attributes:
        policy: so many calls that no test meets the limit unless it wants to.
        is_away: whether the table does not answer.

    """

    def __init__(self) -> None:
        self.policy = RatePolicy(burst=1_000_000, per_second=1_000)
        self.is_away = False
        self._ends: dict[str, int] = {}
        self._lock = Lock()

    def take(self, caller: str, now: datetime) -> RateLeft:
        """Keep `RateLimits.take`."""
        if self.is_away:
            raise TransientError("away")
        instant = int(now.timestamp() * 1000)
        with self._lock:
            before = self._ends.get(caller, 0)
            if before > instant + self.policy.window + 60_000:  # the clock was set back
                before = instant
            ends_at = max(before, instant) + self.policy.interval
            if ends_at > instant + self.policy.window:
                return self.policy.refused()
            self._ends[caller] = ends_at
        return self.policy.left(ends_at, instant)
