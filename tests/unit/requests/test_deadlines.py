"""P14, P15, P16: exact instants, over daylight-saving changes and leap days."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import strategies as st

from paraphe.domain import times
from paraphe.domain.requests import deadlines

PARIS = ZoneInfo("Europe/Paris")
MILLISECOND = timedelta(milliseconds=1)
DAY_MS = 24 * 60 * 60 * 1000


def _ms(instant: datetime) -> int:
    """Count milliseconds since 1970: another arithmetic than the one that is tested."""
    return round(instant.timestamp() * 1000)


INSTANTS = st.datetimes(
    min_value=datetime(2024, 1, 1),  # noqa: DTZ001 (the strategy adds the zone)
    max_value=datetime(2049, 12, 31),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, PARIS]),
).map(times.truncate)
NEAR_CHANGES = st.builds(
    lambda year, month, minutes: times.truncate(
        datetime(year, month, 25, tzinfo=PARIS) + timedelta(minutes=minutes)
    ),
    st.integers(2024, 2040),
    st.sampled_from([2, 3, 10]),
    st.integers(-20 * 24 * 60, 8 * 24 * 60),
)


@given(INSTANTS | NEAR_CHANGES)
@example(datetime(2026, 3, 28, 23, 30, tzinfo=PARIS))  # summer time begins the night after
@example(datetime(2026, 10, 24, 23, 30, tzinfo=PARIS))  # it ends the night after
@example(datetime(2026, 10, 25, 2, 30, tzinfo=PARIS, fold=1))  # an hour that comes twice
@example(datetime(2028, 2, 20, 12, tzinfo=UTC))  # a leap day within
@example(datetime(2026, 2, 20, 12, tzinfo=UTC))
def test_p14_deadline_is_15_times_24_hours(start: datetime) -> None:
    """P14: 15 x 24 h, whatever the clocks on the wall do."""
    start = times.truncate(start)
    assert _ms(deadlines.deadline(start)) - _ms(start) == 15 * DAY_MS


def test_p14_the_wall_clock_moves_and_the_deadline_does_not() -> None:
    """P14: launched in winter, the deadline is an hour later on the wall in summer time."""
    start = datetime(2026, 3, 20, 10, 0, tzinfo=PARIS)
    assert deadlines.deadline(times.truncate(start)).astimezone(PARIS).hour == 11
    start = datetime(2026, 10, 20, 10, 0, tzinfo=PARIS)
    assert deadlines.deadline(times.truncate(start)).astimezone(PARIS).hour == 9


@given(INSTANTS | NEAR_CHANGES)
def test_p14_one_millisecond_decides(start: datetime) -> None:
    """P14: at the deadline minus 1 ms it is not over, at the deadline it is."""
    end = deadlines.deadline(start)
    assert not deadlines.is_over(end, end - MILLISECOND)
    assert deadlines.is_over(end, end)
    assert deadlines.is_over(end, end + MILLISECOND)


@given(INSTANTS | NEAR_CHANGES)
def test_p16_documents_are_kept_31_times_24_hours(end: datetime) -> None:
    """P16: one month is 31 x 24 h."""
    assert _ms(deadlines.retention_end(end)) - _ms(end) == 31 * DAY_MS


@given(INSTANTS, st.integers(-5000, 2_000_000_000))
def test_waiting_never_ends_before_the_deadline(now: datetime, milliseconds: int) -> None:
    """The workflow waits whole seconds: at least 1, enough, and never one too many."""
    at = now + timedelta(milliseconds=milliseconds)
    seconds = deadlines.seconds_until(at, now)
    assert seconds >= 1
    assert now + timedelta(seconds=seconds) >= at
    assert seconds == 1 or now + timedelta(seconds=seconds - 1) < at


@given(INSTANTS | NEAR_CHANGES, st.lists(st.integers(0, 20), max_size=6))
def test_p15_reminders_fall_between_start_and_deadline(start: datetime, days: list[int]) -> None:
    """P15: a reminder is n x 24 h before the deadline, and after the start."""
    end = deadlines.deadline(start)
    found = deadlines.reminder_times(end, start, tuple(days))
    assert [day for day, _ in found] == sorted({d for d in days if d < 15}, reverse=True)
    for day, at in found:
        assert start < at <= end
        assert _ms(end) - _ms(at) == day * DAY_MS
