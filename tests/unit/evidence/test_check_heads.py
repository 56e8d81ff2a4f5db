"""Chain heads, each day: written once, chained, time-stamped; a rewritten history shows (P19)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import pytest

from paraphe.domain.evidence import heads
from paraphe.usecases.evidence.check_heads import Fault
from tests.support.rewriting import rechained, rewritten
from tests.support.world import FIRM, START, World
from tests.unit.evidence.anchored import (
    DAY,
    FIRST,
    busy,
    check,
    day_file,
    faults,
    next_day,
    overwrite,
)

# ------------------------------------------------------------------ what shows


def test_an_honest_history_holds(world: World) -> None:
    """Three days, every one stamped; the events after the last head are not due yet."""
    ref = busy(world)
    report = check(world)
    assert report.findings == ()
    assert [day.day for day in report.days] == [FIRST + n * DAY for n in range(3)]
    assert all(day.stamped_at for day in report.days)
    assert report.requests == 1
    world.now += 40 * DAY
    world.sweep()  # erased; its events stay
    assert world.load(ref).purged_at is not None
    next_day(world)
    assert faults(world) == []


@pytest.mark.parametrize("seq", [1, 5, 9, 14])
def test_a_rewritten_history_shows(world: World, seq: int) -> None:
    """One event changed and everything after it chained anew, head included."""
    ref = busy(world)
    overwrite(world, ref, rewritten(world.requests.trails[ref], seq))
    ((fault, request_id, first, last),) = faults(world)
    assert (fault, request_id) == (Fault.REWRITTEN, ref.request_id)
    assert first <= seq <= last
    marks = [day_file(world, FIRST + n * DAY).heads[0].seq for n in range(3)]
    assert last == next(mark for mark in marks if mark >= seq)
    assert first == max((mark for mark in marks if mark < seq), default=0) + 1


def test_an_event_that_was_only_changed_is_known_exactly(world: World) -> None:
    """Followed back from the head, the chain ends at the changed event."""
    ref = busy(world)
    trail = world.requests.trails[ref]
    trail[8] = replace(trail[8], kind="consent_given_freely")
    ((fault, _, first, last),) = faults(world)
    assert (fault, last) == (Fault.REWRITTEN, 9)
    assert first <= 9


def test_dropped_inserted_and_shortened(world: World) -> None:
    """Whatever is done to the events, the head of that day is not their last hash any more."""
    ref = busy(world)
    trail = list(world.requests.trails[ref])
    overwrite(world, ref, rechained(trail[:3] + trail[4:]))
    assert faults(world)[0][:2] == (Fault.REWRITTEN, ref.request_id)
    overwrite(world, ref, rechained([*trail[:3], trail[2], *trail[3:]]))
    assert faults(world)[0][:2] == (Fault.REWRITTEN, ref.request_id)
    overwrite(world, ref, trail[:-1])
    assert faults(world) == [(Fault.MISSING, ref.request_id, faults(world)[0][2], len(trail))]
    overwrite(world, ref, [])
    assert faults(world)[0][:3] == (Fault.MISSING, ref.request_id, 1)
    del world.requests.stored[ref], world.requests.trails[ref]
    assert faults(world)[0][:3] == (Fault.MISSING, ref.request_id, 1)


def test_rewritten_before_the_next_day_is_written_down(world: World) -> None:
    """The new history gets heads of its own; the old ones contradict it."""
    ref = world.launched(people=(1, 2))
    next_day(world)
    overwrite(world, ref, rewritten(world.requests.trails[ref], 2))
    world.sign(ref, world.signer_ids(ref)[0])
    next_day(world)
    ((fault, request_id, first, _),) = faults(world)
    assert (fault, request_id, first) == (Fault.REWRITTEN, ref.request_id, 1)


def test_a_day_replaced_in_file_and_stamp(world: World) -> None:
    """Made to fit the rewritten history and stamped by the true service: the next day denies it."""
    ref = busy(world)
    overwrite(world, ref, rewritten(world.requests.trails[ref], 2))
    trail = world.requests.trails[ref]
    for number in range(3):
        told = day_file(world, FIRST + number * DAY)
        fitting = tuple(replace(h, hash=trail[h.seq - 1].hash) for h in told.heads)
        forged = heads.to_bytes(replace(told, heads=fitting))
        key = f"{FIRM.id}/heads/{told.day}"
        world.head_files.objects[f"{key}.json"] = forged
        world.head_files.objects[f"{key}.tsr"] = world.stamper(forged)
    found = [(f.fault, f.day) for f in check(world).findings]
    assert found == [(Fault.PREVIOUS, FIRST + DAY), (Fault.PREVIOUS, FIRST + 2 * DAY)]


def test_all_days_made_up_anew(world: World) -> None:
    """History, heads, links and true time-stamps, all fitting: but the stamps are of today."""
    ref = busy(world)
    overwrite(world, ref, rewritten(world.requests.trails[ref], 2))
    trail = world.requests.trails[ref]
    world.stamper.at += 10 * DAY
    link = None
    for number in range(3):
        told = day_file(world, FIRST + number * DAY)
        fitting = tuple(replace(h, hash=trail[h.seq - 1].hash) for h in told.heads)
        forged = heads.to_bytes(replace(told, heads=fitting, previous=link))
        token = world.stamper(forged)
        key = f"{FIRM.id}/heads/{told.day}"
        world.head_files.objects |= {f"{key}.json": forged, f"{key}.tsr": token}
        digests = (hashlib.sha256(made).hexdigest() for made in (forged, token))
        link = heads.Link(told.day, *digests)
    found = [(f.fault, f.day) for f in check(world).findings]
    assert found == [(Fault.LATE, FIRST + n * DAY) for n in range(3)]


def test_a_day_replaced_without_stamp(world: World) -> None:
    """Its time-stamp is of something else."""
    busy(world)
    key = f"{FIRM.id}/heads/{FIRST}.json"
    forged = json.loads(world.head_files.objects[key])
    forged["made_at"] = "2026-03-21T02:00:00.000Z"
    world.head_files.objects[key] = json.dumps(forged).encode()
    found = [(f.fault, f.day) for f in check(world).findings]
    assert found == [(Fault.TOKEN, FIRST), (Fault.PREVIOUS, FIRST + DAY)]


def test_a_day_removed(world: World) -> None:
    """From the middle or the beginning: the next day names it."""
    busy(world)
    whole = dict(world.head_files.objects)
    for day in (FIRST, FIRST + DAY):
        world.head_files.objects = {k: v for k, v in whole.items() if str(day) not in k}
        found = [(f.fault, f.day) for f in check(world).findings]
        assert found == [(Fault.GAP, day + DAY)]


def test_the_newest_days_removed(world: World) -> None:
    """Nothing names them: but what happened then is not written down, and should be."""
    ref = busy(world)
    whole = dict(world.head_files.objects)
    world.head_files.objects = {k: v for k, v in whole.items() if str(FIRST + 2 * DAY) not in k}
    ((fault, request_id, first, _),) = faults(world)
    covered = day_file(world, FIRST + DAY).heads[0].seq
    assert (fault, request_id, first) == (Fault.UNCOVERED, ref.request_id, covered + 1)
    world.head_files.objects = {}
    assert faults(world)[0][:2] == (Fault.UNCOVERED, ref.request_id)


def test_time_stamps_swapped_or_lost(world: World) -> None:
    """Each belongs to one file; and the day after names it as well."""
    busy(world)
    one, two = (f"{FIRM.id}/heads/{FIRST + n * DAY}.tsr" for n in range(2))
    kept = world.head_files.objects
    kept[one], kept[two] = kept[two], kept[one]
    found = {(f.fault, f.day) for f in check(world).findings}
    assert {(Fault.TOKEN, FIRST), (Fault.TOKEN, FIRST + DAY)} <= found
    del kept[one]
    assert (Fault.TOKEN, FIRST) in {(f.fault, f.day) for f in check(world).findings}


def test_what_is_no_file_of_this_day(world: World) -> None:
    """Another firm's, another day's, or anything: said, and the rest is still looked at."""
    busy(world)
    kept = world.head_files.objects
    for forged in (b"{}", b"", kept[f"{FIRM.id}/heads/{FIRST + DAY}.json"]):
        kept[f"{FIRM.id}/heads/{FIRST}.json"] = forged
        kept[f"{FIRM.id}/heads/{FIRST}.tsr"] = world.stamper(forged)
        found = [(f.fault, f.day) for f in check(world).findings]
        assert (Fault.UNREADABLE, FIRST) in found
        assert (Fault.PREVIOUS, FIRST + DAY) in found


def test_an_event_dated_back(world: World) -> None:
    """Added later to a day that was written down: no head covers it."""
    ref = busy(world)
    trail = world.requests.trails[ref]
    overwrite(world, ref, rechained([*trail, replace(trail[-1], at=START)]))
    ((fault, request_id, first, _),) = faults(world)
    assert (fault, request_id, first) == (Fault.UNCOVERED, ref.request_id, len(trail) + 1)
