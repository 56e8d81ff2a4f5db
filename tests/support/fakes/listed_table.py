"""Requests whose list entries lie on a table in memory, and whose lists are read from there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from paraphe.adapters.dynamodb import keys
from paraphe.adapters.requests import aggregate, list_entries
from paraphe.adapters.requests.request_store import DynamoRequests
from paraphe.ports.requests import RequestPage, RequestRef
from tests.support.fakes.requests import FakeRequests
from tests.support.fakes.table import FakeTable

if TYPE_CHECKING:
    from paraphe.domain.requests.decision import Decision
    from paraphe.domain.requests.listing import Wanted
    from paraphe.domain.requests.model import SignatureRequest


class ListedRequests(FakeRequests):
    """Keeps `Requests`, lists as AWS does; `form` is that of the entries of what is new."""

    def __init__(self, form: int = list_entries.FORM) -> None:
        super().__init__()
        self.table = FakeTable()
        self.form = form
        self.most_entries = 0

    def commit(self, before: SignatureRequest | None, decision: Decision) -> SignatureRequest:
        """Keep `Requests.commit`."""
        after = super().commit(before, decision)
        known = replace(before, listed=self.form) if before is not None else None
        if known is None and self.form == 0:
            return after  # as release 0.1.0, which wrote no entries
        written, deleted = list_entries.changes(known, after)
        self.most_entries = max(self.most_entries, len(written) + len(deleted))
        for (partition, key), item in written.items():
            self._put(partition, key, item)
        for partition, key in deleted:
            self.table.items.get(partition, {}).pop(key, None)
        ref = RequestRef(after.firm_id, after.id)
        self._put(keys.partition(ref), keys.REQUEST, aggregate.request_item(after))
        return after

    def _put(self, partition: str, key: str, item: dict[str, dict[str, object]]) -> None:
        self.table.put_item(Item={**item, "PK": {"S": partition}, "SK": {"S": key}})

    def listed(self, firm_id: str, wanted: Wanted, limit: int, position: str | None) -> RequestPage:
        """Keep `Requests.listed`."""
        return DynamoRequests(self.table.client, "table").listed(firm_id, wanted, limit, position)

    def relist(self, request: SignatureRequest) -> None:
        """Keep `Requests.relist`."""
        DynamoRequests(self.table.client, "table").relist(request)
