"""Mails whose delivery failed are sent later, from the rows of the outbox themselves.

A stream forgets a record after a day, and its dead-letter queue holds no record, only where it was;
the row stays. So a delivery that fails writes on its row when to try again.
"""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from paraphe.domain.errors import ParapheError
from paraphe.domain.requests.model import Notice
from paraphe.ports.delivery import Outbox, Undelivered
from paraphe.ports.requests import RequestRef

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
# A mail later than this helps nobody: reminders and the sender's list have taken over.
GIVE_UP_AFTER = timedelta(days=3)
AT_ONCE = 50


@dataclass
class Resent:
    """What one run did, for metrics and the log. `faults` holds kinds of faults, no texts."""

    delivered: int = 0
    postponed: int = 0
    given_up: int = 0
    faults: list[str] = field(default_factory=list)


def pause_after(attempts: int) -> timedelta:
    """How long a row rests after so many failed deliveries: a minute, doubled, 6 hours at most."""
    times: int = 1 << min(max(attempts, 1) - 1, 20)
    return min(FIRST_PAUSE * times, LONGEST_PAUSE)


def postpone(outbox: Outbox, ref: RequestRef, notice: Notice, now: datetime) -> None:
    """Have a notice whose first delivery failed tried again."""
    outbox.postpone(ref, notice.id, 1, now + pause_after(1))


def resend(
    outbox: Outbox,
    deliver: Callable[[Undelivered], object],
    now: datetime,
    *,
    time_left: Callable[[], bool],
) -> Resent:
    """Deliver what is overdue; each row succeeds, waits longer or is given up by itself.

    Args:
        outbox: the rows.
        deliver: delivers one, at most once however often it is called.
        now: the instant.
        time_left: whether another row may be begun.

    """
    tally = Resent()
    for row in outbox.overdue(now, AT_ONCE):
        if not time_left():
            break
        try:
            deliver(row)
            outbox.settle(row.ref, row.notice.id)
            tally.delivered += 1
        except Exception as error:  # noqa: BLE001 - one row that fails must not stop the others
            tally.faults.append(_kind(error))
            with contextlib.suppress(Exception):  # it stays due as it is: the next run finds it
                _try_later(outbox, row, now, tally)
    return tally


def _kind(error: Exception) -> str:
    return error.code if isinstance(error, ParapheError) else type(error).__name__


def _try_later(outbox: Outbox, row: Undelivered, now: datetime, tally: Resent) -> None:
    if now >= row.notice.created_at + GIVE_UP_AFTER:
        outbox.settle(row.ref, row.notice.id, now)
        tally.given_up += 1
        return
    attempts = row.attempts + 1
    outbox.postpone(row.ref, row.notice.id, attempts, now + pause_after(attempts))
    tally.postponed += 1
