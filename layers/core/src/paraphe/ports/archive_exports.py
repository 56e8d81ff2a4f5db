"""Where archive exports are kept, and the packages that they make (P18)."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from paraphe.domain.delivery.archive_exports import ArchiveExport
from paraphe.ports.requests import RequestRef


@dataclass(frozen=True, slots=True)
class ExportRef:
    """Which export: its firm's id and its own."""

    firm_id: str
    export_id: str


@dataclass(frozen=True, slots=True)
class ExportPage:
    """One page of a firm's exports, oldest first; `cursor` None on the last one."""

    exports: tuple[ArchiveExport, ...]
    cursor: str | None


class ArchiveExports(Protocol):
    """Where exports are kept, for 31 days."""

    def find(self, ref: ExportRef) -> ArchiveExport | None:
        """Read an export, consistently, or None."""
        ...

    def save(self, export: ArchiveExport, *, replaces: int | None) -> None:
        """Write it in the place of version `replaces`; None: it is new. Raises RaceLostError."""
        ...

    def page(self, firm_id: str, after: str | None, limit: int) -> ExportPage:
        """Read at most `limit` exports behind that id."""
        ...

    def due(self, now: datetime, limit: int) -> tuple[ExportRef, ...]:
        """Find exports that are to be looked at, most overdue first: an index, it may lag."""
        ...


class Sink(Protocol):
    """Takes a package's bytes, in order."""

    def write(self, data: bytes) -> None:
        """Take more bytes."""
        ...


class Packages(Protocol):
    """Where packages lie: with the request's documents, with which they are erased (P16)."""

    def size(self, ref: RequestRef, name: str) -> int | None:
        """Return the size of a stored package, None when there is none of this name."""
        ...

    def writing(self, ref: RequestRef, name: str) -> AbstractContextManager[Sink]:
        """Store a package as it is written; whole at the end, or not at all."""
        ...

    def presign(self, ref: RequestRef, name: str, filename: str, seconds: int) -> str:
        """Return a URL by which a package can be fetched as `filename` for `seconds`."""
        ...


class ArchiveServices(Protocol):
    """The place of exports in `paraphe.services.Services`."""

    @property
    def archive_exports(self) -> ArchiveExports:
        """The store of exports."""
        ...

    @property
    def packages(self) -> Packages:
        """Where packages lie."""
        ...
