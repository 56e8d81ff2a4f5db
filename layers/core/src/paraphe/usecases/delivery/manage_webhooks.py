"""A firm makes, changes, rotates, tries and deletes its webhooks' endpoints."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from paraphe.domain.delivery import webhook_endpoints, webhook_events
from paraphe.domain.delivery.webhook_deliveries import Delivery
from paraphe.domain.delivery.webhook_endpoints import Endpoint, EndpointChange, Secret
from paraphe.domain.delivery.webhook_signatures import SECRET_BYTES, secret_of
from paraphe.domain.errors import NotFoundError, check_version
from paraphe.domain.firms.member import Capability
from paraphe.domain.firms.principal import Principal
from paraphe.domain.ids import RANDOM_BYTES, is_id, new_id
from paraphe.ports.system import Entropy
from paraphe.ports.webhook_ports import (
    EndpointRef,
    WebhookLog,
    Webhooks,
    WebhookSeals,
    WebhookSender,
)


@dataclass(frozen=True, slots=True)
class NewEndpoint:
    """What a firm says of an endpoint to be made; `events` empty means all."""

    url: str
    description: str = ""
    events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WithSecret:
    """An endpoint, and the secret that is shown this once."""

    endpoint: Endpoint
    secret: str


def found(webhooks: Webhooks, principal: Principal, webhook_id: str) -> Endpoint:
    """Return an endpoint of the principal's firm.

    Raises:
        NotFoundError: `webhook_not_found`.

    """
    ref = EndpointRef(principal.firm_id, webhook_id)
    endpoint = webhooks.endpoint(ref) if is_id(webhook_id, "whk") else None
    if endpoint is None:
        raise NotFoundError("webhook_not_found", "There is no such webhook.")
    return endpoint


@dataclass(frozen=True, slots=True)
class ReadWebhooks:
    """Reads a firm's endpoints."""

    webhooks: Webhooks

    def all(self, principal: Principal) -> tuple[Endpoint, ...]:
        """Return all of them, oldest first."""
        return self.webhooks.listed(principal.firm_id)

    def one(self, principal: Principal, webhook_id: str) -> Endpoint:
        """Return one of them.

        Raises:
            NotFoundError: `webhook_not_found`.

        """
        return found(self.webhooks, principal, webhook_id)


@dataclass(frozen=True, slots=True)
class ManageWebhooks:
    """Changes a firm's endpoints; each act needs the capability `manage`."""

    webhooks: Webhooks
    webhook_log: WebhookLog
    webhook_seals: WebhookSeals
    webhook_sender: WebhookSender
    entropy: Entropy

    def create(self, principal: Principal, given: NewEndpoint, now: datetime) -> WithSecret:
        """Make an endpoint that gets events from now on.

        Raises:
            ForbiddenError: `not_permitted`.
            InvalidError: see `WebhookSender.check`; `webhook_event_unknown`.
            ConflictError: `too_many_webhooks`.

        """
        principal.check_may(Capability.MANAGE)
        events = webhook_endpoints.check_events(given.events)
        webhook_endpoints.check_new(len(self.webhooks.listed(principal.firm_id)))
        url = self.webhook_sender.check(given.url)
        ref = EndpointRef(principal.firm_id, new_id("whk", now, self.entropy(RANDOM_BYTES)))
        secret, sealed = self._secret(ref, now)
        endpoint = Endpoint(
            ref.webhook_id, ref.firm_id, url, now, now, given.description, events, (sealed,)
        )
        self.webhooks.add(endpoint)
        return WithSecret(endpoint, secret)

    def change(
        self,
        principal: Principal,
        webhook_id: str,
        change: EndpointChange,
        expected: int | None,
        now: datetime,
    ) -> Endpoint:
        """Change an endpoint; enabling it sends what is owed.

        Raises:
            ForbiddenError: `not_permitted`. NotFoundError: `webhook_not_found`.
            InvalidError: as `create`. ChangedError, RaceLostError: it was changed meanwhile.

        """
        endpoint = self._own(principal, webhook_id, expected)
        if change.url is not None:
            url = self.webhook_sender.check(change.url)
            change = EndpointChange(url, change.description, change.events, change.state)
        after = webhook_endpoints.changed(endpoint, change, now)
        return self.webhooks.change(after, endpoint.version, now)

    def rotate(
        self,
        principal: Principal,
        webhook_id: str,
        overlap: timedelta,
        expected: int | None,
        now: datetime,
    ) -> WithSecret:
        """Make a new secret for an endpoint; the one before it signs as well for `overlap` more.

        Raises:
            as `change`.

        """
        endpoint = self._own(principal, webhook_id, expected)
        secret, sealed = self._secret(EndpointRef(endpoint.firm_id, endpoint.id), now)
        after = webhook_endpoints.rotated(endpoint, sealed.sealed, overlap, now)
        return WithSecret(self.webhooks.change(after, endpoint.version, now), secret)

    def delete(self, principal: Principal, webhook_id: str, expected: int | None) -> None:
        """Delete an endpoint; what is owed to it is never sent.

        Raises:
            as `change`.

        """
        endpoint = self._own(principal, webhook_id, expected)
        self.webhooks.delete(EndpointRef(endpoint.firm_id, endpoint.id), endpoint.version)

    def test(self, principal: Principal, webhook_id: str, now: datetime) -> Delivery:
        """Send an event `webhook.test` to an endpoint.

        Raises:
            ForbiddenError: `not_permitted`. NotFoundError: `webhook_not_found`.
            ConflictError: `webhook_not_enabled`.

        """
        endpoint = self._own(principal, webhook_id, None)
        webhook_endpoints.check_enabled(endpoint)
        message = webhook_events.test_message(endpoint.id, now, self.entropy(RANDOM_BYTES))
        delivery = Delivery.of(message, now)
        self.webhook_log.owe(endpoint, [delivery], now, asked=True)
        return delivery

    def _own(self, principal: Principal, webhook_id: str, expected: int | None) -> Endpoint:
        principal.check_may(Capability.MANAGE)
        endpoint = found(self.webhooks, principal, webhook_id)
        check_version(endpoint.version, expected)
        return endpoint

    def _secret(self, ref: EndpointRef, now: datetime) -> tuple[str, Secret]:
        secret = secret_of(self.entropy(SECRET_BYTES))
        return secret, Secret(self.webhook_seals.seal(ref, secret), now)
