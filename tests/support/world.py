"""A whole platform in memory: a firm, drafts, recipients, and the actor that plays the workflow."""

import hashlib
from dataclasses import replace
from datetime import timedelta

from paraphe.domain.delivery.bounces import Failure
from paraphe.domain.evidence.events.happening import UNSEEN
from paraphe.domain.evidence.events.signing import NO_PAGE
from paraphe.domain.firms.member import Capability, Member
from paraphe.domain.firms.principal import Principal, PrincipalKind
from paraphe.domain.requests import signing_order
from paraphe.domain.requests.decision import find_recipient
from paraphe.domain.requests.document import Document
from paraphe.domain.requests.drafts import NewRequest
from paraphe.domain.requests.inspection import Accepted, Page
from paraphe.domain.requests.model import Notice, SignatureRequest
from paraphe.domain.requests.recipient import (
    DeliveryState,
    Placement,
    Recipient,
    RecipientState,
    Role,
)
from paraphe.domain.signing import batch_seal
from paraphe.domain.signing import codes as code_rules
from paraphe.domain.signing.visible_marks import Chosen
from paraphe.ports.delivery import Mail
from paraphe.ports.requests import RecipientRef, RequestRef, UploadRef
from paraphe.usecases import using
from paraphe.usecases.delivery.record_bounce import record_bounce
from paraphe.usecases.firms.enrol_member import add_member, change_member
from paraphe.usecases.requests import edit_documents
from paraphe.usecases.requests.create_request import CreateRequest
from paraphe.usecases.requests.edit_documents import EditDocuments
from paraphe.usecases.requests.edit_recipients import (
    AddRecipient,
    ChangeRecipient,
    Person,
    RecipientChange,
    ReplaceRecipient,
)
from paraphe.usecases.requests.launch_request import LaunchRequest
from paraphe.usecases.requests.manage_request import ManageRequest
from paraphe.usecases.signing import sign_in_browser
from paraphe.usecases.signing.seal_batch import AskToSeal, ConfirmSeal
from paraphe.usecases.signing.sign_in_browser import (
    Consented,
    Decline,
    EnterCode,
    Entered,
    GiveConsent,
    Visit,
)
from tests.support.fakes import Inspected
from tests.support.played_workflow import (
    FIRM,
    SEALING,
    SENDER,
    START,
    Execution,
    PlayedWorkflow,
)

__all__ = [
    "A4",
    "FIRM",
    "MILLISECOND",
    "SEALING",
    "SENDER",
    "START",
    "Execution",
    "World",
    "accepted",
    "besides_tries",
    "person",
]

MILLISECOND = timedelta(milliseconds=1)
A4 = (595.0, 842.0)


class World(PlayedWorkflow):
    """A platform with people: they prepare requests, sign, decline, seal; the actor plays on."""

    # ------------------------------------------------------------------ preparing
    def draft(
        self, *, people: tuple[int, ...] = (1,), copies: int = 0, files: int = 1
    ) -> RequestRef:
        """Make a draft with ready documents, a signer for each order in `people`, and copies."""
        made = using(CreateRequest, self)(
            self.principal,
            NewRequest("Lettre de mission", "", SENDER),
            now=self.now,
        )
        ref = RequestRef(made.firm_id, made.id)
        for number in range(files):
            self.add_document(ref, f"lettre-{number}.pdf")
        for number, order in enumerate(people):
            self.add_recipient(ref, order=order, number=number)
        for number in range(copies):
            self.add_recipient(ref, order=1, number=len(people) + number, role=Role.CC)
        return ref

    def launched(
        self, *, people: tuple[int, ...] = (1,), copies: int = 0, files: int = 1
    ) -> RequestRef:
        """Make a draft, launch it and let the actor invite the first group."""
        ref = self.draft(people=people, copies=copies, files=files)
        self.launch(ref)
        self.run_actor(ref)
        return ref

    def add_document(
        self, ref: RequestRef, name: str, pages: int = 1, content: bytes = b""
    ) -> Document:
        """Add a document that was uploaded, inspected and accepted."""
        made, _ = using(EditDocuments, self).add(self.principal, ref, name, self.now)
        content = content or f"%PDF-1.7 {made.id}\n".encode()
        self.uploads.inspected[ref, made.id] = Inspected(accepted(content, pages), content)
        upload = UploadRef(ref.firm_id, ref.request_id, made.id, "")
        edit_documents.record_upload(self.requests, self.files, self.uploads, upload, self.now)
        return made

    def add_recipient(
        self,
        ref: RequestRef,
        *,
        order: int,
        number: int = 0,
        role: Role = Role.SIGNER,
        placements: tuple[Placement, ...] = (),
    ) -> Recipient:
        """Add somebody made up; their phone ends in `number` as four digits."""
        return using(AddRecipient, self)(
            self.principal,
            ref,
            person(number),
            role=role,
            order=order,
            placements=placements,
            now=self.now,
        )

    def launch(self, ref: RequestRef) -> SignatureRequest:
        """Launch, without running the actor."""
        return using(LaunchRequest, self)(self.principal, ref, self.now)

    # ------------------------------------------------------------------ looking
    def signer_ids(self, ref: RequestRef) -> tuple[str, ...]:
        """Return the signers' ids, in the order they were added, replaced ones too."""
        return tuple(r.id for r in self.load(ref).recipients if r.role is Role.SIGNER)

    def recipient(self, ref: RequestRef, recipient_id: str) -> Recipient:
        """Read one recipient."""
        return find_recipient(self.load(ref), recipient_id)

    def notices(self, ref: RequestRef) -> tuple[Notice, ...]:
        """Return every message owed so far, in order."""
        return tuple(notice for owner, notice in self.requests.outbox if owner == ref)

    def kinds(self, ref: RequestRef) -> tuple[str, ...]:
        """Return the kinds of the audit trail's events, in order."""
        return tuple(event.kind for event in self.requests.events(ref))

    def code(self, ref: RequestRef, recipient_id: str) -> str:
        """Return the code that the recipient's newest SMS holds."""
        challenge = code_rules.newest_challenge(self.load(ref), recipient_id)
        if challenge is None:
            raise AssertionError("no code was asked for")
        return self.codes.make(challenge.id)

    # ------------------------------------------------------------------ signing
    def visit(self, ref: RequestRef, recipient_id: str) -> Visit:
        """Open the recipient's newest link."""
        recipient = self.recipient(ref, recipient_id)
        token_of = RecipientRef(ref.firm_id, ref.request_id, recipient_id)
        return sign_in_browser.open_link(
            self.requests, self.links.token(token_of, recipient.link_generation)
        )

    def digits(self, ref: RequestRef, recipient_id: str) -> str:
        """Return the last four digits of the recipient's phone."""
        return (self.recipient(ref, recipient_id).phone or "")[-4:]

    def consent(
        self, ref: RequestRef, recipient_id: str, digits: str | None = None
    ) -> SignatureRequest:
        """Tick the box, with the right digits of the phone, or those that are given."""
        visit = self.visit(ref, recipient_id)
        return using(GiveConsent, self)(
            visit,
            Consented(
                agreed=True, phone_digits=digits or self.digits(ref, recipient_id), page=NO_PAGE
            ),
            self.now,
        )

    def enter(
        self, ref: RequestRef, recipient_id: str, code: str, mark: Chosen | None = None
    ) -> SignatureRequest:
        """Type a code, with the look that was chosen."""
        return using(EnterCode, self)(
            self.visit(ref, recipient_id), Entered(code, UNSEEN, mark), self.now
        )

    def decline(
        self, ref: RequestRef, recipient_id: str, reason: str = "Non.", digits: str | None = None
    ) -> SignatureRequest:
        """Decline, with the right digits of the phone, or those that are given."""
        visit = self.visit(ref, recipient_id)
        return using(Decline, self)(
            visit,
            reason=reason,
            phone_digits=digits or self.digits(ref, recipient_id),
            browser=UNSEEN,
            now=self.now,
        )

    def accept(self, ref: RequestRef, recipient_id: str) -> SignatureRequest:
        """Consent, get the code and type it; the signature is accepted, not yet applied."""
        self.consent(ref, recipient_id)
        self.run_actor(ref)
        return self.enter(ref, recipient_id, self.code(ref, recipient_id))

    def sign(self, ref: RequestRef, recipient_id: str) -> SignatureRequest:
        """Consent, get the code, type it, and let the actor apply the signature."""
        self.accept(ref, recipient_id)
        return self.run_actor(ref)

    def sign_all(self, ref: RequestRef) -> SignatureRequest:
        """Let everybody who has not signed do so, in order, until the request is completed."""
        left = [
            r for r in signing_order.signers(self.load(ref)) if r.state is not RecipientState.SIGNED
        ]
        for recipient in sorted(left, key=lambda r: r.order):
            self.sign(ref, recipient.id)
        return self.load(ref)

    def relaunch(self, ref: RequestRef) -> SignatureRequest:
        """Relaunch, without running the actor."""
        return using(ManageRequest, self).relaunch(self.principal, ref, self.now)

    def cancel(self, ref: RequestRef) -> SignatureRequest:
        """Cancel, without running the actor."""
        return using(ManageRequest, self).cancel(self.principal, ref, self.now)

    def remind(self, ref: RequestRef) -> SignatureRequest:
        """Remind those in turn."""
        return using(ManageRequest, self).remind(self.principal, ref, self.now)

    def resume(self, ref: RequestRef) -> SignatureRequest:
        """Resume a failed request."""
        return using(ManageRequest, self).resume(self.principal, ref, self.now)

    def change(self, ref: RequestRef, recipient_id: str, changes: RecipientChange) -> Recipient:
        """Reorder or correct a recipient, without running the actor."""
        return using(ChangeRecipient, self)(self.principal, ref, recipient_id, changes, self.now)

    def replace(self, ref: RequestRef, recipient_id: str, number: int = 99) -> str:
        """Ask somebody else instead, without running the actor; gives the successor's id."""
        heir = using(ReplaceRecipient, self)(
            self.principal, ref, recipient_id, person(number), self.now
        )
        return heir.id

    def bounce(
        self, ref: RequestRef, mail: Mail, state: DeliveryState = DeliveryState.BOUNCED
    ) -> bool:
        """Let a mail that was sent fail for good; tells whether that was recorded."""
        failure = Failure(
            mail.tags["recipient"], int(mail.tags["link"]), mail.tags["notice"], state, "General"
        )
        return record_bounce(self.requests, ref, failure, self.now)

    # ------------------------------------------------------------------ sealing a batch
    def member(
        self, *may: Capability, phone: str | None = "+33639980001", name: str = "Claire Exemple"
    ) -> Member:
        """Write down a member of the firm."""
        made = add_member(
            self.members,
            self.entropy,
            FIRM.id,
            name=name,
            email="claire@cabinet.test",
            subject="sub",
            capabilities=may,
            now=self.now,
        )
        return change_member(self.members, FIRM.id, made.id, phone=phone)

    def batch(self, *, files: int = 3, copies: int = 0) -> RequestRef:
        """Make a draft of documents that nobody signs, of a firm that has a seal."""
        self.firms.save(SEALING)
        return self.draft(people=(), files=files, copies=copies)

    def ask_to_seal(self, ref: RequestRef, member: Member) -> SignatureRequest:
        """Let a member have a batch sealed, or ask for another code; the actor does not run."""
        return using(AskToSeal, self)(acting_as(member), ref, member.id, self.now)

    def confirm_seal(self, ref: RequestRef, member: Member, code: str) -> SignatureRequest:
        """Let a member type a code."""
        return using(ConfirmSeal, self)(acting_as(member), ref, member.id, code=code, now=self.now)

    def seal_code(self, ref: RequestRef) -> str:
        """Return the newest code of a batch."""
        seal = batch_seal.batch_seal(self.load(ref))
        assert seal is not None
        return self.code(ref, seal.id)


def acting_as(member: Member) -> Principal:
    """Return a member who acts for themselves, without a name that the trail would keep."""
    may = frozenset(member.capabilities)
    return Principal(member.firm_id, PrincipalKind.MEMBER, member.id, capabilities=may)


def person(number: int) -> Person:
    """Make somebody up; the phone ends in `number` as four digits."""
    return Person(
        f"Signataire {number}", f"signataire-{number}@client.test", f"+3363998{number:04d}", "fr"
    )


def accepted(content: bytes, pages: int = 1) -> Accepted:
    """Make the report of an inspection that accepted `content`."""
    digest = hashlib.sha256(content).hexdigest()
    return Accepted(
        original_sha256=digest,
        sha256=digest,
        size=len(content),
        pages=tuple(Page(n, *A4, 0) for n in range(1, pages + 1)),
        already_signed=False,
        signatures=0,
        flattened_fields=False,
    )


def besides_tries(request: SignatureRequest) -> SignatureRequest:
    """Return a request without the count of wrong digits, and without what every commit moves."""
    people = tuple(replace(r, digit_tries=None) for r in request.recipients)
    return replace(
        request, recipients=people, version=0, updated_at=START, audit_seq=0, audit_head=""
    )
