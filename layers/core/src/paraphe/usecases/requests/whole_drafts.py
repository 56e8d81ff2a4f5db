"""A draft made with its documents and recipients at once: all of it, or nothing (P5)."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from paraphe.domain.errors import InvalidError
from paraphe.domain.evidence.audit import Actor
from paraphe.domain.ids import RANDOM_BYTES, new_id
from paraphe.domain.requests import draft_recipients, drafts, listing
from paraphe.domain.requests.decision import Decision
from paraphe.domain.requests.model import SignatureRequest
from paraphe.domain.requests.recipient import Placement, Role
from paraphe.ports.system import Entropy
from paraphe.usecases.requests.edit_recipients import Person, new_recipient

# A commit writes a hundred items at most: parts, their events, and what lists find them by.
_MOST_ITEMS = 65
_PER_DOCUMENT, _PER_RECIPIENT = 3, 2


@dataclass(frozen=True, slots=True)
class NewFile:
    """A document to be uploaded."""

    name: str
    remove_active_content: bool = False


@dataclass(frozen=True, slots=True)
class NewParty:
    """A recipient; placements name a document by its number in the same call, from 1."""

    person: Person
    role: Role
    order: int
    placements: tuple[Placement, ...] = ()


@dataclass(frozen=True, slots=True)
class Parts:
    """What a draft is made with."""

    files: tuple[NewFile, ...] = ()
    parties: tuple[NewParty, ...] = ()

    def digest(self) -> str | None:
        """Return what tells a repeated creation from another one; None of an empty draft."""
        if not self.files and not self.parties:
            return None
        return hashlib.sha256(repr((self.files, self.parties)).encode()).hexdigest()


def filled(
    decision: Decision, parts: Parts, entropy: Entropy, now: datetime, by: Actor
) -> Decision:
    """Return the decision that makes a draft with its parts.

    Raises:
        InvalidError: what a part's own rule says, at `documents.<n>` or `recipients.<n>`;
            `too_many_at_once`.

    """
    ids = [new_id("doc", now, entropy(RANDOM_BYTES)) for _ in parts.files]
    for number, file in enumerate(parts.files):
        rule = partial(_place, document_id=ids[number], file=file, now=now, by=by)
        decision = _then(decision, f"documents.{number}", rule)
    for number, party in enumerate(parts.parties):
        recipient_id = new_id("rcp", now, entropy(RANDOM_BYTES))
        add = partial(_add, recipient_id=recipient_id, party=party, ids=ids, now=now, by=by)
        decision = _then(decision, f"recipients.{number}", add)
    _check_size(decision.request)
    return decision


def _then(decision: Decision, place: str, rule: Callable[[SignatureRequest], Decision]) -> Decision:
    """Decide one more thing in the same commit; say where in the call its fault lies."""
    try:
        after = rule(decision.request)
    except InvalidError as error:
        field = f"{place}.{error.field}" if error.field else place
        raise InvalidError(error.code, error.detail, field=field) from None
    return Decision(
        after.request,
        (*decision.events, *after.events),
        (*decision.notices, *after.notices),
    )


def _place(
    request: SignatureRequest, document_id: str, file: NewFile, now: datetime, by: Actor
) -> Decision:
    return drafts.add_document(
        request,
        document_id,
        file.name,
        now,
        by,
        remove_active_content=file.remove_active_content,
    )


def _add(
    request: SignatureRequest,
    recipient_id: str,
    party: NewParty,
    ids: Sequence[str],
    now: datetime,
    by: Actor,
) -> Decision:
    numbers = {str(number): document_id for number, document_id in enumerate(ids, start=1)}
    placements = tuple(
        replace(p, document_id=numbers.get(p.document_id, p.document_id)) for p in party.placements
    )
    recipient = new_recipient(
        request,
        recipient_id,
        party.person,
        role=party.role,
        order=party.order,
        placements=placements,
    )
    return draft_recipients.add_recipient(request, recipient, now, by)


def _check_size(request: SignatureRequest) -> None:
    """Refuse more than one commit holds.

    Raises:
        InvalidError: `too_many_at_once`.

    """
    words = sum(len(listing.person_words(r)) + _PER_RECIPIENT for r in request.recipients)
    if words + _PER_DOCUMENT * len(request.documents) > _MOST_ITEMS:
        raise InvalidError(
            "too_many_at_once",
            "These are more documents and recipients than one call can make: add the rest with "
            "calls of their own.",
        )
