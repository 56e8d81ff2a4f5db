"""How the HTTP API shows the days' chain heads (P19)."""

import re
from datetime import date
from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from paraphe.contracts.fields import WithoutNull
from paraphe.contracts.shapes import Answered, Query

_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$", re.ASCII)


def _day(value: object) -> object:
    if isinstance(value, str) and not _DAY.match(value):
        raise PydanticCustomError("day", "Write a day as 2026-11-25.")
    return value  # whether there is such a day is asked next


class HeadsQuery(Query):
    """Which days to list."""

    since: Annotated[date | None, BeforeValidator(_day), WithoutNull()] = Field(
        default=None, description="The first day to list; `next_since` of the page before."
    )
    limit: int = Field(default=100, ge=1, le=400, description="At most so many.")


class HeadDayList(Answered):
    """Days, oldest first; `next_since` is null on the last page."""

    items: tuple[date, ...]
    next_since: date | None


class HeadDay(Answered):
    """Where a day's heads and their time-stamp can be fetched, for so many seconds."""

    day: date
    heads_url: str
    token_url: str
    expires_in: int
