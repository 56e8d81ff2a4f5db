"""`BulkLaunches` on DynamoDB: a launch and its chunks of rows, in the order of their keys."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from paraphe.adapters.dynamodb import keys
from paraphe.adapters.dynamodb.codec import Item, decode, encode
from paraphe.adapters.dynamodb.firm_items import FirmItems
from paraphe.adapters.faults import calling
from paraphe.domain import times
from paraphe.domain.errors import NotFoundError
from paraphe.domain.ids import is_id
from paraphe.domain.requests.bulk import CHUNK_ROWS, MAX_ROWS, Bulk, BulkLaunch, Chunk
from paraphe.ports.bulk import BulkRef

if TYPE_CHECKING:
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient

COLLECTION = "BULK"
# The partition of `by_due` that holds bulk launches with rows to be launched: normally none.
DUE = "BULK"
_PARTS = 3
# Behind the key of every chunk of a launch.
_LAST = "#~"


class DynamoBulkLaunches:
    """Keeps `BulkLaunches`."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table
        self._items = FirmItems(client, table, COLLECTION)

    def load(self, ref: BulkRef) -> Bulk:
        """Keep `BulkLaunches.load`."""
        most = MAX_ROWS // CHUNK_ROWS + 1
        found: tuple[dict[str, Any], ...] = ()
        if is_id(ref.bulk_id, "blk"):
            found = self._items.page(ref.firm_id, prefix=ref.bulk_id, limit=most).items
        if not found or found[0]["SK"]["S"] != ref.bulk_id:
            raise NotFoundError("bulk_launch_not_found", "There is no such bulk launch.")
        chunks = tuple(decode(Chunk, item) for item in found[1:])
        return Bulk(decode(BulkLaunch, found[0]), chunks)

    def following(self, firm_id: str, after: str | None) -> Bulk | None:
        """Keep `BulkLaunches.following`."""
        behind = None if after is None else f"{after}{_LAST}"
        while found := self._items.page(firm_id, after=behind, limit=1).items:
            key = str(found[0]["SK"]["S"])
            if is_id(key, "blk"):
                return self.load(BulkRef(firm_id, key))
            behind = f"{key.partition('#')[0]}{_LAST}"  # rows whose launch is gone before them
        return None

    def save(self, launch: BulkLaunch, *, replaces: int | None) -> None:
        """Keep `BulkLaunches.save`."""
        item = {**encode(launch), "type": {"S": "bulk_launch"}, **_expiration(launch)}
        if launch.due_at is not None:
            item["due_pk"] = {"S": DUE}
        self._items.put(launch.firm_id, launch.id, item, replaces=replaces)

    def save_chunk(self, launch: BulkLaunch, chunk: Chunk, *, replaces: int | None) -> None:
        """Keep `BulkLaunches.save_chunk`."""
        item = {**encode(chunk), "type": {"S": "bulk_rows"}, **_expiration(launch)}
        self._items.put(launch.firm_id, _chunk_key(launch, chunk), item, replaces=replaces)

    def remove_chunk(self, launch: BulkLaunch, chunk: Chunk) -> None:
        """Keep `BulkLaunches.remove_chunk`."""
        self._items.delete(launch.firm_id, _chunk_key(launch, chunk), chunk.version)

    def due(self, now: datetime, limit: int) -> tuple[BulkRef, ...]:
        """Keep `BulkLaunches.due`."""
        with calling("dynamodb:Query"):
            answer = self._client.query(
                TableName=self._table,
                IndexName=keys.BY_DUE,
                KeyConditionExpression="due_pk = :shard AND due_at <= :now",
                ExpressionAttributeValues={
                    ":shard": {"S": DUE},
                    ":now": {"S": times.to_text(now)},
                },
                Limit=limit,
            )
        return tuple(_ref(item["PK"]["S"], item["SK"]["S"]) for item in answer["Items"])


def _ref(partition: str, key: str) -> BulkRef:
    parts = partition.split("#")
    if len(parts) != _PARTS:
        raise ValueError("not a collection of a firm")
    return BulkRef(parts[1], key)


def _chunk_key(launch: BulkLaunch, chunk: Chunk) -> str:
    return f"{launch.id}#{chunk.number:04d}"


def _expiration(launch: BulkLaunch) -> Item:
    """Return when the table's TimeToLive deletes it."""
    return {"expiration": {"N": str(math.ceil(launch.expires_at.timestamp()))}}
