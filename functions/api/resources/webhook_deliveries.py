"""The log of a webhook's deliveries, and sending them again."""

from api.operations import Answer, Call, Repeat, Resource, Scope
from paraphe.contracts.delivery.webhook_bodies import (
    DeliveriesQuery,
    DeliveryList,
    DeliveryOut,
    Replay,
    ReplayedOut,
)
from paraphe.contracts.shapes import Nothing
from paraphe.usecases import using
from paraphe.usecases.delivery.replay_webhooks import ReadDeliveries, ReplayWebhooks

resource = Resource("webhook_deliveries")
PATH = "/webhooks/{webhook_id}"


@resource.operation(
    "GET",
    PATH + "/deliveries",
    scope=Scope.FIRM_READ,
    given=DeliveriesQuery,
    answer=DeliveryList,
)
def list_webhook_deliveries(call: Call[DeliveriesQuery]) -> Answer:
    """List what was sent to a webhook and what is owed to it, newest event first.

    Each with its attempts: instant, duration, status or fault. What receivers answer is not kept.
    """
    page = using(ReadDeliveries, call.services).page(
        call.principal, call.path["webhook_id"], call.given.limit, call.given.cursor
    )
    shown = tuple(DeliveryOut.of(d) for d in page.deliveries)
    return Answer(DeliveryList(items=shown, next_cursor=page.cursor))


@resource.operation(
    "POST",
    PATH + "/deliveries/{delivery_id}/replay",
    scope=Scope.MANAGE,
    given=Nothing,
    answer=DeliveryOut,
    status=202,
    problems=(404, 409),
    repeat=Repeat(harmless=True),  # receivers know a message by its id
)
def replay_webhook_delivery(call: Call[Nothing]) -> Answer:
    """Send one event again, with the same id and body."""
    again = using(ReplayWebhooks, call.services).one(
        call.principal, call.path["webhook_id"], call.path["delivery_id"], call.now
    )
    return Answer(DeliveryOut.of(again))


@resource.operation(
    "POST",
    PATH + "/replay",
    scope=Scope.MANAGE,
    given=Replay,
    answer=ReplayedOut,
    status=202,
    problems=(404, 409),
    repeat=Repeat(harmless=True),  # as above
)
def replay_webhook_deliveries(call: Call[Replay]) -> Answer:
    """Send again what happened from an instant on, a hundred events a call.

    What is on its way already is not sent twice. Call again with `next_since` until it is null.
    """
    replayed = using(ReplayWebhooks, call.services).since(
        call.principal,
        call.path["webhook_id"],
        call.given.since,
        call.given.until,
        call.now,
    )
    return Answer(ReplayedOut(replayed=replayed.count, next_since=replayed.next_since))
