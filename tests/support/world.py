"""A whole platform in memory: a firm, drafts, recipients, and the actor that plays the workflow."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from paraphe.domain.delivery.bounces import Failure
from paraphe.domain.errors import ParapheError
from paraphe.domain.evidence.events.happening import UNSEEN
from paraphe.domain.evidence.events.signing import NO_PAGE
from paraphe.domain.firms.firm import Firm
from paraphe.domain.firms.member import Capability, Member
from paraphe.domain.requests import actor, signing_order
from paraphe.domain.requests.actor import Next, Step
from paraphe.domain.requests.decision import find_recipient
from paraphe.domain.requests.document import Document
from paraphe.domain.requests.inspection import Accepted, Page
from paraphe.domain.requests.model import Notice, Sender, SignatureRequest
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
from paraphe.ports.system import TransientError
from paraphe.usecases import using
from paraphe.usecases.delivery.deliver_notice import Post, deliver_notice
from paraphe.usecases.delivery.record_bounce import record_bounce
from paraphe.usecases.evidence import renew_archives
from paraphe.usecases.evidence.store_evidence import StoreEvidence
from paraphe.usecases.firms.enrol_member import add_member, change_member
from paraphe.usecases.requests import edit_documents
from paraphe.usecases.requests.close_request import (
    close_request,
    complete_request,
    expire_request,
)
from paraphe.usecases.requests.create_request import CreateRequest, NewRequest
from paraphe.usecases.requests.edit_documents import EditDocuments
from paraphe.usecases.requests.edit_recipients import (
    AddRecipient,
    ChangeRecipient,
    Person,
    RecipientChange,
    ReplaceRecipient,
)
from paraphe.usecases.requests.fail_request import fail_request
from paraphe.usecases.requests.launch_request import LaunchRequest
from paraphe.usecases.requests.manage_request import ManageRequest
from paraphe.usecases.requests.notify_turn import notify_turn
from paraphe.usecases.requests.sweep import Ports, Tally, sweep
from paraphe.usecases.requests.wake_execution import await_command
from paraphe.usecases.signing import sign_in_browser
from paraphe.usecases.signing.apply_signature import SignDocument, finish_signature
from paraphe.usecases.signing.issue_otp import IssueOtp
from paraphe.usecases.signing.seal_batch import AskToSeal, ConfirmSeal
from paraphe.usecases.signing.sign_in_browser import (
    Consented,
    Decline,
    EnterCode,
    Entered,
    GiveConsent,
    Visit,
)
from tests.support.fakes import (
    FakeChainHeads,
    FakeCodes,
    FakeEntropy,
    FakeEvidenceFiles,
    FakeEvidenceMaker,
    FakeExecutions,
    FakeExpiries,
    FakeFiles,
    FakeFirms,
    FakeHeadFiles,
    FakeLetters,
    FakeLimits,
    FakeLinks,
    FakeMailer,
    FakeMembers,
    FakeOutbox,
    FakeRequests,
    FakeSigner,
    FakeSms,
    FakeStamper,
    FakeUploads,
    FakeWorkspace,
    Inspected,
)

START = datetime(2026, 3, 20, 9, 30, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
FIRM = Firm("frm_00000001", "Cabinet Exemple", "123456782")
SEALING = replace(FIRM, seal_key_id="key-1", seal_certificate="certificate")
SENDER = Sender("usr_00000001", "Claire Exemple", "claire@cabinet.test")
A4 = (595.0, 842.0)


@dataclass
class Execution:
    """One run of the workflow: the step it is about to take, or the task token it waits with.

    `timeout_at` is when that token dies, as the workflow was told when it began to wait.
    """

    ref: RequestRef
    generation: int
    step: Step | None = None
    token: str | None = None
    timeout_at: datetime | None = None


@dataclass
class World:
    """Every fake, wired; `now` is the instant that the helpers pass on."""

    now: datetime = START
    firms: FakeFirms = field(default_factory=lambda: FakeFirms(FIRM))
    members: FakeMembers = field(default_factory=FakeMembers)
    requests: FakeRequests = field(default_factory=FakeRequests)
    limits: FakeLimits = field(default_factory=FakeLimits)
    uploads: FakeUploads = field(default_factory=FakeUploads)
    links: FakeLinks = field(default_factory=FakeLinks)
    codes: FakeCodes = field(default_factory=FakeCodes)
    sms: FakeSms = field(default_factory=FakeSms)
    mailer: FakeMailer = field(default_factory=FakeMailer)
    letters: FakeLetters = field(default_factory=FakeLetters)
    executions: FakeExecutions = field(default_factory=FakeExecutions)
    signer: FakeSigner = field(default_factory=FakeSigner)
    sealer: FakeSigner = field(default_factory=FakeSigner)
    evidence_maker: FakeEvidenceMaker = field(default_factory=FakeEvidenceMaker)
    expiries: FakeExpiries = field(default_factory=FakeExpiries)
    evidence_files: FakeEvidenceFiles = field(default_factory=FakeEvidenceFiles)
    head_files: FakeHeadFiles = field(default_factory=FakeHeadFiles)
    stamper: FakeStamper = field(default_factory=FakeStamper)
    entropy: FakeEntropy = field(default_factory=FakeEntropy)
    workspace: FakeWorkspace = field(default_factory=FakeWorkspace)
    runs: dict[tuple[RequestRef, int], Execution] = field(default_factory=dict)
    delivered: int = 0

    def __post_init__(self) -> None:
        self.files = FakeFiles(self.uploads)
        self.chain_heads = FakeChainHeads(self.requests)
        self.tools = Ports(self.requests, self.executions, self.files, self.links)
        self.post = Post(self.requests, self.files, self.links, self.letters, self.mailer)
        self.outbox = FakeOutbox(self.requests.outbox)

    # ------------------------------------------------------------------ preparing
    def draft(
        self, *, people: tuple[int, ...] = (1,), copies: int = 0, files: int = 1
    ) -> RequestRef:
        """Make a draft with ready documents, a signer for each order in `people`, and copies."""
        made = using(CreateRequest, self)(
            FIRM.id, NewRequest("Lettre de mission", "", SENDER), idempotency_key=None, now=self.now
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
        made, _ = using(EditDocuments, self).add(ref, name, self.now)
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
            ref, person(number), role=role, order=order, placements=placements, now=self.now
        )

    def launch(self, ref: RequestRef) -> SignatureRequest:
        """Launch, without running the actor."""
        return using(LaunchRequest, self)(ref, self.now)

    # ------------------------------------------------------------------ looking
    def load(self, ref: RequestRef) -> SignatureRequest:
        """Read a request, every signature in it."""
        return self.requests.load_whole(ref)

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
        return using(ManageRequest, self).relaunch(ref, self.now)

    def cancel(self, ref: RequestRef) -> SignatureRequest:
        """Cancel, without running the actor."""
        return using(ManageRequest, self).cancel(ref, self.now)

    def remind(self, ref: RequestRef) -> SignatureRequest:
        """Remind those in turn."""
        return using(ManageRequest, self).remind(ref, self.now)

    def resume(self, ref: RequestRef) -> SignatureRequest:
        """Resume a failed request."""
        return using(ManageRequest, self).resume(ref, self.now)

    def change(self, ref: RequestRef, recipient_id: str, changes: RecipientChange) -> Recipient:
        """Reorder or correct a recipient, without running the actor."""
        return using(ChangeRecipient, self)(ref, recipient_id, changes, self.now)

    def replace(self, ref: RequestRef, recipient_id: str, number: int = 99) -> str:
        """Ask somebody else instead, without running the actor; gives the successor's id."""
        heir = using(ReplaceRecipient, self)(ref, recipient_id, person(number), self.now)
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
        return using(AskToSeal, self)(ref, member.id, self.now)

    def confirm_seal(self, ref: RequestRef, member: Member, code: str) -> SignatureRequest:
        """Let a member type a code."""
        return using(ConfirmSeal, self)(ref, member.id, code=code, now=self.now)

    def seal_code(self, ref: RequestRef) -> str:
        """Return the newest code of a batch."""
        seal = batch_seal.batch_seal(self.load(ref))
        assert seal is not None
        return self.code(ref, seal.id)

    # ------------------------------------------------------------------ the workflow
    def run_actor(
        self, ref: RequestRef, *, until: Next | None = None, steps: int = 200
    ) -> SignatureRequest:
        """Play the newest execution until it waits or ends, or is about to do `until`."""
        execution = self.execution(ref)
        for _ in range(steps):
            if execution is None or (until and self.is_about_to(execution, until)):
                return self.load(ref)
            if not self.take_step(execution):
                return self.load(ref)
        raise AssertionError("the actor never comes to rest")

    def execution(self, ref: RequestRef) -> Execution | None:
        """Return the newest running execution of a request, if any."""
        running = [g for r, g in self.executions.running if r == ref]
        if not running:
            return None
        key = (ref, max(running))
        return self.runs.setdefault(key, Execution(*key, step=Step(Next.LAUNCH)))

    def is_about_to(self, execution: Execution, step: Next) -> bool:
        """Tell whether this is the step that an execution takes next."""
        coming = execution.step or self.executions.answers.get(execution.token or "")
        return coming is not None and coming.next is step

    def take_step(self, execution: Execution) -> bool:
        """Take one step of the workflow; False when it waits or has ended."""
        ref = execution.ref
        if (ref, execution.generation) not in self.executions.running:
            return False
        step = execution.step or self._woken(execution)
        if step is None:
            return False
        execution.step = step  # kept until it is done: what fails is tried again
        if step.next is Next.END:
            self.executions.stop(ref, execution.generation)
            return False
        if step.next is Next.AWAIT:
            self._park(execution, step)
            return True
        self.apply(ref, step)
        execution.step = actor.step_of_execution(self.load(ref), self.now)
        return True

    def _woken(self, execution: Execution) -> Step | None:
        token = execution.token
        if token is None:
            raise AssertionError("an execution without a step has to be parked")
        if token in self.executions.answers:
            execution.token = None
            return self.executions.answers[token]
        if execution.timeout_at is not None and self.now >= execution.timeout_at:
            self.executions.dead.add(token)
            execution.token = None
            return Step(Next.EXPIRE)
        return None

    def kill(self, ref: RequestRef) -> None:
        """Kill the newest execution, wherever it is."""
        execution = self.execution(ref)
        if execution is not None:
            self.executions.stop(ref, execution.generation)
            self.executions.dead.add(execution.token or "")

    def fail(
        self, execution: Execution, failed_step: str = "sign", *, refused: bool = True
    ) -> None:
        """Let the workflow fail a request: a rule refused, or retries are used up."""
        fail_request(
            self.requests,
            execution.ref,
            failed_step,
            self.now,
            generation=execution.generation,
            refused=refused,
        )
        self.executions.stop(execution.ref, execution.generation)
        self.executions.dead.add(execution.token or "")

    def _park(self, execution: Execution, step: Step) -> None:
        token = f"token-{self.entropy(4).hex()}"
        await_command(
            self.requests,
            self.executions,
            execution.ref,
            generation=execution.generation,
            token=token,
            now=self.now,
        )
        execution.token, execution.step = token, None
        execution.timeout_at = self.now + timedelta(seconds=step.seconds_to_deadline)

    def apply(self, ref: RequestRef, step: Step) -> None:
        """Run the door of one step of the workflow. May be called twice, late, or out of order."""
        close = (self.requests, self.files, self.links, ref, self.now)
        match step.next:
            case Next.LAUNCH | Next.RELAUNCH:
                notify_turn(self.requests, self.links, ref, self.now)
            case Next.ISSUE_OTP:
                self._issue(ref, step)
            case Next.SIGN:
                self._sign(ref, step, self.signer)
            case Next.SEAL:
                self._sign(ref, step, self.sealer)
            case Next.CANCEL | Next.REFUSE:
                close_request(*close)
            case Next.EXPIRE:
                expire_request(*close)
            case Next.COMPLETE:
                complete_request(*close)
            case Next.EVIDENCE:
                self._evidence(ref)
            case _:
                raise AssertionError(f"{step.next} is not a door")

    def _evidence(self, ref: RequestRef) -> None:
        using(StoreEvidence, self)(ref, self.now)

    def _issue(self, ref: RequestRef, step: Step) -> None:
        using(IssueOtp, self)(ref, step.command_id or "", self.now)

    def _sign(self, ref: RequestRef, step: Step, signer: FakeSigner) -> None:
        faults: list[Exception] = []
        for document_id in step.document_ids:
            try:
                sign = SignDocument(self.requests, self.files, signer, self.workspace)
                sign(ref, command_id=step.command_id or "", document_id=document_id, now=self.now)
            except (ParapheError, TransientError) as fault:
                faults.append(fault)  # each document on its own
        if faults:
            raise faults[0]
        finish_signature(self.requests, ref, step.command_id or "", self.now)

    # ------------------------------------------------------------------ what runs beside
    def renew(self, *, runs: int = 1_000_000) -> renew_archives.Tally:
        """Run the scheduled renewal once; its time is up after so many requests."""
        given = renew_archives.Ports(
            self.requests,
            self.files,
            self.evidence_files,
            self.evidence_maker.archivist,
            self.workspace,
        )
        left = iter(range(runs))
        return renew_archives.renew_archives(
            given, self.now, lambda: next(left, None) is not None, workers=1
        )

    def sweep(self, has_time: Callable[[], bool] | None = None) -> Tally:
        """Run the scheduled repair once, until nothing is due or its time is up."""
        return sweep(self.tools, lambda: self.now, has_time or (lambda: True), workers=1)

    def deliver(self) -> int:
        """Deliver what the outbox holds since the last call; return how many mails were sent."""
        fresh = self.requests.outbox[self.delivered :]
        self.delivered = len(self.requests.outbox)
        return sum(deliver_notice(self.post, ref, notice, self.now) for ref, notice in fresh)


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
