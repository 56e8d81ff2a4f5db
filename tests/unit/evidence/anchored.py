"""A firm whose chain heads are written down each day, and what a check of them finds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from paraphe.domain.evidence import heads
from paraphe.usecases.evidence.anchor_heads import Ports, Tally, anchor
from paraphe.usecases.evidence.check_heads import Fault, Report, check_heads
from tests.support.world import FIRM, START, World

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraphe.domain.evidence.audit import Event
    from paraphe.ports.requests import RequestRef

DAY = timedelta(days=1)
FIRST = START.date()  # 2026-03-20


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
