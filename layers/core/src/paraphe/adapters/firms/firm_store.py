"""`Firms` on DynamoDB."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from paraphe.adapters.dynamodb import keys
from paraphe.adapters.dynamodb.codec import decode, encode
from paraphe.adapters.faults import ServiceRefusedError, calling
from paraphe.domain.errors import NotFoundError, RaceLostError
from paraphe.domain.firms.firm import ApiClient, Firm

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_CHANGED = frozenset({"ConditionalCheckFailedException", "TransactionConflictException"})


class DynamoFirms:
    """Keeps `Firms`."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def firm(self, firm_id: str) -> Firm:
        """Keep `Firms.firm`."""
        item = self._get(keys.firm(firm_id), keys.FIRM)
        if item is None:
            raise NotFoundError("firm_not_found", "There is no such firm.")
        return decode(Firm, item)

    def client(self, client_id: str) -> ApiClient | None:
        """Keep `Firms.client`."""
        item = self._get(keys.client(client_id), keys.CLIENT)
        return decode(ApiClient, {**item, "id": {"S": client_id}}) if item is not None else None

    def save(self, firm: Firm) -> None:
        """Keep `Firms.save`."""
        self._put(keys.firm(firm.id), keys.FIRM, {**encode(firm), "type": {"S": "firm"}})

    def replace(self, before: Firm, after: Firm) -> None:
        """Keep `Firms.replace`. Firms of earlier releases have no version."""
        known = "#version = :version" + (
            " OR (attribute_exists(PK) AND attribute_not_exists(#version))"
            if before.version == 0
            else ""
        )
        try:
            self._put(
                keys.firm(after.id),
                keys.FIRM,
                {**encode(after), "type": {"S": "firm"}},
                ConditionExpression=known,
                ExpressionAttributeNames={"#version": "version"},
                ExpressionAttributeValues={":version": {"N": str(before.version)}},
            )
        except ServiceRefusedError as refused:
            if refused.code not in _CHANGED:
                raise
            raise RaceLostError from None

    def bind_client(self, client_id: str, firm_id: str, name: str = "") -> None:
        """Keep `Firms.bind_client`."""
        item = {**encode(ApiClient(client_id, firm_id, name)), "type": {"S": "client"}}
        self._put(keys.client(client_id), keys.CLIENT, item)

    def _get(self, partition: str, sort_key: str) -> dict[str, Any] | None:
        with calling("dynamodb:GetItem"):
            answer = self._client.get_item(
                TableName=self._table,
                Key={"PK": {"S": partition}, "SK": {"S": sort_key}},
                ConsistentRead=True,
            )
        return answer.get("Item")

    def _put(
        self,
        partition: str,
        sort_key: str,
        item: dict[str, Any],
        **condition: Any,  # noqa: ANN401 - as boto3
    ) -> None:
        with calling("dynamodb:PutItem"):
            self._client.put_item(
                TableName=self._table,
                Item={**item, "PK": {"S": partition}, "SK": {"S": sort_key}},
                **condition,
            )
