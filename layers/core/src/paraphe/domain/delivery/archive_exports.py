"""Exports of a request's documents and evidence to the firm's archive (P12, P18)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from paraphe.domain.errors import ConflictError, GoneError
from paraphe.domain.requests import endings
from paraphe.domain.requests.model import RequestState, SignatureRequest

# A run that has not said how it ended for so long has died.
LEASE = timedelta(minutes=20)
# How long after each failed attempt the next one is made; after the last one the export has failed.
DELAYS = (
    *(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60)),
    *(timedelta(hours=hours) for hours in (3, 6, 12, 24, 24, 24)),
)


class ExportState(StrEnum):
    """Where an export stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class ExportContents(StrEnum):
    """What an export holds: no partly signed document ever leaves."""

    DOCUMENTS = "documents"
    EVIDENCE = "evidence"
    ORIGINALS = "originals"


class ExportFault(StrEnum):
    """Why the last attempt ended."""

    NOT_READY = "not_ready"
    DOCUMENTS_ERASED = "documents_erased"
    UNAVAILABLE = "service_unavailable"
    INTERRUPTED = "interrupted"


# No later attempt can do better.
_FINAL = frozenset({ExportFault.DOCUMENTS_ERASED})


@dataclass(frozen=True, slots=True)
class ArchiveExport:
    """One package, made in the background.

    Attributes:
        firm_id: whose.
        id: its own.
        request_id: of the request that it holds.
        contents: signed originals and evidence, or, of a request that ended otherwise, evidence;
            or the originals alone, if that was asked for.
        created_at: when it was asked for; the package's date, so that each attempt makes the same.
        state: where it stands.
        attempts: how many were begun.
        due_at: when it is looked at next; None when nothing is left to do.
        fault: why the last attempt ended; None while all is well.
        done_at: since when it can be fetched.
        name: SHA-256 that names the package: of what it holds.
        size: of the package, in bytes.
        version: what a write is conditioned on.

    """

    firm_id: str
    id: str
    request_id: str
    contents: ExportContents
    created_at: datetime
    state: ExportState = ExportState.WAITING
    attempts: int = 0
    due_at: datetime | None = None
    fault: ExportFault | None = None
    done_at: datetime | None = None
    name: str | None = None
    size: int = 0
    version: int = 1


def check_kept(request: SignatureRequest, now: datetime) -> None:
    """Refuse exports of what is no longer kept (P16).

    Raises:
        GoneError: `documents_erased`.

    """
    over = request.retention_until is not None and now >= request.retention_until
    if over or request.purged_at is not None:
        raise GoneError("documents_erased", "The documents were erased at the end of retention.")


def contents_of(
    request: SignatureRequest, now: datetime, *, originals: bool = False
) -> ExportContents:
    """Return what an export of a request may hold; `originals`: it is to hold these alone.

    Raises:
        ConflictError: `not_completed`, it has not ended; `nothing_to_export`, a draft that ended.
        GoneError: `documents_erased`; for originals also `request_<state>`, when it ended without
            all signatures.

    """
    if originals:
        endings.check_downloadable(request, now)
        check_kept(request, now)
        return ExportContents.ORIGINALS
    if not request.is_ended:
        raise ConflictError("not_completed", "A request can be exported once it has ended.")
    if request.launched_at is None:
        raise ConflictError("nothing_to_export", "It was never launched: there is no evidence.")
    check_kept(request, now)
    if request.state is RequestState.COMPLETED:
        return ExportContents.DOCUMENTS
    return ExportContents.EVIDENCE


def is_ready(request: SignatureRequest) -> bool:
    """Tell whether all that an export holds is stored where it stays."""
    if request.evidence_key is None:
        return False
    completed = request.state is RequestState.COMPLETED
    return not completed or all(d.retained_key is not None for d in request.documents)


def begun(export: ArchiveExport, now: datetime) -> ArchiveExport:
    """Return it as an attempt begins: looked at again should the attempt never say how it ended."""
    return replace(
        export,
        state=ExportState.RUNNING,
        attempts=export.attempts + 1,
        due_at=now + LEASE,
        version=export.version + 1,
    )


def is_worn_out(export: ArchiveExport) -> bool:
    """Tell whether every attempt was made."""
    return export.attempts > len(DELAYS)


def done(export: ArchiveExport, name: str, size: int, now: datetime) -> ArchiveExport:
    """Return it as it can be fetched."""
    return replace(
        export,
        state=ExportState.DONE,
        due_at=None,
        fault=None,
        done_at=now,
        name=name,
        size=size,
        version=export.version + 1,
    )


def failed(export: ArchiveExport, fault: ExportFault, now: datetime) -> ArchiveExport:
    """Return it after a failed attempt: to be tried again, or for good."""
    over = fault in _FINAL or is_worn_out(export)
    return replace(
        export,
        state=ExportState.FAILED if over else ExportState.WAITING,
        due_at=None if over else now + DELAYS[export.attempts - 1],
        fault=fault,
        version=export.version + 1,
    )


def retried(export: ArchiveExport, now: datetime) -> ArchiveExport:
    """Return a failed export as it is asked for again.

    Raises:
        ConflictError: `export_not_failed`.

    """
    if export.state is not ExportState.FAILED:
        raise ConflictError("export_not_failed", "Only an export that has failed is tried again.")
    return replace(
        export,
        state=ExportState.WAITING,
        attempts=0,
        due_at=now,
        version=export.version + 1,
    )
