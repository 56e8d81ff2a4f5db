"""What the API needs from the outside, so that tests can give it something else."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from paraphe.ports.delivery import Limits
from paraphe.ports.evidence import EvidenceFiles, HeadFiles
from paraphe.ports.files import Files
from paraphe.ports.firms import Firms, Members
from paraphe.ports.requests import Actors, Requests
from paraphe.ports.signing import Codes
from paraphe.ports.system import Entropy


class Tools(Protocol):
    """The adapters, each built when first asked for; the module `paraphe.wiring` keeps this."""

    def requests(self) -> Requests:
        """Give the store of requests."""
        ...

    def firms(self) -> Firms:
        """Give the firms and their clients."""
        ...

    def files(self) -> Files:
        """Give the documents' files."""
        ...

    def actors(self) -> Actors:
        """Give the executions."""
        ...

    def evidence_files(self) -> EvidenceFiles:
        """Give where evidence is kept."""
        ...

    def members(self) -> Members:
        """Give the firms' members."""
        ...

    def codes(self) -> Codes:
        """Give the checker of codes."""

    def limits(self) -> Limits:
        """Give the counters of what was sent."""
        ...

    def head_files(self) -> HeadFiles:
        """Give where the days' chain heads are kept."""
        ...

    def entropy(self) -> Entropy:
        """Give chance, for new ids."""
        ...


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

    def crashed(self, error: BaseException, correlation_id: str) -> None:
        """Write where an unforeseen error came from, without its message."""
        ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The world around the API: its tools, its clock (UTC, milliseconds), its observer."""

    tools: Tools
    clock: Callable[[], datetime]
    observer: Observer
