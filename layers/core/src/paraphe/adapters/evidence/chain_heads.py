"""`ChainHeads` on DynamoDB: found by an index, read from the requests themselves."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from paraphe.adapters.dynamodb import keys
from paraphe.adapters.faults import calling
from paraphe.domain.evidence.heads import Head
from paraphe.ports.system import TransientError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from mypy_boto3_dynamodb import DynamoDBClient

    from paraphe.ports.requests import RequestRef

# As many as BatchGetItem takes.
BATCH = 100
AT_ONCE = 4
# What the table is too busy for is asked for again: after 0.1, 0.2 ... seconds, 12 s in all.
ATTEMPTS = 8
FIRST_PAUSE = 0.1


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

    def heads(self, refs: Sequence[RequestRef]) -> tuple[Head, ...]:
        """Keep `ChainHeads.heads`: a hundred at a time, four times side by side."""
        unique = list(dict.fromkeys(keys.partition(ref) for ref in refs))
        batches = [unique[first : first + BATCH] for first in range(0, len(unique), BATCH)]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            found = [head for heads in pool.map(self._batch, batches) for head in heads]
        return tuple(found)

    def _batch(self, partitions: list[str]) -> list[Head]:
        asked: dict[str, Any] = {
            self._table: {
                "Keys": [{"PK": {"S": key}, "SK": {"S": keys.REQUEST}} for key in partitions],
                "ProjectionExpression": "PK, audit_seq, audit_head, evidence_sha256",
                "ConsistentRead": True,
            }
        }
        found: list[Head] = []
        for attempt in range(ATTEMPTS):
            with calling("dynamodb:BatchGetItem"):
                answer = self._client.batch_get_item(RequestItems=asked)
            found += [
                _head(item) for item in answer["Responses"].get(self._table, ()) if _told(item)
            ]
            asked = answer.get("UnprocessedKeys") or {}
            if not asked:
                return found
            time.sleep(FIRST_PAUSE * 2**attempt)
        raise TransientError("dynamodb:BatchGetItem: keys were left")


def _told(item: Mapping[str, Any]) -> bool:
    """Whether a request has a trail yet."""
    return "audit_head" in item and int(item["audit_seq"]["N"]) > 0


def _head(item: Mapping[str, Any]) -> Head:
    return Head(
        keys.ref_of(item["PK"]["S"]).request_id,
        int(item["audit_seq"]["N"]),
        item["audit_head"]["S"],
        item.get("evidence_sha256", {}).get("S"),
    )
