"""A client of DynamoDB whose writes keep the terms of a call, each in one transaction with them.

The first write of a call also writes its row (`call_rows`), on the condition that there is none;
every write checks that what the call relies on stands. Transactions in another table, that of the
webhooks, take the terms along; single writes there, such as counters, are no act and are passed on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from paraphe.adapters.dynamodb import call_rows
from paraphe.adapters.faults import ServiceRefusedError, calling
from paraphe.domain.errors import ForbiddenError
from paraphe.ports.calls import CallTerms, RepeatedCallError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_dynamodb import DynamoDBClient

    from paraphe.ports.calls import Reliance

_FAILED = "ConditionalCheckFailed"
_CONFLICT = "TransactionConflict"
# What a single write says, instead of a transaction's reason.
_CODES = {_FAILED: "ConditionalCheckFailedException", _CONFLICT: "TransactionConflictException"}
# What the other reasons of a cancelled transaction mean: try again.
_THROTTLED = "ProvisionedThroughputExceededException"


def within(client: DynamoDBClient, table: str, terms: CallTerms) -> DynamoDBClient:
    """Return a client for one call, used by one thread."""
    return cast("DynamoDBClient", WithinTerms(client, table, terms))


class WithinTerms:
    """Reads and whatever else is passed on; writes to `table` keep the terms."""

    def __init__(self, client: DynamoDBClient, table: str, terms: CallTerms) -> None:
        self._client = client
        self._table = table
        self._terms = terms
        self._has_acted = False
        # What this call has written is not what it was when it was read.
        self._written: set[call_rows.Place] = set()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - as the client's
        """Pass on what has no terms."""
        return getattr(self._client, name)

    def put_item(self, **asked: Any) -> Any:  # noqa: ANN401 - as the client's
        """Write an item within the terms."""
        return self._single("put_item", "Put", asked)

    def update_item(self, **asked: Any) -> Any:  # noqa: ANN401 - as the client's
        """Change an item within the terms."""
        return self._single("update_item", "Update", asked)

    def delete_item(self, **asked: Any) -> Any:  # noqa: ANN401 - as the client's
        """Delete an item within the terms."""
        return self._single("delete_item", "Delete", asked)

    def transact_write_items(self, *, TransactItems: Sequence[Any], **asked: Any) -> Any:  # noqa: ANN401, N803 - as the client's
        """Write items, of whatever table, and with them what the terms add.

        Raises:
            RepeatedCallError: the call has acted before.
            ForbiddenError: `not_permitted_anymore`: what it relies on does not stand any more.
            ServiceRefusedError: anything else that is refused, with the reasons of all items.

        """
        own = [self._relying(write) for write in TransactItems]
        places = {call_rows.place_of(write) for write in own}
        checks = [r for r in self._terms.relies_on if self._must_check(r, places)]
        extra: list[Any] = [call_rows.check(self._table, reliance) for reliance in checks]
        once = None if self._has_acted else self._terms.once
        if once is not None:
            extra.append(call_rows.new_row(self._table, once, call_rows.made_by(own)))
        try:
            with calling("dynamodb:TransactWriteItems"):
                writes: list[Any] = [*own, *extra]
                answer = self._client.transact_write_items(TransactItems=writes, **asked)
        except ServiceRefusedError as refused:
            reasons = refused.reasons[len(own) :]
            if once is not None and reasons[-1:] == (_FAILED,):
                raise RepeatedCallError from None
            if _FAILED in reasons:
                raise ForbiddenError(
                    "not_permitted_anymore",
                    "What you may do was changed while you did this: look again, then decide.",
                ) from None
            raise
        self._has_acted = True
        self._written |= places
        return answer

    def _single(self, method: str, kind: str, asked: dict[str, Any]) -> Any:  # noqa: ANN401
        nothing_to_add = not self._terms.relies_on and (self._has_acted or not self._terms.once)
        if nothing_to_add or asked["TableName"] != self._table:
            return getattr(self._client, method)(**asked)
        try:
            self.transact_write_items(TransactItems=[{kind: asked}])
        except ServiceRefusedError as refused:
            if not refused.reasons:
                raise
            reason = _CONFLICT if _CONFLICT in refused.reasons[1:] else refused.reasons[0]
            code = _CODES.get(reason, _THROTTLED if reason != "None" else refused.code)
            raise ServiceRefusedError(refused.operation, code, refused.reasons) from None
        return {}

    def _must_check(self, reliance: Reliance, places: set[call_rows.Place]) -> bool:
        place = call_rows.place(reliance)
        return place not in places and place not in self._written

    def _relying(self, write: Any) -> Any:  # noqa: ANN401 - one entry of TransactItems
        """Let a write of the very thing that is relied on carry the check: one item, one entry."""
        place = call_rows.place_of(write)
        for reliance in self._terms.relies_on:
            if call_rows.place(reliance) == place and place not in self._written:
                return call_rows.with_check(write, reliance)
        return write
