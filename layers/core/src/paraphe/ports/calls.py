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
class CallTerms:
    """The terms of one call: done once, and only while what it relies on stands."""

    once: Once | None = None
    relies_on: tuple[Reliance, ...] = ()


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer to give again; `body` None when it is not kept, because it held a secret."""

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

    def keep(self, once: Once, answer: KeptAnswer) -> bool:
        """Keep the answer of this run; False if it has not acted, or is answered already."""
        ...


class CallServices(Protocol):
    """This part's place in `paraphe.services.Services`."""

    @property
    def calls(self) -> Calls:
        """Where calls that have acted are remembered."""
        ...
