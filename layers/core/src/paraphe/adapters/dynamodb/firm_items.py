"""Items of a firm by collection: contacts, templates, … Each carries a version (If-Match, P23).

Writes are conditioned on the version that was read, so that nobody overwrites what they have not
seen; a lost race is told, not repeated.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from paraphe.adapters.faults import ServiceRefusedError, calling
from paraphe.domain.errors import RaceLostError

if TYPE_CHECKING:
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient

    from paraphe.adapters.dynamodb.codec import Item

_CHANGED = frozenset({"ConditionalCheckFailedException", "TransactionConflictException"})
# How long what is over can still be read.
KEPT = timedelta(days=31)
_LOST = frozenset({"ConditionalCheckFailed", "TransactionConflict"})


@dataclass(frozen=True, slots=True)
class ItemPage:
    """One page of a collection, in the order of its keys; `after` None on the last one."""

    items: tuple[dict[str, Any], ...]
    after: str | None


@dataclass(frozen=True, slots=True)
class FirmItems:
    """One collection: partition `F#<firm>#<collection>`, an item per key, field `version`.

    Attributes:
        client: of DynamoDB.
        table: its name.
        collection: `CONTACTS`, `TEMPLATES`, …

    """

    client: DynamoDBClient
    table: str
    collection: str

    def get(self, firm_id: str, key: str) -> dict[str, Any] | None:
        """Read an item consistently, or None."""
        with calling("dynamodb:GetItem"):
            answer = self.client.get_item(
                TableName=self.table, Key=self.key(firm_id, key), ConsistentRead=True
            )
        return answer.get("Item")

    def put(self, firm_id: str, key: str, item: Item, *, replaces: int | None) -> None:
        """Write an item in the place of version `replaces`; None: there was none.

        `item` holds its own new `version`.

        Raises:
            RaceLostError: another version is there, or one at all.

        """
        write: dict[str, Any] = {
            "TableName": self.table,
            "Item": {**item, **self.key(firm_id, key)},
            **_condition(replaces),
        }
        try:
            with calling("dynamodb:PutItem"):
                self.client.put_item(**write)
        except ServiceRefusedError as refused:
            raise lost_or(refused) from None

    def delete(self, firm_id: str, key: str, version: int) -> None:
        """Delete an item of that version.

        Raises:
            RaceLostError: another version is there, or none.

        """
        try:
            with calling("dynamodb:DeleteItem"):
                self.client.delete_item(
                    TableName=self.table, Key=self.key(firm_id, key), **_condition(version)
                )
        except ServiceRefusedError as refused:
            raise lost_or(refused) from None

    def page(
        self, firm_id: str, *, prefix: str = "", after: str | None = None, limit: int
    ) -> ItemPage:
        """Read at most `limit` items whose keys begin with `prefix`, behind `after`, in order."""
        query: dict[str, Any] = {
            "KeyConditionExpression": "PK = :partition AND begins_with(SK, :prefix)",
            "ExpressionAttributeValues": {
                ":partition": {"S": self.partition(firm_id)},
                ":prefix": {"S": prefix},
            },
            "ConsistentRead": True,
        }
        if not prefix:  # DynamoDB refuses an empty prefix
            query["KeyConditionExpression"] = "PK = :partition"
            del query["ExpressionAttributeValues"][":prefix"]
        if after is not None:
            query["ExclusiveStartKey"] = self.key(firm_id, after)
        found: list[dict[str, Any]] = []
        while len(found) <= limit:
            with calling("dynamodb:Query"):
                answer = self.client.query(
                    TableName=self.table, **query, Limit=limit + 1 - len(found)
                )
            found += answer["Items"]
            if "LastEvaluatedKey" not in answer:
                break
            query["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
        more = len(found) > limit
        return ItemPage(tuple(found[:limit]), found[limit - 1]["SK"]["S"] if more else None)

    def partition(self, firm_id: str) -> str:
        """Return the collection's partition."""
        return f"F#{firm_id}#{self.collection}"

    def key(self, firm_id: str, key: str) -> Item:
        """Return an item's keys."""
        return {"PK": {"S": self.partition(firm_id)}, "SK": {"S": key}}


def _condition(version: int | None) -> dict[str, Any]:
    if version is None:
        return {"ConditionExpression": "attribute_not_exists(PK)"}
    return {
        "ConditionExpression": "#version = :version",
        "ExpressionAttributeNames": {"#version": "version"},
        "ExpressionAttributeValues": {":version": {"N": str(version)}},
    }


def expiration(over: datetime) -> dict[str, str]:
    """Return when the table deletes by itself what is over: 31 days later."""
    return {"N": str(int((over + KEPT).timestamp()))}


def lost_or(refused: ServiceRefusedError) -> Exception:
    """Tell why a write was refused: a lost race, or the refusal itself."""
    lost = refused.code in _CHANGED or _LOST & set(refused.reasons)
    return RaceLostError() if lost else refused
