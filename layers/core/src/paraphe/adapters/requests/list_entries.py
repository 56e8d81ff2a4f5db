"""By what lists find a request: entries of the firm's own lists, written with the request itself.

An entry lies in the table, in a partition of its firm and list, and is written by the transaction
that changes the request: who has written reads it (decisions/0048-lists-in-the-table.md). It holds
keys and hardly more; what a list shows is read from the request.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, TypeAlias

from paraphe.domain import times
from paraphe.domain.requests import listing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from paraphe.adapters.dynamodb.codec import Item
    from paraphe.domain.requests.model import RequestState, SignatureRequest

ALL, UPDATED, DEADLINE = "ALL", "UPDATED", "DEADLINE"
EXTERNAL, SENDER, TITLE, PERSON = "EXTERNAL", "SENDER", "TITLE", "PERSON"
# Which entries a stored request has: 0 those of its last commit only, as release 0.1.0 wrote none.
FORM = 1
# The word before it in its request; the other words of whom it names, a line for each of the first.
BEFORE, NEAR = "before", "near"
MOST_NEAR = 16
_END_OF_TIME = 10**13
Key: TypeAlias = tuple[str, str]


def partition(firm_id: str, name: str) -> str:
    """Return the partition of a firm's list."""
    return f"F#{firm_id}#L#{name}"


def state(of: RequestState) -> str:
    """Return the name of the list of a state."""
    return f"S#{of}"


def place(at: datetime, request_id: str) -> str:
    """Return the sort key of a request in a list by an instant."""
    return f"{times.to_text(at)}#{request_id}"


def exact(word: str) -> str:
    """Return how entries of a list by exact words begin, for one of them."""
    return f"{word} "


def external(external_id: str) -> str:
    """Return the word of an external id, which may hold anything: 128 bits of its digest."""
    return hashlib.sha256(external_id.encode()).hexdigest()[:32]


def request_id(sort_key: str) -> str:
    """Read whose entry it is."""
    return sort_key.rpartition("#")[2]


def word(sort_key: str) -> str:
    """Read by which word it is found."""
    return sort_key.partition(" ")[0]


def of(request: SignatureRequest, *, people: bool = True) -> dict[Key, Item]:
    """Return every entry of a request, by partition and sort key."""
    if request.deleted_at is not None:
        return {}
    created = place(request.created_at, request.id)
    places = {
        (ALL, created),
        (state(request.state), created),
        (UPDATED, place(listing.minute(request.updated_at), request.id)),
    }
    if listing.runs(request) and request.deadline is not None:
        places.add((DEADLINE, place(request.deadline, request.id)))
    if request.external_id is not None:
        places.add((EXTERNAL, exact(external(request.external_id)) + created))
    if request.sender.email:
        places.add((SENDER, exact(listing.address_word(request.sender.email)) + created))
    found: dict[Key, Item] = {key: {} for key in places}
    found |= _by_word(request, TITLE, _title(request))
    if people:
        found |= _by_word(request, PERSON, _people(request))
    return {
        (partition(request.firm_id, name), key): {"type": {"S": "listed"}, **item}
        for (name, key), item in found.items()
    }


def _title(request: SignatureRequest) -> dict[str, tuple[str, ...]]:
    """Return the words of the title, each with the others."""
    words = listing.title_words(request.title)
    return {one: (" ".join(sorted({*words} - {one})),) for one in words}


def _people(request: SignatureRequest) -> dict[str, tuple[str, ...]]:
    """Return the words of all recipients, each with the other words of each whom it names."""
    near: dict[str, set[str]] = {}
    for recipient in request.recipients:
        words = listing.person_words(recipient)
        for one in words:
            near.setdefault(one, set()).add(" ".join(sorted(words - {one})))
    return {one: tuple(sorted(people)[:MOST_NEAR]) for one, people in near.items()}


def _by_word(
    request: SignatureRequest, name: str, words: Mapping[str, Iterable[str]]
) -> dict[Key, Item]:
    """Return an entry for each word, newest first among those of the same word."""
    newest_first = _END_OF_TIME - round(request.created_at.timestamp() * 1000)
    found: dict[Key, Item] = {}
    last = None
    for one in sorted(words):
        item: Item = {}
        if last is not None:
            item[BEFORE] = {"S": last}
        near = "\n".join(words[one])
        if near:
            item[NEAR] = {"S": near}
        found[name, f"{exact(one)}{newest_first:013d}#{request.id}"] = item
        last = one
    return found


def changes(
    before: SignatureRequest | None, after: SignatureRequest
) -> tuple[dict[Key, Item], tuple[Key, ...]]:
    """Compare two states of a request: the entries to write, and the keys of those to delete.

    Of a request whose entries are not known to be there, all but its people's are written: a
    commit may hold only so many. `paraphe refile` writes the rest.
    """
    people = before is None or _named(before) != _named(after)
    old = of(before, people=people) if before is not None else {}
    new = of(after, people=people)
    known = before is not None and before.listed == FORM
    rest = _people_of(after) if not known else frozenset()
    written = {
        key: item
        for key, item in new.items()
        if old.get(key) != item or (not known and key[0] not in rest)
    }
    return written, tuple(key for key in old if key not in new)


def _people_of(request: SignatureRequest) -> frozenset[str]:
    return frozenset({partition(request.firm_id, PERSON)})


def _named(request: SignatureRequest) -> list[tuple[str, str]]:
    return [(r.name, r.email) for r in request.recipients]
