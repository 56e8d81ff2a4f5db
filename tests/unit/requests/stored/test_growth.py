"""What signing reads grows with the signatures, not with their square (decisions/0029)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from paraphe.adapters.dynamodb import keys
from paraphe.adapters.requests import aggregate
from paraphe.adapters.requests.request_store import DynamoRequests
from paraphe.domain.evidence.audit import SYSTEM
from paraphe.domain.evidence.events.happening import Browser
from paraphe.domain.evidence.events.running import RequestResumed
from paraphe.domain.evidence.events.signing import ConsentPage, LinkOpened
from paraphe.domain.requests.decision import Decision, Edit
from paraphe.domain.requests.document import Document, DocumentState, Revision
from paraphe.domain.requests.inspection import Page
from paraphe.domain.requests.model import (
    Challenge,
    ChallengeState,
    Command,
    CommandKind,
    RequestState,
    Sender,
    SignatureRequest,
)
from paraphe.domain.requests.recipient import Recipient, RecipientState, Role
from paraphe.ports.requests import RequestRef
from paraphe.usecases import using
from paraphe.usecases.evidence.read_trail import read_trail
from paraphe.usecases.optimistic_commit import change
from paraphe.usecases.signing.apply_signature import SignDocument, finish_signature
from tests.support.capacity import READ_UNIT, item_size
from tests.support.fakes import FakeFiles, FakeSigner, FakeUploads, FakeWorkspace
from tests.support.fakes.table import FakeTable

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
PDF = b"%PDF-1.7\n"
REF = RequestRef("frm_01kax3v1m0cdpt7t8d7v3m4q2a", "sr_01kax3v1m0cdpt7t8d7v3m4q2b")
PARTITION = keys.partition(REF)
PAGES = tuple(Page(number, 595.276, 841.89, 0) for number in range(1, 101))


def _id(kind: str, number: int) -> str:
    return f"{kind}_01kax3v1m0cdpt7t8d7v{number:06d}"


def _document(number: int) -> Document:
    own, sha256 = _id("doc", number), hashlib.sha256(PDF).hexdigest()
    key = f"active/{REF.firm_id}/{REF.request_id}/{own}/0-{sha256}.pdf"
    name = f"Lettre de mission {number}.pdf"
    ready = DocumentState.READY
    return Document(own, name, number, ready, sha256, sha256, key, 10**6, PAGES)


def _signed(document: Document, people: int) -> Document:
    """A document that so many have signed."""
    for number in range(people):
        sha256 = hashlib.sha256(PDF).hexdigest()
        key = f"active/{REF.firm_id}/{REF.request_id}/{document.id}/{number}-{sha256}.pdf"
        record = json.dumps(
            {"level": "PAdES-B-LT", "certificate_sha256": sha256, "more": "0" * 300}
        )
        document = document.with_revision(
            Revision(
                recipient_id=_id("rcp", number),
                command_id=_id("cmd", number),
                field=f"{number:016x}-signature",
                sha256=sha256,
                key=key,
                size=10**6,
                signed_at=NOW,
                record=record,
            )
        )
    return document


def _recipient(number: int, *, done: bool) -> Recipient:
    own = _id("rcp", number)
    return Recipient(
        *(own, own, Role.SIGNER, 1, f"Zoé Petit-Martin {number}", f"zoe{number}@client.example"),
        "+33612345678",
        state=RecipientState.SIGNED if done else RecipientState.CONSENTED,
        link_hash=hashlib.sha256(own.encode()).hexdigest(),
        invited_for=NOW,
        notified_at=NOW,
        consented_at=NOW,
        codes_requested=1,
    )


def _code(number: int) -> Challenge:
    digest = hashlib.sha256(PDF).hexdigest()
    return Challenge(
        *(_id("otp", number), _id("rcp", number), digest, NOW, ChallengeState.USED, digest),
        *(NOW, NOW + timedelta(minutes=30), 0, "+33612345678"),
    )


@dataclass
class Signing:
    """A launched request of some size, that some have signed; counts what signing reads."""

    documents: int
    people: int
    signed: int = 0

    def __post_init__(self) -> None:
        self.table = FakeTable()
        self.requests = DynamoRequests(self.table.client, "table")
        self.files = FakeFiles(FakeUploads())
        self.signer, self.workspace = FakeSigner(), FakeWorkspace()
        made = SignatureRequest(
            *(REF.firm_id, REF.request_id, "Lettre de mission"),
            *(Sender("usr_1", "Claire Martin", "claire@cabinet.example"), NOW, NOW),
            state=RequestState.ACTIVE,
            deadline=NOW + timedelta(days=15),
            documents_digest=hashlib.sha256(PDF).hexdigest(),
            documents=tuple(_signed(_document(n), self.signed) for n in range(self.documents)),
            recipients=tuple(_recipient(n, done=n < self.signed) for n in range(self.people)),
            challenges=tuple(_code(n) for n in range(self.people)),
        )
        self.files.objects.update({d.current_key or "": PDF for d in made.documents})
        stored = replace(made, version=1)
        items, _ = aggregate.changes(None, stored)
        stored = replace(stored, part_versions=dict.fromkeys(items, 1))
        items |= aggregate.added(None, stored) | {keys.REQUEST: aggregate.request_item(stored)}
        self.table.items[PARTITION] = {
            key: {**item, "PK": {"S": PARTITION}, "SK": {"S": key}} for key, item in items.items()
        }

    def accept(self, number: int) -> str:
        """Queue somebody's signature."""
        command = Command(
            *(_id("cmd", number), CommandKind.SIGN, _id("rcp", number), _id("otp", number), NOW)
        )

        def queue(request: SignatureRequest) -> Decision:
            edit = Edit(request, NOW)
            edit.recipient(command.recipient_id, state=RecipientState.SIGNING, accepted_at=NOW)
            edit.add_command(command)
            edit.event(RequestResumed(), SYSTEM)
            return edit.decision()

        change(self.requests, REF, queue)
        return command.id

    def sign(self, number: int, documents: int) -> list[float]:
        """Sign documents for somebody, as the door does; return the units of each signature."""
        command = self.accept(number)
        spent = []
        for document in range(documents):
            before = self.table.units
            one = _id("doc", document)
            using(SignDocument, self)(REF, command_id=command, document_id=one, now=NOW)
            spent.append(self.table.units - before)
        if documents == self.documents:
            finish_signature(self.requests, REF, command, NOW)
        return spent


# Read units of one signature (two loads): what a request takes, and for each document and person
# more. Documents times people, or the signatures that are there, are nowhere in it.
BUDGET, PER_DOCUMENT, PER_PERSON = 4, 0.9, 0.6


def _budget(documents: int, people: int) -> float:
    return BUDGET + PER_DOCUMENT * documents + PER_PERSON * people


def test_every_signature_of_a_request_is_within_the_budget() -> None:
    """Ten documents, five people, all of it signed; the signatures are all there at the end."""
    signing = Signing(10, 5)
    spent = [units for n in range(5) for units in signing.sign(n, 10)]
    assert max(spent) <= _budget(10, 5)
    request = signing.requests.load_whole(REF)
    for document in request.documents:
        assert document.signers == tuple(_id("rcp", n) for n in range(5))
        assert [r.recipient_id for r in document.revisions] == list(document.signers)
        assert len({r.sha256 for r in document.revisions}) == 5


@pytest.mark.parametrize(("documents", "people"), [(10, 5), (20, 10), (50, 20)])
def test_the_last_signature_costs_little_more_than_the_first(documents: int, people: int) -> None:
    """So the sum grows with the signatures: nothing but names of signers comes with each."""
    first = Signing(documents, people).sign(0, 3)
    last = Signing(documents, people, people - 1).sign(people - 1, 3)
    assert max(last) <= _budget(documents, people)
    assert max(last) <= 2.2 * max(first)


def test_the_trail_costs_its_own_bytes_and_one_item() -> None:
    """500 events of a large request: neither its documents nor its people are read for them."""
    signing = Signing(50, 20, 19)
    browser = Browser(ip="192.0.2.1", user_agent="Mozilla/5.0 " * 8)
    for _ in range(10):
        before = signing.requests.load(REF)
        edit = Edit(before, NOW)
        for _ in range(50):
            edit.event(LinkOpened(page=ConsentPage(browser=browser)), SYSTEM)
        signing.requests.commit(before, edit.decision())
    stored = signing.table.items[PARTITION]
    own = sum(item_size(item) for key, item in stored.items() if key.startswith("E#"))
    spent = signing.table.units
    request, events = read_trail(signing.requests, REF)
    assert len(events) == request.audit_seq == 500
    assert signing.table.units - spent <= -(-own // READ_UNIT) + 1
