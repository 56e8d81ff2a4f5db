"""The scheduled repair: wake, expire, remind, restart, erase (docs/ARCHITECTURE.md, `sweep`).

Eight workers, one for each shard of the index. Each takes what is due one after the other and, in
between, asks again for anything more urgent. Before it looks at a request it hides it from the
index for a while, longer each time: what cannot be repaired, or ends whoever tries, comes back
later and never stands before the others. See decision 22.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from paraphe.domain.errors import NotFoundError, ParapheError
from paraphe.domain.requests import actor, after_end, endings, erasure, failures
from paraphe.domain.requests.actor import Due, Next, Urgency, next_step
from paraphe.domain.requests.model import RequestState, SignatureRequest
from paraphe.ports.files import Files
from paraphe.ports.requests import Executions, Found, RequestRef, Requests
from paraphe.ports.signing import Links
from paraphe.usecases.optimistic_commit import change
from paraphe.usecases.requests.close_request import close_request
from paraphe.usecases.requests.manage_request import remind_if_due
from paraphe.usecases.requests.wake_execution import start, wake

# A running execution that has moved nothing for so long has lost its token: a second one, which is
# harmless because every step is idempotent, is better than a request that hangs.
STALE_AFTER = timedelta(minutes=20)
# Hidden so long after the first look, twice as long after each further one.
FIRST_PAUSE = timedelta(minutes=4)
LONGEST_PAUSE = timedelta(hours=1)
# What fails this often in a row is told; a service that hiccups is not.
LASTING = 3
# How many are taken before what is more urgent is asked for again.
BATCH = {Urgency.WAKE: 25, Urgency.UNSORTED: 5, Urgency.END: 5, Urgency.REMIND: 5, Urgency.ERASE: 2}


@dataclass
class Tally:
    """What one sweep did, for metrics and the log.

    Attributes:
        woken: executions that waited and were given a step.
        restarted: executions that took over from one that was lost.
        resumed: failed requests that were taken up again by themselves.
        reminded: requests with an automatic reminder.
        ended: requests that expired here, because nothing of theirs was running.
        abandoned: drafts that were given up.
        purged: requests whose documents were erased.
        forgotten: requests whose people were forgotten.
        failed: the error codes met.
        lasting: how many requests have failed, or were restarted in vain, several times in a row.
        left: whether time was up before everything was done.

    """

    woken: int = 0
    restarted: int = 0
    resumed: int = 0
    reminded: int = 0
    ended: int = 0
    abandoned: int = 0
    purged: int = 0
    forgotten: int = 0
    failed: list[str] = field(default_factory=list)
    lasting: int = 0
    left: bool = False

    def add(self, other: "Tally") -> None:
        """Add what another worker did."""
        for name in ("woken", "restarted", "resumed", "reminded", "ended", "abandoned"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.purged += other.purged
        self.forgotten += other.forgotten
        self.failed += other.failed
        self.lasting += other.lasting
        self.left = self.left or other.left


@dataclass(frozen=True, slots=True)
class Ports:
    """What the sweep works with."""

    requests: Requests
    executions: Executions
    files: Files
    links: Links


def pause(looks: int) -> timedelta:
    """Return for how long a request is hidden while it is looked at, after this many tries."""
    return min(FIRST_PAUSE * (1 << min(looks, 10)), LONGEST_PAUSE)


def sweep(
    ports: Ports,
    clock: Callable[[], datetime],
    has_time: Callable[[], bool],
    workers: int = actor.SHARDS,
) -> Tally:
    """Do what is overdue until nothing is, or time is up. Safe to run twice at once.

    One request's fault never keeps the others from their turn.

    Args:
        ports: the adapters; used by several threads.
        clock: gives the instant; asked again for each batch, so that what becomes urgent meanwhile
            is seen.
        has_time: tells whether another request may be begun.
        workers: threads, at most one for each shard.

    """
    tally = Tally()
    shares = [range(first, actor.SHARDS, workers) for first in range(workers)]
    if workers == 1:
        return _work(ports, shares[0], clock, has_time)
    with ThreadPoolExecutor(workers) as pool:
        for work in [pool.submit(_work, ports, share, clock, has_time) for share in shares]:
            tally.add(work.result())
    return tally


def _work(
    ports: Ports, share: range, clock: Callable[[], datetime], has_time: Callable[[], bool]
) -> Tally:
    """Work through some shards in turn; one that fails is told, and stops no other."""
    tally, left = Tally(), list(share)
    while left:
        for shard in tuple(left):
            try:
                more = _most_urgent(ports, shard, clock(), has_time, tally)
            except Exception as error:  # noqa: BLE001 (no answer: the next run asks again)
                tally.failed.append(_code(error))
                tally.lasting += 1
                more = False
            if not more:
                left.remove(shard)
    return tally


def _most_urgent(
    ports: Ports, shard: int, now: datetime, has_time: Callable[[], bool], tally: Tally
) -> bool:
    """Do a batch of the most urgent there is; tells whether there may be more."""
    for urgency in Urgency:
        mine = 0
        for found in ports.requests.due(urgency, shard, now, BATCH[urgency]):
            if not has_time():
                tally.left = True
                return False
            mine += _look(ports, found, now, tally)
        if mine:
            return True
    return False


def _look(ports: Ports, found: Found, now: datetime, tally: Tally) -> bool:
    """Take a request if nobody else has, and repair it; tells whether it was taken."""
    try:
        if not ports.requests.claim(found, now + pause(found.looks)):
            return False
        _repair(ports, found.ref, now, tally)
    except Exception as error:  # noqa: BLE001 (a broken request must not stop the sweep)
        tally.failed.append(_code(error))
        tally.lasting += found.looks + 1 >= LASTING
    return True


def _code(error: Exception) -> str:
    return error.code if isinstance(error, ParapheError) else type(error).__name__


def _repair(ports: Ports, ref: RequestRef, now: datetime, tally: Tally) -> None:
    request = ports.requests.load(ref)
    if request.state is RequestState.DRAFT:
        before = request.version
        request = change(ports.requests, ref, lambda r: endings.abandon(r, now))
        tally.abandoned += request.version != before
    if request.state is RequestState.FAILED:
        request = _take_up(ports, request, now, tally)
    if request.is_ended:
        _end(ports, request, now, tally)
    elif request.state in {RequestState.ACTIVE, RequestState.COMPLETING}:
        _go_on(ports, request, now, tally)
    else:
        _rest(ports, request, now)


def _rest(ports: Ports, request: SignatureRequest, now: datetime) -> None:
    """Nothing is to be done: the index was late. It is filed as the state says."""
    when = actor.due(request)
    if when is None or when.at > now:
        ports.requests.refile(request, when)


def _take_up(
    ports: Ports, request: SignatureRequest, now: datetime, tally: Tally
) -> SignatureRequest:
    """End a failed request whose time has come, or resume it when its pause is over."""
    ref = RequestRef(request.firm_id, request.id)
    after = change(ports.requests, ref, lambda r: endings.expire(r, now))
    if after.state is RequestState.FAILED:
        after = change(ports.requests, ref, lambda r: failures.resume_itself(r, now))
        if after.state is not RequestState.FAILED:
            tally.resumed += 1
            start(ports.executions, after)  # failing that, it is restarted a minute later
    elif after.is_ended:
        tally.ended += 1
    return after


def _go_on(ports: Ports, request: SignatureRequest, now: datetime, tally: Tally) -> None:
    reminded = remind_if_due(ports.requests, request, now)
    moved = reminded.version != request.version
    tally.reminded += moved
    if next_step(reminded, now).next is not Next.AWAIT:
        _revive(ports, reminded, now, tally)
    elif not _is_running(ports, reminded):
        _replace(ports, reminded, now, tally)
    elif not moved:
        _rest(ports, reminded, now)


def _end(ports: Ports, request: SignatureRequest, now: datetime, tally: Tally) -> None:
    ref = RequestRef(request.firm_id, request.id)
    if request.purged_at is not None:
        _forget(ports, request, now, tally)
    elif request.retention_until is not None and now >= request.retention_until:
        # Closed or not: the month is exact. Erase before writing it down, so that a crash in
        # between repeats the erasing.
        ports.files.erase_all(ref)
        purged = change(ports.requests, ref, lambda r: after_end.purge(r, now))
        tally.purged += 1
        _forget(ports, purged, now, tally)
    elif request.closed:
        _rest(ports, request, now)
    elif request.generation == 0:
        close_request(ports.requests, ports.files, ports.links, ref, now)
    else:
        _revive(ports, request, now, tally)


def _forget(ports: Ports, request: SignatureRequest, now: datetime, tally: Tally) -> None:
    ref = RequestRef(request.firm_id, request.id)
    if not erasure.is_due(request, now):
        _rest(ports, request, now)
        return
    if request.forgotten_at is None:
        ports.requests.strip_events(ref)
    while erasure.is_due(request, now):
        request = change(ports.requests, ref, lambda r: erasure.forget(r, now))
    tally.forgotten += 1


def _revive(ports: Ports, request: SignatureRequest, now: datetime, tally: Tally) -> None:
    if wake(ports.requests, ports.executions, request, now):
        tally.woken += 1
        return
    if _is_running(ports, request) and now < request.updated_at + STALE_AFTER:
        # It is at work or retries; a dead end makes it `failed`.
        when = actor.due(request)
        again = min(request.updated_at + STALE_AFTER, now + FIRST_PAUSE)
        ports.requests.refile(request, Due(when.urgency, again) if when else None)
        return
    _replace(ports, request, now, tally)


def _is_running(ports: Ports, request: SignatureRequest) -> bool:
    return ports.executions.is_running(RequestRef(request.firm_id, request.id), request.generation)


def _replace(ports: Ports, request: SignatureRequest, now: datetime, tally: Tally) -> None:
    ref = RequestRef(request.firm_id, request.id)
    generation = request.generation
    after = change(ports.requests, ref, lambda r: failures.succeed(r, generation, now, lost=True))
    ports.executions.start(ref, after.generation)
    tally.restarted += 1
    tally.lasting += failures.is_lasting(after)


def execution_ended(ports: Ports, ref: RequestRef, generation: int, now: datetime) -> Tally:
    """Take over from an execution that has just failed, was aborted or timed out.

    Nobody may act on its request for days, so this does not wait for it. What dies again without
    having moved anything is left to the sweep, whose pauses grow.
    """
    tally = Tally()
    try:
        request = ports.requests.load(ref)
    except NotFoundError:
        return tally
    open_ = {RequestState.ACTIVE, RequestState.COMPLETING}
    owes = request.state in open_ or (request.is_ended and not request.closed)
    if request.generation != generation or not owes or request.purged_at is not None:
        return tally
    if _is_running(ports, request):
        return tally
    tried = failures.restarts(request)
    if tried:
        again = Due(Urgency.WAKE, now + failures.pause(tried))
        ports.requests.refile(request, again)
    else:
        _replace(ports, request, now, tally)
    return tally
