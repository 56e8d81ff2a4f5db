"""Instants as text, identifiers."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paraphe.domain import times
from paraphe.domain.ids import is_id, new_id

AWARE = st.datetimes(
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=2)), timezone(timedelta(hours=-11))]),
    min_value=datetime(1980, 1, 1),  # noqa: DTZ001 (the strategy adds the zone)
    max_value=datetime(2200, 1, 1),  # noqa: DTZ001
)


@given(AWARE)
def test_text_goes_there_and_back(instant: datetime) -> None:
    """An instant survives as text, to the millisecond, in UTC."""
    text = times.to_text(instant)
    assert text.endswith("Z")
    assert len(text) == len("2026-01-31T12:00:00.000Z")
    assert times.from_text(text) == times.truncate(instant)
    assert timedelta() <= instant - times.from_text(text) < timedelta(milliseconds=1)


@given(AWARE, AWARE)
def test_text_sorts_as_time_does(one: datetime, other: datetime) -> None:
    """The database sorts instants as text."""
    if times.truncate(one) < times.truncate(other):
        assert times.to_text(one) < times.to_text(other)


def test_an_instant_without_zone_is_refused() -> None:
    """Without a time zone nobody knows when it is."""
    with pytest.raises(ValueError, match="time zone"):
        times.truncate(datetime(2026, 1, 1))  # noqa: DTZ001 (that is the point)
    with pytest.raises(ValueError, match="time zone"):
        times.from_text("2026-01-01T00:00:00")


@given(AWARE, AWARE, st.binary(min_size=10, max_size=10), st.binary(min_size=10, max_size=10))
def test_ids_sort_by_time(one: datetime, other: datetime, first: bytes, second: bytes) -> None:
    """An identifier made later sorts later."""
    a, b = new_id("sr", one, first), new_id("sr", other, second)
    assert is_id(a, "sr")
    assert not is_id(a, "doc")
    if other - one >= timedelta(milliseconds=1):
        assert a < b


@pytest.mark.parametrize(
    "text", ["", "sr_", "sr_short", "sr_UPPERCASE00", "sr_a/../../../b", "sr_12345678\n"]
)
def test_what_is_not_an_id(text: str) -> None:
    """Nothing that could leave its folder or its partition passes for an identifier."""
    assert not is_id(text, "sr")


def test_an_id_takes_ten_bytes() -> None:
    """Fewer would be guessable."""
    with pytest.raises(ValueError, match="10 random bytes"):
        new_id("sr", datetime(2026, 1, 1, tzinfo=UTC), b"short")
