"""Reading a firm's lists: entries in order, then the requests that they are of, consistently.

One list gives the order and is read from where the page before has ended; whatever else is asked
for is tested on the requests. A page reads so many entries at most, whatever is stored.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from paraphe.adapters.dynamodb import keys
from paraphe.adapters.faults import calling
from paraphe.adapters.requests import aggregate, list_entries
from paraphe.domain import times
from paraphe.domain.requests import listing
from paraphe.domain.requests.listing import Sort, Span, Wanted
from paraphe.ports.requests import RequestPage, RequestRef
from paraphe.ports.system import TransientError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from paraphe.adapters.dynamodb.codec import Item
    from paraphe.domain.requests.model import SignatureRequest

# A call reads so many entries at once, a page so many in all.
AT_ONCE, MOST_READ = 100, 400
_READS = 8
_FIRST, _LAST = " ", "\U0010ffff"
_EVERYTHING = Wanted()
_SPANS = ("created", "updated", "deadline")


@dataclass(frozen=True, slots=True)
class _Order:
    """Which lists are read, between which sort keys, and in which direction."""

    partitions: tuple[str, ...]
    low: str
    high: str
    descending: bool

    def behind(self, position: str | None) -> _Order:
        """Return what is left behind an entry."""
        if position is None:
            return self
        if self.descending:
            return _Order(self.partitions, self.low, position, descending=True)
        return _Order(self.partitions, position, self.high, descending=False)


def page(
    client: DynamoDBClient,
    table: str,
    firm_id: str,
    wanted: Wanted,
    limit: int,
    position: str | None,
) -> RequestPage:
    """Read one page; its `cursor` is the sort key of the last entry that was looked at."""
    reader = _Reader(client, table, firm_id)
    order = _order(firm_id, wanted)
    found: list[SignatureRequest] = []
    looked = 0
    while True:
        room = limit - len(found)
        most = AT_ONCE if _tests(wanted) or _several(wanted) else min(AT_ONCE, room + 1)
        read = reader.entries(order, position, most)
        entries = read if _tests(wanted) else _first(read, wanted, room)
        standing = [e for e in entries if _stands(e, wanted) and reader.is_first(e, wanted)]
        requests = reader.requests(standing)
        keys = {entry["SK"]["S"] for entry in standing}
        goes_on = len(read) == most
        for number, entry in enumerate(entries):
            key = entry["SK"]["S"]
            request = requests.get(list_entries.request_id(key)) if key in keys else None
            position = key
            if request is not None and _is_of(entry, request, wanted):
                found.append(request)
                if len(found) == limit:
                    more = goes_on or number + 1 < len(read)
                    return RequestPage(tuple(found), position if more else None)
        looked += len(entries)
        if not goes_on and len(entries) == len(read):
            return RequestPage(tuple(found), None)
        if looked >= MOST_READ:
            return RequestPage(tuple(found), position)


def _first(entries: list[Any], wanted: Wanted, count: int) -> list[Any]:
    """Return the entries up to the `count`-th that stands for what is asked for."""
    standing = 0
    for number, entry in enumerate(entries, start=1):
        standing += _stands(entry, wanted)
        if standing == count:
            return entries[:number]
    return entries


def _several(wanted: Wanted) -> bool:
    """Tell whether words are looked for of which one leads to the entries."""
    return len(wanted.person or wanted.text) > 1


def _tests(wanted: Wanted) -> bool:
    """Tell whether more is asked for than the lists that are read can tell."""
    led = _led(wanted)
    return any(
        getattr(wanted, name) != getattr(_EVERYTHING, name)
        for name in ("states", "mode", "person", "text", "external_id", "sender", *_SPANS)
        if name not in led
    )


def _led(wanted: Wanted) -> frozenset[str]:
    """Return what the lists that are read tell by themselves."""
    if wanted.person:
        return frozenset({"person"})
    if wanted.external_id is not None:
        return frozenset({"external_id", "created"})
    if wanted.text:
        return frozenset({"text"})
    if wanted.sort is Sort.UPDATED:
        return frozenset({"updated"})
    if wanted.sort is Sort.DEADLINE:
        return frozenset({"deadline"})
    return frozenset({"sender" if wanted.sender is not None else "states", "created"})


def _order(firm_id: str, wanted: Wanted) -> _Order:
    names, low, high, descending = _driver(wanted)
    partitions = tuple(list_entries.partition(firm_id, name) for name in names)
    return _Order(partitions, low, high, descending)


def _driver(wanted: Wanted) -> tuple[tuple[str, ...], str, str, bool]:
    """Choose the lists that are read: those that hold least besides what is asked for."""
    if wanted.person:
        return (list_entries.PERSON,), *_beginning(wanted.person), False
    if wanted.text and wanted.external_id is None:
        return (list_entries.TITLE,), *_beginning(wanted.text), False
    names, span, word = _list_by_instant(wanted)
    return names, *_span(span, word), wanted.descending


def _list_by_instant(wanted: Wanted) -> tuple[tuple[str, ...], Span, str]:
    if wanted.external_id is not None:
        word = list_entries.external(wanted.external_id)
        return (list_entries.EXTERNAL,), wanted.created, list_entries.exact(word)
    if wanted.sort is Sort.UPDATED:
        since = wanted.updated.since
        whole = Span(listing.minute(since) if since else None, wanted.updated.until)
        return (list_entries.UPDATED,), whole, ""
    if wanted.sort is Sort.DEADLINE:
        return (list_entries.DEADLINE,), wanted.deadline, ""
    if wanted.sender is not None:
        return (list_entries.SENDER,), wanted.created, list_entries.exact(wanted.sender)
    names = tuple(list_entries.state(state) for state in sorted(wanted.states))
    return names or (list_entries.ALL,), wanted.created, ""


def _beginning(words: tuple[str, ...]) -> tuple[str, str]:
    longest = _longest(words)
    return longest, longest + _LAST


def _longest(words: tuple[str, ...]) -> str:
    return max(words, key=len)


def _span(span: Span, word: str) -> tuple[str, str]:
    low = times.to_text(span.since) if span.since else ""
    high = times.to_text(span.until) if span.until else _LAST
    return word + low or _FIRST, word + high


def _stands(entry: Item, wanted: Wanted) -> bool:
    """Tell whether an entry stands for what is asked for, and nothing before it for the same."""
    sought = wanted.person or wanted.text
    if not sought or (wanted.external_id is not None and not wanted.person):
        return True
    is_first = not _before(entry).startswith(_longest(sought))
    # Of several people the one before may not have all words: `_Reader.is_first` looks.
    return (is_first or len(wanted.person) > 1) and _names(entry, sought)


def _before(entry: Item) -> str:
    return str(entry[list_entries.BEFORE]["S"]) if list_entries.BEFORE in entry else ""


def _is_of(entry: Item, request: SignatureRequest, wanted: Wanted) -> bool:
    """Tell whether a list holds the request that an entry is of, and as the entry says.

    What was committed since the entry was read stands elsewhere by now.
    """
    if not listing.matches(request, wanted) or not _stands(entry, wanted):
        return False
    key = (entry["PK"]["S"], entry["SK"]["S"])
    return bool(wanted.person) or key in list_entries.of(request, people=False)


def _names(entry: Item, sought: tuple[str, ...]) -> bool:
    """Tell whether one of those for whom an entry stands has all that is looked for."""
    mine = list_entries.word(entry["SK"]["S"])
    near = entry[list_entries.NEAR]["S"] if list_entries.NEAR in entry else ""
    people = (frozenset((mine, *line.split(" "))) for line in near.split("\n"))
    return any(listing.has_all(words, sought) for words in people)


class _Reader:
    """Reads entries and requests of a firm."""

    def __init__(self, client: DynamoDBClient, table: str, firm_id: str) -> None:
        self._client = client
        self._table = table
        self._firm_id = firm_id

    def is_first(self, entry: Any, wanted: Wanted) -> bool:  # noqa: ANN401 - as boto3
        """Tell whether no entry before it, of the same request, has all that is looked for."""
        if not wanted.person:
            return True
        longest = _longest(wanted.person)
        while (word := _before(entry)).startswith(longest):
            behind = entry["SK"]["S"].removeprefix(
                list_entries.exact(list_entries.word(entry["SK"]["S"]))
            )
            key = {"PK": entry["PK"], "SK": {"S": list_entries.exact(word) + behind}}
            with calling("dynamodb:GetItem"):
                answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
            if "Item" not in answer:
                return True
            entry = answer["Item"]
            if _names(entry, wanted.person):
                return False
        return True

    def entries(self, order: _Order, position: str | None, most: int) -> list[Any]:
        """Read the next entries of all lists of an order, merged."""
        rest = order.behind(position)
        if rest.low > rest.high:
            return []
        each = [self._query(rest, name, position, most) for name in rest.partitions]
        if len(each) == 1:
            return each[0]
        merged = heapq.merge(*each, key=lambda e: e["SK"]["S"], reverse=rest.descending)
        return list(merged)[:most]

    def _query(self, order: _Order, name: str, position: str | None, most: int) -> list[Any]:
        query: dict[str, Any] = {
            "KeyConditionExpression": "PK = :partition AND SK BETWEEN :low AND :high",
            "ExpressionAttributeValues": {
                ":partition": {"S": name},
                ":low": {"S": order.low},
                ":high": {"S": order.high},
            },
            "ScanIndexForward": not order.descending,
            "ConsistentRead": True,
        }
        found: list[Any] = []
        wanted = most + (position is not None)  # the entry at the position itself may come again
        while len(found) < wanted:
            with calling("dynamodb:Query"):
                answer = self._client.query(
                    TableName=self._table, **query, Limit=wanted - len(found)
                )
            found += answer["Items"]
            if "LastEvaluatedKey" not in answer:
                break
            query["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
        return [entry for entry in found if entry["SK"]["S"] != position][:most]

    def requests(self, entries: list[Any]) -> dict[str, SignatureRequest]:
        """Read the requests that entries are of, without their parts, by id."""
        ids = dict.fromkeys(list_entries.request_id(entry["SK"]["S"]) for entry in entries)
        asked: list[Item] = [
            {
                "PK": {"S": keys.partition(RequestRef(self._firm_id, one))},
                "SK": {"S": keys.REQUEST},
            }
            for one in ids
        ]
        found: dict[str, SignatureRequest] = {}
        for _ in range(_READS):
            if not asked:
                return found
            batch: Any = {self._table: {"Keys": asked, "ConsistentRead": True}}
            with calling("dynamodb:BatchGetItem"):
                answer: Any = self._client.batch_get_item(RequestItems=batch)
            for item in answer["Responses"].get(self._table, ()):
                request = aggregate.bare_request(item)
                found[request.id] = request
            asked = answer.get("UnprocessedKeys", {}).get(self._table, {}).get("Keys", [])
        raise TransientError("dynamodb:BatchGetItem: keys were left out again and again")
