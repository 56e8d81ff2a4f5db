"""`ChainHeads` on DynamoDB: found by an index, read from the requests themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from paraphe.adapters.dynamodb import keys
from paraphe.adapters.faults import calling
from paraphe.domain.heads import Head

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from mypy_boto3_dynamodb import DynamoDBClient

    from paraphe.ports import RequestRef


class DynamoChainHeads:
    """Keeps `ChainHeads`; can only read."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def moved(self, day: date) -> Iterator[RequestRef]:
        """Keep `ChainHeads.moved`, page by page."""
        for shard in keys.day_shards(day):
            query: dict[str, Any] = {
                "TableName": self._table,
                "IndexName": keys.BY_DAY,
                "KeyConditionExpression": "day_pk = :shard",
                "ExpressionAttributeValues": {":shard": {"S": shard}},
            }
            while True:
                with calling("dynamodb:Query"):
                    answer = self._client.query(**query)
                yield from (keys.ref_of(item["PK"]["S"]) for item in answer["Items"])
                if "LastEvaluatedKey" not in answer:
                    break
                query["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def head(self, ref: RequestRef) -> Head | None:
        """Keep `ChainHeads.head`."""
        with calling("dynamodb:GetItem"):
            answer = self._client.get_item(
                TableName=self._table,
                Key={"PK": {"S": keys.partition(ref)}, "SK": {"S": keys.REQUEST}},
                ProjectionExpression="audit_seq, audit_head, evidence_sha256",
                ConsistentRead=True,
            )
        item: dict[str, Any] = answer.get("Item") or {}
        if "audit_head" not in item:
            return None
        evidence = item.get("evidence_sha256", {}).get("S")
        seq = int(item["audit_seq"]["N"])
        return Head(ref.request_id, seq, item["audit_head"]["S"], evidence) if seq else None
