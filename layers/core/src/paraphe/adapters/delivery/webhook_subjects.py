"""`WebhookSubjects` on DynamoDB: two attributes of a request, no more of it is held here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraphe.adapters.dynamodb import keys
from paraphe.adapters.faults import calling
from paraphe.domain.delivery.webhook_events import Subject

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from paraphe.ports.requests import RequestRef


class DynamoWebhookSubjects:
    """Keeps `WebhookSubjects`."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def subject(self, ref: RequestRef) -> Subject:
        """Keep `WebhookSubjects.subject`."""
        with calling("dynamodb:GetItem"):
            answer = self._client.get_item(
                TableName=self._table,
                Key={"PK": {"S": keys.partition(ref)}, "SK": {"S": keys.REQUEST}},
                ProjectionExpression="external_id, #mode",
                ExpressionAttributeNames={"#mode": "mode"},
            )
        item = answer.get("Item") or {}
        known = {name: held["S"] for name, held in item.items() if "S" in held}
        return Subject(**known)
