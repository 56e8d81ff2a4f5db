"""What the pages work with. `paraphe.wiring`, as a module, keeps `Services`; tests pass fakes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from paraphe.ports.delivery import Limits
from paraphe.ports.evidence import EvidenceFiles
from paraphe.ports.files import Files
from paraphe.ports.requests import Actors, Requests
from paraphe.ports.signing import Codes
from paraphe.ports.system import Entropy


class Services(Protocol):
    """Each adapter is built when it is first asked for."""

    def requests(self) -> Requests:
        """Give the store of signature requests."""
        ...

    def actors(self) -> Actors:
        """Give the executions."""
        ...

    def codes(self) -> Codes:
        """Give the check of codes."""
        ...

    def files(self) -> Files:
        """Give the documents' files."""
        ...

    def evidence_files(self) -> EvidenceFiles:
        """Give where evidence is kept."""
        ...

    def limits(self) -> Limits:
        """Give the counters of what was sent."""
        ...

    def entropy(self) -> Entropy:
        """Give chance."""
        ...


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
