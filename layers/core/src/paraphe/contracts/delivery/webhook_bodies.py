"""What callers of the HTTP API send and get about webhooks."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from paraphe.contracts.delivery.webhook_urls import MOST_CHARACTERS
from paraphe.contracts.fields import Instant, Message, NotNull, WithoutNull
from paraphe.contracts.shapes import Answered, Cursor, Query, Sent, told_once
from paraphe.domain import times
from paraphe.domain.delivery.webhook_deliveries import Attempt, Delivery, DeliveryState, Fault
from paraphe.domain.delivery.webhook_endpoints import (
    LONGEST_OVERLAP,
    OVERLAP,
    Endpoint,
    EndpointChange,
    EndpointState,
    Reason,
)
from paraphe.domain.delivery.webhook_events import CATALOGUE

_HOUR = timedelta(hours=1)
_URL = "https://hooks.example.com/paraphe"


def _instant(value: object) -> object:
    if isinstance(value, str):
        try:
            return times.from_text(value)
        except ValueError:
            pass
    raise PydanticCustomError("instant", "Write an instant as 2026-01-31T12:00:00Z.")


Since = Annotated[
    datetime,
    BeforeValidator(_instant),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
Url = Annotated[
    str,
    Field(
        min_length=9,
        max_length=MOST_CHARACTERS,
        description="`https://`, a name of the public internet, a path; port 443.",
        json_schema_extra={"format": "uri"},
    ),
]
Description = Annotated[Message, Field(max_length=200)]
EventName = Annotated[str, Field(max_length=64, pattern=r"^[a-z_]+\.[a-z_]+$")]
Events = Annotated[
    tuple[EventName, ...],
    # Not strict: behind another validator JSON's array is Python's list.
    Field(
        max_length=len(CATALOGUE),
        strict=False,
        description="Types of `GET /v1/webhook_events`; an empty list means all.",
    ),
]


class NewWebhook(Sent):
    """An endpoint to be made; it gets all events unless it says which."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"url": _URL, "events": ["signature_request.completed"]}]}
    )

    url: Url
    description: Description = ""
    events: Events = ()


class WebhookChanges(Sent):
    """What to change about an endpoint; what is left out stays."""

    model_config = ConfigDict(
        json_schema_extra={"minProperties": 1, "examples": [{"state": "enabled"}]}
    )

    url: Annotated[Url | None, NotNull, WithoutNull()] = None
    description: Annotated[Description | None, NotNull, WithoutNull()] = None
    events: Annotated[Events | None, NotNull, WithoutNull()] = None
    state: Annotated[Literal["enabled", "disabled"] | None, NotNull, WithoutNull()] = Field(
        default=None, description="`enabled` also ends a pause: what is owed is sent."
    )

    @model_validator(mode="before")
    @classmethod
    def _something(cls, data: Any) -> Any:  # noqa: ANN401 (whatever was sent)
        if data == {}:
            raise PydanticCustomError("nothing_to_change", "Say what to change.")
        return data

    def to_domain(self) -> EndpointChange:
        """Return the domain's value."""
        state = EndpointState(self.state) if self.state else None
        return EndpointChange(self.url, self.description, self.events, state)


class Rotation(Sent):
    """How long the secret before it signs as well; 0 voids it at once."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"overlap_hours": 24}]})

    overlap_hours: int = Field(default=OVERLAP // _HOUR, ge=0, le=LONGEST_OVERLAP // _HOUR)

    @property
    def overlap(self) -> timedelta:
        """For how long both hold."""
        return self.overlap_hours * _HOUR


class Replay(Sent):
    """From when on events are sent again; until now, unless `until` is given."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"since": "2026-01-31T12:00:00Z"}]})

    since: Since
    until: Annotated[Since | None, NotNull, WithoutNull()] = None


class DeliveriesQuery(Query):
    """Which page of the log."""

    limit: int = Field(default=50, ge=1, le=100, description="At most so many.")
    cursor: Annotated[Cursor | None, WithoutNull()] = Field(
        default=None, description="`next_cursor` of the page before."
    )


class SecretOut(Answered):
    """When a secret was made, and until when it signs: null for the newest."""

    created_at: Instant
    ends_at: Instant | None


class WebhookOut(Answered):
    """A webhook's endpoint.

    `state` is `paused` when it failed for three days (`reason`: `failing`); what happens then is
    kept and sent once it is enabled. It is `disabled` by the firm (`by_firm`), or because it
    answered 410 (`gone`); what happens then is not for it. `failures` counts attempts that failed
    in a row; `next_attempt_at` is when it is tried again. `secrets` are those that sign now.
    """

    id: str
    url: str
    description: str
    events: tuple[str, ...]
    state: EndpointState
    reason: Reason | None
    failures: int
    failing_since: Instant | None
    next_attempt_at: Instant | None
    last_success_at: Instant | None
    secrets: tuple[SecretOut, ...]
    created_at: Instant
    updated_at: Instant

    @classmethod
    def of(cls, endpoint: Endpoint, now: datetime) -> Self:
        """Show an endpoint; never a secret."""
        return cls.model_validate(_shown(endpoint, now))


class NewWebhookOut(WebhookOut):
    """A webhook's endpoint with its newest secret, which is shown this once: store it."""

    model_config = ConfigDict(json_schema_extra=told_once)

    secret: str

    @classmethod
    def with_secret(cls, endpoint: Endpoint, secret: str, now: datetime) -> Self:
        """Show an endpoint and its new secret."""
        return cls.model_validate({**_shown(endpoint, now), "secret": secret})


class WebhookList(Answered):
    """All webhooks of a firm, oldest first; there is one page, so `next_cursor` is null."""

    items: tuple[WebhookOut, ...]
    next_cursor: None = None

    @classmethod
    def of(cls, endpoints: tuple[Endpoint, ...], now: datetime) -> Self:
        """Show them."""
        return cls(items=tuple(WebhookOut.of(e, now) for e in endpoints))


class AttemptOut(Answered):
    """One attempt: when, how long it took, what was answered, why it failed."""

    at: Instant
    milliseconds: int
    status: int | None
    fault: Fault | None

    @classmethod
    def of(cls, attempt: Attempt) -> Self:
        """Show an attempt."""
        return cls(
            at=attempt.at,
            milliseconds=attempt.milliseconds,
            status=attempt.status,
            fault=attempt.fault,
        )


class DeliveryOut(Answered):
    """One event for one endpoint; `id` is its `webhook-id`. `replays` counts your wishes."""

    id: str
    type: str
    event_at: Instant
    state: DeliveryState
    attempts: tuple[AttemptOut, ...]
    next_attempt_at: Instant | None
    replays: int
    body: str

    @classmethod
    def of(cls, delivery: Delivery) -> Self:
        """Show a delivery."""
        return cls(
            id=delivery.id,
            type=delivery.event_type,
            event_at=delivery.event_at,
            state=delivery.state,
            attempts=tuple(AttemptOut.of(a) for a in delivery.attempts),
            next_attempt_at=delivery.try_at,
            replays=delivery.replays,
            body=delivery.body,
        )


class DeliveryList(Answered):
    """One page of an endpoint's log; `next_cursor` is null on the last one."""

    items: tuple[DeliveryOut, ...]
    next_cursor: str | None


class ReplayedOut(Answered):
    """How many events are sent again; call again with `next_since`, unless it is null."""

    replayed: int
    next_since: Instant | None


def _shown(endpoint: Endpoint, now: datetime) -> dict[str, object]:
    health = endpoint.health
    return {
        "id": endpoint.id,
        "url": endpoint.url,
        "description": endpoint.description,
        "events": endpoint.events,
        "state": endpoint.state,
        "reason": endpoint.reason,
        "failures": health.failures,
        "failing_since": health.failing_since,
        "next_attempt_at": health.try_at,
        "last_success_at": health.last_success_at,
        "secrets": [
            {"created_at": s.created_at, "ends_at": s.ends_at}
            for s in endpoint.signing_secrets(now)
        ],
        "created_at": endpoint.created_at,
        "updated_at": endpoint.updated_at,
    }
