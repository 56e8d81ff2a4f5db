"""Building one decision: the request after it, the events that tell it, the notices it owes."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from paraphe.domain.errors import NotFoundError
from paraphe.domain.evidence import audit
from paraphe.domain.evidence.audit import Actor, Event
from paraphe.domain.evidence.events.happening import Happening
from paraphe.domain.requests import transitions
from paraphe.domain.requests.document import Document, Revision
from paraphe.domain.requests.model import (
    Challenge,
    ChallengeState,
    Command,
    Notice,
    NoticeKind,
    RequestState,
    SenderMails,
    SignatureRequest,
)
from paraphe.domain.requests.recipient import Recipient, RecipientState

# Mails about one request that its sender gets in a day, besides the one about its end.
MOST_TOLD_A_DAY = 30
_REPEATED = frozenset(
    {NoticeKind.FAILED, NoticeKind.LINK_LOCKED, NoticeKind.UNREACHABLE, NoticeKind.PHONE_REFUSED}
)

T = TypeVar("T", Document, Recipient, Challenge)


@dataclass(frozen=True, slots=True)
class Decision:
    """What a rule decided. Committed whole or not at all."""

    request: SignatureRequest
    events: tuple[Event, ...] = ()
    notices: tuple[Notice, ...] = ()

    @property
    def changes_nothing(self) -> bool:
        """Whether there is nothing to commit (a repeated command)."""
        return not self.events and not self.notices


def find_recipient(request: SignatureRequest, recipient_id: str) -> Recipient:
    """Return the recipient with this id.

    Raises:
        NotFoundError: `recipient_not_found`.

    """
    return _find(request.recipients, recipient_id, "recipient")


def find_document(request: SignatureRequest, document_id: str) -> Document:
    """Return the document with this id.

    Raises:
        NotFoundError: `document_not_found`.

    """
    return _find(request.documents, document_id, "document")


def find_challenge(request: SignatureRequest, challenge_id: str) -> Challenge:
    """Return the code with this id.

    Raises:
        NotFoundError: `code_not_found`.

    """
    return _find(request.challenges, challenge_id, "code")


def find_command(request: SignatureRequest, command_id: str) -> Command | None:
    """Return the pending command with this id, or None when it was applied already."""
    return next((c for c in request.commands if c.id == command_id), None)


def _find(items: tuple[T, ...], item_id: str, what: str) -> T:
    for item in items:
        if item.id == item_id:
            return item
    raise NotFoundError(f"{what}_not_found", f"There is no such {what} in this request.")


def _swap(items: tuple[T, ...], new: T) -> tuple[T, ...]:
    return tuple(new if item.id == new.id else item for item in items)


class Edit:
    """One decision in the making; every state change goes through the tables of `transitions`."""

    def __init__(self, request: SignatureRequest, now: datetime) -> None:
        self.request = replace(request, updated_at=now)
        self.now = now
        self._events: list[Event] = []
        self._notices: list[Notice] = []

    def set(self, **changes: Any) -> None:  # noqa: ANN401 (dataclasses.replace takes any field)
        """Change fields of the request itself; its state only with `become`."""
        self.request = replace(self.request, **changes)

    def become(self, state: RequestState) -> None:
        """Move the request to a state that its table allows."""
        transitions.check_request(self.request.state, state)
        self.set(state=state)

    def recipient(self, recipient_id: str, **changes: Any) -> Recipient:  # noqa: ANN401
        """Change a recipient; a new state has to be one that the table allows."""
        before = find_recipient(self.request, recipient_id)
        state = changes.get("state")
        if isinstance(state, RecipientState) and state is not before.state:
            transitions.check_recipient(before.state, state)
        after = replace(before, **changes)
        self.set(recipients=_swap(self.request.recipients, after))
        return after

    def document(self, document_id: str, **changes: Any) -> Document:  # noqa: ANN401
        """Change a document."""
        after = replace(find_document(self.request, document_id), **changes)
        self.set(documents=_swap(self.request.documents, after))
        return after

    def sign(self, document_id: str, revision: Revision, *, is_seal: bool) -> None:
        """Point a document to one more stored signature, or seal."""
        before = find_document(self.request, document_id)
        after = before.with_revision(revision, is_seal=is_seal)
        self.set(documents=_swap(self.request.documents, after))

    def challenge(self, challenge_id: str, **changes: Any) -> Challenge:  # noqa: ANN401
        """Change a code; a new state has to be one that the table allows."""
        before = find_challenge(self.request, challenge_id)
        state = changes.get("state")
        if isinstance(state, ChallengeState) and state is not before.state:
            transitions.check_challenge(before.state, state)
        after = replace(before, **changes)
        self.set(challenges=_swap(self.request.challenges, after))
        return after

    def add_command(self, command: Command) -> None:
        """Queue something for the actor."""
        self.set(commands=(*self.request.commands, command))

    def drop_commands(self, gone: Callable[[Command], bool]) -> None:
        """Take commands off the queue: they are applied by this very decision, or void."""
        self.set(commands=tuple(c for c in self.request.commands if not gone(c)))

    def asked_by(self, by: Actor | None) -> Actor:
        """Return who does what the sender may do: the software that calls, or the sender."""
        return by or Actor("sender", self.request.sender.id)

    def event(self, what: Happening, actor: Actor) -> None:
        """Append to the audit trail (P19)."""
        actor, data = audit.told(what, actor)
        made = audit.chain(
            self.request.id,
            seq=self.request.audit_seq + 1,
            previous=self.request.audit_head or audit.GENESIS,
            at=self.now,
            kind=what.kind,
            actor=actor,
            data=data,
        )
        self._events.append(made)
        self.set(audit_seq=made.seq, audit_head=made.hash)

    def notice(self, kind: NoticeKind, recipient_id: str | None, about: str | None = None) -> None:
        """Owe somebody a message; `recipient_id` None means the sender, told `about` somebody.

        The sender is told only so much of one request a day, but for its end: whatever makes it
        fail, be locked or bounce again and again is in the trail and in the API's answers.
        """
        if recipient_id is None and kind in _REPEATED and not self._may_tell_sender():
            return
        # The version names the commit: a decision without events (tell_end) repeats no id.
        notice_id = f"{self.request.version:08d}-{len(self._notices):03d}-{kind}"
        self._notices.append(Notice(notice_id, kind, recipient_id, self.now, about))

    def _may_tell_sender(self) -> bool:
        """Count one mail to the sender; tell whether it is still within the day's (UTC)."""
        today = self.now.replace(hour=0, minute=0, second=0, microsecond=0)
        before = self.request.sender_mails
        count = before.count if before is not None and before.day == today else 0
        if count >= MOST_TOLD_A_DAY:
            return False
        self.set(sender_mails=SenderMails(today, count + 1))
        return True

    def decision(self) -> Decision:
        """Return what was decided."""
        return Decision(self.request, tuple(self._events), tuple(self._notices))


def nothing(request: SignatureRequest) -> Decision:
    """Decide to change nothing: the command was applied before."""
    return Decision(request)
