"""What the portal works with."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from paraphe.services import Services
from paraphe.usecases import using

UseCase = TypeVar("UseCase")


class Observer(Protocol):
    """Where metrics and faults go; no personal data."""

    def signed_in(self) -> None:
        """Count somebody who got in."""
        ...

    def kept_out(self, code: str, reason: str) -> None:
        """Count and log why somebody did not get in."""
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

    def use(self, use_case: type[UseCase]) -> UseCase:
        """Build a use case."""
        return using(use_case, self.services)  # type: ignore[type-var] # each is a dataclass
