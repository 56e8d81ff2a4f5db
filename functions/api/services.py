"""What the API needs from the outside, so that tests can give it something else."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from paraphe.services import Services


@dataclass(frozen=True, slots=True)
class Called:
    """One answered call, for the log: ids, never what it said."""

    operation: str
    status: int
    code: str | None
    correlation_id: str
    firm_id: str | None
    request_id: str | None
    milliseconds: float


class Observer(Protocol):
    """What the API tells its operators."""

    def called(self, call: Called) -> None:
        """Write the call's line in the log."""
        ...

    def launched(self) -> None:
        """Count a launched request."""
        ...

    def uncounted(self) -> None:
        """Count a call that was done without asking how many its client has sent."""
        ...

    def crashed(self, error: BaseException, correlation_id: str) -> None:
        """Write where an unforeseen error came from, without its message."""
        ...


@dataclass(frozen=True, slots=True)
class ApiContext:
    """The world around the API: its services, its clock (UTC, milliseconds), its observer.

    `pause` waits some seconds for another run of the same call.
    """

    services: Services
    clock: Callable[[], datetime]
    observer: Observer
    pause: Callable[[float], None] = time.sleep
