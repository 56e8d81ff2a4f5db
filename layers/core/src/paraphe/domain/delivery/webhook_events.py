"""The catalogue of events that webhooks tell, and what each kind of the audit trail becomes.

Messages are thin: ids, states, instants. Whoever wants more asks the API, which checks who asks; so
no name, address, phone, reason, link or code ever leaves this way.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from paraphe.domain import times
from paraphe.domain.evidence.audit import GENESIS, SYSTEM, Event
from paraphe.domain.evidence.events import drafts, ended, running, signing
from paraphe.domain.ids import RANDOM_BYTES, new_id

if TYPE_CHECKING:
    from paraphe.domain.evidence.events.happening import Value

Data: TypeAlias = Mapping[str, str | int | None]
RECIPIENT = "recipient"
TEST = "webhook.test"


class About(StrEnum):
    """What an event is about; its ids follow from that."""

    REQUEST = "signature_request"
    RECIPIENT = "recipient"
    DOCUMENT = "document"
    DELIVERY = "delivery"
    ENDPOINT = "webhook"


@dataclass(frozen=True, slots=True)
class EventType:
    """One entry of the catalogue; `state` is that of what it is about, afterwards."""

    name: str
    about: About
    state: str
    tells: str


@dataclass(frozen=True, slots=True)
class Subject:
    """What messages say of a request beyond its events: the firm's own id of it, and its mode."""

    external_id: str | None = None
    mode: str = "live"


@dataclass(frozen=True, slots=True)
class Message:
    """One event as receivers get it; `body` is sent to the byte, however often."""

    id: str
    type: str
    at: datetime
    body: str


_ABOUT_REQUEST = (
    ("created", "draft", "A draft was made."),
    ("deleted", "", "The draft was deleted; the API knows it no more."),
    ("launched", "active", "The documents are frozen, the first recipients are invited."),
    ("relaunched", "active", "The deadline was moved."),
    ("completed", "completed", "Everybody has signed; the signed originals can be fetched."),
    ("declined", "declined", "A signer declined: the request has ended."),
    ("expired", "expired", "The deadline has passed: the request has ended."),
    ("canceled", "canceled", "It was taken back: the request has ended."),
    ("abandoned", "canceled", "Nobody touched the draft for so long that it was given up."),
    ("failed", "failed", "A fault stopped it; it can be resumed."),
    ("resumed", "", "It was taken up where it stood; ask the API for its state."),
)
_ABOUT_RECIPIENT = (
    ("notified", "notified", "Their link was handed over to be sent."),
    ("viewed", "viewed", "They acted for the first time."),
    ("consented", "consented", "They ticked the box; a code is on its way."),
    ("signed", "signed", "Their signature, or the firm's seal, is in every document."),
    ("approved", "approved", "An approver approved."),
    ("read", "", "A viewer confirmed that they have read."),
    ("declined", "declined", "They declined."),
    ("corrected", "", "Who they are, or how they are reached, was corrected."),
    ("replaced", "replaced", "Somebody else is asked instead."),
)
_ABOUT_DOCUMENT = (
    ("ready", "ready", "An upload passed its inspection."),
    ("refused", "refused", "An upload was refused; the API says why."),
)


def _entries(about: About, rows: tuple[tuple[str, str, str], ...]) -> Iterator[EventType]:
    for name, state, tells in rows:
        yield EventType(f"{about}.{name}", about, state, tells)


_EVENT_TYPES = (
    *_entries(About.REQUEST, _ABOUT_REQUEST),
    *_entries(About.RECIPIENT, _ABOUT_RECIPIENT),
    *_entries(About.DOCUMENT, _ABOUT_DOCUMENT),
    EventType("evidence.available", About.REQUEST, "", "The evidence file can be fetched."),
    EventType(
        "documents.erased", About.REQUEST, "", "The documents are erased, a month after the end."
    ),
    EventType(
        "delivery.failed",
        About.DELIVERY,
        "",
        "A mail or a code cannot reach a recipient: correct them.",
    ),
    EventType(TEST, About.ENDPOINT, "", "You asked for a test."),
)
CATALOGUE: Mapping[str, EventType] = {entry.name: entry for entry in _EVENT_TYPES}

# What each kind of the audit trail tells. Kinds that are not here tell nothing (`NOT_TOLD`).
TOLD: Mapping[str, tuple[str, ...]] = {
    drafts.RequestCreated.kind: ("signature_request.created",),
    drafts.RequestLaunched.kind: ("signature_request.launched",),
    running.RequestRelaunched.kind: ("signature_request.relaunched",),
    ended.RequestCompleted.kind: ("signature_request.completed",),
    running.RecipientDeclined.kind: ("recipient.declined", "signature_request.declined"),
    running.RequestExpired.kind: ("signature_request.expired",),
    running.RequestCanceled.kind: ("signature_request.canceled",),
    drafts.DraftDeleted.kind: ("signature_request.deleted",),
    drafts.DraftAbandoned.kind: ("signature_request.abandoned",),
    running.RequestFailed.kind: ("signature_request.failed",),
    running.RequestResumed.kind: ("signature_request.resumed",),
    running.RecipientInvited.kind: ("recipient.notified",),
    signing.LinkOpened.kind: ("recipient.viewed",),
    signing.ConsentGiven.kind: ("recipient.consented",),
    signing.RecipientSigned.kind: ("recipient.signed",),
    signing.RecipientSealed.kind: ("recipient.signed",),
    signing.ApprovalGiven.kind: ("recipient.approved",),
    signing.ReadingConfirmed.kind: ("recipient.read",),
    running.RecipientCorrected.kind: ("recipient.corrected",),
    running.RecipientReplaced.kind: ("recipient.replaced",),
    drafts.DocumentAccepted.kind: ("document.ready",),
    drafts.DocumentRefused.kind: ("document.refused",),
    ended.EvidenceStored.kind: ("evidence.available",),
    ended.DocumentsErased.kind: ("documents.erased",),
    running.MailBounced.kind: ("delivery.failed",),
    running.MailComplained.kind: ("delivery.failed",),
    signing.CodeNotSent.kind: ("delivery.failed",),
}
# Steps in between, that nobody has to act on; a kind that is new stands in one of the two.
NOT_TOLD = frozenset(
    {
        *("request_changed", "template_used", "document_changed", "document_replaced"),
        *("document_added", "document_removed", "removal_allowed", "removal_withdrawn"),
        *("recipient_added", "recipient_changed", "recipient_removed", "recipient_reordered"),
        *("recipient_written_again", "recipient_not_written_to", "recipients_expired"),
        *("reminder_requested", "reminder_due", "execution_replaced"),
        *("phone_digits_tried", "phone_digits_wrong", "code_requested", "code_sent"),
        *("code_tried", "code_wrong", "signature_accepted", "seal_requested", "seal_accepted"),
        *("document_signed", "document_sealed", "documents_retained", "request_closed"),
        *("personal_data_erased", "titles_erased", "archive_renewed"),
    }
)
# A code that was not sent because its request is over is no failure of delivery.
_REACHED_NOBODY = "phone_refused"
UNNAMED = Subject()


def messages(event: Event, subject: Subject = UNNAMED) -> tuple[Message, ...]:
    """Return what an event of the audit trail tells: nothing, one message, or two."""
    if event.kind == signing.CodeNotSent.kind and event.data.get("reason") != _REACHED_NOBODY:
        return ()
    return tuple(_message(event, name, subject) for name in TOLD.get(event.kind, ()))


def test_message(endpoint_id: str, at: datetime, random: bytes) -> Message:
    """Return the message that a firm asks for to try its endpoint."""
    message_id = new_id("whd", at, random)
    return Message(message_id, TEST, at, _body(message_id, TEST, at, {"webhook_id": endpoint_id}))


def example(entry: EventType, at: datetime) -> Message:
    """Return a message of this type as it could be, for documentation."""
    part = new_id("doc" if entry.about is About.DOCUMENT else "rcp", at, bytes(10))
    if entry.about is About.ENDPOINT:
        return test_message(new_id("whk", at, bytes(10)), at, bytes(10))
    kind = next(kind for kind, names in TOLD.items() if entry.name in names)
    data: dict[str, Value] = {str(entry.about): part, RECIPIENT: part}
    request_id = new_id("sr", at, bytes(10))
    event = Event(request_id, 12, at, kind, SYSTEM, data, GENESIS, GENESIS)
    return _message(event, entry.name, Subject("FOLDER-2027-042"))


def _message(event: Event, name: str, subject: Subject) -> Message:
    origin = f"{event.request_id}:{event.seq}:{name}".encode()
    # The same for every endpoint and every attempt: receivers tell repetitions by it.
    message_id = new_id("whd", event.at, hashlib.sha256(origin).digest()[:RANDOM_BYTES])
    data: dict[str, str | int | None] = {
        "signature_request_id": event.request_id,
        "external_id": subject.external_id,
        "mode": subject.mode,
        "sequence": event.seq,
        **_parts(event, CATALOGUE[name]),
    }
    return Message(message_id, name, event.at, _body(message_id, name, event.at, data))


def _parts(event: Event, entry: EventType) -> Data:
    found: dict[str, str | int | None] = {"state": entry.state} if entry.state else {}
    if entry.about is About.RECIPIENT:
        found["recipient_id"] = _recipient(event)
    elif entry.about is About.DOCUMENT:
        found["document_id"] = str(event.data.get("document", ""))
    elif entry.about is About.DELIVERY:
        found["channel"] = "sms" if event.kind == signing.CodeNotSent.kind else "email"
        found["recipient_id"] = _recipient(event)
    return found


def _recipient(event: Event) -> str | None:
    named = event.data.get(RECIPIENT)
    if isinstance(named, str):
        return named
    return event.actor.id if event.actor.kind == RECIPIENT else None


def _body(message_id: str, name: str, at: datetime, data: Data) -> str:
    whole = {"id": message_id, "type": name, "timestamp": times.to_text(at), "data": dict(data)}
    return json.dumps(whole, separators=(",", ":"), ensure_ascii=False)
