"""`Delegations` on DynamoDB: one collection of the firm, an item for each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from paraphe.adapters.dynamodb.codec import decode, encode
from paraphe.adapters.dynamodb.firm_items import FirmItems, expiration
from paraphe.domain.errors import NotFoundError
from paraphe.domain.firms.delegation import MOST, Delegation
from paraphe.domain.ids import is_id
from paraphe.ports.acting import DELEGATIONS

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoDelegations:
    """Keeps `Delegations`."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._items = FirmItems(client, table, DELEGATIONS)

    def delegation(self, firm_id: str, delegation_id: str) -> Delegation:
        """Keep `Delegations.delegation`."""
        found = self._items.get(firm_id, delegation_id) if is_id(delegation_id, "dlg") else None
        if found is None:
            raise NotFoundError("delegation_not_found", "There is no such delegation.")
        return decode(Delegation, found)

    def listed(self, firm_id: str) -> tuple[Delegation, ...]:
        """Keep `Delegations.listed`; twice as many as there may be at a time."""
        page = self._items.page(firm_id, limit=2 * MOST)
        return tuple(decode(Delegation, item) for item in page.items)

    def add(self, delegation: Delegation) -> Delegation:
        """Keep `Delegations.add`."""
        stored = replace(delegation, version=1)
        item = {**encode(stored), "type": {"S": "delegation"}}
        if stored.ends_at is not None:
            item["expiration"] = expiration(stored.ends_at)
        self._items.put(stored.firm_id, stored.id, item, replaces=None)
        return stored

    def remove(self, delegation: Delegation) -> None:
        """Keep `Delegations.remove`."""
        self._items.delete(delegation.firm_id, delegation.id, delegation.version)
