"""A store of requests that checks every commit against the tables and the rules."""

from dataclasses import replace
from datetime import timedelta

from paraphe.domain.requests import (
    transitions,
)
from paraphe.domain.requests.decision import Decision
from paraphe.domain.requests.document import Document
from paraphe.domain.requests.model import RequestState, SignatureRequest
from paraphe.domain.requests.recipient import IN_ORDER, Recipient, RecipientState, Role
from tests.support.fakes import FakeRequests

DONE = {RecipientState.SIGNED, RecipientState.APPROVED, RecipientState.REPLACED}
TOLD_OF_THE_END = {Role.CC, Role.VIEWER}
RESTARTED = {RecipientState.VIEWED, RecipientState.CONSENTED}


class WatchedRequests(FakeRequests):
    """Checks every commit against the tables and the rules, on its own account."""

    def commit(self, before: SignatureRequest | None, decision: Decision) -> SignatureRequest:
        """Commit, then judge what was committed."""
        stored = super().commit(before, decision)
        if before is not None:
            assert stored.version == before.version + 1
            kinds = {event.kind for event in decision.events}
            _check_tables(before, stored, kinds)
            if before.state is not RequestState.DRAFT:
                _check_frozen(before, stored, kinds)
                _check_order(before, stored)
            if kinds & {"personal_data_erased", "titles_erased"}:
                assert before.purged_at is not None
            elif before.is_ended:
                assert _without_closing(before) == _without_closing(stored)
        return stored


def _check_tables(before: SignatureRequest, after: SignatureRequest, kinds: set[str]) -> None:
    """Every state moves along its table; only a correction sends a recipient back (P6)."""
    if before.state is not after.state:
        assert after.state in transitions.REQUEST[before.state]
    old = {r.id: r.state for r in before.recipients}
    for recipient in after.recipients:
        was = old.get(recipient.id, recipient.state)
        path = {was} | transitions.RECIPIENT[was]
        if was is RecipientState.NOTIFIED and "link_opened" in kinds:
            path |= transitions.RECIPIENT[RecipientState.VIEWED]
        if was in RESTARTED and "recipient_corrected" in kinds:
            path |= {RecipientState.NOTIFIED}
        assert recipient.state in path
    codes = {c.id: c.state for c in before.challenges}
    for code in after.challenges:
        state = codes.get(code.id, code.state)
        assert code.state in {state} | transitions.CHALLENGE[state]


def _check_frozen(before: SignatureRequest, after: SignatureRequest, kinds: set[str]) -> None:
    """Documents are frozen at launch (P6); only a relaunch moves the deadline (P14, P15)."""
    assert [(d.id, d.sha256, d.key) for d in before.documents] == [
        (d.id, d.sha256, d.key) for d in after.documents
    ]
    assert before.documents_digest == after.documents_digest
    if "request_relaunched" in kinds:
        assert after.deadline == after.updated_at + timedelta(days=15)
    else:
        assert after.deadline == before.deadline
    for old, new in zip(before.documents, after.documents, strict=True):
        assert new.signers[: len(old.signers)] == old.signers


def _check_order(before: SignatureRequest, after: SignatureRequest) -> None:
    """A signature is accepted in time and in turn, and made in turn (P5, P14)."""
    old = {r.id: r for r in before.recipients}
    for recipient in after.recipients:
        was = old.get(recipient.id, recipient).state
        if recipient.state is RecipientState.APPROVED and was is not RecipientState.APPROVED:
            assert recipient.role is Role.APPROVER
            assert before.deadline is not None
            assert after.updated_at < before.deadline
            _assert_nobody_before(before, recipient)
        if recipient.state is RecipientState.SIGNING and was is not RecipientState.SIGNING:
            if recipient.role is Role.SIGNER:
                assert before.deadline is not None
                assert after.updated_at < before.deadline
                assert recipient.consented_at is not None
            _assert_nobody_before(before, recipient)
    for document, newer in zip(before.documents, after.documents, strict=True):
        for signer in newer.signers[len(document.signers) :]:
            _assert_nobody_before(before, old[signer])


def _assert_nobody_before(request: SignatureRequest, recipient: Recipient) -> None:
    for other in request.recipients:
        if other.role in IN_ORDER and other.order < recipient.order:
            assert other.state in DONE


def _without_closing(request: SignatureRequest) -> SignatureRequest:
    """Leave out what closing, purging and a new execution may write after the end (P11, P16)."""

    def person_of(recipient: Recipient) -> Recipient:
        late = (
            request.state is RequestState.EXPIRED and recipient.state is not RecipientState.SIGNED
        )
        state = RecipientState.EXPIRED if late and recipient.state not in DONE else recipient.state
        shown = recipient.role in TOLD_OF_THE_END
        notified_at = None if shown else recipient.notified_at
        if shown and state is RecipientState.NOTIFIED:
            state = RecipientState.WAITING  # told of the end only
        return replace(
            recipient,
            told_end=False,
            link_hash=None,
            state=state,
            notified_at=notified_at,
            written_at=None,
        )

    def document_of(document: Document) -> Document:
        return replace(document, retained_key=None)

    return replace(
        request,
        updated_at=request.created_at,
        version=0,
        generation=0,
        generation_version=0,
        restarts=0,
        restarted_seq=0,
        proven_until=None,
        audit_seq=0,
        audit_head="",
        sender_told_end=False,
        evidence_key=None,
        evidence_sha256=None,
        closed=False,
        purged_at=None,
        recipients=tuple(person_of(r) for r in request.recipients),
        documents=tuple(document_of(d) for d in request.documents),
    )
