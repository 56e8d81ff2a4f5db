"""One event on its way to one endpoint, and the log of its attempts."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from paraphe.domain.delivery import webhook_retries
from paraphe.domain.delivery.webhook_events import Message

# How long a delivery and its attempts can be read, and replayed.
KEPT = timedelta(days=30)


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


class Fault(StrEnum):
    """Why an attempt failed, when no answer says so."""

    STATUS = "status"
    REDIRECT = "redirect"
    GONE = "gone"
    NAME = "name_not_found"
    ADDRESS = "address_refused"
    CONNECT = "not_reached"
    TLS = "tls"
    TIMEOUT = "timeout"
    ANSWER = "not_http"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt: when, how long it took, what was answered; never what the answer said."""

    at: datetime
    milliseconds: int
    status: int | None = None
    fault: Fault | None = None

    @property
    def worked(self) -> bool:
        """Whether the receiver took it."""
        return self.fault is None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event for one endpoint.

    Attributes:
        id: of the message, `whd_…`; equal for all endpoints that get it.
        event_type: of the catalogue.
        body: what is sent, to the byte.
        attempts: what was tried since it became owed, oldest first.
        try_at: not before then; None when it is done.
        replays: how often its firm asked for it again.

    """

    id: str
    event_type: str
    event_at: datetime
    body: str
    state: DeliveryState = DeliveryState.PENDING
    attempts: tuple[Attempt, ...] = ()
    try_at: datetime | None = None
    replays: int = 0

    @classmethod
    def of(cls, message: Message, now: datetime) -> "Delivery":
        """Return a message that is owed from now on."""
        return cls(message.id, message.type, message.at, message.body, try_at=now)


def attempted(delivery: Delivery, attempt: Attempt, chance: float) -> Delivery:
    """Return the delivery after an attempt: done, owed still, or given up by itself.

    An endpoint that takes other things is healthy: then only this delivery's own series counts.
    """
    attempts = (*delivery.attempts, attempt)
    if attempt.worked:
        return replace(delivery, attempts=attempts, state=DeliveryState.DELIVERED, try_at=None)
    if len(attempts) >= webhook_retries.MOST_ATTEMPTS:
        return replace(delivery, attempts=attempts, state=DeliveryState.FAILED, try_at=None)
    first = attempts[0].at
    at = webhook_retries.next_attempt(len(attempts), first, attempt.at, chance)
    return replace(delivery, attempts=attempts, try_at=at)


def replayed(delivery: Delivery, now: datetime) -> Delivery:
    """Return the delivery as owed anew; what was tried before is forgotten."""
    return replace(
        delivery,
        state=DeliveryState.PENDING,
        attempts=(),
        try_at=now,
        replays=delivery.replays + 1,
    )


def expires_at(event_at: datetime, now: datetime) -> datetime:
    """Return when a delivery is forgotten: what is replayed lives on from then."""
    return max(event_at, now) + KEPT
