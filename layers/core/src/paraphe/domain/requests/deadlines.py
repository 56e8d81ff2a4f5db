"""When things are over: deadlines, reminders, retention (P14, P15, P16).

All arithmetic is on UTC instants, in multiples of 24 hours: daylight saving and leap days cannot
move a deadline.
"""

import math
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

LIFETIME = timedelta(days=15)
RETENTION = timedelta(days=31)
PARIS = ZoneInfo("Europe/Paris")
# A reminder of the last day is of use only while there is time.
_JUST_BEFORE = timedelta(hours=1)
# From its draft on: a relaunch later than this is refused, so that a lifecycle rule of S3 can be
# the guarantee for what an open request holds, too.
LONGEST_LIFE = timedelta(days=365)
# Evidence is kept ten years, or less if its template says so; contracts are sued over for five.
SHORTEST_EVIDENCE_YEARS = 5
LONGEST_EVIDENCE_YEARS = 10


def deadline(start: datetime) -> datetime:
    """Return the deadline of a launch or relaunch at `start`: 15 x 24 h later (P14)."""
    return start + LIFETIME


def is_over(at: datetime, now: datetime) -> bool:
    """Tell whether the deadline has come: at the deadline itself it has (P14)."""
    return now >= at


def is_too_old(created_at: datetime, now: datetime) -> bool:
    """Tell whether a request is too old to get another deadline."""
    return now >= created_at + LONGEST_LIFE


def seconds_until(at: datetime, now: datetime) -> int:
    """Return the whole seconds to wait, rounded up, at least 1."""
    return max(1, math.ceil((at - now).total_seconds()))


def retention_end(ended_at: datetime) -> datetime:
    """Return the instant from which downloads answer 410 (P16)."""
    return ended_at + RETENTION


def evidence_end(ended_at: datetime, years: int) -> datetime:
    """Return when evidence is erased that is kept for so many years, leap days included."""
    return ended_at + timedelta(days=365 * years + (years + 3) // 4)


def reminder_times(
    deadline_at: datetime, start: datetime, days: tuple[int, ...], hour: int | None = None
) -> tuple[tuple[int, datetime], ...]:
    """Return (days before, instant) of each reminder after `start`, earliest first (P15).

    With an `hour` they wait for it, in Paris; never past the deadline.
    """
    times = [(d, deadline_at - timedelta(days=d)) for d in sorted(set(days), reverse=True)]
    if hour is not None:
        times = [(d, min(_at_hour(at, hour), deadline_at - _JUST_BEFORE)) for d, at in times]
    return tuple((d, at) for d, at in times if at > start)


def _at_hour(at: datetime, hour: int) -> datetime:
    """Return the next time of day in Paris that is `hour` o'clock, or `at` when it is then."""
    local = at.astimezone(PARIS)
    same_day = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    if same_day < local:
        same_day += timedelta(days=1)  # wall clock: the hour stays when the clocks change
    return same_day.astimezone(UTC)
