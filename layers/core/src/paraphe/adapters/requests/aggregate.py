"""A signature request as the items of its partition, and back.

Stored signatures are items of their own, behind a prefix that a request is not loaded with: there
are documents times signers of them. A document's item says who has signed it, and keeps the newest
(decisions/0029-signatures-apart.md).
"""

from __future__ import annotations

from dataclasses import fields, replace
from itertools import chain
from typing import TYPE_CHECKING, Any

from paraphe.adapters.dynamodb import keys
from paraphe.adapters.dynamodb.codec import Item, decode, encode
from paraphe.adapters.requests import page_runs, snapshot
from paraphe.domain import times
from paraphe.domain.requests.actor import shard
from paraphe.domain.requests.document import Document, Revision
from paraphe.domain.requests.inspection import Page
from paraphe.domain.requests.model import Challenge, Command, SignatureRequest
from paraphe.domain.requests.recipient import Recipient, Role

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

PARTS = frozenset({"documents", "recipients", "challenges", "commands", "part_versions"})
_EMPTY_BY_DEFAULT = frozenset(
    field.name
    for field in fields(SignatureRequest)
    if field.default in ("", 0, False, ()) or field.default_factory is dict
)
_KINDS: dict[type, tuple[str, frozenset[str]]] = {
    Document: ("document", frozenset({"revisions", "pages"})),
    Revision: ("revision", frozenset()),
    Recipient: ("recipient", frozenset()),
    Challenge: ("challenge", frozenset()),
    Command: ("command", frozenset()),
}


def changes(
    before: SignatureRequest | None, after: SignatureRequest
) -> tuple[dict[str, Item], tuple[str, ...]]:
    """Compare two states of a request, its own item and its stored signatures left out.

    Returns:
        The items to write, by sort key, and the sort keys to delete.

    """
    old = _parts(before) if before is not None else {}
    new = _parts(after)
    written = {
        key: snapshot.mark(_item(part), after.version)
        for key, part in new.items()
        if not _same(old.get(key), part)
    }
    return written, tuple(key for key in old if key not in new)


def added(before: SignatureRequest | None, after: SignatureRequest) -> dict[str, Item]:
    """Return the items of the signatures that `after` has more, by sort key: written once."""
    known = {d.id: len(d.revisions) for d in before.documents} if before is not None else {}
    return {
        keys.revision(document.id, number): _item(revision)
        for document in after.documents
        for number, revision in _numbered(document)[known.get(document.id, 0) :]
    }


def _numbered(document: Document) -> list[tuple[int, Revision]]:
    # Those at hand are the newest ones.
    first = len(document.signers) - len(document.revisions) + 1
    return list(enumerate(document.revisions, start=first))


def without_revisions(request: SignatureRequest) -> SignatureRequest:
    """Return a request as `assemble` does, when it has just been written."""
    return replace(request, documents=tuple(replace(d, revisions=()) for d in request.documents))


def request_item(request: SignatureRequest) -> Item:
    """Write a request's own item, with what the indexes find it by."""
    # What is empty by default is left out: an item over 1 kB costs twice as much to write.
    empty = frozenset(name for name in _EMPTY_BY_DEFAULT if not getattr(request, name))
    item = encode(request, PARTS | empty)
    item["type"] = {"S": "request"}
    item[snapshot.DIGEST] = {"S": snapshot.digest(request.part_versions)}
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


def assemble(items: Iterable[Mapping[str, Any]], *, whole: bool = False) -> SignatureRequest | None:
    """Read a request from all its items, in any order; None when its own item is not there.

    Args:
        items: those of `S#`; for `whole` those of `V#` as well.
        whole: with the stored signatures themselves.

    Raises:
        TornReadError: they are not of one state of the request.

    """
    found: dict[str, list[Mapping[str, Any]]] = {}
    for item in items:
        found.setdefault(item["type"]["S"], []).append(item)
    if "request" not in found:
        return None
    own = found["request"][0]
    part_versions = snapshot.versions(chain.from_iterable(found.values()))
    snapshot.check(own, part_versions)
    recipients = tuple(decode(Recipient, item) for item in found.get("recipient", ()))
    seals = {r.id for r in recipients if r.role is Role.SEAL}
    revisions = _revisions(found.get("revision", ()))
    documents = tuple(
        _document(item, revisions.get(item["SK"]["S"].removeprefix(keys.document("")), ()), seals)
        for item in found.get("document", ())
    )
    made = sort_parts(
        replace(
            bare_request(own),
            part_versions=part_versions,
            documents=documents,
            recipients=recipients,
            challenges=tuple(decode(Challenge, item) for item in found.get("challenge", ())),
            commands=tuple(decode(Command, item) for item in found.get("command", ())),
        )
    )
    return made if whole else without_revisions(made)


def sort_parts(request: SignatureRequest) -> SignatureRequest:
    """Put the parts into the order in which they are always loaded."""
    return replace(
        request,
        documents=tuple(sorted(request.documents, key=lambda d: (d.position, d.id))),
        recipients=tuple(sorted(request.recipients, key=lambda r: (r.order, r.id))),
        challenges=tuple(sorted(request.challenges, key=lambda c: (c.created_at, c.id))),
        commands=tuple(sorted(request.commands, key=lambda c: (c.accepted_at, c.id))),
    )


def _revisions(items: Iterable[Mapping[str, Any]]) -> dict[str, tuple[Revision, ...]]:
    """Read stored signatures, by document, oldest first."""
    # A number is the key's last part, in both kinds of key.
    ordered = sorted(items, key=lambda item: str(item["SK"]["S"]).rpartition("#")[2])
    stored: dict[str, tuple[Revision, ...]] = {}
    for item in ordered:
        owner = keys.revision_owner(item["SK"]["S"])
        stored[owner] = (*stored.get(owner, ()), decode(Revision, item))
    return stored


def _document(
    item: Mapping[str, Any], revisions: tuple[Revision, ...], seals: Collection[str]
) -> Document:
    plain = {name: value for name, value in item.items() if name != "pages"}
    found = replace(decode(Document, plain), pages=_pages(item))
    if "signers" not in item:  # as release 0.1.0 wrote it: its signatures tell
        for revision in revisions:
            found = found.with_revision(revision, is_seal=revision.recipient_id in seals)
    # Signatures are read after their document: there may be one more by then.
    return replace(found, revisions=revisions[: len(found.signers)])


def _pages(item: Mapping[str, Any]) -> tuple[Page, ...]:
    if "L" in item.get("pages", {}):  # as release 0.1.0 wrote them
        return tuple(decode(Page, page["M"]) for page in item["pages"]["L"])
    return page_runs.from_text(item["pages"]["S"]) if "pages" in item else ()


_Part = Document | Recipient | Challenge | Command


def _parts(request: SignatureRequest) -> dict[str, _Part]:
    parts: dict[str, _Part] = {keys.document(d.id): d for d in request.documents}
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


def _item(part: _Part | Revision) -> Item:
    kind, skipped = _KINDS[type(part)]
    item = encode(part, skipped)
    if isinstance(part, Document) and part.pages:
        # Release 0.1.0 cannot read this and fails: it would take the document for unsigned.
        item["pages"] = {"S": page_runs.to_text(part.pages)}
    item["type"] = {"S": kind}
    return item
