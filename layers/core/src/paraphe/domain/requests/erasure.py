"""What the table forgets of people, and when (docs/RETENTION.md).

The evidence file is the long-term account and holds all of it, for its years. Once it is stored and
the documents are erased (P16), the table keeps ids, instants, states and hashes.
"""

from dataclasses import replace
from datetime import datetime

from paraphe.domain.evidence.audit import SYSTEM
from paraphe.domain.evidence.events.ended import PersonalDataErased, TitlesErased
from paraphe.domain.requests import deadlines
from paraphe.domain.requests.decision import Decision, Edit, nothing
from paraphe.domain.requests.model import Challenge, Sender, SignatureRequest
from paraphe.domain.requests.recipient import Recipient

# Each person is found by up to five words, whose entries go with them.
BATCH = 8


def people_at(request: SignatureRequest) -> datetime | None:
    """Return when a request's people are forgotten: with the documents.

    A request that was launched and has no evidence file, because it could not be made in a month,
    is its own account: it is kept as long as the evidence would have been.
    """
    if request.purged_at is None or request.ended_at is None:
        return None
    if request.launched_at is not None and request.evidence_sha256 is None:
        return deadlines.evidence_end(request.ended_at, request.evidence_years)
    return request.purged_at


def due_at(request: SignatureRequest) -> datetime | None:
    """Return when the next thing is to be forgotten; None when nothing is left.

    Titles and names of files, by which a firm finds its evidence, go with the evidence.
    """
    if request.forgotten_at is None:
        return people_at(request)
    if request.ended_at is None or not (request.title or any(d.name for d in request.documents)):
        return None
    return deadlines.evidence_end(request.ended_at, request.evidence_years)


def is_due(request: SignatureRequest, now: datetime) -> bool:
    """Tell whether something is to be forgotten now."""
    at = due_at(request)
    return at is not None and now >= at


def forget(request: SignatureRequest, now: datetime) -> Decision:
    """Erase what is due: at most 8 people and codes at a time; the last batch says when.

    The trail's events are stripped first (`audit.stripped`), because they are found by this.
    """
    if not is_due(request, now):
        return nothing(request)
    if request.forgotten_at is not None:
        return _forget_titles(request, now)
    edit = Edit(request, now)
    people = [r for r in request.recipients if _nobody(r) != r][:BATCH]
    codes = [c for c in request.challenges if _no_code(c) != c][: BATCH - len(people)]
    known = {person.id for person in people}
    sent = {code.id for code in codes}
    edit.set(
        recipients=tuple(_nobody(r) if r.id in known else r for r in request.recipients),
        challenges=tuple(_no_code(c) if c.id in sent else c for c in request.challenges),
    )
    done = len(people) + len(codes) < BATCH
    if done:
        sender = Sender(request.sender.id, "", "", request.sender.locale)
        edit.set(sender=sender, message="", metadata={}, forgotten_at=now)
    edit.event(PersonalDataErased(parts=len(people) + len(codes), complete=done), SYSTEM)
    return edit.decision()


def _forget_titles(request: SignatureRequest, now: datetime) -> Decision:
    edit = Edit(request, now)
    documents = tuple(replace(d, name="") for d in request.documents)
    edit.set(title="", external_id=None, documents=documents)
    edit.event(TitlesErased(), SYSTEM)
    return edit.decision()


def _nobody(recipient: Recipient) -> Recipient:
    by = recipient.authorised_by
    return replace(
        recipient,
        name="",
        email="",
        phone=None,
        decline_reason=None,
        digit_tries=None,
        authorised_by=replace(by, name="", phone="") if by is not None else None,
    )


def _no_code(challenge: Challenge) -> Challenge:
    return replace(challenge, sent_to=None, code_mac=None)
