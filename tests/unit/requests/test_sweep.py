"""The scheduled repair: the most urgent first, side by side, nothing broken in the way."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING

import pytest

from paraphe.domain.requests import actor
from paraphe.domain.requests.actor import Due, Urgency
from paraphe.ports.requests import Found, RequestRef
from paraphe.ports.system import TransientError
from paraphe.usecases.requests.sweep import sweep
from tests.support.fakes import FakeRequests

if TYPE_CHECKING:
    from paraphe.usecases.requests import sweep as usecase
    from tests.support.world import World

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def _stuck(world: World) -> RequestRef:
    """Somebody waits for a code, and nobody is at work on it."""
    ref = world.launched()
    world.kill(ref)
    world.limits.used.clear()  # all have one phone, as if on different days
    world.consent(ref, world.signer_ids(ref)[0])
    return ref


def _copies(world: World, of: RequestRef, number: int) -> list[RequestRef]:
    """Make so many more requests like one."""
    model, trail = world.load(of), world.requests.trails[of]
    made = []
    for n in range(number):
        ref = RequestRef(of.firm_id, f"sr_{n:026d}")
        world.requests.stored[ref] = replace(model, id=ref.request_id)
        world.requests.trails[ref] = list(trail)
        world.requests.refile(world.load(ref), actor.due(world.load(ref)))
        world.executions.running.add((ref, model.generation))
        made.append(ref)
    return made


def _bulk(world: World) -> tuple[RequestRef, int]:
    """10,000 requests that are due: 9,700 reminders, 300 whose files cannot be erased, one code."""
    over = world.launched()
    world.cancel(over)
    world.run_actor(over)
    world.now += 31 * DAY
    broken = _copies(world, over, 300)
    world.files.broken |= set(broken)
    due = world.launched()
    world.now += 8 * DAY
    model = world.load(due)
    for n in range(9_700):
        ref = RequestRef(due.firm_id, f"sr_r{n:025d}")
        world.requests.stored[ref] = replace(model, id=ref.request_id)
        world.requests.refile(world.load(ref), actor.due(model))
        world.executions.running.add((ref, 1))
    waiting = _stuck(world)
    world.now += 61 * timedelta(seconds=1)
    return waiting, 9_700


def test_10_000_due_and_300_broken_keep_nobody_waiting(world: World) -> None:
    """One run: with time for 200 requests the code is sent; with more, all else is done, too."""
    waiting, reminders = _bulk(world)
    left = count(200, -1)
    tally = world.sweep(lambda: next(left) > 0)
    assert tally.restarted == 1
    assert tally.left
    world.run_actor(waiting)
    assert len(world.sms.sent) == 1
    more = sweep(world.tools, lambda: world.now, lambda: True)  # eight threads
    assert tally.reminded + more.reminded == reminders + 1
    assert tally.purged + more.purged == 1
    assert tally.failed + more.failed == ["TransientError"] * 300


def test_what_is_broken_comes_back_later_each_time(world: World) -> None:
    """Looked at after 4, 8, 16 ... minutes, hourly at last; told from the third time on."""
    ref = world.launched()
    world.cancel(ref)
    world.run_actor(ref)
    world.now += 31 * DAY
    world.files.broken.add(ref)
    looked, lasting, start = [], [], world.now
    while world.now < start + timedelta(hours=6):
        tally = world.sweep()
        if tally.failed:
            looked.append(round((world.now - start) / MINUTE))
            lasting.append(tally.lasting)
        world.now += MINUTE
    assert looked == [0, 4, 12, 28, 60, 120, 180, 240, 300]
    assert lasting == [0, 0, 1, 1, 1, 1, 1, 1, 1]
    world.files.broken.clear()
    world.now += timedelta(hours=1)
    assert world.sweep().purged == 1


def test_what_ends_the_whole_run_is_not_the_next_one_s_first(world: World) -> None:
    """Hidden before it is looked at: what kills its worker does not kill the next one."""
    refs = [_stuck(world) for _ in range(20)]
    world.now += 61 * timedelta(seconds=1)

    def killed(*_: object) -> None:
        raise SystemExit

    world.requests.between = [killed]
    with pytest.raises(SystemExit):
        world.sweep()
    assert world.sweep().restarted == len(refs) - 1
    world.now += 5 * MINUTE
    world.sweep()
    for ref in refs:
        world.run_actor(ref)
    assert len(world.sms.sent) == len(refs)


def test_two_sweeps_at_once_do_everything_once(world: World) -> None:
    """Whoever claims a request has it."""
    for _ in range(40):
        _stuck(world)
    world.now += 61 * timedelta(seconds=1)
    tallies: list[usecase.Tally] = []

    def run() -> None:
        tallies.append(sweep(world.tools, lambda: world.now, lambda: True))

    runs = [threading.Thread(target=run) for _ in range(3)]
    for one in runs:
        one.start()
    for one in runs:
        one.join()
    assert sum(t.restarted for t in tallies) == 40
    assert all(not t.failed for t in tallies)


def test_an_index_that_lags_behind_finds_and_does_not_decide(world: World) -> None:
    """What it still lists was done since: it is filed as the state says, and nothing is sent."""
    ref = world.launched()
    before = len(world.notices(ref))
    world.requests.refile(world.load(ref), Due(Urgency.WAKE, world.now))
    world.now += MINUTE
    tally = world.sweep()
    assert (tally.woken, tally.restarted, tally.reminded) == (0, 0, 0)
    assert len(world.notices(ref)) == before
    found = world.requests.due(Urgency.REMIND, actor.shard(ref.request_id), world.now + 8 * DAY, 5)
    assert [one.ref for one in found] == [ref]


def test_what_an_earlier_version_filed_is_found(world: World) -> None:
    """Without a class, it is repaired all the same; the commit files it anew."""
    ref = _stuck(world)
    world.requests.refile(world.load(ref), Due(Urgency.UNSORTED, world.now))
    world.now += 61 * timedelta(seconds=1)
    assert world.sweep().restarted == 1
    shard = actor.shard(ref.request_id)
    assert ref not in world.requests.filed[Urgency.UNSORTED, shard]


def test_an_index_that_does_not_answer_is_told_and_stops_no_other_shard(world: World) -> None:
    """One part of the table is away."""
    refs = [_stuck(world) for _ in range(30)]
    away = actor.shard(refs[0].request_id)

    class Away(FakeRequests):
        def due(self, urgency: Urgency, shard: int, now: datetime, limit: int) -> tuple[Found, ...]:
            if shard == away:
                raise TransientError("away")
            return super().due(urgency, shard, now, limit)

    world.requests.__class__ = Away
    world.now += 61 * timedelta(seconds=1)
    tally = world.sweep()
    assert tally.failed == ["TransientError"]
    assert tally.restarted == sum(actor.shard(r.request_id) != away for r in refs)


def test_what_becomes_urgent_during_a_run_is_seen(world: World) -> None:
    """The instant is asked for again: a code that was asked for a minute ago does not wait."""
    model = world.launched()
    world.now += 8 * DAY
    _copies(world, model, 50)
    late = _stuck(world)
    moved = count()

    def clock() -> datetime:
        world.now += timedelta(seconds=10) * (next(moved) > 0)
        return world.now

    tally = sweep(world.tools, clock, lambda: True, workers=1)
    assert tally.restarted == 1
    assert world.load(late).generation == 2
