"""The store of signature requests, in memory, with real version conflicts."""

from __future__ import annotations

import copy
import heapq
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING, Protocol

from paraphe.domain.errors import NotFoundError, RaceLostError
from paraphe.domain.evidence import archive_renewal, audit
from paraphe.domain.requests import actor
from paraphe.domain.requests.actor import Due, Urgency
from paraphe.domain.times import to_text
from paraphe.ports.requests import Found, Parked, RecipientRef, RequestPage, RequestRef
from tests.support.fakes import lists

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient

    from paraphe.domain.evidence.audit import Event
    from paraphe.domain.requests.decision import Decision
    from paraphe.domain.requests.listing import Wanted
    from paraphe.domain.requests.model import Notice, SignatureRequest

MOST_ITEMS = 100  # DynamoDB's TransactWriteItems takes no more


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


class FakeRequests:
    """Keeps `Requests`.

    Attributes:
        stored: the aggregates.
        trails: the audit events, by request.
        outbox: every notice owed, in order, with its request.
        between: called once each, first in first out, between a caller's load and its commit:
            that is where another writer is let in.
        stale_links: what an index that lags behind still gives, by a link's hash.
        largest: how many items the largest commit wrote.
        renewals: when the archive time-stamps of a request are looked at.
        filed: where and when the sweep finds a request, and how often it was claimed.
        claims: how often anything was claimed.

    """

    def __init__(self) -> None:
        self.stored: dict[RequestRef, SignatureRequest] = {}
        self.trails: dict[RequestRef, list[Event]] = {}
        self.outbox: list[tuple[RequestRef, Notice]] = []
        self.tokens: dict[RequestRef, Parked] = {}
        self.between: list[Callable[[], None]] = []
        self.stale_links: dict[str, RecipientRef] = {}
        self.largest = 0
        self.renewals: dict[RequestRef, datetime | None] = {}
        self._lock = Lock()
        self.filed: dict[tuple[Urgency, int], dict[RequestRef, tuple[datetime, int]]] = {}
        self.claims = 0
        self._owed: set[tuple[RequestRef, str]] = set()
        self._client: DynamoDBClient | None = None

    def within(self, client: DynamoDBClient) -> FakeRequests:
        """Return this store for one call: a commit is one transaction with the call's terms."""
        twin = copy.copy(self)
        twin._client = client
        return twin

    def load(self, ref: RequestRef) -> SignatureRequest:
        """Keep `Requests.load`."""
        if ref not in self.stored:
            raise NotFoundError("request_not_found", "There is no such request.")
        return _light(self.stored[ref])

    def load_whole(self, ref: RequestRef) -> SignatureRequest:
        """Keep `Requests.load_whole`."""
        self.load(ref)
        return self.stored[ref]

    def bare(self, ref: RequestRef) -> SignatureRequest:
        """Keep `Requests.bare`."""
        return replace(self.load(ref), documents=(), recipients=(), challenges=(), commands=())

    def commit(self, before: SignatureRequest | None, decision: Decision) -> SignatureRequest:
        """Keep `Requests.commit`."""
        if self.between:
            self.between.pop(0)()
        with self._lock:
            return self._commit(before, decision)

    def _commit(self, before: SignatureRequest | None, decision: Decision) -> SignatureRequest:
        after = decision.request
        ref = RequestRef(after.firm_id, after.id)
        current = self.stored.get(ref)
        if (current is None) != (before is None):
            raise RaceLostError
        if current is not None and before is not None and current.version != before.version:
            raise RaceLostError
        self._measure(before, decision)
        self._keep_terms(before, after)
        owed = {(ref, notice.id) for notice in decision.notices}
        if self._owed & owed:
            raise AssertionError("a notice's id was used twice")
        self._owed |= owed
        stored = replace(after, version=(before.version if before else 0) + 1)
        self.stored[ref] = _whole(current, before, stored)
        if stored.proven_until != (before.proven_until if before else None):
            self.renewals[ref] = archive_renewal.due_at(stored)
        self._file(ref, actor.due(stored))
        self.trails.setdefault(ref, []).extend(decision.events)
        self.outbox.extend((ref, notice) for notice in decision.notices)
        return _light(stored)

    def _keep_terms(self, before: SignatureRequest | None, after: SignatureRequest) -> None:
        """Have the terms of the call, if it has any, decided by a transaction of the same shape."""
        if self._client is not None:
            shape = [
                {
                    "Put": {
                        "TableName": "table",
                        "Item": {"PK": {"S": f"shape#{after.id}"}, "SK": {"S": name}},
                        "ConditionExpression": "attribute_not_exists(PK)",
                    }
                }
                for name in _new_ids(before, after)
            ]
            self._client.transact_write_items(TransactItems=shape)  # type: ignore[arg-type] # plain

    def _measure(self, before: SignatureRequest | None, decision: Decision) -> None:
        after = decision.request
        items = 1 + len(decision.events) + len(decision.notices)
        items += _changed(before.documents if before else (), after.documents)
        items += _changed(before.recipients if before else (), after.recipients)
        items += _changed(before.challenges if before else (), after.challenges)
        items += _changed(before.commands if before else (), after.commands)
        self.largest = max(self.largest, items)
        if items > MOST_ITEMS:
            raise AssertionError(f"one commit writes {items} items")

    def listed(self, firm_id: str, wanted: Wanted, limit: int, position: str | None) -> RequestPage:
        """Keep `Requests.listed`: by looking at every request."""
        mine = lists.ordered((r for r in self.stored.values() if r.firm_id == firm_id), wanted)
        start = int(position or 0)
        page = mine[start : start + limit]
        bare = tuple(
            replace(r, documents=(), recipients=(), challenges=(), commands=()) for r in page
        )
        more = start + limit < len(mine)
        return RequestPage(bare, str(start + limit) if more else None)

    def relist(self, request: SignatureRequest) -> None:
        """Keep `Requests.relist`: every request is looked at."""

    def _file(self, ref: RequestRef, due: Due | None) -> None:
        shard = actor.shard(ref.request_id)
        for urgency in Urgency:
            self.filed.setdefault((urgency, shard), {}).pop(ref, None)
        if due is not None:
            self.filed[due.urgency, shard][ref] = (due.at, 0)

    def due(self, urgency: Urgency, shard: int, now: datetime, limit: int) -> tuple[Found, ...]:
        """Keep `Requests.due`."""
        here = self.filed.get((urgency, shard), {}).items()
        found = heapq.nsmallest(
            limit, ((at, looks, ref) for ref, (at, looks) in here if at <= now), key=lambda f: f[0]
        )
        return tuple(Found(ref, "S#REQUEST", to_text(at), looks) for at, looks, ref in found)

    def renewals_due(self, shard: int, now: datetime, limit: int) -> tuple[Found, ...]:
        """Keep `Requests.renewals_due`."""
        due = [(self.renewals[ref], ref) for ref in self.stored if ref in self.renewals]
        found = sorted(
            (
                (at, ref)
                for at, ref in due
                if at is not None and at <= now and actor.shard(ref.request_id) == shard
            ),
            key=lambda pair: pair[0],
        )
        return tuple(Found(ref, "A#ARCHIVE", to_text(at)) for at, ref in found[:limit])

    def claim(self, found: Found, until: datetime) -> bool:
        """Keep `Requests.claim`."""
        self.claims += 1
        if found.key == "A#ARCHIVE":
            at = self.renewals.get(found.ref)
            if at is None or to_text(at) != found.at:
                return False
            self.renewals[found.ref] = until
            return True
        shard = actor.shard(found.ref.request_id)
        for urgency in Urgency:
            here = self.filed.get((urgency, shard), {})
            if found.ref in here:
                at, looks = here[found.ref]
                if (to_text(at), looks) != (found.at, found.looks):
                    return False
                here[found.ref] = (until, looks + 1)
                return True
        return False

    def refile(self, request: SignatureRequest, due: Due | None) -> None:
        """Keep `Requests.refile`."""
        ref = RequestRef(request.firm_id, request.id)
        if self.stored[ref].version == request.version:
            self._file(ref, due)

    def strip_events(self, ref: RequestRef) -> None:
        """Keep `Requests.strip_events`."""
        self.trails[ref] = [audit.stripped(event) for event in self.trails.get(ref, [])]

    def schedule_renewal(self, ref: RequestRef, at: datetime | None) -> None:
        """Keep `Requests.schedule_renewal`."""
        self.renewals[ref] = at

    def by_link(self, link_hash: str) -> RecipientRef | None:
        """Keep `Requests.by_link`."""
        for ref, request in self.stored.items():
            for recipient in request.recipients:
                if recipient.link_hash == link_hash:
                    return RecipientRef(ref.firm_id, ref.request_id, recipient.id)
        return self.stale_links.get(link_hash)

    def events(self, ref: RequestRef) -> tuple[Event, ...]:
        """Keep `Requests.events`."""
        return tuple(self.trails.get(ref, ()))

    def park(self, ref: RequestRef, parked: Parked) -> None:
        """Keep `Requests.park`."""
        self.tokens[ref] = parked

    def parked(self, ref: RequestRef) -> Parked | None:
        """Keep `Requests.parked`."""
        return self.tokens.get(ref)

    def unpark(self, ref: RequestRef, token: str) -> None:
        """Keep `Requests.unpark`."""
        if ref in self.tokens and self.tokens[ref].token == token:
            del self.tokens[ref]


def _light(request: SignatureRequest) -> SignatureRequest:
    """Return what is loaded for a rule: of the signatures only what the documents say."""
    if not any(d.revisions for d in request.documents):
        return request
    return replace(request, documents=tuple(replace(d, revisions=()) for d in request.documents))


def _whole(
    current: SignatureRequest | None, before: SignatureRequest | None, after: SignatureRequest
) -> SignatureRequest:
    """Keep every signature that was ever added, and those that this commit adds."""
    kept = {d.id: d.revisions for d in current.documents} if current else {}
    known = {d.id: len(d.revisions) for d in before.documents} if before else {}
    return replace(
        after,
        documents=tuple(
            replace(d, revisions=kept.get(d.id, ()) + d.revisions[known.get(d.id, 0) :])
            for d in after.documents
        ),
    )


def _changed(before: Iterable[_HasId], after: Iterable[_HasId]) -> int:
    """Count the items that a diff writes or deletes."""
    old = {item.id: item for item in before}
    new = {item.id: item for item in after}
    return sum(old.get(key) != new.get(key) for key in old.keys() | new.keys())


def _new_ids(before: SignatureRequest | None, after: SignatureRequest) -> list[str]:
    """Return the ids of what a commit makes."""
    if before is None:
        return [after.id]
    old = {d.id for d in before.documents} | {r.id for r in before.recipients}
    new = [d.id for d in after.documents] + [r.id for r in after.recipients]
    return [name for name in new if name not in old]
