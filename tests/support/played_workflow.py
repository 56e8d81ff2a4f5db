"""The fakes of a whole platform, wired, and the actor that plays the workflow on them."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from paraphe.domain.errors import ParapheError
from paraphe.domain.firms.firm import Firm
from paraphe.domain.firms.member import Capability
from paraphe.domain.firms.principal import Principal, PrincipalKind
from paraphe.domain.requests import actor
from paraphe.domain.requests.actor import Next, Step
from paraphe.domain.requests.model import Sender, SignatureRequest
from paraphe.ports.requests import RequestRef
from paraphe.ports.system import TransientError
from paraphe.usecases import using
from paraphe.usecases.delivery.deliver_notice import Post, deliver_notice
from paraphe.usecases.evidence import renew_archives
from paraphe.usecases.evidence.store_evidence import StoreEvidence
from paraphe.usecases.requests.close_request import (
    close_request,
    complete_request,
    expire_request,
)
from paraphe.usecases.requests.fail_request import fail_request
from paraphe.usecases.requests.notify_turn import notify_turn
from paraphe.usecases.requests.sweep import Ports, Tally, sweep
from paraphe.usecases.requests.wake_execution import await_command
from paraphe.usecases.signing.apply_signature import SignDocument, finish_signature
from paraphe.usecases.signing.issue_otp import IssueOtp
from tests.support.fakes import (
    FakeBulkFiles,
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
    FakeRateLimits,
    FakeRequests,
    FakeSigner,
    FakeSms,
    FakeStamper,
    FakeTemplateFiles,
    FakeUploads,
    FakeWebhookLog,
    FakeWebhooks,
    FakeWebhookSeals,
    FakeWebhookSender,
    FakeWebhookSubjects,
    FakeWorkspace,
)

START = datetime(2026, 3, 20, 9, 30, tzinfo=UTC)
FIRM = Firm("frm_00000001", "Cabinet Exemple", "123456782")
SEALING = replace(FIRM, seal_key_id="key-1", seal_certificate="certificate")
SENDER = Sender("usr_00000001", "Claire Exemple", "claire@cabinet.test")

# Software, that of the sender; the trail keeps no name of it.
PREPARER = Principal(
    FIRM.id,
    PrincipalKind.CLIENT,
    SENDER.id,
    capabilities=frozenset(Capability) - {Capability.SIGN},
)


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
class PlayedWorkflow:
    """Every fake, wired, and its workflow; helpers act as `principal`, at the instant `now`."""

    now: datetime = START
    principal: Principal = PREPARER
    firms: FakeFirms = field(default_factory=lambda: FakeFirms(FIRM))
    members: FakeMembers = field(default_factory=FakeMembers)
    webhooks: FakeWebhooks = field(default_factory=FakeWebhooks)
    webhook_seals: FakeWebhookSeals = field(default_factory=FakeWebhookSeals)
    webhook_sender: FakeWebhookSender = field(default_factory=FakeWebhookSender)
    requests: FakeRequests = field(default_factory=FakeRequests)
    limits: FakeLimits = field(default_factory=FakeLimits)
    rate_limits: FakeRateLimits = field(default_factory=FakeRateLimits)
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
        self.bulk_files = FakeBulkFiles()
        self.webhook_log = FakeWebhookLog(self.webhooks)
        self.webhook_subjects = FakeWebhookSubjects(self.requests)
        self.template_files = FakeTemplateFiles(self.files)
        self.chain_heads = FakeChainHeads(self.requests)
        self.tools = Ports(self.requests, self.executions, self.files, self.links)
        self.post = Post(self.requests, self.files, self.links, self.letters, self.mailer)
        self.outbox = FakeOutbox(self.requests.outbox)

    def load(self, ref: RequestRef) -> SignatureRequest:
        """Read a request, every signature in it."""
        return self.requests.load_whole(ref)

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
        return sum(deliver_notice(self.post, ref, notice, self.now).sent for ref, notice in fresh)
