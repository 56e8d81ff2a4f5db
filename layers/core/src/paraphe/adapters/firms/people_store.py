"""`People` on DynamoDB."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from paraphe.adapters.dynamodb import keys
from paraphe.adapters.dynamodb.codec import decode, encode
from paraphe.adapters.faults import ServiceRefusedError, calling
from paraphe.adapters.firms.firm_store import NEW, claim_item, firm_item
from paraphe.adapters.firms.member_store import new_item
from paraphe.domain import times
from paraphe.domain.errors import ConflictError, RaceLostError
from paraphe.domain.firms.person import Person

if TYPE_CHECKING:
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient

    from paraphe.domain.firms.firm import Firm
    from paraphe.domain.firms.member import Member

_CHANGED = frozenset({"ConditionalCheckFailedException", "TransactionConflictException"})
_HELD, _CANCELED = "ConditionalCheckFailed", "TransactionCanceledException"


class DynamoPeople:
    """Keeps `People`: an item for each person, with the version that its next writer must know."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def person(self, person_id: str) -> Person | None:
        """Keep `People.person`."""
        with calling("dynamodb:GetItem"):
            answer = self._client.get_item(
                TableName=self._table, Key=_key(person_id), ConsistentRead=True
            )
        item: dict[str, Any] | None = answer.get("Item")
        return decode(Person, item) if item is not None else None

    def add(self, person: Person) -> None:
        """Keep `People.add`."""
        self._put(person, NEW)

    def save(self, person: Person) -> Person:
        """Keep `People.save`."""
        stored = replace(person, version=person.version + 1)
        self._put(stored, _of_version(person.version))
        return stored

    def open_firm(self, person: Person, firm: Firm, member: Member) -> Person:
        """Keep `People.open_firm`: the SIREN's item makes each open one firm."""
        stored = replace(person, version=person.version + 1, firm_id=firm.id, member_id=member.id)
        joined = new_item(replace(member, version=1))
        writes: list[dict[str, Any]] = [
            {"Item": _item(stored), **_of_version(person.version)},
            {"Item": claim_item(firm), **NEW},
            {"Item": firm_item(firm), **NEW},
            {"Item": joined, **NEW},
        ]
        try:
            with calling("dynamodb:TransactWriteItems"):
                self._client.transact_write_items(
                    TransactItems=[{"Put": {"TableName": self._table, **one}} for one in writes]  # type: ignore[typeddict-item] # as built above
                )
        except ServiceRefusedError as refused:
            raise _why(refused) from None
        return stored

    def due(self, now: datetime, limit: int) -> tuple[Person, ...]:
        """Keep `People.due`: the index finds, each person is read consistently."""
        with calling("dynamodb:Query"):
            answer = self._client.query(
                TableName=self._table,
                IndexName=keys.BY_DUE,
                KeyConditionExpression="due_pk = :shard AND due_at <= :now",
                ExpressionAttributeValues={
                    ":shard": {"S": keys.REGISTER},
                    ":now": {"S": times.to_text(now)},
                },
                Limit=limit,
            )
        found = (self.person(item["PK"]["S"].removeprefix("P#")) for item in answer["Items"])
        return tuple(p for p in found if p and p.check_due_at and p.check_due_at <= now)

    def _put(self, person: Person, condition: dict[str, Any]) -> None:
        try:
            with calling("dynamodb:PutItem"):
                self._client.put_item(TableName=self._table, Item=_item(person), **condition)
        except ServiceRefusedError as refused:
            if refused.code in _CHANGED:
                raise RaceLostError from None
            raise


def _key(person_id: str) -> dict[str, Any]:
    return {"PK": {"S": keys.person(person_id)}, "SK": {"S": keys.PERSON}}


def _item(person: Person) -> dict[str, Any]:
    item: dict[str, Any] = {**encode(person), **_key(person.id), "type": {"S": "person"}}
    if person.check_due_at is not None:
        item["due_pk"] = {"S": keys.REGISTER}
        item["due_at"] = {"S": times.to_text(person.check_due_at)}
    return item


def _of_version(version: int) -> dict[str, Any]:
    return {
        "ConditionExpression": "#version = :version",
        "ExpressionAttributeNames": {"#version": "version"},
        "ExpressionAttributeValues": {":version": {"N": str(version)}},
    }


def _why(refused: ServiceRefusedError) -> Exception:
    if refused.code != _CANCELED:
        return refused
    person, siren, *_ = refused.reasons
    if person != _HELD and siren == _HELD:
        return ConflictError("siren_taken", "This firm is open already: ask to be invited.")
    return RaceLostError()
