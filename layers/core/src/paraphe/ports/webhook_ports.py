"""Where webhooks' endpoints and deliveries are kept, and what sends them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from paraphe.domain.delivery.webhook_deliveries import Attempt, Delivery
from paraphe.domain.delivery.webhook_endpoints import Endpoint, Secret
from paraphe.domain.delivery.webhook_events import Subject
from paraphe.domain.evidence.audit import Event
from paraphe.domain.firms.firm import Firm
from paraphe.domain.firms.member import Member
from paraphe.ports.delivery import Mail
from paraphe.ports.requests import RequestRef


@dataclass(frozen=True, slots=True)
class EndpointRef:
    """Which endpoint: its firm's id and its own."""

    firm_id: str
    webhook_id: str


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """One page of an endpoint's log, newest event first; `cursor` None on the last one."""

    deliveries: tuple[Delivery, ...]
    cursor: str | None


class Webhooks(Protocol):
    """Where endpoints are kept. What a firm writes and what a delivery notes never mix."""

    def listed(self, firm_id: str) -> tuple[Endpoint, ...]:
        """Return a firm's endpoints, oldest first."""
        ...

    def endpoint(self, ref: EndpointRef) -> Endpoint | None:
        """Read an endpoint, consistently, or None."""
        ...

    def add(self, endpoint: Endpoint) -> None:
        """Write a new endpoint."""
        ...

    def change(self, endpoint: Endpoint, replaces: int, now: datetime) -> Endpoint:
        """Write what a firm changed in the place of version `replaces`; look at it now.

        Raises RaceLostError: another version is there, or none.
        """
        ...

    def delete(self, ref: EndpointRef, version: int) -> None:
        """Delete an endpoint of that version. Raises RaceLostError."""
        ...

    def due(self, now: datetime, limit: int) -> tuple[EndpointRef, ...]:
        """Return endpoints that are owed something and to be looked at, most overdue first."""
        ...

    def claim(self, ref: EndpointRef, now: datetime, until: datetime) -> Endpoint | None:
        """Take an endpoint that is due for oneself, until then; None when another has it."""
        ...

    def note(self, before: Endpoint, after: Endpoint, due_at: datetime | None) -> None:
        """Write how an endpoint does, and when to look again; None: nothing is owed.

        Whatever the firm has changed since stays as it is, and so does a new debt.
        """
        ...


class WebhookLog(Protocol):
    """Where deliveries are kept: those that are owed, and the log."""

    def find(self, ref: EndpointRef, delivery_id: str) -> Delivery | None:
        """Read a delivery, or None."""
        ...

    def listed(self, ref: EndpointRef, limit: int, cursor: str | None) -> DeliveryPage:
        """Return a page of the log."""
        ...

    def since(
        self, ref: EndpointRef, since: datetime, until: datetime, limit: int
    ) -> tuple[Delivery, ...]:
        """Return deliveries of events from `since` on and before `until`, oldest first."""
        ...

    def record(self, ref: EndpointRef, delivery: Delivery, now: datetime) -> None:
        """Write a delivery that is done."""
        ...

    def owe(
        self,
        endpoint: Endpoint,
        deliveries: Sequence[Delivery],
        now: datetime,
        *,
        asked: bool = False,
    ) -> None:
        """Write deliveries and have them looked at; nothing when the endpoint is gone.

        `asked`: somebody waits for it, so at once; else behind what is owed before.
        """
        ...

    def owed(self, ref: EndpointRef, limit: int) -> tuple[Delivery, ...]:
        """Return what is owed to an endpoint, in the order in which it is tried, consistently."""
        ...

    def settle(self, ref: EndpointRef, before: Delivery, after: Delivery, now: datetime) -> None:
        """Write what became of a delivery that was owed, unless it was asked for anew since."""
        ...


class WebhookSubjects(Protocol):
    """What messages say of a request beyond its events."""

    def subject(self, ref: RequestRef) -> Subject:
        """Read the firm's own id of a request and its mode, and nothing else."""
        ...


class WebhookSeals(Protocol):
    """Encrypts secrets. Who serves firms may seal, who delivers may open; never both."""

    def seal(self, ref: EndpointRef, secret: str) -> str:
        """Encrypt a secret for this endpoint only. Raises TransientError."""
        ...

    def open(self, ref: EndpointRef, secret: Secret) -> str:
        """Decrypt it; what was opened is remembered for a while. Raises TransientError."""
        ...


class WebhookSender(Protocol):
    """What posts a message to somebody's server."""

    def check(self, url: str) -> str:
        """Return an address as it is stored. Raises InvalidError when nothing may go there."""
        ...

    def post(
        self, url: str, headers: Mapping[str, str], body: bytes, clock: Callable[[], datetime]
    ) -> Attempt:
        """Send it; whatever happens is an attempt."""
        ...


class WebhookLetters(Protocol):
    """The wording of what a firm is told about its webhooks."""

    def stopped(self, endpoint: Endpoint, firm: Firm, member: Member) -> Mail:
        """Write that an endpoint gets nothing any more."""
        ...


class WebhookServices(Protocol):
    """Webhooks' place in `paraphe.services.Services`."""

    @property
    def webhooks(self) -> Webhooks:
        """The store of endpoints."""
        ...

    @property
    def webhook_log(self) -> WebhookLog:
        """The store of deliveries."""
        ...

    @property
    def webhook_seals(self) -> WebhookSeals:
        """What encrypts secrets."""
        ...

    @property
    def webhook_sender(self) -> WebhookSender:
        """What posts messages."""
        ...

    @property
    def webhook_letters(self) -> WebhookLetters:
        """What a firm is told."""
        ...

    @property
    def webhook_subjects(self) -> WebhookSubjects:
        """What messages say of a request."""
        ...

    def webhook_event_of(self, image: Mapping[str, Any]) -> tuple[RequestRef, Event]:
        """Read an audit event off the table's stream, and whose it is."""
        ...

    def webhook_asked_of(self, image: Mapping[str, Any]) -> EndpointRef:
        """Read off the webhooks' stream which endpoint somebody waits for."""
        ...
