"""Counters of what was sent, in memory."""

from collections import Counter
from collections.abc import Sequence
from threading import Lock

from paraphe.domain.delivery.budgets import Budget


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
