"""`ArchiveExports` on DynamoDB: a collection of the firm; what is due stands in an index."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraphe.adapters.dynamodb import keys
from paraphe.adapters.dynamodb.codec import decode, encode
from paraphe.adapters.dynamodb.firm_items import FirmItems, expiration
from paraphe.adapters.faults import calling
from paraphe.domain import times
from paraphe.domain.delivery.archive_exports import ArchiveExport
from paraphe.ports.archive_exports import ExportPage, ExportRef

if TYPE_CHECKING:
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient

COLLECTION = "ARCHIVE_EXPORTS"
# The partition of `by_due` that holds exports to be looked at: normally none.
DUE = "ARCHIVE"


class DynamoArchiveExports:
    """Keeps `ArchiveExports`."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table
        self._items = FirmItems(client, table, COLLECTION)

    def find(self, ref: ExportRef) -> ArchiveExport | None:
        """Keep `ArchiveExports.find`."""
        item = self._items.get(ref.firm_id, ref.export_id)
        return decode(ArchiveExport, item) if item else None

    def save(self, export: ArchiveExport, *, replaces: int | None) -> None:
        """Keep `ArchiveExports.save`."""
        item = {**encode(export), "type": {"S": "archive_export"}}
        item["expiration"] = expiration(export.created_at)
        if export.due_at is not None:
            item["due_pk"] = {"S": DUE}
        self._items.put(export.firm_id, export.id, item, replaces=replaces)

    def page(self, firm_id: str, after: str | None, limit: int) -> ExportPage:
        """Keep `ArchiveExports.page`."""
        page = self._items.page(firm_id, after=after, limit=limit)
        return ExportPage(tuple(decode(ArchiveExport, i) for i in page.items), page.after)

    def due(self, now: datetime, limit: int) -> tuple[ExportRef, ...]:
        """Keep `ArchiveExports.due`."""
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
        return tuple(
            ExportRef(item["PK"]["S"].split("#")[1], item["SK"]["S"]) for item in answer["Items"]
        )
