"""Archive time-stamps do not last forever: when they are renewed, and what is written down then.

A time-stamp proves something for as long as the certificates of its service live. Before the first
of them ends, a newer time-stamp over the whole file takes over (ETSI EN 319 142-1 §5.4.3).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from paraphe.domain import times
from paraphe.domain.evidence.audit import SYSTEM
from paraphe.domain.evidence.events.ended import ArchiveRenewed
from paraphe.domain.requests.deadlines import evidence_end
from paraphe.domain.requests.decision import Decision, Edit, nothing
from paraphe.domain.requests.document import Document
from paraphe.domain.requests.model import RequestState, SignatureRequest

MARGIN = timedelta(days=180)
# All files stamped under one certificate would be due on one day: spread over the margin's first
# half, by the request's id.
SPREAD = timedelta(days=90)
URGENT = timedelta(days=30)
# What is about to be erased is left alone, so that nothing is stored behind the erasing (P16).
_BEFORE_ERASURE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Renewed:
    """A document's renewed file: stored at `key`, made from what lay at `base`."""

    base: str
    key: str
    sha256: str


def due_at(request: SignatureRequest) -> datetime | None:
    """Return the instant from which the time-stamps have to be renewed, or None for never."""
    if request.proven_until is None:
        return None
    return due_before(request, request.proven_until)


def due_before(request: SignatureRequest, end: datetime) -> datetime:
    """Return when to renew what reaches until `end`: 180 to 90 days before."""
    share = int.from_bytes(hashlib.sha256(request.id.encode()).digest()[:4], "big") / 2**32
    return times.truncate(end - MARGIN + share * SPREAD)


def is_over(request: SignatureRequest, now: datetime) -> bool:
    """Tell whether the evidence's years are over: nothing is left to renew."""
    ended_at = request.ended_at
    return ended_at is not None and now >= evidence_end(ended_at, request.evidence_years)


def years_left(request: SignatureRequest, now: datetime) -> int:
    """Return for how many more years the evidence is kept, rounded up; a renewal adds none."""
    until = evidence_end(request.ended_at or now, request.evidence_years)
    return max(1, -(-(until - now) // timedelta(days=366)))


def held(request: SignatureRequest, now: datetime) -> tuple[Document, ...]:
    """Return the documents whose signed originals are still there, for a day at least (P16)."""
    until = request.retention_until
    there = request.purged_at is None and until is not None and now + _BEFORE_ERASURE < until
    if request.state is not RequestState.COMPLETED or not there:
        return ()
    return tuple(d for d in request.documents if d.retained_key is not None and d.signers)


def renew(
    request: SignatureRequest,
    documents: Mapping[str, Renewed],
    evidence: int,
    reached: datetime,
    now: datetime,
    *,
    late: bool = False,
) -> Decision:
    """Point to the renewed files, and say until when the proof reaches now.

    A document that was renewed by another run meanwhile, or is erased, is left as it is.

    Args:
        request: as stored.
        documents: by id, those with a newer time-stamp.
        evidence: how many files of the evidence have a newer time-stamp.
        reached: when the first certificate behind all that is kept ends now.
        now: the instant.
        late: the certificate had ended before: a newer time-stamp proves less then.

    """
    still = {d.id: d.retained_key for d in held(request, now)}
    pointed = {i: made for i, made in documents.items() if still.get(i) == made.base}
    if request.proven_until is None or not (pointed or evidence):
        return nothing(request)
    edit = Edit(request, now)
    for document_id, made in pointed.items():
        edit.document(document_id, retained_key=made.key, retained_sha256=made.sha256)
    edit.set(proven_until=reached)
    renewed = ArchiveRenewed(
        documents=tuple(pointed),
        sha256=tuple(made.sha256 for made in pointed.values()),
        evidence_files=evidence,
        proven_until=reached,
        late=late,
    )
    edit.event(renewed, SYSTEM)
    return edit.decision()
