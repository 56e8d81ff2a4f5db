"""A bulk launch: a template, and a row for each request to be made of it (P24).

Its rows are kept in chunks. Who launched it stays with it: what was allowed when they asked is done
in their name, also minutes later.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from paraphe.domain.errors import ConflictError, InvalidError
from paraphe.domain.firms.member import Capability
from paraphe.domain.firms.principal import OnBehalf, Principal, PrincipalKind
from paraphe.domain.requests.model import Mode, Sender
from paraphe.domain.requests.template_use import Filling
from paraphe.domain.requests.templates import Addressee

MAX_ROWS = 1000
CHUNK_ROWS = 25
# Longer than a run of what launches rows: then the next run may take it over.
CLAIMED = timedelta(minutes=6)
# As documents after the end of their request (P16).
LIFETIME = timedelta(days=31)
# A row that fails for no reason of its own is tried so often, in as many runs.
ATTEMPTS = 3


class RowState(StrEnum):
    """Where one row stands."""

    REFUSED = "refused"
    READY = "ready"
    QUEUED = "queued"
    LAUNCHED = "launched"
    FAILED = "failed"


CHOOSABLE = frozenset({RowState.READY, RowState.FAILED})


class BulkState(StrEnum):
    """Where a bulk launch stands."""

    WAITING = "waiting"
    READY = "ready"
    LAUNCHING = "launching"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class RowFault:
    """Why a row is refused or has failed; `column` empty when no cell is to blame."""

    column: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class RowPerson:
    """Who takes a role in a row's request."""

    key: str
    name: str
    email: str
    phone: str | None
    locale: str | None


@dataclass(frozen=True, slots=True)
class BulkRow:
    """One row: `line` is where it begins in the file. People go once its request is launched."""

    line: int
    state: RowState
    people: tuple[RowPerson, ...] = ()
    title: str | None = None
    external_id: str | None = None
    faults: tuple[RowFault, ...] = ()
    request_id: str | None = None
    attempts: int = 0

    @property
    def filling(self) -> Filling:
        """Who takes which role."""
        return Filling({p.key: Addressee(p.name, p.email, p.phone, p.locale) for p in self.people})

    def launched(self, request_id: str) -> "BulkRow":
        """Return the row once its request runs; who was in it stands there."""
        return replace(
            self, state=RowState.LAUNCHED, request_id=request_id, people=(), title=None, faults=()
        )

    def failed(self, fault: RowFault) -> "BulkRow":
        """Return the row once a rule refused its request."""
        return replace(self, state=RowState.FAILED, faults=(fault,))

    def interrupted(self) -> "BulkRow":
        """Return the row after something broke: to be tried again, so many times."""
        attempts = self.attempts + 1
        if attempts < ATTEMPTS:
            return replace(self, attempts=attempts)
        fault = RowFault("", "not_launched", "It could not be launched: launch this row again.")
        return replace(self.failed(fault), attempts=attempts)


@dataclass(frozen=True, slots=True)
class Launcher:
    """Who launched, as they were then (P23)."""

    kind: PrincipalKind
    id: str
    name: str
    on_behalf: OnBehalf | None = None

    @classmethod
    def of(cls, principal: Principal) -> "Launcher":
        """Note who acts."""
        return cls(principal.kind, principal.id, principal.name, principal.on_behalf)

    def principal(self, firm_id: str) -> Principal:
        """Return who acted, with what they were allowed when they asked."""
        may = frozenset({Capability.PREPARE, Capability.LAUNCH})
        return Principal(firm_id, self.kind, self.id, self.name, may, self.on_behalf)


@dataclass(frozen=True, slots=True)
class BulkLaunch:
    """The aggregate without its rows; `template_version` is the one that its rows were read for."""

    firm_id: str
    id: str
    template_id: str
    template_version: int
    created_at: datetime
    updated_at: datetime
    state: BulkState = BulkState.WAITING
    sender: Sender | None = None
    launched_by: Launcher | None = None
    due_at: datetime | None = None
    version: int = 1
    mode: Mode = Mode.LIVE

    @property
    def expires_at(self) -> datetime:
        """From when on it is forgotten."""
        return self.updated_at + LIFETIME

    def request_id(self, line: int) -> str:
        """Return the id of a row's request: the same however often the row is launched."""
        seed = f"{self.firm_id}\n{self.id}\n{line}".encode()
        return f"sr_b{hashlib.sha256(seed).hexdigest()[:32]}"

    def moved(
        self, now: datetime, state: BulkState, due_at: datetime | None = None
    ) -> "BulkLaunch":
        """Return the next version."""
        return replace(self, state=state, due_at=due_at, updated_at=now, version=self.version + 1)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows, kept together."""

    number: int
    rows: tuple[BulkRow, ...]
    version: int = 1

    def changed(self, change: Callable[[BulkRow], BulkRow]) -> "Chunk":
        """Return it with each row changed; itself when nothing changes."""
        rows = tuple(change(row) for row in self.rows)
        return self if rows == self.rows else replace(self, rows=rows, version=self.version + 1)


@dataclass(frozen=True, slots=True)
class Bulk:
    """A bulk launch with all its rows."""

    launch: BulkLaunch
    chunks: tuple[Chunk, ...] = ()

    @property
    def rows(self) -> tuple[BulkRow, ...]:
        """All rows, in the order of the file."""
        return tuple(row for chunk in self.chunks for row in chunk.rows)

    @property
    def counts(self) -> dict[RowState, int]:
        """How many rows stand where."""
        found = Counter(row.state for row in self.rows)
        return {state: found[state] for state in RowState}


def chunked(rows: tuple[BulkRow, ...]) -> tuple[Chunk, ...]:
    """Return rows in chunks."""
    firsts = range(0, len(rows), CHUNK_ROWS)
    return tuple(
        Chunk(number, rows[first : first + CHUNK_ROWS]) for number, first in enumerate(firsts)
    )


def check_readable(launch: BulkLaunch) -> None:
    """Refuse to read the file again once rows were chosen.

    Raises:
        ConflictError: `bulk_launched`.

    """
    if launch.state not in {BulkState.WAITING, BulkState.READY}:
        raise ConflictError("bulk_launched", "Rows of this file were launched: begin another one.")


def chosen(bulk: Bulk, lines: Collection[int] | None) -> frozenset[int]:
    """Return which rows are to be queued; None are all that can be, but those that failed.

    Raises:
        ConflictError: `no_rows_yet`, `bulk_launching` while others are being launched.
        InvalidError: `row_not_launchable`, naming the line.

    """
    if bulk.launch.state is BulkState.WAITING:
        raise ConflictError("no_rows_yet", "Upload the file and have it read first.")
    if lines is None:
        wanted = frozenset(r.line for r in bulk.rows if r.state is RowState.READY)
    else:
        _check_lines(bulk.rows, lines)
        wanted = frozenset(r.line for r in bulk.rows if r.line in lines and r.state in CHOOSABLE)
    if wanted and bulk.launch.state is BulkState.LAUNCHING:
        raise ConflictError("bulk_launching", "Rows are being launched: wait until it is done.")
    return wanted


def _check_lines(rows: Iterable[BulkRow], lines: Collection[int]) -> None:
    known = {row.line for row in rows if row.state is not RowState.REFUSED}
    for number, line in enumerate(lines):
        if line not in known:
            raise InvalidError(
                "row_not_launchable",
                f"Line {line} is no row that can be launched.",
                field=f"lines.{number}",
            )


def queued(row: BulkRow) -> BulkRow:
    """Return a row that is to be launched."""
    return replace(row, state=RowState.QUEUED, faults=(), attempts=0)
