"""`WebhookSubjects` on DynamoDB: one attribute of a request, so that no more of it is held here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraphe.adapters.dynamodb import keys
from paraphe.adapters.faults import calling

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from paraphe.ports.requests import RequestRef


class DynamoWebhookSubjects:
    """Keeps `WebhookSubjects`."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def external_id(self, ref: RequestRef) -> str | None:
        """Keep `WebhookSubjects.external_id`."""
        with calling("dynamodb:GetItem"):
            answer = self._client.get_item(
                TableName=self._table,
                Key={"PK": {"S": keys.partition(ref)}, "SK": {"S": keys.REQUEST}},
                ProjectionExpression="external_id",
            )
        item = answer.get("Item") or {}
        return item["external_id"]["S"] if "S" in item.get("external_id", {}) else None
