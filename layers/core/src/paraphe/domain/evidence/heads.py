"""The heads of a firm's audit chains, written down once a day and chained to the day before (P19).

A head covers every event before it. So whoever rewrites a trail, however consistently, contradicts
each head that was written down since, and those are time-stamped by somebody else. Ids and hashes
only: nothing here says who anybody is.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from paraphe.domain import times
from paraphe.domain.evidence import audit
from paraphe.domain.evidence.audit import Event

SCHEMA = "paraphe-heads/1"
# Longer than any function may run: nothing that a function dated by its start comes later still.
SETTLED = timedelta(hours=1)
# A day that was stamped later than this after its end could have been made up in between.
PROMPT = timedelta(days=3)
_SHA256 = re.compile(r"^[0-9a-f]{64}$")


@dataclass(frozen=True, slots=True)
class Head:
    """Where a request's trail stood: the number and the hash of its newest event.

    `evidence_sha256` is the digest of its evidence file, once there is one: the events that close
    a request come after its evidence was made, so the file could not be held against `hash` alone.
    """

    request_id: str
    seq: int
    hash: str
    evidence_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """The day before, as it is stored: digests of its file and of its time-stamp."""

    day: date
    sha256: str
    token_sha256: str


@dataclass(frozen=True, slots=True)
class DayHeads:
    """All chains of a firm that moved on a day (UTC); `previous` None on the very first."""

    firm_id: str
    day: date
    previous: Link | None
    made_at: datetime
    heads: tuple[Head, ...]

    def head(self, request_id: str) -> Head | None:
        """Find a request's head."""
        return next((head for head in self.heads if head.request_id == request_id), None)


def last_settled(now: datetime) -> date:
    """Return the newest day (UTC) that is over for good: one hour is let pass after midnight."""
    return (now - SETTLED).date() - timedelta(days=1)


def is_late(day: date, stamped_at: datetime) -> bool:
    """Tell whether a day's time-stamp is too late to prove what stood there when it was over."""
    return stamped_at.date() - day > PROMPT + timedelta(days=1)


def to_bytes(day: DayHeads) -> bytes:
    """Write a day's file: JSON, sorted keys, no spaces, UTF-8; requests by their id."""
    previous = day.previous
    heads = sorted(day.heads, key=lambda head: head.request_id)
    told = {
        "schema": SCHEMA,
        "firm": day.firm_id,
        "day": day.day.isoformat(),
        "previous": previous
        and {
            "day": previous.day.isoformat(),
            "sha256": previous.sha256,
            "token_sha256": previous.token_sha256,
        },
        "made_at": times.to_text(day.made_at),
        "heads": [
            {"request": h.request_id, "seq": h.seq, "head": h.hash, "evidence": h.evidence_sha256}
            for h in heads
        ],
    }
    return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def from_bytes(content: bytes) -> DayHeads:
    """Read a day's file.

    Raises:
        ValueError: it is not one; a key or a request that comes twice included.

    """
    try:
        told = json.loads(content, object_pairs_hook=_without_repeats)
        if told["schema"] != SCHEMA:
            raise ValueError("another schema")
        heads = tuple(_head(item) for item in told["heads"])
        if len({head.request_id for head in heads}) != len(heads):
            raise ValueError("a request is listed twice")
        return DayHeads(
            firm_id=_text(told["firm"]),
            day=date.fromisoformat(told["day"]),
            previous=None if told["previous"] is None else _link(told["previous"]),
            made_at=times.from_text(told["made_at"]),
            heads=heads,
        )
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"not a day's heads ({type(error).__name__})") from error


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse what different programs would read differently."""
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key is written twice")
    return made


def _head(item: dict[str, Any]) -> Head:
    seq, evidence = item["seq"], item["evidence"]
    if isinstance(seq, bool) or not isinstance(seq, int) or seq < 1:
        raise ValueError("an event's number is an integer from 1")
    return Head(
        request_id=_text(item["request"]),
        seq=seq,
        hash=_digest(item["head"]),
        evidence_sha256=None if evidence is None else _digest(evidence),
    )


def _link(item: dict[str, Any]) -> Link:
    day = date.fromisoformat(item["day"])
    return Link(day, _digest(item["sha256"]), _digest(item["token_sha256"]))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _digest(value: object) -> str:
    if not _SHA256.match(_text(value)):
        raise ValueError("not a SHA-256")
    return str(value)


@dataclass(frozen=True, slots=True)
class Difference:
    """A trail that is not what was written down.

    Attributes:
        first: all events before this one are proven to be the same.
        last: this event differs or is not there; what comes after it may differ too.
        day: when the head that it contradicts was written down.
        missing: whether the event `last` is not there at all.

    """

    first: int
    last: int
    day: date
    missing: bool


def difference(listed: Iterable[tuple[date, Head]], events: Sequence[Event]) -> Difference | None:
    """Hold a request's trail against every head of it that was written down, oldest day first.

    From each head the chain is followed back to the one before: an event is the same when its
    content has the hash that the event after it, or the head, says.

    Returns:
        None when everything up to the newest head is the same.

    """
    proven, known = 0, audit.GENESIS
    for day, head in listed:
        wanted = head.hash
        for seq in range(head.seq, min(proven, head.seq - 1), -1):
            found = events[seq - 1] if seq <= len(events) else None
            if found is None or found.seq != seq or audit.digest(found) != wanted:
                return Difference(min(proven, seq - 1) + 1, seq, day, missing=found is None)
            wanted = found.previous
        if head.seq > proven:
            if wanted != known:  # two heads that were written down contradict each other
                return Difference(proven + 1, proven + 1, day, missing=False)
            proven, known = head.seq, head.hash
    return None


def uncovered(events: Iterable[Event], covered: int, first: date, last: date) -> int | None:
    """Find the first event that should have been written down by now and was not.

    Args:
        events: a request's trail.
        covered: the largest event number of it that was written down, 0 for none.
        first: the day from which on heads are written down.
        last: the newest day that has to be there.

    """
    late = (e.seq for e in events if e.seq > covered and first <= e.at.date() <= last)
    return next(late, None)
