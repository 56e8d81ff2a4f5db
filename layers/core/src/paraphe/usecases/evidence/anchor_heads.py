"""The scheduled `anchor`: each day's chain heads, stored, chained and time-stamped (P19)."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from paraphe.domain.errors import ConflictError, ParapheError
from paraphe.domain.evidence import heads
from paraphe.domain.evidence.heads import DayHeads, Link
from paraphe.ports.evidence import ChainHeads, HeadFiles, KeptDay
from paraphe.ports.requests import RequestRef
from paraphe.ports.trust import Stamper

HEADS, TOKEN = "json", "tsr"
# How far the very first run looks back.
LOOK_BACK = timedelta(days=31)
AT_ONCE = 8


@dataclass
class Tally:
    """What one run did, for metrics and the log.

    `failed` holds the error codes met; `left` says whether time was up before all was done.
    """

    days: int = 0
    missing: int = 0
    written: int = 0
    failed: list[str] = field(default_factory=list)
    left: bool = False


@dataclass(frozen=True, slots=True)
class Ports:
    """What the run works with; `chain_heads` can only be read."""

    chain_heads: ChainHeads
    head_files: HeadFiles
    stamper: Stamper


def anchor(
    ports: Ports,
    now: datetime,
    has_time: Callable[[], bool] = lambda: True,
    workers: int = AT_ONCE,
) -> Tally:
    """Do every day that is over and not done yet, the oldest first. Safe to run twice at once.

    A firm that fails keeps its turn: its later days wait for the next run, the others go on.

    Args:
        ports: the adapters; used by several threads.
        now: the instant.
        has_time: tells whether another firm's day may be begun; the next run does what is left.
        workers: how many firms are at it at once.

    """
    tally, stuck = Tally(), set[str]()
    with ThreadPoolExecutor(workers) as pool:
        for day in _owed(ports.head_files, now):
            firms = _by_firm(ports.chain_heads.moved(day))
            works = [
                (firm_id, pool.submit(_firm_s_day, ports, firm_id, day, refs, now, has_time))
                for firm_id, refs in firms
                if firm_id not in stuck
            ]
            for firm_id, work in works:
                _count(tally, stuck, firm_id, work)
            if not has_time():
                tally.left = True
                break
            if stuck:
                tally.missing += 1
            else:
                ports.head_files.mark_done(day)
                tally.days += 1
    return tally


def _firm_s_day(
    ports: Ports,
    firm_id: str,
    day: date,
    refs: list[RequestRef],
    now: datetime,
    has_time: Callable[[], bool],
) -> bool:
    return has_time() and _write_down(ports, firm_id, day, refs, now)


def _count(tally: Tally, stuck: set[str], firm_id: str, work: Future[bool]) -> None:
    try:
        tally.written += work.result()
    except Exception as error:  # noqa: BLE001 (one firm's fault must not stop the others)
        stuck.add(firm_id)
        tally.failed.append(error.code if isinstance(error, ParapheError) else type(error).__name__)


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
    ports: Ports, firm_id: str, day: date, refs: list[RequestRef], now: datetime
) -> bool:
    """Store a firm's day, then its time-stamp; whatever is there already is finished, not redone.

    Raises:
        ConflictError: `later_day_written`: the day would not fit between its neighbours any more.

    """
    stored = ports.head_files.days(firm_id)
    for one in stored:
        if not one.stamped:  # a run broke off between the two files, or another one is at it
            _stamp(ports, firm_id, one.day, ports.head_files.read(firm_id, one.day, HEADS))
    if any(one.day == day for one in stored):
        return False
    if any(one.day > day for one in stored):
        raise ConflictError("later_day_written", "Heads of a later day are stored already.")
    found = ports.chain_heads.heads(refs)
    if not found:
        return False
    made = DayHeads(firm_id, day, _link(ports.head_files, firm_id, stored), now, found)
    content = ports.head_files.store(firm_id, day, HEADS, heads.to_bytes(made))
    _stamp(ports, firm_id, day, content)
    return True


def _stamp(ports: Ports, firm_id: str, day: date, content: bytes) -> None:
    ports.head_files.store(firm_id, day, TOKEN, ports.stamper(content))


def _link(kept: HeadFiles, firm_id: str, stored: tuple[KeptDay, ...]) -> Link | None:
    if not stored:
        return None
    day = stored[-1].day
    content, token = (kept.read(firm_id, day, kind) for kind in (HEADS, TOKEN))
    return Link(day, hashlib.sha256(content).hexdigest(), hashlib.sha256(token).hexdigest())
