"""What a call carries into the transaction that acts: that it is done once, and what it relies on.

`Services.within` gives services whose every write keeps these terms. So "done before" and "not
permitted any more" are decided by the write itself, never by a read before it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from paraphe.domain.rate_limits import RateLeft, RatePolicy

REMEMBERED = timedelta(hours=24)
# Collections whose items lie elsewhere than `FirmItems` puts them.
MEMBERS = "MEMBERS"
CLIENTS = "CLIENTS"


class RepeatedCallError(Exception):
    """The same caller has acted under this key before: the transaction wrote nothing."""


@dataclass(frozen=True, slots=True)
class Reliance:
    """Something of the firm that an act relies on, as it was read.

    Attributes:
        firm_id: of the caller.
        collection: `MEMBERS`, `CLIENTS`, or a collection of `FirmItems`.
        key: its id there.
        version: the one that was read; None: that it is there at all.

    """

    firm_id: str
    collection: str
    key: str
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Once:
    """One call under a caller's own key (Idempotency-Key).

    Attributes:
        firm_id: of the caller.
        caller_id: whose key it is: an API client's id, a member's.
        key: as the caller chose it.
        fingerprint: of what is asked; another one under the same key is another call.
        run: which run of the call this is, so that a run recognises its own row.
        at: when it came.

    """

    firm_id: str
    caller_id: str
    key: str
    fingerprint: str
    run: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SeenRequest:
    """Which version of a signature request the caller has seen, and means (If-Match)."""

    request_id: str
    version: int


@dataclass(frozen=True, slots=True)
class CallTerms:
    """The terms of one call.

    Attributes:
        once: it is done once.
        relies_on: it is done only while this stands.
        seen: it is done only to the signature request that its caller has seen.

    """

    once: Once | None = None
    relies_on: tuple[Reliance, ...] = ()
    seen: SeenRequest | None = None


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer to give again; `body` None when it is not kept: it held a secret, or is long."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None


@dataclass(frozen=True, slots=True)
class KeptCall:
    """A call that has acted.

    Attributes:
        fingerprint: of what was asked.
        run: which run has acted.
        at: when that run began.
        made: ids of what it made, so that its answer can be made again.
        answer: None until it is kept, or for ever if the function died.

    """

    fingerprint: str
    run: str
    at: datetime
    made: tuple[str, ...] = ()
    answer: KeptAnswer | None = None


class Calls(Protocol):
    """Where calls that have acted are remembered, for 24 hours."""

    def find(self, once: Once) -> KeptCall | None:
        """Read, consistently, what was done under this key in the last 24 hours."""
        ...

    def keep(self, once: Once, answer: KeptAnswer, made: tuple[str, ...] = ()) -> bool:
        """Keep the answer of this run; False if it has not acted, or is answered already.

        `made` is what an answer without its body is made again from.
        """
        ...


class RateLimits(Protocol):
    """How many calls a caller may send."""

    @property
    def policy(self) -> RatePolicy:
        """How many that is."""
        ...

    def take(self, caller: str, now: datetime) -> RateLeft:
        """Count a call, or refuse it; the write decides. Raises TransientError."""
        ...


class CallServices(Protocol):
    """This part's place in `paraphe.services.Services`."""

    @property
    def calls(self) -> Calls:
        """Where calls that have acted are remembered."""
        ...

    @property
    def rate_limits(self) -> RateLimits:
        """How many calls a caller may send."""
        ...
