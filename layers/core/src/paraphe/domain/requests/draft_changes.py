"""What a sender changes of what a request says of itself; a draft's documents; deleting it (P6)."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime

from paraphe.domain.errors import GoneError, InvalidError
from paraphe.domain.evidence.audit import Actor
from paraphe.domain.evidence.events.drafts import (
    DocumentChanged,
    DocumentReplaced,
    DraftDeleted,
    RequestChanged,
)
from paraphe.domain.requests import drafts
from paraphe.domain.requests.decision import Decision, Edit, find_document, nothing
from paraphe.domain.requests.document import Document, DocumentState
from paraphe.domain.requests.model import RequestState, Sender, SignatureRequest

# What readers of the request see is fixed with its launch (P6). These are its firm's own.
_ALWAYS = frozenset({"external_id", "metadata"})


@dataclass(frozen=True, slots=True)
class RequestChange:
    """What to change; None leaves as it is."""

    title: str | None = None
    message: str | None = None
    sender_name: str | None = None
    sender_email: str | None = None
    sender_locale: str | None = None
    reminder_days: tuple[int, ...] | None = None
    external_id: str | None = None
    metadata: Mapping[str, str] | None = None

    @property
    def named(self) -> frozenset[str]:
        """Return what it says anything about."""
        return frozenset(f.name for f in fields(self) if getattr(self, f.name) is not None)

    def applied_to(self, request: SignatureRequest) -> SignatureRequest:
        """Return the request with the changes."""
        sender = request.sender
        plain = self.named & {"title", "message", "reminder_days", "external_id", "metadata"}
        return replace(
            request,
            **{name: getattr(self, name) for name in plain},
            sender=Sender(
                sender.id,
                self.sender_name or sender.name,
                self.sender_email or sender.email,
                self.sender_locale or sender.locale,
            ),
        )


def change(
    request: SignatureRequest, changes: RequestChange, now: datetime, by: Actor | None = None
) -> Decision:
    """Change what the request says of itself; what is so already changes nothing.

    A draft's title, message, sender and reminders; while it is open, and in a draft, what its firm
    calls it and keeps with it.

    Raises:
        ConflictError: `not_a_draft` for what is fixed with the launch.
        GoneError: `request_<state>`, it ended.

    """
    if request.is_ended:
        raise GoneError(f"request_{request.state}", f"This request is {request.state}.")
    if changes.named - _ALWAYS:
        drafts.check_draft(request)
    after = changes.applied_to(request)
    compared = ("title", "message", "sender", "reminder_days", "external_id", "metadata")
    changed = tuple(n for n in compared if getattr(after, n) != getattr(request, n))
    if not changed:
        return nothing(request)
    edit = Edit(request, now)
    edit.set(**{name: getattr(after, name) for name in changed})
    edit.event(RequestChanged(fields=changed), edit.asked_by(by))
    return edit.decision()


def arrange_document(
    request: SignatureRequest,
    document_id: str,
    now: datetime,
    by: Actor | None = None,
    *,
    name: str | None = None,
    position: int | None = None,
) -> Decision:
    """Rename a draft's document, or put it at another place among the others (from 1).

    Raises:
        ConflictError: not a draft.
        NotFoundError: no such document.
        InvalidError: `position_out_of_range`.

    """
    drafts.check_draft(request)
    document = find_document(request, document_id)
    edit = Edit(request, now)
    changed = []
    if name is not None and name != document.name:
        edit.document(document_id, name=name)
        changed.append("name")
    if position is not None and _move(edit, document, position):
        changed.append("position")
    if changed:
        edit.event(DocumentChanged(document=document_id, fields=tuple(changed)), edit.asked_by(by))
    return edit.decision()


def _move(edit: Edit, document: Document, position: int) -> bool:
    """Put a document at a place and number all anew; tell whether anything moved."""
    documents = sorted(edit.request.documents, key=lambda d: (d.position, d.id))
    if not 1 <= position <= len(documents):
        raise InvalidError(
            "position_out_of_range",
            f"This request has {len(documents)} documents: say a position from 1 to that.",
            field="position",
        )
    ids = [d.id for d in documents]
    before = list(ids)
    ids.remove(document.id)
    ids.insert(position - 1, document.id)
    if ids == before:
        return False
    place = {document_id: number for number, document_id in enumerate(ids, start=1)}
    edit.set(documents=tuple(replace(d, position=place[d.id]) for d in edit.request.documents))
    return True


def replace_file(
    request: SignatureRequest, document_id: str, form: str, now: datetime, by: Actor | None = None
) -> Decision:
    """Take a draft's accepted file out, so that another one can be uploaded with this form.

    Of a document that waits for its file, or whose file was refused, nothing has to be taken out.

    Raises:
        ConflictError: not a draft.
        NotFoundError: no such document.

    """
    drafts.check_draft(request)
    document = find_document(request, document_id)
    if document.state is not DocumentState.READY:
        return nothing(request)
    empty = Document(
        document.id,
        document.name,
        document.position,
        remove_active_content=document.remove_active_content,
        forms_from=form,
    )
    edit = Edit(request, now)
    edit.set(documents=tuple(empty if d.id == document_id else d for d in request.documents))
    edit.event(DocumentReplaced(document=document_id), edit.asked_by(by))
    return edit.decision()


# A commit deletes so many parts of a draft at most, and what is found by them.
DELETED_BATCH = 8


def delete(request: SignatureRequest, now: datetime, by: Actor | None = None) -> Decision:
    """Delete a draft: its people, documents and words at once, its files with the next sweep.

    At most 8 parts go with one commit: whoever calls this repeats it until `deleted_at` is set.
    What is left has no words: ids, instants and the trail, which says who deleted it (P19).

    Raises:
        ConflictError: `not_a_draft`.

    """
    drafts.check_draft(request)
    edit = Edit(request, now)
    documents = request.documents[:DELETED_BATCH]
    people = request.recipients[: DELETED_BATCH - len(documents)]
    edit.set(
        documents=request.documents[len(documents) :],
        recipients=request.recipients[len(people) :],
    )
    if edit.request.documents or edit.request.recipients:
        edit.event(RequestChanged(fields=("documents", "recipients")), edit.asked_by(by))
        return edit.decision()
    edit.event(DraftDeleted(), edit.asked_by(by))
    edit.become(RequestState.CANCELED)
    edit.set(
        title="",
        message="",
        metadata={},
        external_id=None,
        fingerprint=None,
        sender=Sender(request.sender.id, "", "", request.sender.locale),
        ended_at=now,
        retention_until=now,
        deleted_at=now,
        forgotten_at=now,
    )
    return edit.decision()
