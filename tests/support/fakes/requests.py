"""The store of signature requests, in memory, with real version conflicts."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from threading import Lock
from typing import Protocol

from paraphe.domain import actor, renewal
from paraphe.domain.audit import Event
from paraphe.domain.edit import Decision
from paraphe.domain.errors import InvalidError, NotFoundError, RaceLostError
from paraphe.domain.model import Notice, RequestState, SignatureRequest
from paraphe.domain.times import to_text
from paraphe.ports import Parked, RecipientRef, RequestPage, RequestRef

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

    def load(self, ref: RequestRef) -> SignatureRequest:
        """Keep `Requests.load`."""
        if ref not in self.stored:
            raise NotFoundError("request_not_found", "There is no such request.")
        return self.stored[ref]

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
        known = {notice.id for owner, notice in self.outbox if owner == ref}
        if known & {notice.id for notice in decision.notices}:
            raise AssertionError("a notice's id was used twice")
        stored = replace(after, version=(before.version if before else 0) + 1)
        self.stored[ref] = stored
        if stored.proven_until != (before.proven_until if before else None):
            self.renewals[ref] = renewal.due_at(stored)
        self.trails.setdefault(ref, []).extend(decision.events)
        self.outbox.extend((ref, notice) for notice in decision.notices)
        return stored

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

    def listed(
        self, firm_id: str, state: RequestState | None, limit: int, cursor: str | None
    ) -> RequestPage:
        """Keep `Requests.listed`."""
        if cursor is not None and "#" not in cursor:
            raise InvalidError("bad_cursor", "This cursor was not given by a list.")
        mine = sorted(
            (
                (f"{to_text(r.created_at)}#{r.id}", r)
                for r in self.stored.values()
                if r.firm_id == firm_id and state in {None, r.state}
            ),
            key=lambda pair: pair[0],
            reverse=True,
        )
        rest = [pair for pair in mine if cursor is None or pair[0] < cursor]
        page = rest[:limit]
        bare = tuple(
            replace(r, documents=(), recipients=(), challenges=(), commands=()) for _, r in page
        )
        return RequestPage(bare, page[-1][0] if len(rest) > limit else None)

    def due(self, now: datetime, limit: int) -> tuple[RequestRef, ...]:
        """Keep `Requests.due`."""
        overdue = [(actor.due_at(r), ref) for ref, r in self.stored.items()]
        found = sorted(
            ((at, ref) for at, ref in overdue if at is not None and at <= now),
            key=lambda pair: pair[0],
        )
        return tuple(ref for _, ref in found[:limit])

    def renewals_due(self, now: datetime, limit: int) -> tuple[RequestRef, ...]:
        """Keep `Requests.renewals_due`."""
        due = [(self.renewals[ref], ref) for ref in self.stored if ref in self.renewals]
        found = sorted(
            ((at, ref) for at, ref in due if at is not None and at <= now),
            key=lambda pair: pair[0],
        )
        return tuple(ref for _, ref in found[:limit])

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


def _changed(before: Iterable[_HasId], after: Iterable[_HasId]) -> int:
    """Count the items that a diff writes or deletes."""
    old = {item.id: item for item in before}
    new = {item.id: item for item in after}
    return sum(old.get(key) != new.get(key) for key in old.keys() | new.keys())
