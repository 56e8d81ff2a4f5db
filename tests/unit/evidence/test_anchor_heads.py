"""Chain heads, each day: written once, chained, time-stamped, whoever runs late or twice (P19)."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, timedelta

import pytest

from paraphe.domain.evidence import heads
from paraphe.ports.requests import RequestRef
from paraphe.usecases.evidence.anchor_heads import Ports, Tally, anchor
from paraphe.usecases.evidence.check_heads import Fault
from tests.support.world import FIRM, START, World
from tests.unit.evidence.anchored import DAY, FIRST, check, day_file, faults, next_day, run

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
