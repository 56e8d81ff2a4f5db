"""A signature request as the items of its partition, and back.

Stored signatures are items of their own: a document that many sign would outgrow one item
(400 KB), and every further signature would write the earlier ones again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from paraphe.adapters.dynamodb import keys
from paraphe.adapters.dynamodb.codec import Item, decode, encode
from paraphe.domain import times
from paraphe.domain.actor import shard
from paraphe.domain.model import (
    Challenge,
    Command,
    Document,
    Recipient,
    Revision,
    SignatureRequest,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

PARTS = frozenset({"documents", "recipients", "challenges", "commands"})
_REVISION = "#REV#"
_KINDS: dict[type, tuple[str, frozenset[str]]] = {
    Document: ("document", frozenset({"revisions"})),
    Revision: ("revision", frozenset()),
    Recipient: ("recipient", frozenset()),
    Challenge: ("challenge", frozenset()),
    Command: ("command", frozenset()),
}


def changes(
    before: SignatureRequest | None, after: SignatureRequest
) -> tuple[dict[str, Item], tuple[str, ...]]:
    """Compare two states of a request, its own item (`S#REQUEST`) left out.

    Returns:
        The items to write, by sort key, and the sort keys to delete.

    """
    old = _parts(before) if before is not None else {}
    new = _parts(after)
    written = {key: _item(part) for key, part in new.items() if not _same(old.get(key), part)}
    return written, tuple(key for key in old if key not in new)


def request_item(request: SignatureRequest) -> Item:
    """Write a request's own item, with what the indexes find it by."""
    item = encode(request, PARTS)
    item["type"] = {"S": "request"}
    item.update({name: {"S": text} for name, text in keys.index_attributes(request).items()})
    return item


def archive_item(request_id: str, due: datetime | None) -> Item:
    """Write when the archive time-stamps of a request's files have to be looked at."""
    item: Item = {"type": {"S": "archive"}}
    if due is not None:
        item["due_pk"] = {"S": keys.renewal_shard(shard(request_id))}
        item["due_at"] = {"S": times.to_text(due)}
    return item


def bare_request(item: Mapping[str, Any]) -> SignatureRequest:
    """Read a request's own item; its parts are left empty."""
    return decode(SignatureRequest, item)


def assemble(items: Iterable[Mapping[str, Any]]) -> SignatureRequest | None:
    """Read a request from all its items, in any order; None when its own item is not there."""
    request: SignatureRequest | None = None
    found: dict[str, list[Mapping[str, Any]]] = {}
    for item in items:
        kind = item["type"]["S"]
        if kind == "request":
            request = bare_request(item)
        found.setdefault(kind, []).append(item)
    if request is None:
        return None
    return sort_parts(
        replace(
            request,
            documents=_documents(found.get("document", ()), found.get("revision", ())),
            recipients=tuple(decode(Recipient, item) for item in found.get("recipient", ())),
            challenges=tuple(decode(Challenge, item) for item in found.get("challenge", ())),
            commands=tuple(decode(Command, item) for item in found.get("command", ())),
        )
    )


def sort_parts(request: SignatureRequest) -> SignatureRequest:
    """Put the parts into the order in which they are always loaded."""
    return replace(
        request,
        documents=tuple(sorted(request.documents, key=lambda d: (d.position, d.id))),
        recipients=tuple(sorted(request.recipients, key=lambda r: (r.order, r.id))),
        challenges=tuple(sorted(request.challenges, key=lambda c: (c.created_at, c.id))),
        commands=tuple(sorted(request.commands, key=lambda c: (c.accepted_at, c.id))),
    )


def _documents(
    items: Iterable[Mapping[str, Any]], revisions: Iterable[Mapping[str, Any]]
) -> tuple[Document, ...]:
    stored: dict[str, list[Revision]] = {}
    for item in sorted(revisions, key=lambda i: str(i["SK"]["S"])):
        owner = item["SK"]["S"].partition(_REVISION)[0]
        stored.setdefault(owner, []).append(decode(Revision, item))
    return tuple(
        replace(decode(Document, item), revisions=tuple(stored.get(item["SK"]["S"], ())))
        for item in items
    )


_Part = Document | Revision | Recipient | Challenge | Command


def _parts(request: SignatureRequest) -> dict[str, _Part]:
    parts: dict[str, _Part] = {}
    for document in request.documents:
        parts[keys.document(document.id)] = document
        for number, revision in enumerate(document.revisions, start=1):
            parts[keys.revision(document.id, number)] = revision
    parts.update({keys.recipient(r.id): r for r in request.recipients})
    parts.update({keys.challenge(c.id): c for c in request.challenges})
    parts.update({keys.command(c.id): c for c in request.commands})
    return parts


def _same(old: _Part | None, new: _Part) -> bool:
    if old is new:
        return True
    if isinstance(old, Document) and isinstance(new, Document):
        return replace(old, revisions=()) == replace(new, revisions=())
    return old == new


def _item(part: _Part) -> Item:
    kind, skipped = _KINDS[type(part)]
    item = encode(part, skipped)
    item["type"] = {"S": kind}
    return item
