"""The table of requests in memory, as far as loading and committing go; it counts read units."""

import copy
from typing import Any, cast

from mypy_boto3_dynamodb import DynamoDBClient

from paraphe.adapters.faults import ServiceRefusedError
from tests.support.capacity import read_units

Key = tuple[str, str]


class FakeTable:
    """What `DynamoRequests` asks of a client of DynamoDB.

    Attributes:
        items: by partition and sort key.
        units: read units consumed so far.

    """

    def __init__(self) -> None:
        self.items: dict[str, dict[str, dict[str, Any]]] = {}
        self.units = 0.0

    @property
    def client(self) -> DynamoDBClient:
        """This, as the adapter takes it."""
        return cast("DynamoDBClient", self)

    def query(self, **asked: Any) -> dict[str, Any]:  # noqa: ANN401 (as boto3)
        """Read a partition's items behind a prefix, in order; one page."""
        assert asked["KeyConditionExpression"] == "PK = :partition AND begins_with(SK, :prefix)"
        values = asked["ExpressionAttributeValues"]
        here = self.items.get(values[":partition"]["S"], {})
        found = [here[key] for key in sorted(here) if key.startswith(values[":prefix"]["S"])]
        self.units += read_units(found, consistent=asked["ConsistentRead"])
        return {"Items": copy.deepcopy(found)}

    def get_item(self, **asked: Any) -> dict[str, Any]:  # noqa: ANN401 (as boto3)
        """Read one item."""
        partition, key = _key(asked["Key"])
        item = self.items.get(partition, {}).get(key)
        self.units += read_units([item] if item else [], consistent=asked["ConsistentRead"])
        return {"Item": copy.deepcopy(item)} if item else {}

    def transact_write_items(self, **asked: Any) -> dict[str, Any]:  # noqa: ANN401 (as boto3)
        """Write all or nothing."""
        if not all(self._holds(write.get("Put")) for write in asked["TransactItems"]):
            raise ServiceRefusedError(
                "dynamodb:TransactWriteItems",
                "TransactionCanceledException",
                ("ConditionalCheckFailed",),
            )
        for write in asked["TransactItems"]:
            if "Put" in write:
                item = copy.deepcopy(write["Put"]["Item"])
                partition, key = _key(item)
                self.items.setdefault(partition, {})[key] = item
            else:
                partition, key = _key(write["Delete"]["Key"])
                self.items.get(partition, {}).pop(key, None)
        return {}

    def _holds(self, put: dict[str, Any] | None) -> bool:
        condition = (put or {}).get("ConditionExpression")
        if put is None or condition is None:
            return True
        partition, key = _key(put["Item"])
        stored = self.items.get(partition, {}).get(key)
        if condition == "attribute_not_exists(PK)":
            return stored is None
        assert condition == "#version = :version"
        wanted = put["ExpressionAttributeValues"][":version"]
        return stored is not None and bool(stored["version"] == wanted)


def _key(item: dict[str, Any]) -> Key:
    return item["PK"]["S"], item["SK"]["S"]
