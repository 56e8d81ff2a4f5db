"""Lists of a firm with 100 requests and with 100,000: the time of the door, and what it reads.

The embedded DynamoDB sorts a whole partition for each query, which DynamoDB does not; so here is a
table that finds its place by bisection, as DynamoDB's pages do. The door is the deployed one.
"""

from __future__ import annotations

import bisect
import statistics
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from paraphe.adapters.dynamodb import keys
from paraphe.adapters.requests import aggregate, list_entries
from paraphe.adapters.requests.request_store import DynamoRequests
from paraphe.domain.requests import drafts
from paraphe.domain.requests.drafts import NewRequest
from paraphe.domain.requests.model import RequestState, Sender
from paraphe.domain.requests.recipient import Recipient, Role
from paraphe.ports.requests import RequestRef
from tests.benchmarks.result import Result
from tests.support.api import Caller
from tests.support.capacity import read_units
from tests.support.services import in_memory
from tests.support.software import ROOT
from tests.support.world import FIRM, World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_dynamodb import DynamoDBClient

    from paraphe.domain.requests.model import SignatureRequest

FEW, MANY, SHORT_MANY = 100, 100_000, 10_000
ROUNDS = 60
# How many times as long a call may take with many as with few.
RATIO = 1.3
START = datetime(2026, 1, 1, tzinfo=UTC)
STATES = (RequestState.DRAFT, RequestState.ACTIVE, RequestState.COMPLETED)
QUERIES: dict[str, dict[str, list[str]]] = {
    "all": {},
    "a state": {"state": ["draft"]},
    "by last change": {"sort": ["updated_at"]},
    "a person": {"person": ["dupont 1"]},
    "a title": {"text": ["lett miss"]},
    "an external id": {"external_id": ["D-1"]},
}


class _Table:
    """A table that reads as DynamoDB does: from a place in an ordered partition."""

    def __init__(self) -> None:
        self.items: dict[tuple[str, str], dict[str, Any]] = {}
        self.order: dict[str, list[str]] = {}
        self.units = 0.0

    def put(self, partition: str, key: str, item: dict[str, Any]) -> None:
        """Store an item; `ready` puts the keys in order."""
        self.items[partition, key] = {**item, "PK": {"S": partition}, "SK": {"S": key}}
        self.order.setdefault(partition, []).append(key)

    def ready(self) -> None:
        """Put all partitions in order."""
        for order in self.order.values():
            order.sort()

    def query(self, **asked: Any) -> dict[str, Any]:  # noqa: ANN401 (as boto3)
        """Read some items between two keys."""
        values = {name: value["S"] for name, value in asked["ExpressionAttributeValues"].items()}
        order = self.order.get(values[":partition"], [])
        first = bisect.bisect_left(order, values[":low"])
        last = bisect.bisect_right(order, values[":high"])
        most = asked["Limit"]
        forward = asked["ScanIndexForward"]
        found = order[first : min(last, first + most)] if forward else []
        if not forward:
            found = order[max(first, last - most) : last][::-1]
        items = [self.items[values[":partition"], key] for key in found]
        self.units += read_units(items, consistent=True)
        more = {"LastEvaluatedKey": {"SK": items[-1]["SK"]}} if last - first > most else {}
        return {"Items": items, **more}

    def batch_get_item(self, **asked: Any) -> dict[str, Any]:  # noqa: ANN401 (as boto3)
        """Read items by their keys."""
        ((table, batch),) = asked["RequestItems"].items()
        items = [self.items[key["PK"]["S"], key["SK"]["S"]] for key in batch["Keys"]]
        self.units += sum(read_units([item], consistent=True) for item in items)
        return {"Responses": {table: items}}


def measure(*, short: bool = False) -> Iterator[Result]:
    """Yield each list's time with many requests, against that with few."""
    few, many = (_caller(count) for count in (FEW, SHORT_MANY if short else MANY))
    for name, query in QUERIES.items():
        # By turns, so that a machine that becomes slower or faster does so for both.
        rounds = [tuple(_milliseconds(c, query) for c, _ in (few, many)) for _ in range(ROUNDS)]
        with_few, with_many = (statistics.median(taken) for taken in zip(*rounds, strict=True))
        many[1].units = 0.0
        _milliseconds(many[0], query)
        yield Result(f"list of {name}, {FEW} stored", with_few, "ms")
        yield Result(f"list of {name}, many stored", with_many, "ms", round(with_few * RATIO, 1))
        yield Result(f"list of {name}, many stored", many[1].units, "units")


def _milliseconds(caller: Caller, query: dict[str, list[str]]) -> float:
    """Return the processor time of a page: the door's and the table's are of this process."""
    started = time.process_time()
    answer = caller.call("GET", ROOT, query={**query, "limit": ["20"]})
    taken = (time.process_time() - started) * 1000
    assert answer.json["items"], query
    return taken


def _caller(count: int) -> tuple[Caller, _Table]:
    """Return a caller of the door on a firm with so many requests, and its table."""
    table = _Table()
    for number in range(count):
        request = _request(number)
        for (partition, key), item in list_entries.of(request).items():
            table.put(partition, key, dict(item))
        ref = RequestRef(request.firm_id, request.id)
        table.put(keys.partition(ref), keys.REQUEST, dict(aggregate.request_item(request)))
    table.ready()
    world = World()
    store = DynamoRequests(cast("DynamoDBClient", table), "table")
    return Caller(world, in_memory(world, requests=store)), table


def _request(number: int) -> SignatureRequest:
    """Return one of a firm's requests: a third of them in each state, half with a common word."""
    at = START + timedelta(minutes=number)
    title = f"{'Lettre de mission' if number % 2 else 'Mandat'} {number}"
    sender = Sender("usr_1", "Claire", "claire@cabinet.example")
    # A quarter is found by each, so that pages are of one size.
    new = NewRequest(title, "", sender, external_id=f"D-{number % 4}")
    made = drafts.create(FIRM, f"sr_{number:012d}", new, at).request
    person = Recipient(
        id=f"rcp_{number:08d}",
        slot=f"rcp_{number:08d}",
        role=Role.SIGNER,
        order=1,
        name=f"Anne Dupont {number % 4}",
        email=f"anne{number}@client.example",
    )
    return replace(made, state=STATES[number % 3], recipients=(person,), version=1)
