"""The append-only, hash-chained audit trail (P19).

Each event's hash covers its canonical JSON, which holds the hash of the event before it; so a
changed, dropped, reordered or inserted event breaks the chain, and a cut-off end shows against the
head that the request keeps.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from paraphe.domain import times
from paraphe.domain.evidence.events import kinds
from paraphe.domain.evidence.events.happening import Happening, Value
from paraphe.domain.evidence.events.kinds import MEMBER_NAME, ON_BEHALF_NAME

GENESIS = "0" * 64
H = TypeVar("H", bound=Happening)
_CLIENT = "client"
MEMBER = "member"
_DELEGATION, _ON_BEHALF, _ABSENT = "delegation", "on_behalf", "in_absence"
_CLIENT_NAME = "client_name"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it, as far as it was seen, with their id.

    `client` is software, by its API client; for whom, the event or the request says. `recipient` is
    whoever held the link that was sent to them. `system` is the platform. `sender` and `member` are
    of trails from before software was named: what was done in their name.
    """

    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Software(Actor):
    """An API client: what it did is told with the name that the firm gave it."""

    name: str = ""

    @classmethod
    def of(cls, client_id: str, name: str = "") -> "Software":
        """Name the client that calls."""
        return cls(_CLIENT, client_id, name)


@dataclass(frozen=True, slots=True)
class Person(Actor):
    """A member of the firm who was signed in: told with their name.

    Under a delegation, also with that and with whose name they act in, as it stood when they did
    (P23). `absent` says that they stand in for who is away.
    """

    name: str = ""
    delegation: str | None = None
    on_behalf: str | None = None
    on_behalf_name: str = ""
    absent: bool = False

    def data(self) -> dict[str, Value]:
        """Return what is stored of them, beside who they are."""
        told: dict[str, Value] = {MEMBER_NAME: self.name} if self.name else {}
        if self.delegation is not None:
            told |= {_DELEGATION: self.delegation, _ON_BEHALF: self.on_behalf}
            told |= {ON_BEHALF_NAME: self.on_behalf_name} if self.on_behalf_name else {}
            told |= {_ABSENT: True} if self.absent else {}
        return told


SYSTEM = Actor("system", "paraphe")


@dataclass(frozen=True, slots=True)
class Event:
    """One step of a request: `seq` counts from 1; `hash` covers all else, `previous` included.

    `kind` and `data` are the stored form of what happened, whichever version wrote it.
    `withheld` names what was taken out of `data` since (docs/RETENTION.md). `hash` covers it still,
    as it stands in the evidence file.
    """

    request_id: str
    seq: int
    at: datetime
    kind: str
    actor: Actor
    data: Mapping[str, Value]
    previous: str
    hash: str
    withheld: tuple[str, ...] = ()

    def as_a(self, expected: type[H]) -> H | None:
        """Return what happened, typed, if it is of this kind."""
        return expected.read(self.data) if self.kind == expected.kind else None

    @property
    def person(self) -> Person | None:
        """The member who did it, as they were named then, if a signed-in member did."""
        if self.actor.kind != MEMBER:
            return None
        data = self.data
        delegation, whose = data.get(_DELEGATION), data.get(_ON_BEHALF)
        return Person(
            MEMBER,
            self.actor.id,
            name=str(data.get(MEMBER_NAME, "")),
            delegation=None if delegation is None else str(delegation),
            on_behalf=None if whose is None else str(whose),
            on_behalf_name=str(data.get(ON_BEHALF_NAME, "")),
            absent=data.get(_ABSENT) is True,
        )

    @property
    def software(self) -> Software | None:
        """The API client that did it, by the name that it had then, if software did."""
        if self.actor.kind != _CLIENT:
            return None
        return Software.of(self.actor.id, str(self.data.get(_CLIENT_NAME, "")))


def all_of(events: Iterable[Event], kind: type[H]) -> list[tuple[datetime, H]]:
    """Return what happened of one kind, typed, and when; in order."""
    return [(event.at, kind.read(event.data)) for event in events if event.kind == kind.kind]


def told(what: Happening, actor: Actor) -> tuple[Actor, dict[str, Value]]:
    """Return who did it and its data, as they are stored: with the name of who acts, if known."""
    if isinstance(actor, Person):
        return Actor(actor.kind, actor.id), actor.data() | what.data()
    if not isinstance(actor, Software):
        return actor, what.data()
    named: dict[str, Value] = {_CLIENT_NAME: actor.name} if actor.name else {}
    return Actor(actor.kind, actor.id), named | what.data()


def stripped(event: Event) -> Event:
    """Take out what an event knows of people; hash and chain stay as they are."""
    personal = kinds.personal(event.kind)
    out = sorted(personal & set(event.data))
    if not out:
        return event
    kept = {name: value for name, value in event.data.items() if name not in personal}
    return replace(event, data=kept, withheld=tuple(sorted({*event.withheld, *out})))


def restored(events: Iterable[Event], evidence: Iterable[Event]) -> tuple[Event, ...]:
    """Put what the evidence file holds in the place of stripped events of the same hash."""
    whole = {(event.seq, event.hash): event for event in evidence}
    return tuple(whole.get((e.seq, e.hash), e) if e.withheld else e for e in events)


def canonical(event: Event) -> bytes:
    """Return the bytes that the hash covers: JSON, sorted keys, no spaces, UTF-8, without hash."""
    return json.dumps(
        {
            "actor": {"id": event.actor.id, "kind": event.actor.kind},
            "at": times.to_text(event.at),
            "data": dict(event.data),
            "kind": event.kind,
            "previous": event.previous,
            "request": event.request_id,
            "seq": event.seq,
        },
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
    ).encode()


def digest(event: Event) -> str:
    """Compute the hash that an event's content has, whatever it says itself."""
    return hashlib.sha256(canonical(event)).hexdigest()


def chain(
    request_id: str,
    *,
    seq: int,
    previous: str,
    at: datetime,
    kind: str,
    actor: Actor,
    data: Mapping[str, Value],
) -> Event:
    """Make the event that follows `previous` (P19)."""
    open_event = Event(request_id, seq, times.truncate(at), kind, actor, data, previous, "")
    made = digest(open_event)
    return Event(request_id, seq, open_event.at, kind, actor, data, previous=previous, hash=made)


def first_break(
    events: Iterable[Event], *, count: int, head: str, forgotten: bool = False
) -> int | None:
    """Find where a trail was tampered with.

    Args:
        events: the trail, in order.
        count: how many events the request says there are.
        head: the hash that the request keeps of the newest one.
        forgotten: personal data was taken out of it since. What a stripped event said can be held
            against its hash with the evidence file only; here its place in the chain is.

    Returns:
        The number of the first event that does not fit (`count` + 1 when the end does not), or
        None when the whole trail holds.

    """
    previous = GENESIS
    seen = 0
    for seen, event in enumerate(events, start=1):
        if event.seq != seen or event.previous != previous:
            return seen
        if event.hash != digest(event) and not (forgotten and event.withheld):
            return seen
        previous = event.hash
    if seen != count or (count and previous != head):
        return min(seen, count) + 1
    return None
