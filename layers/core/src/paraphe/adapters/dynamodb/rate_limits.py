"""`RateLimits` on DynamoDB: one conditional write for each call (`paraphe.domain.rate_limits`).

An expression cannot take the larger of two instants, so there are two ways to write: for a caller
whose allowance has ended, and for one in the middle of it. This process remembers which way a
caller's last call went and tries it first; a wrong guess costs a second write.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraphe.adapters.faults import ServiceRefusedError, calling
from paraphe.ports.system import TransientError

if TYPE_CHECKING:
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient

    from paraphe.domain.rate_limits import RateLeft, RatePolicy

_KEPT_SECONDS = 3_600
# A clock that was set back leaves instants far ahead: they count for nothing.
_ABSURD = 60_000
_REMEMBERED = 10_000
_IDLE = "attribute_not_exists(ends_at) OR ends_at <= :now OR ends_at > :absurd"
_BUSY = "ends_at > :now AND ends_at <= :room"


class DynamoRateLimits:
    """Keeps `RateLimits`."""

    def __init__(self, client: DynamoDBClient, table: str, policy: RatePolicy) -> None:
        self._client = client
        self._table = table
        self.policy = policy
        self._ends: dict[str, int] = {}

    def take(self, caller: str, now: datetime) -> RateLeft:
        """Keep `RateLimits.take`."""
        instant = int(now.timestamp() * 1000)
        is_busy = self._ends.get(caller, 0) > instant
        # A caller who was busy may have come to rest, and be busy again by another of their calls.
        for busy in (True, False, True) if is_busy else (False, True):
            ends_at = self._try(caller, instant, busy=busy)
            if ends_at is not None:
                if len(self._ends) >= _REMEMBERED:
                    self._ends.clear()
                self._ends[caller] = ends_at
                return self.policy.left(ends_at, instant)
        return self.policy.refused()

    def _try(self, caller: str, now: int, *, busy: bool) -> int | None:
        """Take one call; None when the caller is not as `busy` as thought, or over the limit."""
        interval, window = self.policy.interval, self.policy.window
        values = {":now": now, ":until": now // 1000 + _KEPT_SECONDS}
        if busy:
            values |= {":one": interval, ":room": now + window - interval}
            update, condition = "SET ends_at = ends_at + :one, expiration = :until", _BUSY
        else:
            values |= {":end": now + interval, ":absurd": now + window + _ABSURD}
            update, condition = "SET ends_at = :end, expiration = :until", _IDLE
        try:
            with calling("dynamodb:UpdateItem"):
                answer = self._client.update_item(
                    TableName=self._table,
                    Key={"id": {"S": f"RATE#{caller}"}},
                    UpdateExpression=update,
                    ConditionExpression=condition,
                    ExpressionAttributeValues={k: {"N": str(n)} for k, n in values.items()},
                    ReturnValues="UPDATED_NEW",
                )
        except ServiceRefusedError as refused:
            if refused.code == "ConditionalCheckFailedException":
                return None
            raise TransientError(str(refused)) from None
        return int(answer["Attributes"]["ends_at"]["N"])
