"""Whether the items that a query read are one state of a request (decisions/0032-one-snapshot.md).

A query is not isolated from transactions: it may give the newest version of `S#REQUEST` beside a
part as it was before. A commit on that version would be accepted although its rule saw the old
part. So each part says which version of the request wrote it, and `S#REQUEST` holds a digest over
the keys and versions of all parts that belong to its own version.

Only the one transaction that makes version `n` writes parts marked `n`, so a key and a version name
one content. Items whose keys and versions have the digest are therefore exactly the state that
`S#REQUEST` belongs to: in whatever order they were read, on however many pages, and in whatever
order a transaction became visible.
"""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING, Any

from paraphe.ports.system import TransientError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from paraphe.adapters.dynamodb.codec import Item
    from paraphe.domain.requests.model import SignatureRequest

# A transaction is visible as a whole within milliseconds: after 5, 10 ... ms, 0.6 s in all.
READS = 7
FIRST_PAUSE = 0.005
VERSION, DIGEST = "version", "parts_digest"
_PARTS = frozenset({"document", "recipient", "challenge", "command"})


class TornReadError(Exception):
    """The items are of two states: a transaction became visible while they were read."""


def mark(item: Item, version: int) -> Item:
    """Return a part's item with the version of the request that writes it."""
    return {**item, VERSION: {"N": str(version)}}


def versions(items: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Return which version wrote each part, by sort key; 0 for what release 0.1.0 wrote."""
    return {
        item["SK"]["S"]: int(item.get(VERSION, {"N": "0"})["N"])
        for item in items
        if item["type"]["S"] in _PARTS
    }


def following(
    before: SignatureRequest | None, written: Iterable[str], deleted: Iterable[str], version: int
) -> dict[str, int]:
    """Return `versions` after a commit that writes and deletes these parts."""
    known = dict(before.part_versions) if before is not None else {}
    for key in deleted:
        known.pop(key, None)
    return known | dict.fromkeys(written, version)


def digest(known: Mapping[str, int]) -> str:
    """Return 128 bits over the parts' keys and versions."""
    text = "".join(f"{key} {known[key]}\n" for key in sorted(known))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def check(request_item: Mapping[str, Any], known: Mapping[str, int]) -> None:
    """Compare what was read with what the request's own item says.

    An item that release 0.1.0 wrote says nothing: it is taken as it is, until the next commit.

    Raises:
        TornReadError: they are not of one state.

    """
    told = request_item.get(DIGEST)
    if told is not None and told["S"] != digest(known):
        raise TornReadError


def whole(load: Callable[[], SignatureRequest | None]) -> SignatureRequest | None:
    """Load until what is read is of one state.

    Raises:
        TransientError: it never was.

    """
    for attempt in range(READS):
        try:
            return load()
        except TornReadError:
            time.sleep(FIRST_PAUSE * 2**attempt)
    raise TransientError("dynamodb:Query: the request was never seen in one state")
