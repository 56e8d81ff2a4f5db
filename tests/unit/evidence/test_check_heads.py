"""Chain heads, each day: written once, chained, time-stamped; a rewritten history shows (P19)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from paraphe.domain.evidence import heads
from paraphe.ports.requests import RequestRef
from paraphe.usecases.evidence.anchor_heads import Ports, Tally, anchor
from paraphe.usecases.evidence.check_heads import Fault, Report, check_heads
from tests.support.rewriting import rechained, rewritten
from tests.support.world import FIRM, START, World

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraphe.domain.evidence.audit import Event

DAY = timedelta(days=1)
FIRST = START.date()  # 2026-03-20


@pytest.fixture
def world() -> World:
    """A world of its own."""
    return World()


def run(world: World) -> Tally:
    """Run the scheduled job once."""
    return anchor(Ports(world.chain_heads, world.head_files, world.stamper), world.now)


def next_day(world: World, days: int = 1) -> Tally:
    """Let so many midnights pass, and run the job at ten past one."""
    world.now = (world.now + days * DAY).replace(hour=1, minute=10)
    world.stamper.at = world.now
    return run(world)


def check(world: World) -> Report:
    """Check the firm's days and trails, a day after the last one had to be there."""
    later = world.now + DAY
    return check_heads(world.requests, world.head_files, world.stamper.judge, FIRM.id, later)


def faults(world: World) -> list[tuple[Fault, str, int, int]]:
    """What the check finds, bare."""
    return [(f.fault, f.request_id, f.first, f.last) for f in check(world).findings]


def day_file(world: World, day: date, firm_id: str = FIRM.id) -> heads.DayHeads:
    """Read a stored day."""
    return heads.from_bytes(world.head_files.read(firm_id, day, "json"))


def overwrite(world: World, ref: RequestRef, events: Sequence[Event]) -> None:
    """Put another history in the place of a request's own, its head included."""
    world.requests.trails[ref] = list(events)
    head = events[-1].hash if events else ""
    request = world.requests.stored[ref]
    world.requests.stored[ref] = replace(request, audit_seq=len(events), audit_head=head)


def busy(world: World) -> RequestRef:
    """A request that moves on three days, each of them written down."""
    ref = world.launched(people=(1, 2))
    next_day(world)
    first, second = world.signer_ids(ref)
    world.sign(ref, first)
    next_day(world)
    world.sign(ref, second)
    world.run_actor(ref)
    next_day(world)
    return ref


# ------------------------------------------------------------------ writing down


def _of_firms(world: World, number: int) -> list[RequestRef]:
    """The same request for so many firms."""
    ref = world.launched()
    model = world.load(ref)
    made = [RequestRef(f"frm_{n:08d}", model.id) for n in range(100, 100 + number)]
    for one in made:
        world.requests.stored[one] = replace(model, firm_id=one.firm_id)
    return made


def test_a_firm_s_heads_are_read_together_and_firms_side_by_side(world: World) -> None:
    """One read for a firm's whole day, however many of its requests moved."""
    model = world.load(world.launched())
    for number in range(500):
        ref = RequestRef(FIRM.id, f"sr_many{number}")
        world.requests.stored[ref] = replace(model, id=ref.request_id)
    _of_firms(world, 20)
    tally = next_day(world)
    assert (tally.written, tally.failed) == (21, [])
    assert world.chain_heads.asked == 21
    assert len(day_file(world, FIRST).heads) == 502


def test_what_a_run_has_no_time_for_is_the_next_one_s(world: World) -> None:
    """It ends by itself; the day is not marked as done before every firm's is."""
    firms = _of_firms(world, 20)
    world.now = (world.now + DAY).replace(hour=1, minute=10)
    tools = Ports(world.chain_heads, world.head_files, world.stamper)
    last = len([*range(31)])  # the empty days before
    left = iter([True] * (last + 5))
    first = anchor(tools, world.now, lambda: next(left, False), workers=1)
    assert first.left
    assert first.failed == []
    assert first.written < len(firms)
    assert FIRST not in world.head_files.done
    second = anchor(tools, world.now)
    assert first.written + second.written == len(firms) + 1
    assert FIRST in world.head_files.done


def test_a_day_s_file_says_where_every_chain_stands(world: World) -> None:
    """Ids and hashes only; chained to the day before by file and by time-stamp."""
    ref, other = world.launched(), world.launched()
    assert next_day(world) == Tally(days=32, written=1)
    request = world.load(ref)
    told = day_file(world, FIRST)
    assert (told.firm_id, told.day, told.previous) == (FIRM.id, FIRST, None)
    assert {h.request_id for h in told.heads} == {ref.request_id, other.request_id}
    assert told.head(ref.request_id) == heads.Head(
        ref.request_id, request.audit_seq, request.audit_head
    )
    world.sign(ref, world.signer_ids(ref)[0])
    world.run_actor(ref)
    next_day(world)
    after = day_file(world, FIRST + DAY)
    kept = [world.head_files.read(FIRM.id, FIRST, kind) for kind in ("json", "tsr")]
    assert after.previous == heads.Link(FIRST, *(hashlib.sha256(k).hexdigest() for k in kept))
    (head,) = after.heads
    assert head.evidence_sha256 == world.load(ref).evidence_sha256 is not None
    content = world.head_files.read(FIRM.id, FIRST + DAY, "json")
    assert heads.to_bytes(after) == content
    for secret in ("Signataire", "client.test", "Claire", "Lettre", "+33"):
        assert secret.encode() not in content


def test_nothing_before_the_day_is_over_for_good(world: World) -> None:
    """A function that began at 23:59 may write some minutes later still."""
    world.launched()
    world.now = world.now.replace(hour=0, minute=59) + DAY
    run(world)
    assert not world.head_files.days(FIRM.id)
    world.now = world.now.replace(hour=1, minute=0)
    run(world)
    assert [d.day for d in world.head_files.days(FIRM.id)] == [FIRST]


def test_twice_and_late_is_harmless(world: World) -> None:
    """What is written stays; missed days are made up for, in order."""
    ref = world.launched()
    next_day(world)
    kept = dict(world.head_files.objects)
    world.sign(ref, world.signer_ids(ref)[0])
    assert run(world) == Tally()
    assert world.head_files.objects == kept
    moved = world.now.date()
    other = world.launched()
    assert next_day(world, 40) == Tally(days=40, written=1)
    assert {d.day for d in world.head_files.days(FIRM.id)} == {FIRST, moved}
    assert day_file(world, moved).head(other.request_id)
    assert world.head_files.objects.items() >= kept.items()
    assert [(f.fault, f.day) for f in check(world).findings] == [(Fault.LATE, moved)]


def test_what_moved_after_midnight_comes_the_day_after(world: World) -> None:
    """It is found under its newest day only, and its head covers everything before."""
    ref = world.launched()
    world.now += DAY  # a day later, nothing has run yet
    world.sign(ref, world.signer_ids(ref)[0])
    next_day(world)
    assert [d.day for d in world.head_files.days(FIRM.id)] == [FIRST + DAY]
    assert faults(world) == []


@pytest.mark.parametrize("written", [0, 1])
@pytest.mark.parametrize("moves_on", [False, True])
def test_a_crash_before_the_file_or_its_stamp(
    world: World, written: int, *, moves_on: bool
) -> None:
    """The next run completes what is there, even if the request is found elsewhere by then."""
    ref = world.launched()
    world.head_files.crash_after = written
    assert next_day(world).failed == ["TransientError"]
    kept = dict(world.head_files.objects)
    assert len(kept) == written
    world.head_files.crash_after = None
    if moves_on:
        world.sign(ref, world.signer_ids(ref)[0])
        next_day(world)
    else:
        run(world)
    days = world.head_files.days(FIRM.id)
    assert all(day.stamped for day in days)
    assert world.head_files.objects.items() >= kept.items()
    assert len(days) == (written + 1 if moves_on else 1)
    assert faults(world) == []


def test_two_runs_at_once_agree(world: World) -> None:
    """The first writer's bytes count, for both the file and what is stamped."""
    world.launched()
    world.now = (world.now + DAY).replace(hour=1, minute=10)
    again = world.head_files.store

    def late(firm_id: str, day: date, kind: str, content: bytes) -> bytes:
        world.head_files.__dict__.pop("store")
        world.now += timedelta(seconds=1)
        run(world)  # the other run is faster, and writes another `made_at`
        return again(firm_id, day, kind, content)

    world.head_files.store = late  # type: ignore[method-assign] # once, between two steps
    run(world)
    assert faults(world) == []


def test_an_outage_keeps_nobody_else_waiting(world: World) -> None:
    """The firm that failed is done first by the next run; the day is open until then."""
    broken = world.launched()
    world.firms.save(replace(FIRM, id="frm_00000002"))
    fine = RequestRef("frm_00000002", broken.request_id)
    world.requests.stored[fine] = replace(world.load(broken), firm_id=fine.firm_id)
    world.chain_heads.broken = {broken}
    tally = next_day(world)
    assert (tally.failed, tally.missing, tally.written) == (["TransientError"], 1, 1)
    assert world.head_files.days(fine.firm_id)
    world.chain_heads.broken = set()
    moved = world.now.date()
    world.requests.stored[fine] = replace(world.load(broken), firm_id="frm_00000002")
    tally = next_day(world)
    assert (tally.failed, tally.days) == ([], 2)
    assert [d.day for d in world.head_files.days(FIRM.id)] == [FIRST]
    assert world.head_files.done >= {FIRST, moved}


def test_a_service_that_does_not_stamp(world: World) -> None:
    """The file waits for its time-stamp; no later day overtakes it."""
    ref = world.launched()
    world.stamper.outages = 3
    assert next_day(world).failed == ["TransientError"]
    world.sign(ref, world.signer_ids(ref)[0])
    assert next_day(world).failed == ["TransientError"]
    assert [(d.day, d.stamped) for d in world.head_files.days(FIRM.id)] == [(FIRST, False)]
    world.stamper.outages = 0
    assert run(world).missing == 0
    assert [(d.day, d.stamped) for d in world.head_files.days(FIRM.id)] == [
        (FIRST, True),
        (FIRST + DAY, True),
    ]


def test_a_day_without_its_place_is_refused(world: World) -> None:
    """Nothing is put before what is chained already."""
    world.launched()
    next_day(world)
    world.head_files.done.clear()
    ref = world.launched()
    world.requests.stored[ref] = replace(world.load(ref), updated_at=START - DAY)
    assert run(world).failed == ["later_day_written"]


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
