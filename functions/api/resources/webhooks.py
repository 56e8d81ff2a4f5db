"""A firm's webhooks: where its events are sent, with which secret."""

from datetime import datetime
from typing import Any

from api.operations import Answer, Call, Repeat, Resource, Scope
from paraphe.contracts.delivery.webhook_bodies import (
    DeliveryOut,
    NewWebhook,
    NewWebhookOut,
    Rotation,
    WebhookChanges,
    WebhookList,
    WebhookOut,
)
from paraphe.contracts.delivery.webhook_events import EventTypeList
from paraphe.contracts.shapes import Nothing
from paraphe.usecases import using
from paraphe.usecases.delivery.manage_webhooks import (
    ManageWebhooks,
    NewEndpoint,
    ReadWebhooks,
    WithSecret,
)

resource = Resource("webhooks")
PATH = "/webhooks/{webhook_id}"


def _without_secret(call: Call[Any]) -> Answer:
    """Tell of a webhook whose secret was shown once."""
    return get_webhook(call)


@resource.operation(
    "POST",
    "/webhooks",
    scope=Scope.MANAGE,
    given=NewWebhook,
    answer=NewWebhookOut,
    status=201,
    problems=(409,),
    repeat=Repeat(_without_secret, makes="webhook_id", secret=True),
)
def create_webhook(call: Call[NewWebhook]) -> Answer:
    """Make a webhook.

    The answer holds its secret, which is shown this once: messages are signed with it as Standard
    Webhooks says. The address has to be public: one that leads to an internal address is refused.
    """
    given = NewEndpoint(call.given.url, call.given.description, call.given.events)
    made = using(ManageWebhooks, call.services).create(call.principal, given, call.now)
    location = {"Location": f"/v1/webhooks/{made.endpoint.id}"}
    return _with_secret(made, call.now, location)


@resource.operation(
    "GET", "/webhooks", scope=Scope.FIRM_READ, given=Nothing, answer=WebhookList, problems=()
)
def list_webhooks(call: Call[Nothing]) -> Answer:
    """List the firm's webhooks, oldest first."""
    return Answer(WebhookList.of(using(ReadWebhooks, call.services).all(call.principal), call.now))


@resource.operation("GET", PATH, scope=Scope.FIRM_READ, given=Nothing, answer=WebhookOut)
def get_webhook(call: Call[Nothing]) -> Answer:
    """Read a webhook: what it gets and how it does."""
    found = using(ReadWebhooks, call.services).one(call.principal, call.path["webhook_id"])
    return Answer(WebhookOut.of(found, call.now), version=found.version)


@resource.operation(
    "PATCH",
    PATH,
    scope=Scope.MANAGE,
    given=WebhookChanges,
    answer=WebhookOut,
    problems=(404, 409, 412),
)
def change_webhook(call: Call[WebhookChanges]) -> Answer:
    """Change a webhook, disable it, or enable it again.

    Enabling it sends what is owed, oldest first.
    """
    after = using(ManageWebhooks, call.services).change(
        call.principal, call.path["webhook_id"], call.given.to_domain(), call.if_match, call.now
    )
    return Answer(WebhookOut.of(after, call.now), version=after.version)


@resource.operation(
    "DELETE", PATH, scope=Scope.MANAGE, given=Nothing, answer=None, status=204, problems=(404, 412)
)
def delete_webhook(call: Call[Nothing]) -> Answer:
    """Delete a webhook; what is owed to it is never sent."""
    using(ManageWebhooks, call.services).delete(
        call.principal, call.path["webhook_id"], call.if_match
    )
    return Answer()


@resource.operation(
    "POST",
    PATH + "/rotate",
    scope=Scope.MANAGE,
    given=Rotation,
    answer=NewWebhookOut,
    problems=(404, 409, 412),
    repeat=Repeat(_without_secret, secret=True),
)
def rotate_webhook_secret(call: Call[Rotation]) -> Answer:
    """Rotate a webhook's secret.

    Messages carry a signature of each secret until the one before has ended. A rotation during
    another one voids the oldest at once: there are never more than two.
    """
    made = using(ManageWebhooks, call.services).rotate(
        call.principal, call.path["webhook_id"], call.given.overlap, call.if_match, call.now
    )
    return _with_secret(made, call.now, {})


@resource.operation(
    "POST",
    PATH + "/test",
    scope=Scope.MANAGE,
    given=Nothing,
    answer=DeliveryOut,
    status=202,
    problems=(404, 409),
    repeat=Repeat(harmless=True),  # receivers are sent a test event again
)
def test_webhook(call: Call[Nothing]) -> Answer:
    """Send an event `webhook.test` to a webhook, whatever it has subscribed to."""
    sent = using(ManageWebhooks, call.services).test(
        call.principal, call.path["webhook_id"], call.now
    )
    return Answer(DeliveryOut.of(sent))


@resource.operation(
    "GET",
    "/webhook_events",
    scope=Scope.FIRM_READ,
    given=Nothing,
    answer=EventTypeList,
    problems=(),
)
def list_webhook_events(call: Call[Nothing]) -> Answer:
    """List the catalogue of events, each with its schema and an example."""
    return Answer(EventTypeList.whole(call.now))


def _with_secret(made: WithSecret, now: datetime, headers: dict[str, str]) -> Answer:
    shown = NewWebhookOut.with_secret(made.endpoint, made.secret, now)
    return Answer(shown, version=made.endpoint.version, headers=headers)
