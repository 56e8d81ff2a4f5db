"""Where archive exports are kept, and the packages that they make (P18)."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from paraphe.domain.delivery.archive_exports import ArchiveExport
from paraphe.domain.delivery.archive_targets import ArchiveTarget
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


class PackageStore(Protocol):
    """Where packages are put."""

    def size(self, ref: RequestRef, name: str) -> int | None:
        """Return the size of a stored package, None when there is none of this name."""
        ...

    def writing(self, ref: RequestRef, name: str) -> AbstractContextManager[Sink]:
        """Store a package as it is written; whole at the end, or not at all."""
        ...


class Packages(PackageStore, Protocol):
    """Where packages lie: with the request's documents, with which they are erased (P16)."""

    def presign(self, ref: RequestRef, name: str, filename: str, seconds: int) -> str:
        """Return a URL by which a package can be fetched as `filename` for `seconds`."""
        ...


class TargetRefusedError(Exception):
    """The firm's role or bucket does not let us in: the firm has to change that."""


class FirmBuckets(Protocol):
    """The firms' own buckets."""

    def opened(self, target: ArchiveTarget) -> PackageStore:
        """Assume the firm's role and return its bucket; nothing there is written over.

        Raises TransientError; and TargetRefusedError, as all that the store does.
        """
        ...


class ArchiveTargets(Protocol):
    """Where it is kept which bucket a firm has."""

    def find(self, firm_id: str) -> ArchiveTarget | None:
        """Read it, consistently, or None."""
        ...

    def save(self, target: ArchiveTarget, *, replaces: int | None) -> None:
        """Write it in the place of version `replaces`, or None. Raises RaceLostError."""
        ...

    def remove(self, target: ArchiveTarget) -> None:
        """Delete that version. Raises RaceLostError."""
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

    @property
    def archive_targets(self) -> ArchiveTargets:
        """Which bucket a firm has."""
        ...

    @property
    def firm_buckets(self) -> FirmBuckets:
        """The firms' own buckets."""
        ...
