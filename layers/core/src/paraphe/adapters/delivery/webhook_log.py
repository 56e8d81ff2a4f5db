"""`WebhookLog` on DynamoDB: what is owed is found by marks of its own, read consistently."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from paraphe.adapters.delivery import webhook_items as items
from paraphe.adapters.faults import ServiceRefusedError, calling
from paraphe.domain.delivery.webhook_deliveries import Delivery, DeliveryState
from paraphe.domain.errors import InvalidError
from paraphe.domain.ids import is_id, new_id
from paraphe.ports.webhook_ports import DeliveryPage, EndpointRef

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient

    from paraphe.domain.delivery.webhook_endpoints import Endpoint

# Two items each, and the endpoint: well below what one transaction takes.
_AT_ONCE = 25
_REFUSED = frozenset({"ConditionalCheckFailed"})


class DynamoWebhookLog:
    """Keeps `WebhookLog`."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def find(self, ref: EndpointRef, delivery_id: str) -> Delivery | None:
        """Keep `WebhookLog.find`."""
        with calling("dynamodb:GetItem"):
            answer = self._client.get_item(
                TableName=self._table, Key=items.delivery_key(ref, delivery_id), ConsistentRead=True
            )
        found: dict[str, Any] | None = answer.get("Item")
        return items.delivery_of(found) if found else None

    def listed(self, ref: EndpointRef, limit: int, cursor: str | None) -> DeliveryPage:
        """Keep `WebhookLog.listed`.

        Raises:
            InvalidError: `bad_cursor`.

        """
        query: dict[str, Any] = {"ScanIndexForward": False}
        if cursor is not None:
            if not is_id(cursor, "whd"):
                raise InvalidError(
                    "bad_cursor", "This cursor was not given by a list.", field="cursor"
                )
            query["ExclusiveStartKey"] = items.delivery_key(ref, cursor)
        found = self._first(ref, items.DELIVERY, limit + 1, query)
        page = tuple(items.delivery_of(item) for item in found[:limit])
        return DeliveryPage(page, page[-1].id if len(found) > limit else None)

    def since(
        self, ref: EndpointRef, since: datetime, until: datetime, limit: int
    ) -> tuple[Delivery, ...]:
        """Keep `WebhookLog.since`: ids sort by the event's instant."""
        query = {
            "KeyConditionExpression": "PK = :partition AND SK BETWEEN :first AND :last",
            "ExpressionAttributeValues": {
                ":partition": {"S": items.log(ref)},
                ":first": items.delivery_key(ref, new_id("whd", since, bytes(10)))["SK"],
                ":last": items.delivery_key(ref, new_id("whd", until, bytes(10)))["SK"],
            },
        }
        return tuple(map(items.delivery_of, self._first(ref, items.DELIVERY, limit, query)))

    def record(self, ref: EndpointRef, delivery: Delivery, now: datetime) -> None:
        """Keep `WebhookLog.record`."""
        with calling("dynamodb:PutItem"):
            self._client.put_item(
                TableName=self._table, Item=items.delivery_item(ref, delivery, now)
            )

    def owe(
        self,
        endpoint: Endpoint,
        deliveries: Sequence[Delivery],
        now: datetime,
        *,
        asked: bool = False,
    ) -> None:
        """Keep `WebhookLog.owe`: deliveries, marks and the endpoint's debt, in one transaction."""
        ref = EndpointRef(endpoint.firm_id, endpoint.id)
        for start in range(0, len(deliveries), _AT_ONCE):
            part = deliveries[start : start + _AT_ONCE]
            writes: list[Any] = [self._indebted(endpoint, now, asked=asked)]
            for number, delivery in enumerate(part):
                # One mark in the stream wakes the door; it looks for all that is owed.
                woken = asked and number == 0
                owed = items.owed_item(ref, delivery, now, asked=woken)
                writes += [self._put(items.delivery_item(ref, delivery, now)), self._put(owed)]
            try:
                with calling("dynamodb:TransactWriteItems"):
                    self._client.transact_write_items(TransactItems=writes)
            except ServiceRefusedError as refused:
                if not _REFUSED & set(refused.reasons):
                    raise
                return  # the endpoint was deleted

    def owed(self, ref: EndpointRef, limit: int) -> tuple[Delivery, ...]:
        """Keep `WebhookLog.owed`; a mark that has become untrue is removed."""
        found = []
        for mark in self._first(ref, items.OWED, limit, {}):
            delivery = self.find(ref, items.owed_id(mark))
            if delivery is not None and items.owed_key(ref, delivery)["SK"] == mark["SK"]:
                found.append(delivery)
                continue
            with calling("dynamodb:DeleteItem"):
                self._client.delete_item(
                    TableName=self._table, Key={"PK": mark["PK"], "SK": mark["SK"]}
                )
        return tuple(found)

    def settle(self, ref: EndpointRef, before: Delivery, after: Delivery, now: datetime) -> None:
        """Keep `WebhookLog.settle`: the mark goes, or moves to the next try."""
        put = self._put(items.delivery_item(ref, after, now))
        put["Put"] |= {
            "ConditionExpression": "replays = :replays",
            "ExpressionAttributeValues": {":replays": {"N": str(before.replays)}},
        }
        key = items.owed_key(ref, before)
        writes: list[Any] = [put, {"Delete": {"TableName": self._table, "Key": key}}]
        if after.state is DeliveryState.PENDING:
            writes.append(self._put(items.owed_item(ref, after, now, asked=False)))
        try:
            with calling("dynamodb:TransactWriteItems"):
                self._client.transact_write_items(TransactItems=writes)
        except ServiceRefusedError as refused:
            if not _REFUSED & set(refused.reasons):
                raise

    def _indebted(self, endpoint: Endpoint, now: datetime, *, asked: bool) -> dict[str, Any]:
        """Return the write that has an endpoint looked at, once it has rested."""
        ref = EndpointRef(endpoint.firm_id, endpoint.id)
        soon = now if asked else max(now, endpoint.health.try_at or now)
        later = endpoint.due_at is not None and soon < endpoint.due_at
        at = ":at" if asked or later else "if_not_exists(due_at, :at)"
        return {
            "Update": {
                "TableName": self._table,
                "Key": items.endpoint_key(ref),
                "UpdateExpression": f"SET due_pk = :pk, due_at = {at} ADD owed :one",
                "ConditionExpression": "attribute_exists(PK)",
                "ExpressionAttributeValues": {**items.due(soon), ":one": {"N": "1"}},
            }
        }

    def _put(self, item: dict[str, Any]) -> dict[str, Any]:
        return {"Put": {"TableName": self._table, "Item": item}}

    def _first(
        self, ref: EndpointRef, prefix: str, count: int, query: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Return the first items of an endpoint's log behind a prefix."""
        asked: dict[str, Any] = {
            "KeyConditionExpression": "PK = :partition AND begins_with(SK, :prefix)",
            "ExpressionAttributeValues": {
                ":partition": {"S": items.log(ref)},
                ":prefix": {"S": prefix},
            },
            "ConsistentRead": True,
            **query,
        }
        return list(self._pages(asked, count))

    def _pages(self, asked: dict[str, Any], count: int) -> Iterator[dict[str, Any]]:
        left = count
        while left > 0:
            with calling("dynamodb:Query"):
                answer = self._client.query(TableName=self._table, **asked, Limit=left)
            yield from answer["Items"]
            left -= len(answer["Items"])
            if "LastEvaluatedKey" not in answer:
                return
            asked = {**asked, "ExclusiveStartKey": answer["LastEvaluatedKey"]}
