"""`Members` and `Expiries` on DynamoDB."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from paraphe.adapters.dynamodb import keys
from paraphe.adapters.dynamodb.codec import decode, encode
from paraphe.adapters.faults import calling
from paraphe.domain import times
from paraphe.domain.errors import NotFoundError
from paraphe.domain.firms.member import Member

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoMembers:
    """Keeps `Members`."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def member(self, firm_id: str, member_id: str) -> Member:
        """Keep `Members.member`."""
        with calling("dynamodb:GetItem"):
            answer = self._client.get_item(
                TableName=self._table,
                Key=_key(keys.firm(firm_id), keys.member(member_id)),
                ConsistentRead=True,
            )
        item: dict[str, Any] | None = answer.get("Item")
        if item is None:
            raise NotFoundError("member_not_found", "There is no such member in this firm.")
        return decode(Member, item)

    def save(self, member: Member) -> None:
        """Keep `Members.save`."""
        key = _key(keys.firm(member.firm_id), keys.member(member.id))
        with calling("dynamodb:PutItem"):
            self._client.put_item(
                TableName=self._table, Item={**encode(member), "type": {"S": "member"}, **key}
            )

    def listed(self, firm_id: str) -> tuple[Member, ...]:
        """Keep `Members.listed`."""
        found = _query(self._client, self._table, keys.firm(firm_id), keys.MEMBER)
        return tuple(decode(Member, item) for item in found)


class DynamoExpiries:
    """Keeps `Expiries`: one partition, an item for each certificate."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def note(self, owner: str, expires_at: datetime) -> None:
        """Keep `Expiries.note`."""
        with calling("dynamodb:PutItem"):
            self._client.put_item(
                TableName=self._table,
                Item={
                    **_key(keys.CERTIFICATES, owner),
                    "type": {"S": "certificate"},
                    "expires_at": {"S": times.to_text(expires_at)},
                },
            )

    def forget(self, owner: str) -> None:
        """Keep `Expiries.forget`."""
        with calling("dynamodb:DeleteItem"):
            self._client.delete_item(TableName=self._table, Key=_key(keys.CERTIFICATES, owner))

    def noted(self) -> tuple[tuple[str, datetime], ...]:
        """Keep `Expiries.noted`."""
        return tuple(
            (item["SK"]["S"], times.from_text(item["expires_at"]["S"]))
            for item in _query(self._client, self._table, keys.CERTIFICATES, "")
        )


def _key(partition: str, sort_key: str) -> dict[str, Any]:
    return {"PK": {"S": partition}, "SK": {"S": sort_key}}


def _query(
    client: DynamoDBClient, table: str, partition: str, prefix: str
) -> Iterator[dict[str, Any]]:
    query: dict[str, Any] = {
        "KeyConditionExpression": "PK = :partition",
        "ExpressionAttributeValues": {":partition": {"S": partition}},
        "ConsistentRead": True,
    }
    if prefix:
        query["KeyConditionExpression"] += " AND begins_with(SK, :prefix)"
        query["ExpressionAttributeValues"][":prefix"] = {"S": prefix}
    while True:
        with calling("dynamodb:Query"):
            answer = client.query(TableName=table, **query)
        yield from answer["Items"]
        if "LastEvaluatedKey" not in answer:
            return
        query["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
