"""`Webhooks` on DynamoDB: endpoints in a table of their own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from paraphe.adapters.delivery import webhook_items as items
from paraphe.adapters.dynamodb.codec import encode
from paraphe.adapters.faults import ServiceRefusedError, calling
from paraphe.domain import times
from paraphe.domain.errors import RaceLostError
from paraphe.ports.webhook_ports import EndpointRef

if TYPE_CHECKING:
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient

    from paraphe.domain.delivery.webhook_endpoints import Endpoint

_CHANGED = frozenset({"ConditionalCheckFailedException", "TransactionConflictException"})
_RACE = frozenset({"ConditionalCheckFailed", "TransactionConflict"})
# More than a firm may have: a race of two that make the last one hides none.
_MOST_READ = 50
# What a delivery writes of an endpoint, besides when to look again.
_BY_DELIVERIES: tuple[str, ...] = ("health", "state", "reason", "version")
_KEYS = frozenset({"PK", "SK", "id", "firm_id", "created_at", "type"})


class DynamoWebhooks:
    """Keeps `Webhooks`."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def listed(self, firm_id: str) -> tuple[Endpoint, ...]:
        """Keep `Webhooks.listed`."""
        with calling("dynamodb:Query"):
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression="PK = :partition",
                ExpressionAttributeValues={":partition": {"S": items.endpoints(firm_id)}},
                ConsistentRead=True,
                Limit=_MOST_READ,
            )
        return tuple(items.endpoint_of(item) for item in answer["Items"])

    def endpoint(self, ref: EndpointRef) -> Endpoint | None:
        """Keep `Webhooks.endpoint`."""
        with calling("dynamodb:GetItem"):
            answer = self._client.get_item(
                TableName=self._table, Key=items.endpoint_key(ref), ConsistentRead=True
            )
        found: dict[str, Any] | None = answer.get("Item")
        return items.endpoint_of(found) if found else None

    def add(self, endpoint: Endpoint) -> None:
        """Keep `Webhooks.add`."""
        item = {"Item": items.endpoint_item(endpoint)}
        self._write("Put", {**item, "ConditionExpression": "attribute_not_exists(PK)"})

    def change(self, endpoint: Endpoint, replaces: int, now: datetime) -> Endpoint:
        """Keep `Webhooks.change`: attributes that deliveries write are not among those written."""
        written = {
            name: value
            for name, value in items.endpoint_item(endpoint).items()
            if name not in _KEYS
        }
        removed = [] if "reason" in written else ["reason"]
        update = self._update(written, removed, now)
        update["ConditionExpression"] = "#version = :seen"
        update["ExpressionAttributeNames"]["#version"] = "version"
        update["ExpressionAttributeValues"][":seen"] = {"N": str(replaces)}
        self._write("Update", {"Key": items.endpoint_key(_ref(endpoint)), **update})
        return replace(endpoint, due_at=now)

    def delete(self, ref: EndpointRef, version: int) -> None:
        """Keep `Webhooks.delete`."""
        seen = {
            "ConditionExpression": "#version = :version",
            "ExpressionAttributeNames": {"#version": "version"},
            "ExpressionAttributeValues": {":version": {"N": str(version)}},
        }
        self._write("Delete", {"Key": items.endpoint_key(ref), **seen})

    def _write(self, kind: str, write: dict[str, Any]) -> None:
        """Write what a firm wants: as a transaction, so that the terms of its call join (ADR 42).

        Raises:
            RaceLostError: the condition does not hold.

        """
        entry: Any = {kind: {"TableName": self._table, **write}}
        try:
            with calling("dynamodb:TransactWriteItems"):
                self._client.transact_write_items(TransactItems=[entry])
        except ServiceRefusedError as refused:
            raise (RaceLostError() if _RACE & set(refused.reasons) else refused) from None

    def due(self, now: datetime, limit: int) -> tuple[EndpointRef, ...]:
        """Keep `Webhooks.due`."""
        with calling("dynamodb:Query"):
            answer = self._client.query(
                TableName=self._table,
                IndexName=items.BY_DUE,
                KeyConditionExpression="due_pk = :pk AND due_at <= :at",
                ExpressionAttributeValues=items.due(now),
                Limit=limit,
            )
        return tuple(items.endpoint_ref(item) for item in answer["Items"])

    def claim(self, ref: EndpointRef, now: datetime, until: datetime) -> Endpoint | None:
        """Keep `Webhooks.claim`.

        `lease` says that one has it; `due_at` moves, so that what breaks whoever looks at it is
        not in the way of the others.
        """
        return self._conditionally(
            ref,
            {
                "UpdateExpression": "SET lease = :until, due_at = :until",
                "ConditionExpression": "due_at <= :now AND "
                "(attribute_not_exists(lease) OR lease <= :now)",
                "ExpressionAttributeValues": {
                    ":until": {"S": times.to_text(until)},
                    ":now": {"S": times.to_text(now)},
                },
            },
        )

    def note(self, before: Endpoint, after: Endpoint, due_at: datetime | None) -> None:
        """Keep `Webhooks.note`: a debt that came since is looked at as soon as may be."""
        if not self._note(before, after, due_at, unmoved=True):
            soon = after.health.try_at or before.updated_at
            self._note(before, after, soon, unmoved=False)

    def _note(
        self, before: Endpoint, after: Endpoint, due_at: datetime | None, *, unmoved: bool
    ) -> bool:
        whole = encode(after)
        written = {name: whole[name] for name in _BY_DELIVERIES if name in whole}
        removed = ["lease", *(["reason"] if "reason" not in written else [])]
        if due_at is None:
            removed += ["due_pk", "due_at"]
        update = self._update(written, removed, due_at)
        update["ConditionExpression"] = "#version = :seen"
        update["ExpressionAttributeNames"]["#version"] = "version"
        update["ExpressionAttributeValues"][":seen"] = {"N": str(before.version)}
        if unmoved:
            same = "owed = :owed" if before.owed else "attribute_not_exists(owed)"
            update["ConditionExpression"] += f" AND {same}"
            if before.owed:
                update["ExpressionAttributeValues"][":owed"] = {"N": str(before.owed)}
        return self._conditionally(_ref(before), update) is not None

    def _update(
        self, written: dict[str, Any], removed: list[str], due_at: datetime | None
    ) -> dict[str, Any]:
        """Return an update that sets and removes attributes, and says when to look again."""
        sets = [f"#{name} = :{name}" for name in written]
        values = {f":{name}": value for name, value in written.items()}
        if due_at is not None:
            sets += ["due_pk = :pk", "due_at = :at"]
            values |= items.due(due_at)
        expression = "SET " + ", ".join(sets)
        if removed:
            expression += " REMOVE " + ", ".join(f"#{name}" for name in removed)
        return {
            "UpdateExpression": expression,
            "ExpressionAttributeNames": {f"#{name}": name for name in (*written, *removed)},
            "ExpressionAttributeValues": values,
        }

    def _conditionally(self, ref: EndpointRef, update: dict[str, Any]) -> Endpoint | None:
        """Update an endpoint; None when its condition does not hold."""
        try:
            with calling("dynamodb:UpdateItem"):
                answer = self._client.update_item(
                    TableName=self._table,
                    Key=items.endpoint_key(ref),
                    ReturnValues="ALL_NEW",
                    **update,
                )
        except ServiceRefusedError as refused:
            if refused.code not in _CHANGED:
                raise
            return None
        return items.endpoint_of(answer["Attributes"])


def _ref(endpoint: Endpoint) -> EndpointRef:
    return EndpointRef(endpoint.firm_id, endpoint.id)
