"""`Members` and `Expiries` on DynamoDB."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from paraphe.adapters.dynamodb import keys
from paraphe.adapters.dynamodb.codec import decode, encode
from paraphe.adapters.dynamodb.firm_items import lost_or
from paraphe.adapters.faults import ServiceRefusedError, calling
from paraphe.domain import times
from paraphe.domain.errors import NotFoundError
from paraphe.domain.firms.member import Member

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
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

    def save(self, member: Member, *, beside: Member | None = None) -> Member:
        """Keep `Members.save`."""
        stored = replace(member, version=member.version + 1)
        put = {"TableName": self._table, "Item": new_item(stored), **_unchanged(member)}
        if beside is None:
            self._single("dynamodb:PutItem", self._client.put_item, put)
        else:
            self._both({"Put": put}, beside)
        return stored

    def remove(self, member: Member, *, beside: Member | None = None) -> None:
        """Keep `Members.remove`."""
        delete = {"TableName": self._table, "Key": _place(member), **_unchanged(member)}
        if beside is None:
            self._single("dynamodb:DeleteItem", self._client.delete_item, delete)
        else:
            self._both({"Delete": delete}, beside)

    def _single(self, operation: str, write: Callable[..., Any], asked: dict[str, Any]) -> None:
        try:
            with calling(operation):
                write(**asked)
        except ServiceRefusedError as refused:
            raise lost_or(refused) from None

    def _both(self, write: Any, beside: Member) -> None:  # noqa: ANN401 - an entry of TransactItems
        check = {"TableName": self._table, "Key": _place(beside), **_unchanged(beside)}
        writes = [write, {"ConditionCheck": check}]
        try:
            with calling("dynamodb:TransactWriteItems"):
                self._client.transact_write_items(TransactItems=writes)
        except ServiceRefusedError as refused:
            raise lost_or(refused) from None

    def listed(self, firm_id: str) -> tuple[Member, ...]:
        """Keep `Members.listed`."""
        found = _query(self._client, self._table, keys.firm(firm_id), keys.MEMBER)
        return tuple(decode(Member, item) for item in found)

    def page(self, firm_id: str, limit: int, after: str | None) -> tuple[tuple[Member, ...], bool]:
        """Keep `Members.page`."""
        query: dict[str, Any] = {
            "KeyConditionExpression": "PK = :partition AND begins_with(SK, :prefix)",
            "ExpressionAttributeValues": {
                ":partition": {"S": keys.firm(firm_id)},
                ":prefix": {"S": keys.MEMBER},
            },
            "ConsistentRead": True,
        }
        if after is not None:
            query["ExclusiveStartKey"] = _key(keys.firm(firm_id), keys.member(after))
        with calling("dynamodb:Query"):
            answer: Any = self._client.query(TableName=self._table, **query, Limit=limit)
        found = tuple(decode(Member, item) for item in answer["Items"])
        return found, "LastEvaluatedKey" in answer


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


def new_item(member: Member) -> dict[str, Any]:
    """Return a member's item."""
    return {**encode(member), "type": {"S": "member"}, **_place(member)}


def _place(member: Member) -> dict[str, Any]:
    return _key(keys.firm(member.firm_id), keys.member(member.id))


def _unchanged(member: Member) -> dict[str, Any]:
    """Return the condition that a member is stored as it was read, or not yet."""
    same = "#version = :version"
    if not member.version:  # also of what was written before members had versions
        same = f"attribute_not_exists(#version) OR {same}"
    return {
        "ConditionExpression": same,
        "ExpressionAttributeNames": {"#version": "version"},
        "ExpressionAttributeValues": {":version": {"N": str(member.version)}},
    }


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
