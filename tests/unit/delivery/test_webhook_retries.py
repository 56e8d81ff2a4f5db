"""When webhooks are tried again: long enough, and not for ever."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from paraphe.domain.delivery.webhook_retries import (
    FIRST_PAUSE,
    LONGEST_PAUSE,
    MOST_ATTEMPTS,
    SPAN,
    is_over,
    next_attempt,
)

START = datetime(2026, 3, 20, 9, 30, tzinfo=UTC)
DEAD_COSTS_AT_MOST = 60


@given(st.lists(st.floats(0, 1, exclude_max=True), min_size=MOST_ATTEMPTS, max_size=MOST_ATTEMPTS))
def test_whatever_chance_says_it_lasts_and_ends(chances: list[float]) -> None:
    """The last attempt of a series comes three days after the first, or later; they are few."""
    now, failures = START, 0
    while True:
        failures += 1
        if is_over(failures, START, now):
            break
        later = next_attempt(failures, START, now, chances[failures - 1])
        assert now <= later
        now = later
    assert now >= START + SPAN
    assert failures <= MOST_ATTEMPTS <= DEAD_COSTS_AT_MOST


@given(st.integers(1, MOST_ATTEMPTS - 2), st.floats(0, 1, exclude_max=True))
def test_pauses_double_up_to_the_longest(failures: int, chance: float) -> None:
    """Full jitter: anywhere between nothing and the bound."""
    pause = next_attempt(failures, START, START, chance) - START
    assert timedelta() <= pause <= min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(failures - 1, 20))
