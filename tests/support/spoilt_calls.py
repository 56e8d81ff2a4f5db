"""A caller who sends each call spoilt in every way first, before it is made as it should be."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from api.app import operations
from api.request import MAX_BODY
from tests.support.api import Answered, Caller, matched
from tests.support.services import in_memory

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tests.support.services import InMemory
    from tests.support.world import World

Place = tuple[int | str, ...]
DEEP = 1000
JSON = "application/json"
NOT_JSON = {
    "empty object's half": b"{",
    "no value": b'{"a":}',
    "comma": b'{"a":1,}',
    "two values": b"{}{}",
    "no text": b"\xff\xfe{}",
    "a mark": b"\xef\xbb\xbf{}",
    "deep list": b'{"a":' + b"[" * DEEP + b"]" * DEEP + b"}",
    "deep object": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "deep and open": b"[" * 60_000,
}
NO_OBJECT = {"list": b"[]", "null": b"null", "text": b'"{}"', "number": b"1", "true": b"true"}
CURSORS = {
    "no cursor": "nonsense",
    "hash": "a#b",
    "base64": "eyJhIjoxfQ==",
    "object": '{"PK":{"S":"F#frm_00000002"}}',
    "nul": "a\x00b",
    "accent": "é\u202e",
    "long": "a" * 2001,
    "empty": "",
}
# What is put into text: nobody sees it, or a mail's header ends there.
TRICKS = {
    "right to left": "\u202e",
    "zero width": "\u200b",
    "line": "\r\nBcc: x@example.com",
    "nul": "\x00",
    "private": "\ue000",
}
# Running text and a firm's own data are no headers; what pasting leaves in them, and in a phone
# number, is taken out.
HARMLESS = {
    "message": {"zero width", "line"},
    "description": {"zero width", "line"},
    "metadata": {"zero width", "line"},
    "phone": {"zero width"},
}
_MARK = "«here»"


@dataclass(frozen=True)
class Spoilt:
    """What came of a spoilt call: which operation, how it was spoilt, where, and the answer."""

    operation: str
    how: str
    place: Place
    answer: Answered

    @property
    def pointer(self) -> str:
        """The place as a problem document names it."""
        return "#" + "".join(f"/{part}" for part in self.place)


class Spoiler(Caller):
    """Plays a story; each call is sent spoilt before.

    Attributes:
        spoilt: what came of it.
        changed: calls after whose spoilt variants something else was stored.

    """

    def __init__(self, world: World) -> None:
        self.services = in_memory(world)
        super().__init__(world, self.services)
        self.spoilt: list[Spoilt] = []
        self.changed: list[str] = []

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        query: Mapping[str, Sequence[str]] | None = None,
        headers: Mapping[str, str] | None = None,
        **more: Any,  # noqa: ANN401 - as `Caller.call`
    ) -> Answered:
        """Send it spoilt, then as it is."""
        declared, _ = matched(path)
        operation = next(o for o in operations() if (o.method, o.path) == (method, declared))
        before = self._stored()
        if operation.has_body:
            for how, place, raw, kind in spoilt_bodies(body or {}):
                sent = {"Content-Type": kind}
                answer = super().call(method, path, raw=raw, headers=sent)
                self.spoilt.append(Spoilt(operation.id, how, place, answer))
        for how, parameter, asked in spoilt_queries(operation.given.model_fields, query or {}):
            if operation.has_body:
                continue
            answer = super().call(method, path, query=asked)
            self.spoilt.append(Spoilt(operation.id, how, (parameter,), answer))
        if self._stored() != before:
            self.changed.append(f"{method} {path}")
        return super().call(method, path, body, query=query, headers=headers, **more)

    def _stored(self) -> Any:  # noqa: ANN401 - to be compared
        """What is stored, but when software was last used."""
        world = self.world
        table = cast("InMemory", self.services).table
        kept = {name: items for name, items in table.items.items() if not name.startswith("C#")}
        hooks = (world.webhooks.kept, world.webhook_log.kept)
        return copy.deepcopy((kept, world.requests.stored, world.members.members, hooks))


def spoilt_bodies(body: object) -> Iterator[tuple[str, Place, bytes, str]]:
    """Return how a body is spoilt, where, what is sent, and as what."""
    good = json.dumps(body).encode()
    for how, raw in NOT_JSON.items():
        yield f"malformed: {how}", (), raw, JSON
    for how, raw in NO_OBJECT.items():
        yield f"no object: {how}", (), raw, JSON
    yield "too large", (), good + b" " * (MAX_BODY + 1 - len(good)), JSON
    for kind in ("text/plain", "application/x-www-form-urlencoded", "", "application/json5"):
        yield f"media type: {kind}", (), good, kind
    for place, value in _parts(body, ()):
        if isinstance(value, dict):
            yield from _spoilt_object(body, place, value)
        elif not isinstance(value, list):
            yield from _spoilt_value(body, place, value)


def _spoilt_object(
    body: object, place: Place, value: dict[str, Any]
) -> Iterator[tuple[str, Place, bytes, str]]:
    unknown = {**value, "unknown_field": 1}
    yield "unknown", (*place, "unknown_field"), _with(body, place, unknown), JSON
    surrogate = json.dumps(value)[:-1] + (", " if value else "") + '"\\ud800": 1}'
    yield "surrogate as key", place, _with_text(body, place, surrogate), JSON
    for name, part in value.items():
        text = json.dumps(value)[:-1] + f", {json.dumps(name)}: {json.dumps(part)}}}"
        yield "key twice", (*place, name), _with_text(body, place, text), JSON


def _spoilt_value(
    body: object, place: Place, value: object
) -> Iterator[tuple[str, Place, bytes, str]]:
    for text in ("NaN", "Infinity", "-Infinity", "1e999", '"\\ud800"', '"a\\udc00\\ud800b"'):
        yield f"value: {text}", place, _with_text(body, place, text), JSON
    wrong: tuple[object, ...] = ({"a": 1}, [1], [])
    wrong += (1, 1.5, True) if isinstance(value, str) else ("1", "true")
    for other in wrong:
        yield f"type: {json.dumps(other)}", place, _with(body, place, other), JSON
    deep = "[" * DEEP + "]" * DEEP
    yield "deep value", place, _with_text(body, place, deep), JSON
    if isinstance(value, str):
        harmless = set().union(*(HARMLESS.get(str(part), set()) for part in place))
        for how, trick in TRICKS.items():
            if how in harmless:
                continue
            half = len(value) // 2
            text = value[:half] + trick + value[half:]
            yield f"trick: {how}", place, _with(body, place, text), JSON


def spoilt_queries(
    names: Mapping[str, object], query: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, str, dict[str, list[str]]]]:
    """Return how a query is spoilt, by which parameter, and what is asked."""
    good = {name: list(values) for name, values in query.items()}
    yield "unknown", "unknown_parameter", {**good, "unknown_parameter": ["1"]}
    for name in sorted(names):
        yield "twice", name, {**good, name: ["1", "2"]}
    if "cursor" in names:
        for how, cursor in CURSORS.items():
            yield f"cursor: {how}", "cursor", {**good, "cursor": [cursor]}
    if "limit" in names:
        for limit in ("0", "-1", "1e3", "1000000", "NaN", "", "\uff11", "9" * 5000):
            yield f"limit: {limit[:9]}", "limit", {**good, "limit": [limit]}


def _parts(value: object, place: Place) -> Iterator[tuple[Place, Any]]:
    yield place, value
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _parts(part, (*place, name))
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from _parts(part, (*place, number))


def _with(body: object, place: Place, value: object) -> bytes:
    return _with_text(body, place, json.dumps(value))


def _with_text(body: object, place: Place, text: str) -> bytes:
    """Return a body as JSON, with other text, right or wrong, in a place of it."""
    if not place:
        return text.encode()
    changed = copy.deepcopy(body)
    at: Any = changed
    for part in place[:-1]:
        at = at[part]
    at[place[-1]] = _MARK
    return json.dumps(changed, ensure_ascii=False).replace(f'"{_MARK}"', text).encode()
