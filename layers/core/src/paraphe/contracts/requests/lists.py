"""What callers say of a list of requests: filters, order, page."""

import re
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from paraphe.contracts.fields import MAX_EXTERNAL_ID, WithoutNull
from paraphe.contracts.shapes import Cursor, Query
from paraphe.domain.requests import listing
from paraphe.domain.requests.listing import Sort, Span, Wanted
from paraphe.domain.requests.model import Mode, RequestState

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?(Z|[+-]\d\d:\d\d)", re.ASCII)
_STATES = "|".join(RequestState)


def _instant(text: object) -> datetime:
    fits = isinstance(text, str) and _INSTANT.fullmatch(text) is not None
    try:
        return datetime.fromisoformat(str(text) if fits else "").astimezone(UTC)
    except (ValueError, OverflowError):
        raise PydanticCustomError(
            "instant", "Write an instant as 2026-01-31T12:00:00Z, with its offset (+ is %2B)."
        ) from None


def _states(text: str) -> str:
    for state in text.split(","):
        if state not in set(RequestState):
            raise PydanticCustomError("state", "Write states with commas between: draft,active.")
    return text


def _sought(text: str) -> str:
    if not listing.sought_words(text):
        raise PydanticCustomError("nothing_to_search", "This holds no letter and no digit.")
    return text


Instant = Annotated[
    datetime,
    BeforeValidator(_instant),
    WithJsonSchema(
        {"type": "string", "format": "date-time", "pattern": "T.*(Z|[+-]\\d\\d:\\d\\d)$"}
    ),
]
From = Annotated[Instant | None, WithoutNull()]
States = Annotated[
    str,
    Field(max_length=120, json_schema_extra={"pattern": f"^({_STATES})(,({_STATES}))*$"}),
    AfterValidator(_states),
]
# Which characters are letters or digits once accents are gone, no pattern can say.
Sought = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_sought)]


class ListQuery(Query):
    """Which requests to list; what is left out asks for nothing."""

    state: Annotated[States | None, WithoutNull()] = Field(
        default=None, description="Only these states, with commas between them."
    )
    mode: Annotated[Literal["live", "test"] | None, WithoutNull()] = Field(
        default=None, description="Only those that count (`live`), or only tests (`test`)."
    )
    person: Annotated[Sought | None, WithoutNull()] = Field(
        default=None,
        description="Only those with a recipient whose name has words that begin so; with an @:"
        " whose e-mail address begins so. Case and accents make no difference.",
    )
    text: Annotated[Sought | None, WithoutNull()] = Field(
        default=None,
        description="Only those whose title has words that begin so: its first twelve count.",
    )
    external_id: Annotated[str | None, WithoutNull()] = Field(
        default=None, min_length=1, max_length=MAX_EXTERNAL_ID, description="Exactly this one."
    )
    sender: Annotated[str | None, WithoutNull()] = Field(
        default=None, min_length=3, max_length=254, description="Exactly this e-mail address."
    )
    created_from: From = Field(default=None, description="Made then or later.")
    created_to: From = Field(default=None, description="Made before.")
    updated_from: From = Field(default=None, description="Last changed then or later.")
    updated_to: From = Field(default=None, description="Last changed before.")
    deadline_from: From = Field(default=None, description="With a deadline then or later.")
    deadline_to: From = Field(default=None, description="With a deadline before.")
    sort: Literal["created_at", "updated_at", "deadline"] = Field(
        default="created_at",
        description="`updated_at` is exact to the minute; `deadline` lists what still runs."
        " What `person`, `text` or `external_id` finds has its own order: by word, then newest.",
    )
    order: Literal["asc", "desc"] = "desc"
    limit: int = Field(default=50, ge=1, le=100, description="At most so many.")
    cursor: Annotated[Cursor | None, WithoutNull()] = Field(
        default=None, description="`next_cursor` of the page before, with the same filters."
    )

    def to_domain(self) -> Wanted:
        """Return the domain's value."""
        states = self.state.split(",") if self.state else []
        return Wanted(
            states=frozenset(RequestState(state) for state in states),
            mode=Mode(self.mode) if self.mode else None,
            person=listing.sought_person(self.person or ""),
            text=listing.sought_words(self.text or ""),
            external_id=self.external_id,
            sender=listing.address_word(self.sender) if self.sender else None,
            created=Span(self.created_from, self.created_to),
            updated=Span(self.updated_from, self.updated_to),
            deadline=Span(self.deadline_from, self.deadline_to),
            sort=Sort(self.sort),
            descending=self.order == "desc",
        )
