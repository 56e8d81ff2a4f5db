"""The table of requests in memory, as far as loading and committing go; it counts read units."""

from __future__ import annotations

import copy
from threading import RLock
from typing import TYPE_CHECKING, Any, cast

from paraphe.adapters.faults import ServiceRefusedError
from tests.support.capacity import read_units
from tests.support.fakes.conditions import holds

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_dynamodb import DynamoDBClient

Key = tuple[str, str]
_PARTITION = "PK = :partition"
_FAILED = "ConditionalCheckFailed"


class FakeTable:
    """What `DynamoRequests` asks of a client of DynamoDB.

    Attributes:
        items: by partition and sort key.
        units: read units consumed so far.
        page_items: most items of one page of a query.
        before_item: called with each key before a query reads it, so that a test can write between.
        lagging: keys that the next query, all its pages, shows as they were before the last
            transaction. DynamoDB says no more of queries than that each item they give was
            committed; a transaction's items may become visible one after the other, in any order.

    """

    def __init__(self) -> None:
        self.items: dict[str, dict[str, dict[str, Any]]] = {}
        self.units = 0.0
        self.page_items = 10_000
        self.before_item: Callable[[str], None] = lambda _: None
        self.lagging: frozenset[str] = frozenset()
        self._past: dict[str, dict[str, dict[str, Any]]] = {}
        self._lock = RLock()

    @property
    def client(self) -> DynamoDBClient:
        """This, as the adapter takes it."""
        return cast("DynamoDBClient", self)

    def query(self, **asked: Any) -> dict[str, Any]:  # noqa: ANN401 (as boto3)
        """Read a partition's items behind a prefix, in order, each as it is at that moment."""
        values = asked["ExpressionAttributeValues"]
        if asked.get("IndexName") == "by_due":
            return self._due(values[":shard"], values[":now"]["S"], asked["Limit"])
        partition, prefix = values[":partition"]["S"], values.get(":prefix", {"S": ""})["S"]
        if ":low" in values:
            assert asked["KeyConditionExpression"] == f"{_PARTITION} AND SK BETWEEN :low AND :high"
            return self._between(asked, partition, values[":low"]["S"], values[":high"]["S"])
        beginning = " AND begins_with(SK, :prefix)" if prefix else ""
        assert asked["KeyConditionExpression"] == f"PK = :partition{beginning}"
        most = min(self.page_items, asked.get("Limit", self.page_items))
        last = asked.get("ExclusiveStartKey", {"SK": {"S": ""}})["SK"]["S"]
        found: list[dict[str, Any]] = []
        while (key := self._next(partition, prefix, last)) is not None:
            if len(found) == most:
                break
            self.before_item(key)
            item = self._seen(partition).get(key)
            found += [copy.deepcopy(item)] if item else []
            last = key
        self.units += read_units(found, consistent=asked["ConsistentRead"])
        if key is not None:
            return {"Items": found, "LastEvaluatedKey": {"PK": {"S": partition}, "SK": {"S": last}}}
        self.lagging = frozenset()
        return {"Items": found}

    def _between(
        self, asked: dict[str, Any], partition: str, low: str, high: str
    ) -> dict[str, Any]:
        """Read a partition's items between two keys, in either order, as they are now."""
        assert asked["ConsistentRead"]
        forward = asked["ScanIndexForward"]
        here = self.items.get(partition, {})
        keys = sorted((key for key in here if low <= key <= high), reverse=not forward)
        if "ExclusiveStartKey" in asked:
            last = asked["ExclusiveStartKey"]["SK"]["S"]
            keys = [key for key in keys if (key > last) is forward and key != last]
        most = min(self.page_items, asked["Limit"])
        found = [copy.deepcopy(here[key]) for key in keys[:most]]
        self.units += read_units(found, consistent=True)
        if len(keys) < most:
            return {"Items": found}
        return {"Items": found, "LastEvaluatedKey": {"PK": {"S": partition}, "SK": found[-1]["SK"]}}

    def _due(self, shard: dict[str, str], now: str, limit: int) -> dict[str, Any]:
        """Read the index of what is due, most overdue first: keys alone."""
        everything = (item for part in self.items.values() for item in part.values())
        due = [i for i in everything if i.get("due_pk") == shard and i["due_at"]["S"] <= now]
        due.sort(key=lambda item: str(item["due_at"]["S"]))
        return {"Items": [{"PK": item["PK"], "SK": item["SK"]} for item in due[:limit]]}

    def _next(self, partition: str, prefix: str, last: str) -> str | None:
        here = self._seen(partition)
        return min((key for key in here if key > last and key.startswith(prefix)), default=None)

    def _seen(self, partition: str) -> dict[str, dict[str, Any]]:
        """What a query sees."""
        now, past = self.items.get(partition, {}), self._past.get(partition, {})
        behind = {key: item for key, item in past.items() if key in self.lagging}
        return {key: item for key, item in now.items() if key not in self.lagging} | behind

    def get_item(self, **asked: Any) -> dict[str, Any]:  # noqa: ANN401 (as boto3)
        """Read one item."""
        partition, key = _key(asked["Key"])
        item = self.items.get(partition, {}).get(key)
        self.units += read_units([item] if item else [], consistent=asked["ConsistentRead"])
        return {"Item": copy.deepcopy(item)} if item else {}

    def batch_get_item(self, **asked: Any) -> dict[str, Any]:  # noqa: ANN401 (as boto3)
        """Read items, half of them at a time, as a busy table does."""
        ((table, wanted),) = asked["RequestItems"].items()
        assert 0 < len(wanted["Keys"]) <= 100
        now, later = wanted["Keys"][:50], wanted["Keys"][50:]
        answers = (self.get_item(Key=key, ConsistentRead=wanted["ConsistentRead"]) for key in now)
        found = [answer["Item"] for answer in answers if answer]
        left = {table: {**wanted, "Keys": later}} if later else {}
        return {"Responses": {table: found}, "UnprocessedKeys": left}

    def put_item(self, **asked: Any) -> dict[str, Any]:  # noqa: ANN401 (as boto3)
        """Write one item, if its condition holds."""
        return self._single("PutItem", {"Put": asked})

    def delete_item(self, **asked: Any) -> dict[str, Any]:  # noqa: ANN401 (as boto3)
        """Delete one item, if its condition holds."""
        return self._single("DeleteItem", {"Delete": asked})

    def update_item(self, **asked: Any) -> dict[str, Any]:  # noqa: ANN401 (as boto3)
        """Change one item, if its condition holds."""
        return self._single("UpdateItem", {"Update": asked})

    def _single(self, operation: str, write: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            if not self._holds(write):
                raise ServiceRefusedError(f"dynamodb:{operation}", f"{_FAILED}Exception")
            self._apply(write)
        return {}

    def transact_write_items(self, **asked: Any) -> dict[str, Any]:  # noqa: ANN401 (as boto3)
        """Write all or nothing."""
        writes = asked["TransactItems"]
        with self._lock:
            reasons = tuple("None" if self._holds(write) else _FAILED for write in writes)
            if _FAILED in reasons:
                raise ServiceRefusedError(
                    "dynamodb:TransactWriteItems", "TransactionCanceledException", reasons
                )
            self._past = {name: dict(items) for name, items in self.items.items()}
            for write in writes:
                self._apply(write)
        return {}

    def _apply(self, write: dict[str, Any]) -> None:
        ((kind, asked),) = write.items()
        if kind == "Put":
            partition, key = _key(asked["Item"])
            self.items.setdefault(partition, {})[key] = copy.deepcopy(asked["Item"])
        elif kind == "Delete":
            partition, key = _key(asked["Key"])
            self.items.get(partition, {}).pop(key, None)
        elif kind == "Update":
            partition, key = _key(asked["Key"])
            item = self.items.setdefault(partition, {}).setdefault(key, dict(asked["Key"]))
            item |= _set(asked)
        else:
            assert kind == "ConditionCheck", kind

    def _holds(self, write: dict[str, Any]) -> bool:
        ((_, asked),) = write.items()
        partition, key = _key(asked["Item"] if "Item" in asked else asked["Key"])
        return holds(asked, self.items.get(partition, {}).get(key))


def _key(item: dict[str, Any]) -> Key:
    return item["PK"]["S"], item["SK"]["S"]


def _set(asked: dict[str, Any]) -> dict[str, Any]:
    """Read `SET a = :a, b = :b`."""
    verb, _, rest = asked["UpdateExpression"].partition(" ")
    assert verb == "SET", verb
    pairs = (part.split(" = ") for part in rest.split(", "))
    return {name: asked["ExpressionAttributeValues"][value] for name, value in pairs}
