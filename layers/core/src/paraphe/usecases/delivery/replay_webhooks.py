"""The log of an endpoint's deliveries: read, and sent once more."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from paraphe.domain.delivery import webhook_deliveries, webhook_endpoints
from paraphe.domain.delivery.webhook_deliveries import Delivery, DeliveryState
from paraphe.domain.errors import ConflictError, InvalidError, NotFoundError
from paraphe.domain.firms.member import Capability
from paraphe.domain.firms.principal import Principal
from paraphe.domain.ids import is_id
from paraphe.ports.webhook_ports import DeliveryPage, EndpointRef, WebhookLog, Webhooks
from paraphe.usecases.delivery.manage_webhooks import found

MOST_REPLAYED = 100
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many deliveries are sent again; `next_since` is where the next call goes on, if any."""

    count: int
    next_since: datetime | None


@dataclass(frozen=True, slots=True)
class ReadDeliveries:
    """Reads an endpoint's log."""

    webhooks: Webhooks
    webhook_log: WebhookLog

    def page(
        self, principal: Principal, webhook_id: str, limit: int, cursor: str | None
    ) -> DeliveryPage:
        """Return a page of it, newest event first.

        Raises:
            NotFoundError: `webhook_not_found`. InvalidError: `bad_cursor`.

        """
        endpoint = found(self.webhooks, principal, webhook_id)
        return self.webhook_log.listed(_ref(principal, endpoint.id), limit, cursor)


@dataclass(frozen=True, slots=True)
class ReplayWebhooks:
    """Sends deliveries again, with the same id and body; needs the capability `manage`."""

    webhooks: Webhooks
    webhook_log: WebhookLog

    def one(
        self, principal: Principal, webhook_id: str, delivery_id: str, now: datetime
    ) -> Delivery:
        """Send one delivery again.

        Raises:
            ForbiddenError: `not_permitted`.
            NotFoundError: `webhook_not_found`, `webhook_delivery_not_found`.
            ConflictError: `webhook_not_enabled`, `webhook_delivery_pending`.

        """
        principal.check_may(Capability.MANAGE)
        endpoint = found(self.webhooks, principal, webhook_id)
        webhook_endpoints.check_enabled(endpoint)
        ref = _ref(principal, endpoint.id)
        delivery = self.webhook_log.find(ref, delivery_id) if is_id(delivery_id, "whd") else None
        if delivery is None:
            raise NotFoundError("webhook_delivery_not_found", "There is no such delivery.")
        if delivery.state is DeliveryState.PENDING:
            raise ConflictError(
                "webhook_delivery_pending", "This delivery is on its way: it is sent by itself."
            )
        again = webhook_deliveries.replayed(delivery, now)
        self.webhook_log.owe(endpoint, [again], now, asked=True)
        return again

    def since(
        self,
        principal: Principal,
        webhook_id: str,
        since: datetime,
        until: datetime | None,
        now: datetime,
    ) -> Replayed:
        """Send again what happened from `since` on; at most `MOST_REPLAYED` events a call.

        What is on its way already is not sent twice.

        Raises:
            ForbiddenError: `not_permitted`. NotFoundError: `webhook_not_found`.
            ConflictError: `webhook_not_enabled`.
            InvalidError: `webhook_replay_too_old`, `webhook_replay_span_empty`.

        """
        principal.check_may(Capability.MANAGE)
        endpoint = found(self.webhooks, principal, webhook_id)
        webhook_endpoints.check_enabled(endpoint)
        ref, end = _ref(principal, endpoint.id), until or now + _MILLISECOND
        _check_span(since, end, now)
        there = self.webhook_log.since(ref, since, end, MOST_REPLAYED + 1)
        page = there[:MOST_REPLAYED]
        done = [d for d in page if d.state is not DeliveryState.PENDING]
        again = [webhook_deliveries.replayed(d, now) for d in done]
        if again:
            self.webhook_log.owe(endpoint, again, now, asked=True)
        return Replayed(len(again), _continued(there, since))


def _check_span(since: datetime, end: datetime, now: datetime) -> None:
    if since < now - webhook_deliveries.KEPT - timedelta(days=1):
        days = webhook_deliveries.KEPT.days
        raise InvalidError(
            "webhook_replay_too_old",
            f"Deliveries are kept for {days} days: ask for later ones.",
            field="since",
        )
    if since >= end:
        raise InvalidError(
            "webhook_replay_span_empty",
            "Nothing lies between: give a `since` in the past, and before `until`.",
            field="since",
        )


def _continued(there: tuple[Delivery, ...], since: datetime) -> datetime | None:
    """Return where the next call begins: at the first event left, but always further on.

    A call that was answered twice sends some events twice; receivers know them by their ids.
    """
    if len(there) <= MOST_REPLAYED:
        return None
    return max(there[MOST_REPLAYED].event_at, since + _MILLISECOND)


def _ref(principal: Principal, webhook_id: str) -> EndpointRef:
    return EndpointRef(principal.firm_id, webhook_id)
