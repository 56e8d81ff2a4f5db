"""What every part needs from the system: chance, and the error that says "try again"."""

from typing import Protocol

from paraphe.domain.errors import TransientError

__all__ = ["Entropy", "TransientError"]


class Entropy(Protocol):
    """Chance, passed in so that tests can repeat it."""

    def __call__(self, count: int) -> bytes:
        """Return `count` unpredictable bytes."""
        ...
