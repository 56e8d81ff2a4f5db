"""Webhooks in memory: endpoints, deliveries, secrets, and receivers that do as they are told."""

from __future__ import annotations

import copy
import threading
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from paraphe.adapters.delivery import webhook_items as items
from paraphe.contracts.delivery.webhook_urls import normalised
from paraphe.domain.delivery.webhook_deliveries import Attempt, Delivery, DeliveryState, Fault
from paraphe.domain.delivery.webhook_events import Subject
from paraphe.domain.errors import InvalidError, RaceLostError
from paraphe.domain.ids import is_id
from paraphe.ports.webhook_ports import DeliveryPage, EndpointRef

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient

    from paraphe.domain.delivery.webhook_endpoints import Endpoint, Secret
    from paraphe.ports.requests import RequestRef
    from tests.support.fakes.requests import FakeRequests


class FakeWebhooks:
    """Keeps `Webhooks`, with the table's conditions."""

    def __init__(self) -> None:
        self.kept: dict[EndpointRef, Endpoint] = {}
        self.leases: dict[EndpointRef, datetime] = {}
        self.lock = threading.RLock()
        self._client: DynamoDBClient | None = None

    def within(self, client: DynamoDBClient) -> FakeWebhooks:
        """Return this store for one call: a write is one transaction with the call's terms."""
        twin = copy.copy(self)
        twin._client = client
        return twin

    def keep_terms(self, endpoint: EndpointRef, new: Endpoint | None = None) -> None:
        """Have the terms of the call, if it has any, decided by a transaction of the same shape."""
        if self._client is None:
            return
        put: dict[str, Any] = {"TableName": "webhooks", "Item": items.endpoint_key(endpoint)}
        if new is not None:
            put |= {
                "Item": items.endpoint_item(new),
                "ConditionExpression": "attribute_not_exists(PK)",
            }
        entry: Any = {"Put": put}
        self._client.transact_write_items(TransactItems=[entry])

    def listed(self, firm_id: str) -> tuple[Endpoint, ...]:
        """Keep `Webhooks.listed`."""
        with self.lock:
            return tuple(self.kept[r] for r in sorted(self.kept, key=str) if r.firm_id == firm_id)

    def endpoint(self, ref: EndpointRef) -> Endpoint | None:
        """Keep `Webhooks.endpoint`."""
        return self.kept.get(ref)

    def add(self, endpoint: Endpoint) -> None:
        """Keep `Webhooks.add`."""
        self.keep_terms(_ref(endpoint), endpoint)
        self.kept[_ref(endpoint)] = endpoint

    def change(self, endpoint: Endpoint, replaces: int, now: datetime) -> Endpoint:
        """Keep `Webhooks.change`."""
        with self.lock:
            known = self.kept.get(_ref(endpoint))
            if known is None or known.version != replaces:
                raise RaceLostError
            self.keep_terms(_ref(endpoint))
            after = replace(endpoint, owed=known.owed, due_at=now)
            self.kept[_ref(endpoint)] = after
            return after

    def delete(self, ref: EndpointRef, version: int) -> None:
        """Keep `Webhooks.delete`."""
        with self.lock:
            if ref not in self.kept or self.kept[ref].version != version:
                raise RaceLostError
            self.keep_terms(ref)
            del self.kept[ref]

    def due(self, now: datetime, limit: int) -> tuple[EndpointRef, ...]:
        """Keep `Webhooks.due`."""
        with self.lock:
            found = [
                (e.due_at, str(r), r)
                for r, e in self.kept.items()
                if e.due_at is not None and e.due_at <= now
            ]
        return tuple(ref for _, _, ref in sorted(found)[:limit])

    def claim(self, ref: EndpointRef, now: datetime, until: datetime) -> Endpoint | None:
        """Keep `Webhooks.claim`."""
        with self.lock:
            known = self.kept.get(ref)
            if known is None or known.due_at is None or known.due_at > now:
                return None
            if ref in self.leases and self.leases[ref] > now:
                return None
            self.leases[ref] = until
            self.kept[ref] = replace(known, due_at=until)
            return self.kept[ref]

    def note(self, before: Endpoint, after: Endpoint, due_at: datetime | None) -> None:
        """Keep `Webhooks.note`."""
        ref = _ref(before)
        with self.lock:
            known = self.kept.get(ref)
            if known is None or known.version != before.version:
                return
            if known.owed != before.owed:
                due_at = after.health.try_at or before.updated_at
            self.leases.pop(ref, None)
            self.kept[ref] = replace(
                known,
                health=after.health,
                state=after.state,
                reason=after.reason,
                version=after.version,
                due_at=due_at,
            )


class FakeWebhookLog:
    """Keeps `WebhookLog`."""

    def __init__(self, webhooks: FakeWebhooks) -> None:
        self._webhooks = webhooks
        self.kept: defaultdict[EndpointRef, dict[str, Delivery]] = defaultdict(dict)
        self.asked: list[EndpointRef] = []

    def within(self, webhooks: FakeWebhooks) -> FakeWebhookLog:
        """Return this store for one call, whose endpoints are written within its terms."""
        twin = copy.copy(self)
        twin._webhooks = webhooks
        return twin

    def find(self, ref: EndpointRef, delivery_id: str) -> Delivery | None:
        """Keep `WebhookLog.find`."""
        return self.kept[ref].get(delivery_id)

    def listed(self, ref: EndpointRef, limit: int, cursor: str | None) -> DeliveryPage:
        """Keep `WebhookLog.listed`."""
        if cursor is not None and not is_id(cursor, "whd"):
            raise InvalidError("bad_cursor", "This cursor was not given.", field="cursor")
        ids = sorted(self.kept[ref], reverse=True)
        page = [i for i in ids if cursor is None or i < cursor][: limit + 1]
        found = tuple(self.kept[ref][i] for i in page[:limit])
        return DeliveryPage(found, found[-1].id if len(page) > limit else None)

    def since(
        self, ref: EndpointRef, since: datetime, until: datetime, limit: int
    ) -> tuple[Delivery, ...]:
        """Keep `WebhookLog.since`."""
        there = sorted(self.kept[ref].items())
        return tuple(d for _, d in there if since <= d.event_at < until)[:limit]

    def record(self, ref: EndpointRef, delivery: Delivery, now: datetime) -> None:
        """Keep `WebhookLog.record`."""
        assert delivery.event_at <= now
        self.kept[ref][delivery.id] = delivery

    def owe(
        self,
        endpoint: Endpoint,
        deliveries: Sequence[Delivery],
        now: datetime,
        *,
        asked: bool = False,
    ) -> None:
        """Keep `WebhookLog.owe`."""
        ref = _ref(endpoint)
        with self._webhooks.lock:
            known = self._webhooks.kept.get(ref)
            if known is None:
                return
            self._webhooks.keep_terms(ref)
            soon = now if asked else max(now, endpoint.health.try_at or now)
            at = soon if asked or known.due_at is None else min(soon, known.due_at)
            self._webhooks.kept[ref] = replace(known, owed=known.owed + 1, due_at=at)
            self.kept[ref] |= {d.id: d for d in deliveries}
            self.asked += [ref] if asked else []

    def owed(self, ref: EndpointRef, limit: int) -> tuple[Delivery, ...]:
        """Keep `WebhookLog.owed`."""
        there = [d for d in self.kept[ref].values() if d.state is DeliveryState.PENDING]
        return tuple(sorted(there, key=lambda d: (d.try_at or d.event_at, d.id)))[:limit]

    def settle(self, ref: EndpointRef, before: Delivery, after: Delivery, now: datetime) -> None:
        """Keep `WebhookLog.settle`."""
        assert after.event_at <= now
        if self.kept[ref][before.id].replays == before.replays:
            self.kept[ref][after.id] = after


class FakeWebhookSubjects:
    """Keeps `WebhookSubjects`."""

    def __init__(self, requests: FakeRequests) -> None:
        self._requests = requests

    def subject(self, ref: RequestRef) -> Subject:
        """Keep `WebhookSubjects.subject`."""
        found = self._requests.stored.get(ref)
        return Subject(found.external_id, str(found.mode)) if found else Subject()


class FakeWebhookSeals:
    """Keeps `WebhookSeals`; what is sealed for one endpoint opens for no other."""

    def seal(self, ref: EndpointRef, secret: str) -> str:
        """Keep `WebhookSeals.seal`."""
        return f"{ref.firm_id}|{ref.webhook_id}|{secret[::-1]}"

    def open(self, ref: EndpointRef, secret: Secret) -> str:
        """Keep `WebhookSeals.open`."""
        firm_id, webhook_id, reverse = secret.sealed.split("|")
        assert (firm_id, webhook_id) == (ref.firm_id, ref.webhook_id)
        return reverse[::-1]


@dataclass(frozen=True)
class Posted:
    """One message as a receiver got it."""

    url: str
    headers: Mapping[str, str]
    body: bytes
    at: datetime


@dataclass
class FakeWebhookSender:
    """Keeps `WebhookSender`.

    Attributes:
        answers: the status of each address, 200 unless it stands here; None is not reached.
        refuses: ids of messages that are answered with 500.
        internal: hosts that lead to internal addresses.
        milliseconds: how long each answer takes.
        before: called before each answer.

    """

    answers: dict[str, int | None] = field(default_factory=dict)
    refuses: set[str] = field(default_factory=set)
    milliseconds: int = 50
    posted: list[Posted] = field(default_factory=list)
    before: Callable[[], None] = lambda: None

    def check(self, url: str) -> str:
        """Keep `WebhookSender.check`, without asking a name server."""
        return normalised(url)

    def post(
        self, url: str, headers: Mapping[str, str], body: bytes, clock: Callable[[], datetime]
    ) -> Attempt:
        """Keep `WebhookSender.post`."""
        self.before()
        self.posted.append(Posted(url, headers, body, clock()))
        status = self.answers.get(url, 200)
        if headers["webhook-id"] in self.refuses:
            status = 500
        if status is None:
            return Attempt(clock(), self.milliseconds, None, Fault.CONNECT)
        gone = Fault.GONE if status == 410 else Fault.STATUS
        fault = None if 200 <= status < 300 else gone
        return Attempt(clock(), self.milliseconds, status, fault)


def _ref(endpoint: Endpoint) -> EndpointRef:
    return EndpointRef(endpoint.firm_id, endpoint.id)
