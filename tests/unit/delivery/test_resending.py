"""Mails that could not be sent are sent later, from their rows, with limits."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from paraphe.ports.system import TransientError
from paraphe.usecases.delivery.resend_notices import (
    AT_ONCE,
    GIVE_UP_AFTER,
    LONGEST_PAUSE,
    Resent,
    pause_after,
    postpone,
    resend,
)
from tests.support.world import World

if TYPE_CHECKING:
    from paraphe.ports.delivery import Undelivered
    from paraphe.ports.requests import RequestRef


@pytest.fixture
def world() -> World:
    """A platform."""
    return World()


class Delivery:
    """Delivers a row, unless it is told to fail."""

    def __init__(self, *broken: str) -> None:
        self.broken = set(broken)
        self.done: list[str] = []

    def __call__(self, row: Undelivered) -> None:
        """Deliver or fail."""
        if row.notice.id in self.broken:
            raise TransientError("no answer")
        self.done.append(row.notice.id)


def _failed(world: World) -> tuple[RequestRef, list[str]]:
    """Two invitations whose first delivery failed."""
    ref = world.launched(people=(1, 1))
    notices = world.notices(ref)
    for notice in notices:
        postpone(world.outbox, ref, notice, world.now)
    return ref, [notice.id for notice in notices]


def _run(world: World, deliver: Delivery, now: datetime) -> Resent:
    return resend(world.outbox, deliver, now, time_left=lambda: True)


def test_a_failed_mail_rests_a_minute_and_is_sent(world: World) -> None:
    _, notices = _failed(world)
    deliver = Delivery()
    assert _run(world, deliver, world.now + timedelta(seconds=59)).delivered == 0
    assert _run(world, deliver, world.now + timedelta(minutes=1)).delivered == 2
    assert sorted(deliver.done) == sorted(notices)
    assert world.outbox.due == {}
    assert _run(world, deliver, world.now + timedelta(days=1)).delivered == 0


def test_one_that_fails_waits_longer_and_stops_nobody(world: World) -> None:
    ref, (broken, other) = _failed(world)
    deliver = Delivery(broken)
    now = world.now + timedelta(minutes=1)
    tally = _run(world, deliver, now)
    assert (tally.delivered, tally.postponed, tally.faults) == (1, 1, ["TransientError"])
    assert deliver.done == [other]
    assert world.outbox.due == {(ref, broken): (now + pause_after(2), 2)}


def test_pauses_double_up_to_six_hours() -> None:
    minutes = [pause_after(n) // timedelta(minutes=1) for n in (1, 2, 3, 9)]
    assert minutes == [1, 2, 4, 256]
    assert pause_after(10) == pause_after(10_000) == LONGEST_PAUSE == timedelta(hours=6)


def test_a_mail_nobody_would_want_any_more_is_given_up(world: World) -> None:
    """Three days of failing cost at most some twenty tries."""
    _, notices = _failed(world)
    deliver = Delivery(*notices)
    now, tries = world.now, 0
    while world.outbox.due:
        now = max(now, min(at for at, _ in world.outbox.due.values()))
        tries += len(_run(world, deliver, now).faults)
    assert world.outbox.given_up == set(notices)
    assert world.now + GIVE_UP_AFTER <= now <= world.now + GIVE_UP_AFTER + LONGEST_PAUSE
    assert tries <= 2 * 22


def test_a_run_is_bounded_by_its_time_and_its_number(world: World) -> None:
    _failed(world)
    left = iter([True, False])
    tally = resend(
        world.outbox, Delivery(), world.now + timedelta(days=1), time_left=lambda: next(left)
    )
    assert tally.delivered == 1
    assert len(world.outbox.due) == 1
    world.limits.used.clear()  # as if it were on another day: all go to one address
    for _ in range(AT_ONCE):
        ref = world.launched()
        (notice,) = world.notices(ref)
        postpone(world.outbox, ref, notice, world.now)
    deliver = Delivery()
    _run(world, deliver, world.now + timedelta(days=1))
    assert len(deliver.done) == AT_ONCE
    assert len(world.outbox.due) == 1


def test_a_row_that_cannot_be_written_stays_due(world: World) -> None:
    """Neither lost nor in the way of others."""
    _, (broken, other) = _failed(world)
    world.outbox.outages = 1
    tally = _run(world, Delivery(broken), world.now + timedelta(minutes=1))
    assert (tally.delivered, tally.postponed) == (1, 0)
    assert [key[1] for key in world.outbox.due] == [broken]
    assert other not in world.outbox.given_up
