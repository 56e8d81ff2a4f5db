"""Items of the webhooks' table: endpoints, deliveries, and what is owed (docs/ARCHITECTURE.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from paraphe.adapters.dynamodb.codec import decode, encode
from paraphe.domain import times
from paraphe.domain.delivery.webhook_deliveries import Delivery, expires_at
from paraphe.domain.delivery.webhook_endpoints import Endpoint
from paraphe.ports.webhook_ports import EndpointRef

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from paraphe.adapters.dynamodb.codec import Item

BY_DUE = "by_due"
# The partition of `by_due` that holds endpoints to which something is owed.
DUE = "WEBHOOKS"
DELIVERY = "D#"
OWED = "O#"
# What the table's stream gives to the door: somebody waits for it.
ASKED = "asked"
# Written by deliveries alone; a firm's change leaves them as they are.
NOTED = frozenset({"owed", "due_at"})


def endpoints(firm_id: str) -> str:
    """Return the partition of a firm's endpoints."""
    return f"F#{firm_id}#WEBHOOKS"


def log(ref: EndpointRef) -> str:
    """Return the partition of an endpoint's deliveries."""
    return f"F#{ref.firm_id}#W#{ref.webhook_id}"


def endpoint_key(ref: EndpointRef) -> Item:
    """Return the keys of an endpoint."""
    return {"PK": {"S": endpoints(ref.firm_id)}, "SK": {"S": ref.webhook_id}}


def delivery_key(ref: EndpointRef, delivery_id: str) -> Item:
    """Return the keys of a delivery; its id sorts by the event's instant."""
    return {"PK": {"S": log(ref)}, "SK": {"S": f"{DELIVERY}{delivery_id}"}}


def owed_key(ref: EndpointRef, delivery: Delivery) -> Item:
    """Return the keys of the mark that a delivery is owed: it sorts by when it is tried next."""
    at = times.to_text(delivery.try_at or delivery.event_at)
    return {"PK": {"S": log(ref)}, "SK": {"S": f"{OWED}{at}#{delivery.id}"}}


def owed_id(item: Mapping[str, Any]) -> str:
    """Read which delivery a mark is for."""
    return str(item["SK"]["S"]).rpartition("#")[2]


def endpoint_ref(item: Mapping[str, Any]) -> EndpointRef:
    """Read the keys of an endpoint, or of what is owed to one.

    Raises:
        ValueError: they are something else's.

    """
    match item["PK"]["S"].split("#"):
        case ["F", firm_id, "WEBHOOKS"]:
            return EndpointRef(firm_id, item["SK"]["S"])
        case ["F", firm_id, "W", webhook_id]:
            return EndpointRef(firm_id, webhook_id)
        case _:
            raise ValueError("not an endpoint's key")


def endpoint_item(endpoint: Endpoint) -> Item:
    """Write an endpoint."""
    ref = EndpointRef(endpoint.firm_id, endpoint.id)
    return {**encode(endpoint, NOTED), "type": {"S": "webhook"}, **endpoint_key(ref)}


def endpoint_of(item: Mapping[str, Any]) -> Endpoint:
    """Read an endpoint."""
    return decode(Endpoint, item)


def delivery_item(ref: EndpointRef, delivery: Delivery, now: datetime) -> Item:
    """Write a delivery; DynamoDB forgets it by `expiration`."""
    return {
        **encode(delivery),
        "type": {"S": "webhook_delivery"},
        "expiration": _expiration(delivery, now),
        **delivery_key(ref, delivery.id),
    }


def owed_item(ref: EndpointRef, delivery: Delivery, now: datetime, *, asked: bool) -> Item:
    """Write that a delivery is owed; this is what is looked for, as the log holds others too."""
    item = {
        "type": {"S": "webhook_owed"},
        "expiration": _expiration(delivery, now),
        **owed_key(ref, delivery),
    }
    return {**item, "by": {"S": ASKED}} if asked else item


def delivery_of(item: Mapping[str, Any]) -> Delivery:
    """Read a delivery."""
    return decode(Delivery, item)


def due(at: datetime) -> Item:
    """Return what `by_due` finds an endpoint by, as values of an update."""
    return {":pk": {"S": DUE}, ":at": {"S": times.to_text(at)}}


def _expiration(delivery: Delivery, now: datetime) -> dict[str, Any]:
    return {"N": str(int(expires_at(delivery.event_at, now).timestamp()))}
