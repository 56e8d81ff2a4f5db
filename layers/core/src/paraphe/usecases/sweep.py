"""The scheduled repair: wake, expire, remind, restart, erase (DESIGN.md, `sweep`)."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from paraphe.domain import closing, ending, failing
from paraphe.domain.actor import Next, next_step
from paraphe.domain.errors import ParapheError
from paraphe.domain.model import RequestState, SignatureRequest
from paraphe.ports import Actors, Files, Links, RequestRef, Requests
from paraphe.usecases.close_request import close_request
from paraphe.usecases.committing import change
from paraphe.usecases.steer_request import remind_if_due
from paraphe.usecases.waking import wake

# A running execution that has moved nothing for so long has lost its token: a second one, which is
# harmless because every step is idempotent, is better than a request that hangs.
STALE_AFTER = timedelta(minutes=20)


@dataclass
class Tally:
    """What one sweep did, for metrics and the log. `failed` holds the error codes met."""

    woken: int = 0
    restarted: int = 0
    reminded: int = 0
    abandoned: int = 0
    purged: int = 0
    failed: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Tools:
    """What the sweep works with."""

    requests: Requests
    actors: Actors
    files: Files
    links: Links


def sweep(tools: Tools, now: datetime, limit: int = 200) -> Tally:
    """Look at every request that is overdue for something and do it. Safe to run twice at once.

    One request's fault never keeps the others from their turn.
    """
    tally = Tally()
    for ref in tools.requests.due(now, limit):
        try:
            _repair(tools, ref, now, tally)
        except ParapheError as error:
            tally.failed.append(error.code)
        except Exception as error:  # noqa: BLE001 (a broken request must not stop the sweep)
            tally.failed.append(type(error).__name__)
    return tally


def _repair(tools: Tools, ref: RequestRef, now: datetime, tally: Tally) -> None:
    request = tools.requests.load(ref)
    if request.state is RequestState.DRAFT:
        before = request.version
        request = change(tools.requests, ref, lambda r: ending.abandon(r, now))
        tally.abandoned += request.version != before
    if request.is_ended:
        _end(tools, request, now, tally)
        return
    reminded = remind_if_due(tools.requests, ref, now)
    if reminded.version != request.version:
        tally.reminded += 1
    if next_step(reminded, now).next not in {Next.AWAIT, Next.END}:
        _revive(tools, reminded, now, tally)


def _end(tools: Tools, request: SignatureRequest, now: datetime, tally: Tally) -> None:
    ref = RequestRef(request.firm_id, request.id)
    if request.retention_until is not None and now >= request.retention_until:
        # Closed or not: the month is exact. Erase before writing it down, so that a crash in
        # between repeats the erasing.
        tools.files.erase_all(ref)
        change(tools.requests, ref, lambda r: closing.purge(r, now))
        tally.purged += 1
    elif request.closed:
        return
    elif request.generation == 0:
        close_request(tools.requests, tools.files, tools.links, ref, now)
    else:
        _revive(tools, request, now, tally)


def _revive(tools: Tools, request: SignatureRequest, now: datetime, tally: Tally) -> None:
    ref = RequestRef(request.firm_id, request.id)
    if wake(tools.requests, tools.actors, request, now):
        tally.woken += 1
        return
    at_work = tools.actors.is_running(ref, request.generation)
    if at_work and now < request.updated_at + STALE_AFTER:
        return  # it is at work or retries; a dead end makes it `failed`, with an alarm
    generation = request.generation
    after = change(tools.requests, ref, lambda r: failing.succeed(r, generation, now))
    tools.actors.start(ref, after.generation)
    tally.restarted += 1
