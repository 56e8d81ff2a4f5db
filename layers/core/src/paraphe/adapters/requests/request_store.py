"""`Requests` on DynamoDB: loaded by one consistent query, committed by one transaction.

A query that shows half of a transaction is noticed and repeated (`snapshot`).
"""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Any

from paraphe.adapters.dynamodb import keys
from paraphe.adapters.dynamodb.codec import Item, decode
from paraphe.adapters.dynamodb.rows import event_item, event_of, notice_item
from paraphe.adapters.faults import ServiceRefusedError, calling
from paraphe.adapters.requests import aggregate, list_entries, request_lists, snapshot
from paraphe.domain.errors import NotFoundError, RaceLostError
from paraphe.domain.evidence import archive_renewal, audit
from paraphe.ports.requests import Found, Parked, RecipientRef, RequestPage, RequestRef
from paraphe.ports.system import TransientError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient

    from paraphe.domain.evidence.audit import Event
    from paraphe.domain.requests.actor import Due, Urgency
    from paraphe.domain.requests.decision import Decision
    from paraphe.domain.requests.listing import Wanted
    from paraphe.domain.requests.model import SignatureRequest

MOST_ITEMS = 100
_NEW = "attribute_not_exists(PK)"
_RACE = frozenset({"ConditionalCheckFailed", "TransactionConflict", "DuplicateItem"})
_CHANGED = frozenset({"ConditionalCheckFailedException", "TransactionConflictException"})
_THROTTLED = frozenset({"ThrottlingError", "ProvisionedThroughputExceeded"})


class TooManyItemsError(ValueError):
    """A decision touches more items than one transaction takes: a fault of the rule."""


class DynamoRequests:
    """Keeps `Requests`.

    `plain` writes what is no act of anybody's, as when a token is answered: outside of the terms
    that `client` may have.
    """

    def __init__(
        self, client: DynamoDBClient, table: str, plain: DynamoDBClient | None = None
    ) -> None:
        self._client = client
        self._plain = plain or client
        self._table = table

    def load(self, ref: RequestRef) -> SignatureRequest:
        """Keep `Requests.load`."""
        return _found(snapshot.whole(lambda: aggregate.assemble(self._partition(ref, keys.STATE))))

    def load_whole(self, ref: RequestRef) -> SignatureRequest:
        """Keep `Requests.load_whole`."""
        return _found(snapshot.whole(lambda: aggregate.assemble(self._whole(ref), whole=True)))

    def _whole(self, ref: RequestRef) -> Iterator[dict[str, Any]]:
        # Signatures last: what a document tells of is stored when the document is read.
        return chain(self._partition(ref, keys.STATE), self._partition(ref, keys.REVISIONS))

    def bare(self, ref: RequestRef) -> SignatureRequest:
        """Keep `Requests.bare`."""
        with calling("dynamodb:GetItem"):
            answer = self._client.get_item(**self._keyed(ref, keys.REQUEST), ConsistentRead=True)
        item: dict[str, Any] | None = answer.get("Item")
        return _found(aggregate.bare_request(item) if item else None)

    def commit(self, before: SignatureRequest | None, decision: Decision) -> SignatureRequest:
        """Keep `Requests.commit`.

        Raises:
            TooManyItemsError: more than 100 items would be written.

        """
        if before is not None and decision.changes_nothing:
            return before
        version = before.version if before is not None else 0
        after = aggregate.sort_parts(replace(decision.request, version=version + 1))
        after, writes = self._writes(before, after, decision)
        if len(writes) > MOST_ITEMS:
            raise TooManyItemsError(f"one decision writes {len(writes)} items")
        try:
            with calling("dynamodb:TransactWriteItems"):
                self._client.transact_write_items(TransactItems=writes)
        except ServiceRefusedError as refused:
            raise lost_or(refused) from None
        return aggregate.without_revisions(after)

    def _writes(
        self, before: SignatureRequest | None, after: SignatureRequest, decision: Decision
    ) -> tuple[SignatureRequest, list[Any]]:
        ref = RequestRef(after.firm_id, after.id)
        written, deleted = aggregate.changes(before, after)
        part_versions = snapshot.following(before, written, deleted, after.version)
        known = list_entries.FORM if before is None else before.listed
        after = replace(after, part_versions=part_versions, listed=known)
        writes = [self._put(ref, keys.REQUEST, aggregate.request_item(after))]
        if before is None:
            writes[0]["Put"]["ConditionExpression"] = _NEW
        else:
            writes[0]["Put"]["ConditionExpression"] = "#version = :version"
            writes[0]["Put"]["ExpressionAttributeNames"] = {"#version": "version"}
            writes[0]["Put"]["ExpressionAttributeValues"] = {":version": {"N": str(before.version)}}
        writes.extend(self._put(ref, key, item) for key, item in written.items())
        for key, item in aggregate.added(before, after).items():
            put = self._put(ref, key, item)
            put["Put"]["ConditionExpression"] = _NEW
            writes.append(put)
        if after.proven_until != (before.proven_until if before is not None else None):
            item = aggregate.archive_item(after.id, archive_renewal.due_at(after))
            writes.append(self._put(ref, keys.ARCHIVE, item))
        writes.extend({"Delete": self._keyed(ref, key)} for key in deleted)
        writes.extend(self._list_writes(before, after))
        for event in decision.events:
            put = self._put(ref, keys.event(event.seq), event_item(event))
            put["Put"]["ConditionExpression"] = _NEW
            writes.append(put)
        writes.extend(
            self._put(ref, keys.notice(notice.id), notice_item(ref, notice))
            for notice in decision.notices
        )
        return after, writes

    def _list_writes(
        self, before: SignatureRequest | None, after: SignatureRequest
    ) -> Iterator[dict[str, Any]]:
        written, deleted = list_entries.changes(before, after)
        for (partition, key), item in written.items():
            yield _listed(self._table, partition, key, item)
        for partition, key in deleted:
            keyed = {"PK": {"S": partition}, "SK": {"S": key}}
            yield {"Delete": {"TableName": self._table, "Key": keyed}}

    def _put(self, ref: RequestRef, sort_key: str, item: Item) -> dict[str, Any]:
        key = self._keyed(ref, sort_key)["Key"]
        return {"Put": {"TableName": self._table, "Item": {**item, **key}}}

    def _keyed(self, ref: RequestRef, sort_key: str) -> dict[str, Any]:
        key = {"PK": {"S": keys.partition(ref)}, "SK": {"S": sort_key}}
        return {"TableName": self._table, "Key": key}

    def listed(self, firm_id: str, wanted: Wanted, limit: int, position: str | None) -> RequestPage:
        """Keep `Requests.listed`."""
        return request_lists.page(self._client, self._table, firm_id, wanted, limit, position)

    def relist(self, request: SignatureRequest) -> None:
        """Keep `Requests.relist`."""
        for (partition, key), item in list_entries.of(request).items():
            with calling("dynamodb:PutItem"):
                self._client.put_item(**_listed(self._table, partition, key, item)["Put"])
        self._index(
            self._keyed(RequestRef(request.firm_id, request.id), keys.REQUEST),
            "SET listed = :form",
            {
                ":form": {"N": str(list_entries.FORM)},
                ":version": {"N": str(request.version)},
            },
            "version = :version",
        )

    def due(self, urgency: Urgency, shard: int, now: datetime, limit: int) -> tuple[Found, ...]:
        """Keep `Requests.due`."""
        return self._due(keys.due_shard(urgency, shard), now, limit)

    def renewals_due(self, shard: int, now: datetime, limit: int) -> tuple[Found, ...]:
        """Keep `Requests.renewals_due`."""
        return self._due(keys.renewal_shard(shard), now, limit)

    def _due(self, partition: str, now: datetime, limit: int) -> tuple[Found, ...]:
        query = {
            "IndexName": keys.BY_DUE,
            "KeyConditionExpression": "due_pk = :shard AND due_at <= :now",
            "ExpressionAttributeValues": {
                ":shard": {"S": partition},
                ":now": {"S": keys.until(now)},
            },
            "Limit": limit,
        }
        return tuple(
            Found(
                keys.ref_of(item["PK"]["S"]),
                item["SK"]["S"],
                item["due_at"]["S"],
                keys.looks(item["due_at"]["S"]),
            )
            for item in self._first(query, limit)
        )

    def claim(self, found: Found, until: datetime) -> bool:
        """Keep `Requests.claim`."""
        return self._index(
            self._keyed(found.ref, found.key),
            "SET due_at = :at",
            {":at": {"S": keys.looked(until, found.looks + 1)}, ":seen": {"S": found.at}},
            "due_at = :seen",
        )

    def refile(self, request: SignatureRequest, due: Due | None) -> None:
        """Keep `Requests.refile`."""
        keyed = self._keyed(RequestRef(request.firm_id, request.id), keys.REQUEST)
        values: dict[str, Any] = {":version": {"N": str(request.version)}}
        update = "REMOVE due_pk, due_at"
        if due is not None:
            attributes = keys.due_attributes(request.id, due)
            update = "SET due_pk = :due_pk, due_at = :due_at"
            values |= {f":{name}": {"S": text} for name, text in attributes.items()}
        self._index(keyed, update, values, "version = :version")

    def _index(
        self, keyed: dict[str, Any], update: str, values: dict[str, Any], condition: str
    ) -> bool:
        """Change what an index finds an item by; False when the item has changed meanwhile."""
        try:
            with calling("dynamodb:UpdateItem"):
                self._client.update_item(
                    **keyed,
                    UpdateExpression=update,
                    ConditionExpression=condition,
                    ExpressionAttributeValues=values,
                )
        except ServiceRefusedError as refused:
            if refused.code not in _CHANGED:
                raise
            return False
        return True

    def strip_events(self, ref: RequestRef) -> None:
        """Keep `Requests.strip_events`."""
        for event in self.events(ref):
            kept = audit.stripped(event)
            if kept is not event:
                with calling("dynamodb:PutItem"):
                    self._client.put_item(
                        **self._put(ref, keys.event(event.seq), event_item(kept))["Put"]
                    )

    def schedule_renewal(self, ref: RequestRef, at: datetime | None) -> None:
        """Keep `Requests.schedule_renewal`."""
        item = aggregate.archive_item(ref.request_id, at)
        with calling("dynamodb:PutItem"):
            self._client.put_item(**self._put(ref, keys.ARCHIVE, item)["Put"])

    def by_link(self, link_hash: str) -> RecipientRef | None:
        """Keep `Requests.by_link`."""
        query = {
            "IndexName": keys.BY_LINK,
            "KeyConditionExpression": "link_hash = :hash",
            "ExpressionAttributeValues": {":hash": {"S": link_hash}},
            "Limit": 1,
        }
        items = self._first(query, 1)
        return keys.recipient_ref(items[0]["PK"]["S"], items[0]["SK"]["S"]) if items else None

    def events(self, ref: RequestRef) -> tuple[Event, ...]:
        """Keep `Requests.events`."""
        return tuple(event_of(item) for item in self._partition(ref, "E#"))

    def park(self, ref: RequestRef, parked: Parked) -> None:
        """Keep `Requests.park`."""
        item = {
            "type": {"S": "actor"},
            "token": {"S": parked.token},
            "generation": {"N": str(parked.generation)},
        }
        with calling("dynamodb:PutItem"):
            self._client.put_item(**self._put(ref, keys.ACTOR, item)["Put"])

    def parked(self, ref: RequestRef) -> Parked | None:
        """Keep `Requests.parked`."""
        with calling("dynamodb:GetItem"):
            answer = self._client.get_item(**self._keyed(ref, keys.ACTOR), ConsistentRead=True)
        item: dict[str, Any] | None = answer.get("Item")
        return decode(Parked, item) if item else None

    def unpark(self, ref: RequestRef, token: str) -> None:
        """Keep `Requests.unpark`."""
        try:
            with calling("dynamodb:DeleteItem"):
                self._plain.delete_item(
                    **self._keyed(ref, keys.ACTOR),
                    ConditionExpression="#token = :token",
                    ExpressionAttributeNames={"#token": "token"},
                    ExpressionAttributeValues={":token": {"S": token}},
                )
        except ServiceRefusedError as refused:
            if refused.code != "ConditionalCheckFailedException":
                raise

    def _partition(self, ref: RequestRef, prefix: str) -> Iterator[dict[str, Any]]:
        return self._query(
            {
                "KeyConditionExpression": "PK = :partition AND begins_with(SK, :prefix)",
                "ExpressionAttributeValues": {
                    ":partition": {"S": keys.partition(ref)},
                    ":prefix": {"S": prefix},
                },
                "ConsistentRead": True,
            }
        )

    def _first(self, query: dict[str, Any], count: int) -> list[dict[str, Any]]:
        found = []
        for item in self._query(query):
            found.append(item)
            if len(found) == count:
                break
        return found

    def _query(self, query: dict[str, Any]) -> Iterator[dict[str, Any]]:
        page = dict(query)
        while True:
            with calling("dynamodb:Query"):
                answer = self._client.query(TableName=self._table, **page)
            yield from answer["Items"]
            if "LastEvaluatedKey" not in answer:
                return
            page["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def _found(request: SignatureRequest | None) -> SignatureRequest:
    if request is None:
        raise NotFoundError("request_not_found", "There is no such request.")
    return request


def lost_or(refused: ServiceRefusedError) -> Exception:
    """Tell why a transaction was cancelled: a lost race, throttling, or the refusal itself."""
    reasons = set(refused.reasons)
    if refused.code == "TransactionConflictException" or reasons & _RACE:
        return RaceLostError()
    if reasons & _THROTTLED:
        return TransientError(str(refused))
    return refused


def _listed(table: str, partition: str, key: str, item: Item) -> dict[str, Any]:
    keyed = {"PK": {"S": partition}, "SK": {"S": key}}
    return {"Put": {"TableName": table, "Item": {**item, **keyed}}}
