"""`Outbox` on DynamoDB: only rows that failed have an entry in `by_due`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from paraphe.adapters.dynamodb import keys
from paraphe.adapters.dynamodb.rows import notice_of
from paraphe.adapters.faults import calling
from paraphe.domain import times
from paraphe.ports.delivery import Undelivered

if TYPE_CHECKING:
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient

    from paraphe.ports.requests import RequestRef

_STILL_THERE = "attribute_exists(PK)"


class DynamoOutbox:
    """Keeps `Outbox`."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def postpone(self, ref: RequestRef, notice_id: str, attempts: int, at: datetime) -> None:
        """Keep `Outbox.postpone`."""
        self._update(
            ref,
            notice_id,
            "SET due_pk = :shard, due_at = :at, attempts = :attempts",
            {
                ":shard": {"S": keys.UNDELIVERED},
                ":at": {"S": times.to_text(at)},
                ":attempts": {"N": str(attempts)},
            },
        )

    def overdue(self, now: datetime, limit: int) -> tuple[Undelivered, ...]:
        """Keep `Outbox.overdue`: the index finds, the row itself is read consistently."""
        with calling("dynamodb:Query"):
            answer = self._client.query(
                TableName=self._table,
                IndexName=keys.BY_DUE,
                KeyConditionExpression="due_pk = :shard AND due_at <= :now",
                ExpressionAttributeValues={
                    ":shard": {"S": keys.UNDELIVERED},
                    ":now": {"S": times.to_text(now)},
                },
                Limit=limit,
            )
        found = (self._read(item) for item in answer["Items"])
        return tuple(row for row in found if row is not None)

    def settle(self, ref: RequestRef, notice_id: str, given_up_at: datetime | None = None) -> None:
        """Keep `Outbox.settle`."""
        if given_up_at is None:
            self._update(ref, notice_id, "REMOVE due_pk, due_at", {})
            return
        at = {":at": {"S": times.to_text(given_up_at)}}
        self._update(ref, notice_id, "SET given_up_at = :at REMOVE due_pk, due_at", at)

    def _read(self, key: dict[str, Any]) -> Undelivered | None:
        with calling("dynamodb:GetItem"):
            answer = self._client.get_item(
                TableName=self._table, Key={"PK": key["PK"], "SK": key["SK"]}, ConsistentRead=True
            )
        image: dict[str, Any] = answer.get("Item") or {}
        if "due_at" not in image:
            return None  # settled meanwhile: the index is a moment behind
        ref, notice = notice_of(image)
        return Undelivered(image, ref, notice, int(image["attempts"]["N"]))

    def _update(
        self, ref: RequestRef, notice_id: str, expression: str, values: dict[str, Any]
    ) -> None:
        given: Any = {"ExpressionAttributeValues": values} if values else {}
        with calling("dynamodb:UpdateItem"):
            self._client.update_item(
                TableName=self._table,
                Key={"PK": {"S": keys.partition(ref)}, "SK": {"S": keys.notice(notice_id)}},
                UpdateExpression=expression,
                ConditionExpression=_STILL_THERE,
                **given,
            )
