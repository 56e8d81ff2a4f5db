"""Firms, in memory."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from paraphe.domain.errors import NotFoundError, RaceLostError
from paraphe.domain.firms.firm import ApiClient, Firm

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class FakeFirms:
    """Keeps `Firms`."""

    def __init__(self, *firms: Firm) -> None:
        self.firms = {firm.id: firm for firm in firms}
        self.clients: dict[str, ApiClient] = {}
        self._client: DynamoDBClient | None = None

    def within(self, client: DynamoDBClient) -> FakeFirms:
        """Return this store for one call: a change is one transaction with the call's terms."""
        twin = copy.copy(self)
        twin._client = client
        return twin

    def firm(self, firm_id: str) -> Firm:
        """Keep `Firms.firm`."""
        if firm_id not in self.firms:
            raise NotFoundError("firm_not_found", "There is no such firm.")
        return self.firms[firm_id]

    def client(self, client_id: str) -> ApiClient | None:
        """Keep `Firms.client`."""
        return self.clients.get(client_id)

    def save(self, firm: Firm) -> None:
        """Keep `Firms.save`."""
        self.firms[firm.id] = firm

    def replace(self, before: Firm, after: Firm) -> None:
        """Keep `Firms.replace`."""
        if self.firm(after.id).version != before.version:
            raise RaceLostError
        if self._client is not None:
            key = {"PK": {"S": f"F#{after.id}"}, "SK": {"S": "FIRM"}}
            self._client.put_item(TableName="table", Item=key)
        self.save(after)

    def bind_client(self, client_id: str, firm_id: str, name: str = "") -> None:
        """Keep `Firms.bind_client`."""
        self.clients[client_id] = ApiClient(client_id, firm_id, name)
