"""`Requests` on DynamoDB: loaded by one consistent query, committed by one transaction.

A query that shows half of a transaction is noticed and repeated (`snapshot`).
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Any

from paraphe.adapters.dynamodb import keys
from paraphe.adapters.dynamodb.codec import Item, decode
from paraphe.adapters.dynamodb.rows import event_item, event_of, notice_item
from paraphe.adapters.faults import ServiceRefusedError, calling
from paraphe.adapters.requests import aggregate, snapshot
from paraphe.domain.errors import InvalidError, NotFoundError, RaceLostError
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
    from paraphe.domain.requests.model import RequestState, SignatureRequest

MOST_ITEMS = 100
_NEW = "attribute_not_exists(PK)"
_RACE = frozenset({"ConditionalCheckFailed", "TransactionConflict", "DuplicateItem"})
_CHANGED = frozenset({"ConditionalCheckFailedException", "TransactionConflictException"})
_THROTTLED = frozenset({"ThrottlingError", "ProvisionedThroughputExceeded"})
# Instant and request id, as in `firm_sk`: whose list it is comes from the caller's own firm.
_CURSOR = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z#[0-9A-Za-z_-]{1,64}$")


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
        after = replace(after, part_versions=part_versions)
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
        for event in decision.events:
            put = self._put(ref, keys.event(event.seq), event_item(event))
            put["Put"]["ConditionExpression"] = _NEW
            writes.append(put)
        writes.extend(
            self._put(ref, keys.notice(notice.id), notice_item(ref, notice))
            for notice in decision.notices
        )
        return after, writes

    def _put(self, ref: RequestRef, sort_key: str, item: Item) -> dict[str, Any]:
        key = self._keyed(ref, sort_key)["Key"]
        return {"Put": {"TableName": self._table, "Item": {**item, **key}}}

    def _keyed(self, ref: RequestRef, sort_key: str) -> dict[str, Any]:
        key = {"PK": {"S": keys.partition(ref)}, "SK": {"S": sort_key}}
        return {"TableName": self._table, "Key": key}

    def listed(
        self, firm_id: str, state: RequestState | None, limit: int, cursor: str | None
    ) -> RequestPage:
        """Keep `Requests.listed`."""
        if state is None:
            index, name, partition = keys.BY_FIRM, "firm_pk", keys.firm(firm_id)
        else:
            index, name, partition = keys.BY_FIRM_STATE, "state_pk", keys.firm_state(firm_id, state)
        query: dict[str, Any] = {
            "IndexName": index,
            "KeyConditionExpression": f"{name} = :partition",
            "ExpressionAttributeValues": {":partition": {"S": partition}},
            "ScanIndexForward": False,
            "Limit": limit + 1,
        }
        if cursor is not None:
            query["ExclusiveStartKey"] = _start_key(firm_id, name, partition, cursor)
        items = self._first(query, limit + 1)
        requests = tuple(aggregate.bare_request(item) for item in items[:limit])
        more = len(items) > limit
        return RequestPage(requests, items[limit - 1]["firm_sk"]["S"] if more else None)

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


def _start_key(firm_id: str, name: str, partition: str, cursor: str) -> Item:
    if not _CURSOR.match(cursor):
        raise InvalidError("bad_cursor", "This cursor was not given by a list.", field="cursor")
    request_id = cursor.partition("#")[2]
    return {
        "PK": {"S": keys.partition(RequestRef(firm_id, request_id))},
        "SK": {"S": keys.REQUEST},
        name: {"S": partition},
        "firm_sk": {"S": cursor},
    }
