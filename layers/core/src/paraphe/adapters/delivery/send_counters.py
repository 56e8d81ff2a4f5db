"""`Limits` on DynamoDB: a table of counters that expire."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraphe.adapters.faults import ServiceRefusedError, calling

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_dynamodb import DynamoDBClient

    from paraphe.domain.delivery.budgets import Budget

_A_DAY = 86_400


class DynamoLimits:
    """Keeps `Limits`.

    One atomic update each, and what was taken is given back when a later one is refused: unlike a
    transaction, updates of a firm's common counter do not get into each other's way. A crash in
    between, or an answer that is lost and asked for again, leaves the count off by that one call's
    amount until the day ends.
    """

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def take(self, budgets: Sequence[Budget]) -> Budget | None:
        """Keep `Limits.take`."""
        taken: list[Budget] = []
        for budget in budgets:
            if not self._took(budget):
                for earlier in taken:
                    self._add(earlier, -earlier.amount)
                return budget
            taken.append(budget)
        return None

    def _took(self, budget: Budget) -> bool:
        room = budget.most - budget.amount
        if room < 0:
            return False
        try:
            self._add(budget, budget.amount, room)
        except ServiceRefusedError as refused:
            if refused.code != "ConditionalCheckFailedException":
                raise
            return False
        return True

    def _add(self, budget: Budget, amount: int, room: int | None = None) -> None:
        values = {
            ":amount": {"N": str(amount)},
            ":until": {"N": str(int(budget.ends_at.timestamp()) + _A_DAY)},
        }
        condition = {}
        if room is not None:
            values[":room"] = {"N": str(room)}
            condition = {"ConditionExpression": "attribute_not_exists(used) OR used <= :room"}
        with calling("dynamodb:UpdateItem"):
            self._client.update_item(
                TableName=self._table,
                Key={"id": {"S": budget.key}},
                UpdateExpression="ADD used :amount SET expiration = :until",
                ExpressionAttributeValues=values,
                **condition,  # type: ignore[arg-type] # one of the call's own names
            )
