"""Links to the days' chain heads and their time-stamps, for the firm (P19)."""

from dataclasses import dataclass
from datetime import date, timedelta

from paraphe.domain.errors import NotFoundError
from paraphe.ports.evidence import HeadFiles
from paraphe.usecases.evidence.anchor_heads import HEADS, TOKEN

LINK_SECONDS = 300


@dataclass(frozen=True, slots=True)
class DayLinks:
    """Where a day's two files can be fetched, for 300 seconds."""

    day: date
    heads_url: str
    token_url: str


@dataclass(frozen=True, slots=True)
class DayPage:
    """Days, oldest first; `next_since` begins the next page, None on the last one."""

    days: tuple[date, ...]
    next_since: date | None


def list_days(kept: HeadFiles, firm_id: str, since: date | None, limit: int) -> DayPage:
    """List a firm's days that are complete, from `since` on."""
    found = kept.days(firm_id, since, limit + 1)
    days = tuple(one.day for one in found[:limit] if one.stamped)
    more = len(found) > limit
    return DayPage(days, found[limit - 1].day + timedelta(days=1) if more else None)


def day_of(kept: HeadFiles, firm_id: str, day: str) -> DayLinks:
    """Return short-lived URLs of a day's files.

    Raises:
        NotFoundError: `heads_not_found`: no such day, nothing moved on it, or it is not stamped
            yet.

    """
    try:
        wanted = date.fromisoformat(day)
    except ValueError:
        raise _not_found() from None
    found = kept.days(firm_id, wanted, 1)
    if wanted.isoformat() != day or not found or found[0].day != wanted or not found[0].stamped:
        raise _not_found()
    urls = (kept.presign(firm_id, wanted, kind, LINK_SECONDS) for kind in (HEADS, TOKEN))
    return DayLinks(wanted, *urls)


def _not_found() -> NotFoundError:
    return NotFoundError("heads_not_found", "No chain heads are written down for this day.")
