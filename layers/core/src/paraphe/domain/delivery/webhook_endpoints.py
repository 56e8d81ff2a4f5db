"""A firm's webhook endpoint: what it gets, with which secrets, and how it does."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from paraphe.domain.delivery import webhook_retries
from paraphe.domain.delivery.webhook_events import CATALOGUE, TEST
from paraphe.domain.errors import ConflictError, InvalidError

MOST_ENDPOINTS = 20
# For so long both secrets hold after a rotation, unless the firm says less.
OVERLAP = timedelta(hours=24)
LONGEST_OVERLAP = timedelta(days=7)
# What takes longer is not delivered from the stream, where others would wait behind it.
SLOW = timedelta(seconds=3)


class EndpointState(StrEnum):
    """Whether events are delivered: `paused` keeps them until somebody enables it again."""

    ENABLED = "enabled"
    PAUSED = "paused"
    DISABLED = "disabled"


class Reason(StrEnum):
    """Why an endpoint is paused or disabled."""

    BY_FIRM = "by_firm"
    FAILING = "failing"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Secret:
    """One secret, encrypted; it signs until `ends_at`, None for the newest one."""

    sealed: str
    created_at: datetime
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """How an endpoint does.

    Attributes:
        failures: attempts that failed, in a row.
        failing_since: when the first of them was.
        try_at: when it is tried next while it fails.
        last_success_at: when it last took something.
        slow: its last answer took long.
        told_at: when the firm was told by mail that it is paused.

    """

    failures: int = 0
    failing_since: datetime | None = None
    try_at: datetime | None = None
    last_success_at: datetime | None = None
    slow: bool = False
    told_at: datetime | None = None

    @property
    def is_failing(self) -> bool:
        """Whether the last attempt failed."""
        return self.failures > 0


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a firm's events are sent.

    Attributes:
        id: `whk_…`.
        firm_id: whose.
        url: as `webhook_urls.normalised` writes it.
        description: the firm's own words.
        events: types that it gets; empty for all.
        secrets: newest last; two while one is being rotated.
        version: for If-Match; what a delivery notes does not count.
        owed: counts what was left to be delivered later, ever: whoever finds nothing left compares.
        due_at: when what is owed to it is looked at next; None when nothing is.

    """

    id: str
    firm_id: str
    url: str
    created_at: datetime
    updated_at: datetime
    description: str = ""
    events: tuple[str, ...] = ()
    secrets: tuple[Secret, ...] = ()
    state: EndpointState = EndpointState.ENABLED
    reason: Reason | None = None
    health: Health = field(default_factory=Health)
    owed: int = 0
    due_at: datetime | None = None
    version: int = 1

    def takes(self, event_type: str) -> bool:
        """Tell whether it gets events of this type; a test is always meant for it."""
        return not self.events or event_type in self.events or event_type == TEST

    @property
    def is_quick(self) -> bool:
        """Whether events are sent to it at once; else by the clock, behind what is owed before."""
        healthy = not self.health.is_failing and not self.health.slow and self.due_at is None
        return self.state is EndpointState.ENABLED and healthy

    @property
    def is_changed_since_it_worked(self) -> bool:
        """Whether its firm has changed it, or enabled it again, since it last took something."""
        worked = self.health.last_success_at
        return worked is None or worked < self.updated_at

    @property
    def is_untold(self) -> bool:
        """Whether a delivery has stopped it and its firm does not know yet."""
        stopped_by_us = self.reason in {Reason.FAILING, Reason.GONE}
        return stopped_by_us and self.health.told_at is None

    def signing_secrets(self, now: datetime) -> tuple[Secret, ...]:
        """Return the secrets that hold, newest first."""
        return tuple(s for s in reversed(self.secrets) if s.ends_at is None or now < s.ends_at)


@dataclass(frozen=True, slots=True)
class EndpointChange:
    """What a firm changes; None leaves as it is. `events` empty means all."""

    url: str | None = None
    description: str | None = None
    events: tuple[str, ...] | None = None
    state: EndpointState | None = None


def check_events(events: tuple[str, ...]) -> tuple[str, ...]:
    """Return the types of events once each, in order; refuse one that is not in the catalogue.

    Raises:
        InvalidError: `webhook_event_unknown`.

    """
    for name in events:
        if name not in CATALOGUE or name == TEST:
            raise InvalidError(
                "webhook_event_unknown",
                "An event is none of the catalogue: see GET /v1/webhook_events.",
                field="events",
            )
    return tuple(sorted(set(events)))


def changed(endpoint: Endpoint, change: EndpointChange, now: datetime) -> Endpoint:
    """Return the endpoint as its firm wants it: enabling it begins anew.

    Raises:
        InvalidError: `webhook_event_unknown`.

    """
    after = replace(
        endpoint,
        url=endpoint.url if change.url is None else change.url,
        description=endpoint.description if change.description is None else change.description,
        events=endpoint.events if change.events is None else check_events(change.events),
        updated_at=now,
        version=endpoint.version + 1,
    )
    if change.state is None or change.state is endpoint.state:
        # Another address deserves another try.
        moved = after.url != endpoint.url
        return replace(after, health=_fresh(after.health)) if moved else after
    if change.state is EndpointState.ENABLED:
        return replace(after, state=change.state, reason=None, health=_fresh(after.health))
    return replace(after, state=change.state, reason=Reason.BY_FIRM)


def rotated(endpoint: Endpoint, sealed: str, overlap: timedelta, now: datetime) -> Endpoint:
    """Return the endpoint with a new secret; the one before it holds for `overlap` more.

    Never more than two: a rotation during another one voids the oldest at once.
    """
    before = [replace(s, ends_at=now + overlap) for s in endpoint.secrets[-1:]]
    kept = before if overlap else []
    return replace(
        endpoint,
        secrets=(*kept, Secret(sealed, now)),
        updated_at=now,
        version=endpoint.version + 1,
    )


def succeeded(health: Health, now: datetime, took: timedelta) -> Health:
    """Return how an endpoint does that has just taken something."""
    return replace(
        health,
        failures=0,
        failing_since=None,
        try_at=None,
        last_success_at=now,
        slow=took > SLOW,
    )


def failed(endpoint: Endpoint, now: datetime, chance: float) -> Endpoint:
    """Return the endpoint after one more failed attempt: it rests, or is paused for good."""
    health = endpoint.health
    failures, since = health.failures + 1, health.failing_since or now
    at = webhook_retries.next_attempt(failures, since, now, chance)
    health = replace(health, failures=failures, failing_since=since, try_at=at)
    if webhook_retries.is_over(failures, since, now):
        return stopped(replace(endpoint, health=health), EndpointState.PAUSED, Reason.FAILING)
    return replace(endpoint, health=health)


def stopped(endpoint: Endpoint, state: EndpointState, reason: Reason) -> Endpoint:
    """Return the endpoint as a delivery stops it; its firm is told by mail."""
    health = replace(endpoint.health, try_at=None, told_at=None)
    return replace(
        endpoint, state=state, reason=reason, health=health, version=endpoint.version + 1
    )


def check_enabled(endpoint: Endpoint) -> None:
    """Refuse to send to an endpoint that gets nothing now.

    Raises:
        ConflictError: `webhook_not_enabled`.

    """
    if endpoint.state is not EndpointState.ENABLED:
        raise ConflictError(
            "webhook_not_enabled", f"This webhook is {endpoint.state}: enable it first."
        )


def check_new(known: int) -> None:
    """Refuse one endpoint more than a firm may have.

    Raises:
        ConflictError: `too_many_webhooks`.

    """
    if known >= MOST_ENDPOINTS:
        raise ConflictError(
            "too_many_webhooks", f"A firm has at most {MOST_ENDPOINTS} webhooks: delete one first."
        )


def _fresh(health: Health) -> Health:
    return Health(last_success_at=health.last_success_at)
