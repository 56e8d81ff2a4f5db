"""What the pages work with."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from paraphe.services import Services


class Observer(Protocol):
    """Where a page's metrics and faults go; no personal data."""

    def count(self, name: str) -> None:
        """Add one to a metric."""
        ...

    def about(self, request_id: str, firm_id: str) -> None:
        """Name the signature request in every further line of the log."""
        ...

    def fault(self, error: BaseException) -> None:
        """Be told an exception that nobody expected."""
        ...


@dataclass(frozen=True, slots=True)
class Door:
    """What stands behind every page: the services, the clock, the observer."""

    services: Services
    clock: Callable[[], datetime]
    observer: Observer
