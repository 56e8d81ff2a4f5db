"""`Calls` on DynamoDB: a row for each call that has acted under a key of its caller's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from paraphe.adapters.dynamodb import call_rows
from paraphe.adapters.faults import ServiceRefusedError, calling
from paraphe.ports.calls import REMEMBERED

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from paraphe.ports.calls import KeptAnswer, KeptCall, Once

_NOT_OURS = frozenset({"ConditionalCheckFailedException", "TransactionConflictException"})


@dataclass(frozen=True, slots=True)
class DynamoCalls:
    """Keeps `Calls`."""

    client: DynamoDBClient
    table: str

    def find(self, once: Once) -> KeptCall | None:
        """Keep `Calls.find`."""
        with calling("dynamodb:GetItem"):
            answer = self.client.get_item(
                TableName=self.table, Key=call_rows.row_key(once), ConsistentRead=True
            )
        item = answer.get("Item")
        if item is None:
            return None
        found = call_rows.kept(item)
        return found if once.at < found.at + REMEMBERED else None

    def keep(self, once: Once, answer: KeptAnswer, made: tuple[str, ...] = ()) -> bool:
        """Keep `Calls.keep`."""
        try:
            with calling("dynamodb:PutItem"):
                self.client.put_item(
                    TableName=self.table,
                    Item=call_rows.answered(once, answer, made),
                    ConditionExpression="#run = :run AND attribute_not_exists(headers)",
                    ExpressionAttributeNames={"#run": "run"},
                    ExpressionAttributeValues={":run": {"S": once.run}},
                )
        except ServiceRefusedError as refused:
            if refused.code not in _NOT_OURS:
                raise
            return False
        return True
