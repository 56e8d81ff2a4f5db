"""When a webhook that failed is tried again, and when an endpoint is left alone.

One series is kept for each endpoint and one for each delivery. While an endpoint fails, its own
decides: only one message at a time knocks, however many wait. So a dead one costs at most
`MOST_ATTEMPTS`, whatever is owed to it.
"""

from datetime import datetime, timedelta

# An endpoint that is down for less loses nothing and is not paused.
SPAN = timedelta(days=3)
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=6)
MOST_ATTEMPTS = 48
_MOST_DOUBLINGS = 20


def next_attempt(failures: int, since: datetime, now: datetime, chance: float) -> datetime:
    """Return when to try again after so many failures in a row: exponential, full jitter.

    Args:
        failures: in a row, this one included; at least 1.
        since: of the first of them.
        now: of the last.
        chance: at random, from 0 up to 1.

    Chance alone could use up the attempts too early: the last one waits until `SPAN` is over.

    """
    doublings = min(max(failures, 1) - 1, _MOST_DOUBLINGS)
    at = now + chance * min(LONGEST_PAUSE, FIRST_PAUSE * (1 << doublings))
    return max(at, since + SPAN) if failures == MOST_ATTEMPTS - 1 else at


def is_over(failures: int, since: datetime, now: datetime) -> bool:
    """Tell whether a series has ended: it lasted long enough, or used up its attempts."""
    return failures >= MOST_ATTEMPTS or now >= since + SPAN
