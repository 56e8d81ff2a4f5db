"""What receivers of webhooks get: one shape for each thing that an event is about."""

import functools
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from pydantic import ConfigDict, Field

from paraphe.contracts.fields import Instant
from paraphe.contracts.shapes import Answered
from paraphe.domain.delivery.webhook_events import CATALOGUE, About, EventType, example

Channel = Literal["email", "sms"]


class OfRequest(Answered):
    """Which request; `sequence` is the event's place in its audit trail: it orders them."""

    model_config = ConfigDict(extra="forbid")

    signature_request_id: str
    external_id: str | None
    mode: Literal["live", "test"] = Field(description="Of the request; what is `test` is no work.")
    sequence: int


class RequestData(OfRequest):
    """What happened to a request; `state` is its state afterwards, if the event says it."""

    state: str | None = None


class RecipientData(OfRequest):
    """What happened to a recipient; `state` is theirs afterwards, if the event says it."""

    recipient_id: str | None
    state: str | None = None


class DocumentData(OfRequest):
    """What happened to a document."""

    document_id: str
    state: str


class DeliveryData(OfRequest):
    """Who cannot be reached, and by what; `recipient_id` is null of a code."""

    recipient_id: str | None
    channel: Channel


class EndpointData(Answered):
    """Which webhook a test was asked for."""

    model_config = ConfigDict(extra="forbid")

    webhook_id: str


class WebhookEvent(Answered):
    """Common to all: `id` is also the header `webhook-id`, the same however often it is sent."""

    model_config = ConfigDict(extra="forbid")

    id: str
    type: str
    timestamp: Instant


class RequestEvent(WebhookEvent):
    """An event about a request."""

    data: RequestData


class RecipientEvent(WebhookEvent):
    """An event about a recipient."""

    data: RecipientData


class DocumentEvent(WebhookEvent):
    """An event about a document."""

    data: DocumentData


class DeliveryEvent(WebhookEvent):
    """An event about a message that did not arrive."""

    data: DeliveryData


class EndpointEvent(WebhookEvent):
    """An event about the webhook itself."""

    data: EndpointData


SHAPES: Mapping[About, type[WebhookEvent]] = {
    About.REQUEST: RequestEvent,
    About.RECIPIENT: RecipientEvent,
    About.DOCUMENT: DocumentEvent,
    About.DELIVERY: DeliveryEvent,
    About.ENDPOINT: EndpointEvent,
}


class EventTypeOut(Answered):
    """One type of event: what it tells, the JSON Schema of its body, an example of it."""

    type: str
    tells: str
    json_schema: dict[str, Any]
    example: dict[str, Any]

    @classmethod
    def of(cls, entry: EventType, now: datetime) -> "EventTypeOut":
        """Show an entry of the catalogue."""
        return cls(
            type=entry.name,
            tells=entry.tells,
            json_schema=_schema(entry),
            example=json.loads(example(entry, now).body),
        )


class EventTypeList(Answered):
    """The whole catalogue; there is one page, so `next_cursor` is null."""

    items: tuple[EventTypeOut, ...]
    next_cursor: None = None

    @classmethod
    def whole(cls, now: datetime) -> "EventTypeList":
        """Show it."""
        return cls(items=tuple(EventTypeOut.of(entry, now) for entry in CATALOGUE.values()))


@functools.cache
def _schema(entry: EventType) -> dict[str, Any]:
    """Return the JSON Schema of a type's body, in one piece."""
    shape = SHAPES[entry.about].model_json_schema(mode="serialization")
    (data,) = shape.pop("$defs").values()
    shape["properties"] |= {"data": data, "type": {"const": entry.name}}
    return shape
