"""Hold a firm's audit trails against the heads that were written down of them (P19).

What this finds somebody did with full access to the table: history rewritten, shortened or added
to, days removed or replaced.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from paraphe.domain.errors import GoneError
from paraphe.domain.evidence import audit, heads
from paraphe.domain.evidence.audit import Event
from paraphe.domain.evidence.heads import DayHeads, Head
from paraphe.domain.requests.listing import Wanted
from paraphe.ports.evidence import HeadFiles
from paraphe.ports.requests import RequestRef, Requests
from paraphe.usecases.evidence.anchor_heads import HEADS, TOKEN

# Gives the instant of a time-stamp (TimeStampResp) over a content; raises ValueError for another.
Judge = Callable[[bytes, bytes], datetime]
# Gives the events that a request's evidence file holds; none when there is no such file.
Evidence = Callable[[RequestRef], tuple[Event, ...]]
# How long the door `anchor` may be late before it counts.
PATIENCE = timedelta(hours=18)
PAGE = 100


class Fault(StrEnum):
    """What does not hold."""

    UNREADABLE = "unreadable"
    TOKEN = "token"  # noqa: S105 - a time-stamp token
    PREVIOUS = "previous"
    GAP = "gap"
    REWRITTEN = "rewritten"
    MISSING = "missing"
    UNCOVERED = "uncovered"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not hold.

    Attributes:
        fault: which.
        day: the day's file that says so, None when none does.
        request_id: whose trail, empty when it is about files.
        first: the first event that may be another one than was written down; 0 likewise.
        last: an event that surely is, 0 likewise; what comes after it may be too.

    """

    fault: Fault
    day: date | None
    request_id: str = ""
    first: int = 0
    last: int = 0


@dataclass(frozen=True, slots=True)
class CheckedDay:
    """A day's file; `stamped_at` None when its time-stamp does not hold."""

    day: date
    heads: int
    stamped_at: datetime | None


@dataclass(frozen=True, slots=True)
class Report:
    """All that was looked at, and all that does not hold."""

    days: tuple[CheckedDay, ...]
    requests: int
    findings: tuple[Finding, ...]


def _without_evidence(_: RequestRef) -> tuple[Event, ...]:
    return ()


def check_heads(
    requests: Requests,
    kept: HeadFiles,
    judge: Judge,
    firm_id: str,
    now: datetime,
    evidence: Evidence = _without_evidence,
) -> Report:
    """Walk all stored days of a firm, and all its trails.

    Args:
        requests: the trails.
        kept: the days.
        judge: of time-stamps.
        firm_id: whose.
        now: the instant.
        evidence: gives the events of a request's evidence file. What personal data was taken out of
            (docs/RETENTION.md) is looked at there; an event that is not there differs.

    """
    days: list[CheckedDay] = []
    findings: list[Finding] = []
    listed: dict[str, list[tuple[date, Head]]] = {}
    before: tuple[date, str, str] | None = None
    for stored in kept.days(firm_id):
        content = _read(kept, firm_id, stored.day, HEADS)
        token = _read(kept, firm_id, stored.day, TOKEN)
        told = _parsed(content, firm_id, stored.day)
        stamped_at = _judged(judge, content, token)
        days.append(CheckedDay(stored.day, len(told.heads) if told else 0, stamped_at))
        if stamped_at is None:
            findings.append(Finding(Fault.TOKEN, stored.day))
        elif heads.is_late(stored.day, stamped_at):
            findings.append(Finding(Fault.LATE, stored.day))
        if told is None:
            findings.append(Finding(Fault.UNREADABLE, stored.day))
        else:
            fault = _link_fault(told, before)
            if fault is not None:
                findings.append(Finding(fault, stored.day))
            for head in told.heads:
                listed.setdefault(head.request_id, []).append((stored.day, head))
        before = (stored.day, _sha256(content), _sha256(token))
    first = days[0].day if days else date.min
    horizon = (first, heads.last_settled(now - PATIENCE))
    looked = sorted({*listed, *_all(requests, firm_id)})
    for request_id in looked:
        ref = RequestRef(firm_id, request_id)
        findings += _trail(requests, evidence, ref, listed.get(request_id, []), horizon)
    return Report(tuple(days), len(looked), tuple(findings))


def _read(kept: HeadFiles, firm_id: str, day: date, kind: str) -> bytes:
    try:
        return kept.read(firm_id, day, kind)
    except GoneError:
        return b""


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _parsed(content: bytes, firm_id: str, day: date) -> DayHeads | None:
    try:
        told = heads.from_bytes(content)
    except ValueError:
        return None
    return told if (told.firm_id, told.day) == (firm_id, day) else None


def _judged(judge: Judge, content: bytes, token: bytes) -> datetime | None:
    try:
        return judge(content, token)
    except ValueError:
        return None


def _link_fault(told: DayHeads, before: tuple[date, str, str] | None) -> Fault | None:
    """Whether the day continues the one that is stored before it."""
    named = told.previous
    if named is None:
        return None if before is None else Fault.PREVIOUS
    if before is None or named.day != before[0]:
        return Fault.GAP
    return None if (named.sha256, named.token_sha256) == before[1:] else Fault.PREVIOUS


def _trail(
    requests: Requests,
    evidence: Evidence,
    ref: RequestRef,
    listed: list[tuple[date, Head]],
    horizon: tuple[date, date],
) -> Iterator[Finding]:
    events = requests.events(ref)
    if any(event.withheld for event in events):
        events = audit.restored(events, evidence(ref))
    found = heads.difference(listed, events)
    if found is not None:
        fault = Fault.MISSING if found.missing else Fault.REWRITTEN
        yield Finding(fault, found.day, ref.request_id, found.first, found.last)
    covered = max((head.seq for _, head in listed), default=0)
    late = heads.uncovered(events, covered, *horizon)
    if late is not None:
        yield Finding(Fault.UNCOVERED, None, ref.request_id, late, late)


def _all(requests: Requests, firm_id: str) -> Iterator[str]:
    cursor: str | None = None
    while True:
        page = requests.listed(firm_id, Wanted(), PAGE, cursor)
        yield from (request.id for request in page.requests)
        cursor = page.cursor
        if cursor is None:
            return
