"""The scheduled `anchor`: each day's chain heads, stored, chained and time-stamped (P19)."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from paraphe.domain import heads
from paraphe.domain.errors import ConflictError, ParapheError
from paraphe.domain.heads import DayHeads, Link
from paraphe.ports import ChainHeads, HeadFiles, KeptDay, RequestRef, Stamper

HEADS, TOKEN = "json", "tsr"
# How far the very first run looks back.
LOOK_BACK = timedelta(days=31)


@dataclass
class Tally:
    """What one run did, for metrics and the log. `failed` holds the error codes met."""

    days: int = 0
    missing: int = 0
    written: int = 0
    failed: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Tools:
    """What the run works with; `chains` can only be read."""

    chains: ChainHeads
    kept: HeadFiles
    stamp: Stamper


def anchor(tools: Tools, now: datetime) -> Tally:
    """Do every day that is over and not done yet, the oldest first. Safe to run twice at once.

    A firm that fails keeps its turn: its later days wait for the next run, the others go on.
    """
    tally, stuck = Tally(), set[str]()
    for day in _owed(tools.kept, now):
        for firm_id, refs in _by_firm(tools.chains.moved(day)):
            if firm_id in stuck:
                continue
            try:
                tally.written += _write_down(tools, firm_id, day, refs, now)
            except ParapheError as error:
                stuck.add(firm_id)
                tally.failed.append(error.code)
            except Exception as error:  # noqa: BLE001 (one firm's fault must not stop the others)
                stuck.add(firm_id)
                tally.failed.append(type(error).__name__)
        if stuck:
            tally.missing += 1
        else:
            tools.kept.mark_done(day)
            tally.days += 1
    return tally


def _owed(kept: HeadFiles, now: datetime) -> Iterator[date]:
    last, done = heads.last_settled(now), kept.last_done()
    day = done + timedelta(days=1) if done is not None else last - LOOK_BACK
    while day <= last:
        yield day
        day += timedelta(days=1)


def _by_firm(refs: Iterable[RequestRef]) -> list[tuple[str, list[RequestRef]]]:
    found: dict[str, list[RequestRef]] = {}
    for ref in refs:
        found.setdefault(ref.firm_id, []).append(ref)
    return sorted(found.items())


def _write_down(
    tools: Tools, firm_id: str, day: date, refs: list[RequestRef], now: datetime
) -> bool:
    """Store a firm's day, then its time-stamp; whatever is there already is finished, not redone.

    Raises:
        ConflictError: `later_day_written`: the day would not fit between its neighbours any more.

    """
    stored = tools.kept.days(firm_id)
    for one in stored:
        if not one.stamped:  # a run broke off between the two files, or another one is at it
            _stamp(tools, firm_id, one.day, tools.kept.read(firm_id, one.day, HEADS))
    if any(one.day == day for one in stored):
        return False
    if any(one.day > day for one in stored):
        raise ConflictError("later_day_written", "Heads of a later day are stored already.")
    found = tuple(head for ref in refs if (head := tools.chains.head(ref)) is not None)
    if not found:
        return False
    made = DayHeads(firm_id, day, _link(tools.kept, firm_id, stored), now, found)
    content = tools.kept.store(firm_id, day, HEADS, heads.to_bytes(made))
    _stamp(tools, firm_id, day, content)
    return True


def _stamp(tools: Tools, firm_id: str, day: date, content: bytes) -> None:
    tools.kept.store(firm_id, day, TOKEN, tools.stamp(content))


def _link(kept: HeadFiles, firm_id: str, stored: tuple[KeptDay, ...]) -> Link | None:
    if not stored:
        return None
    day = stored[-1].day
    content, token = (kept.read(firm_id, day, kind) for kind in (HEADS, TOKEN))
    return Link(day, hashlib.sha256(content).hexdigest(), hashlib.sha256(token).hexdigest())
