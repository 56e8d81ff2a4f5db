"""Random commands at random instants, with an actor that is late, repeated, killed or cut off."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from paraphe.domain.errors import ParapheError
from paraphe.domain.evidence import audit
from paraphe.domain.requests import (
    actor,
    failures,
    signing_order,
    transitions,
)
from paraphe.domain.requests import (
    changes as change_rules,
)
from paraphe.domain.requests.actor import Next, Step
from paraphe.domain.requests.decision import Decision
from paraphe.domain.requests.document import Document
from paraphe.domain.requests.model import ChallengeState, RequestState, SignatureRequest
from paraphe.domain.requests.recipient import Recipient, RecipientState, Role
from paraphe.domain.signing import codes as code_rules
from paraphe.ports.system import TransientError
from paraphe.usecases import using
from paraphe.usecases.requests.continue_execution import continue_request
from paraphe.usecases.requests.edit_recipients import (
    ChangeRecipient,
    RecipientChange,
    ReplaceRecipient,
)
from paraphe.usecases.requests.manage_request import ManageRequest
from tests.support.fakes import FakeRequests
from tests.support.world import MILLISECOND, SEALING, Execution, World, person

DONE = {RecipientState.SIGNED, RecipientState.REPLACED}
RESTARTED = {RecipientState.VIEWED, RecipientState.CONSENTED}
MONTH = timedelta(days=31)
PAUSES = (
    MILLISECOND,
    timedelta(seconds=29),
    timedelta(seconds=61),
    timedelta(minutes=30),
    timedelta(days=1),
    timedelta(days=6),
)
RARE = st.integers(0, 4).map(lambda number: number == 4)


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
        if other.role is not Role.CC and other.order < recipient.order:
            assert other.state in DONE


def _without_closing(request: SignatureRequest) -> SignatureRequest:
    """Leave out what closing, purging and a new execution may write after the end (P11, P16)."""

    def person_of(recipient: Recipient) -> Recipient:
        late = (
            request.state is RequestState.EXPIRED and recipient.state is not RecipientState.SIGNED
        )
        state = RecipientState.EXPIRED if late and recipient.state not in DONE else recipient.state
        notified_at = recipient.notified_at if recipient.role is not Role.CC else None
        if recipient.role is Role.CC and state is RecipientState.NOTIFIED:
            state = RecipientState.WAITING  # told of the end only
        return replace(
            recipient, told_end=False, link_hash=None, state=state, notified_at=notified_at
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


class AnyOrder(RuleBasedStateMachine):
    """One request; every use case may come at any time, and twice."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World(requests=WatchedRequests())
        self.steps: list[Step] = []
        self.people = 10

    @initialize(
        people=st.lists(st.integers(1, 3), min_size=1, max_size=4),
        copies=st.integers(0, 1),
        files=st.integers(1, 2),
        seals=st.lists(st.integers(1, 4), max_size=2),
        seal_at_end=st.booleans(),
        ahead=st.integers(0, 3),
    )
    def launch(
        self,
        people: list[int],
        copies: int,
        files: int,
        seals: list[int],
        *,
        seal_at_end: bool,
        ahead: int,
    ) -> None:
        """Launch a request; some have signed before anything goes wrong."""
        self.world.firms.save(replace(SEALING, seal_at_end=seal_at_end))
        self.ref = self.world.draft(people=tuple(people), copies=copies, files=files)
        for order in seals:
            self.world.add_recipient(self.ref, order=order, role=Role.SEAL)
        self.world.launch(self.ref)
        for _ in range(ahead):
            self.hurry(applied=True, pick=0)

    @property
    def request(self) -> SignatureRequest:
        """The request as stored."""
        return self.world.load(self.ref)

    def attempt(self, act: Callable[[], object]) -> None:
        """Do what people may do; a refusal is an answer."""
        with suppress(ParapheError, TransientError):
            act()

    def any_signer(self, pick: int) -> Recipient:
        """Choose among all signers, those replaced too; mostly among those in turn."""
        signers = [r for r in self.request.recipients if r.role is Role.SIGNER]
        in_turn = [r for r in signers if signing_order.is_turn(self.request, r)]
        chosen = in_turn if in_turn and pick < 7 else signers
        return chosen[pick % len(chosen)]

    # ------------------------------------------------------------------ people
    @rule(pick=st.integers(0, 9))
    def consent(self, pick: int) -> None:
        """Somebody ticks the box."""
        self.attempt(lambda: self.world.consent(self.ref, self.any_signer(pick).id))

    @rule(pick=st.integers(0, 9))
    def type_code(self, pick: int) -> None:
        """Somebody types the code of their newest SMS."""
        who = self.any_signer(pick).id
        if code_rules.newest_challenge(self.request, who) is not None:
            self.attempt(lambda: self.world.enter(self.ref, who, self.world.code(self.ref, who)))

    @rule(pick=st.integers(0, 9), times=st.sampled_from([1, 1, 5]))
    def type_wrong_code(self, pick: int, times: int) -> None:
        """Somebody mistypes."""
        who = self.any_signer(pick).id
        if code_rules.newest_challenge(self.request, who) is None:
            return
        wrong = f"{(int(self.world.code(self.ref, who)) + 1) % 1_000_000:06d}"
        for _ in range(times):
            self.attempt(lambda: self.world.enter(self.ref, who, wrong))

    @rule(pick=st.integers(0, 9), applied=st.booleans())
    def hurry(self, pick: int, *, applied: bool) -> None:
        """Somebody signs at once; the actor applies it before anything else, or later."""
        self.world.now += timedelta(seconds=31)
        self.work(9)
        who = self.any_signer(pick).id
        self.attempt(lambda: self.world.consent(self.ref, who))
        self.work(9)
        if code_rules.newest_challenge(self.request, who) is not None:
            self.attempt(lambda: self.world.enter(self.ref, who, self.world.code(self.ref, who)))
        self.work(9 if applied else 0)

    @rule(pick=st.integers(0, 9), rare=RARE)
    def decline(self, pick: int, *, rare: bool) -> None:
        """Somebody declines."""
        if rare:
            self.attempt(lambda: self.world.decline(self.ref, self.any_signer(pick).id))

    @rule(rare=RARE)
    def cancel(self, *, rare: bool) -> None:
        """The sender takes it back."""
        if rare:
            self.attempt(lambda: self.world.cancel(self.ref))

    @rule()
    def relaunch(self) -> None:
        """The sender relaunches."""
        self.attempt(lambda: self.world.relaunch(self.ref))

    @rule()
    def remind(self) -> None:
        """The sender reminds."""
        world = self.world
        self.attempt(lambda: using(ManageRequest, world).remind(self.ref, world.now))

    @rule(pick=st.integers(0, 9), order=st.integers(1, 4))
    def reorder(self, pick: int, order: int) -> None:
        """The sender gives somebody another place."""
        self.change(self.any_signer(pick).id, RecipientChange(order=order))

    @rule(pick=st.integers(0, 9))
    def correct(self, pick: int) -> None:
        """The sender corrects a phone."""
        self.people += 1
        self.change(self.any_signer(pick).id, RecipientChange(phone=person(self.people).phone))

    def change(self, recipient_id: str, changes: RecipientChange) -> None:
        """Change a recipient."""
        world = self.world
        self.attempt(
            lambda: using(ChangeRecipient, world)(self.ref, recipient_id, changes, world.now)
        )

    @rule(pick=st.integers(0, 9))
    def replace(self, pick: int) -> None:
        """The sender asks somebody else."""
        self.people += 1
        world, who, heir = self.world, self.any_signer(pick).id, person(self.people)
        self.attempt(lambda: using(ReplaceRecipient, world)(self.ref, who, heir, world.now))

    @rule()
    def resume(self) -> None:
        """The sender resumes a failed request."""
        world = self.world
        self.attempt(lambda: using(ManageRequest, world).resume(self.ref, world.now))

    # ------------------------------------------------------------------ machines
    @rule(count=st.integers(1, 6))
    def work(self, count: int) -> None:
        """The newest execution takes some steps."""
        for _ in range(count):
            execution = self.world.execution(self.ref)
            if execution is None or not self.step(execution):
                return

    @rule(pick=st.integers(0, 9))
    def work_late(self, pick: int) -> None:
        """Some execution, perhaps one that was replaced long ago, takes a step."""
        known = [e for e in self.world.runs.values() if e.ref == self.ref]
        if known:
            self.step(known[pick % len(known)])

    def step(self, execution: Execution) -> bool:
        """Take a step: what is transient is retried, what is not makes the request failed."""
        if execution.step is not None:
            self.steps.append(execution.step)
        try:
            return self.world.take_step(execution)
        except TransientError:
            return False
        except ParapheError:
            self.world.fail(execution)
            return False

    @precondition(lambda self: self.steps)
    @rule(pick=st.integers(0, 99))
    def repeat(self, pick: int) -> None:
        """A step of long ago comes once more."""
        step = self.steps[pick % len(self.steps)]
        if step.next not in {Next.AWAIT, Next.END}:
            self.attempt(lambda: self.world.apply(self.ref, step))

    @rule(rare=RARE, refused=st.booleans())
    def give_up(self, *, rare: bool, refused: bool) -> None:
        """The retries of a step are used up, or a rule refused it."""
        execution = self.world.execution(self.ref)
        if execution is not None and rare:
            self.world.fail(execution, refused=refused)

    @rule()
    def kill(self) -> None:
        """The newest execution dies."""
        self.world.kill(self.ref)

    @rule(generation=st.integers(1, 3))
    def hand_over(self, generation: int) -> None:
        """An execution near its limits starts its successor."""
        world = self.world
        self.attempt(
            lambda: continue_request(
                world.requests, world.executions, self.ref, generation, world.now
            )
        )

    @rule(away=RARE, signer=st.integers(0, 2), sms=st.integers(0, 2))
    def outage(self, *, away: bool, signer: int, sms: int) -> None:
        """Services come and go."""
        self.world.executions.refuses = away
        self.world.signer.outages, self.world.sms.outages = signer, sms
        self.world.sealer.outages = self.world.evidence_maker.outages = signer

    @rule()
    def sweep(self) -> None:
        """The scheduled repair runs."""
        self.world.sweep()

    @rule()
    def deliver(self) -> None:
        """The outbox is worked off; mails are written only for what is still true."""
        self.attempt(self.world.deliver)

    @rule(pause=st.sampled_from(PAUSES))
    def wait(self, pause: timedelta) -> None:
        """Time passes."""
        self.world.now += pause

    @rule(early=st.booleans(), rare=RARE)
    def wait_for_deadline(self, *, early: bool, rare: bool) -> None:
        """It is the last millisecond before the deadline, or the deadline."""
        if self.request.deadline is not None and rare:
            at = self.request.deadline - (MILLISECOND if early else timedelta())
            self.world.now = max(self.world.now, at)

    # ------------------------------------------------------------------ what always holds
    @invariant()
    def trail_holds(self) -> None:
        """The hash chain is whole (P19)."""
        request, events = self.request, self.world.requests.events(self.ref)
        broken = audit.first_break(
            events,
            count=request.audit_seq,
            head=request.audit_head,
            forgotten=request.purged_at is not None,
        )
        assert broken is None

    @invariant()
    def signatures_are_wanted(self) -> None:
        """No signature without consent and a used code; at most 5 codes and 5 tries (P9)."""
        request = self.request
        used = {c.recipient_id for c in request.challenges if c.state is ChallengeState.USED}
        used |= {r.id for r in request.recipients if r.role is Role.SEAL}
        for document in request.documents:
            names = [revision.recipient_id for revision in document.revisions]
            assert names == list(document.signers)
            assert len(names) == len(set(names))
            assert set(names) <= used
        for recipient in request.recipients:
            assert recipient.codes_requested <= 5
            place = {r.id for r in request.recipients if r.slot == recipient.slot}
            assert sum(c.recipient_id in place for c in request.challenges) <= 15
            if recipient.state is RecipientState.SIGNED:
                assert recipient.accepted_at is not None
                assert all(d.signed_by(recipient.id) for d in request.documents)
        assert all(c.tries <= 5 for c in request.challenges)

    @invariant()
    def somebody_looks_after_it(self) -> None:
        """Whenever there is something to do, `due_at` says when the sweep looks at it."""
        request, now = self.request, self.world.now
        due = actor.due_at(request)
        assert due is not None  # only when its ten years are over there is nothing left
        if request.state is RequestState.FAILED:
            assert due <= (request.resume_at or due)
            assert request.deadline is not None
            assert due <= request.deadline + MONTH
            return
        soon = request.updated_at + failures.pause(failures.restarts(request))
        if actor.next_step(request, now).next not in {Next.AWAIT, Next.END}:
            assert due <= max(now, soon)
        reminder = change_rules.next_reminder(request)
        assert reminder is None or due <= max(reminder, soon)

    @invariant()
    def month_is_exact(self) -> None:
        """Documents are kept 31 days after the end, whatever the end (P16)."""
        request = self.request
        assert request.is_ended == (request.ended_at is not None)
        if request.ended_at is not None:
            assert request.retention_until == request.ended_at + MONTH
            assert not request.commands
        if request.purged_at is not None:
            assert request.retention_until is not None
            assert request.purged_at >= request.retention_until
            assert not self.world.files.objects
        elif request.closed:
            assert all(
                (d.retained_key or "") in self.world.files.objects for d in request.documents
            )
        else:
            assert all((d.current_key or "") in self.world.files.objects for d in request.documents)

    def teardown(self) -> None:
        """Once everything works again, the sweep alone brings the request to its end."""
        if not hasattr(self, "ref"):
            return
        world = self.world
        self.outage(away=False, signer=0, sms=0)
        for pause in (timedelta(minutes=6), timedelta(minutes=25), timedelta(days=16)):
            self.settle(pause)
        request = self.request
        assert request.is_ended
        assert request.closed
        assert request.evidence_key in self.world.evidence_files.objects
        self.everybody_was_told_once()
        if request.purged_at is None:
            assert request.retention_until is not None
            world.now = max(world.now, request.retention_until)
            world.sweep()
        assert self.request.purged_at is not None
        assert not world.files.objects
        self.nobody_is_known()

    def nobody_is_known(self) -> None:
        """The table has forgotten who they were (docs/RETENTION.md)."""
        kept = repr(self.request) + repr(self.world.requests.events(self.ref))
        for known in ("@", "+33", "Signataire", "Claire", "198.51.100."):
            assert known not in kept

    def settle(self, pause: timedelta) -> None:
        """Let time pass, then sweep every 5 minutes while the executions work."""
        self.world.now += pause
        self.resume()
        for _ in range(6):
            self.world.now += timedelta(minutes=5)
            self.world.sweep()
            self.work(60)

    def everybody_was_told_once(self) -> None:
        """The sender and everybody who took part are told the end, once (P12, P17)."""
        request = self.request
        told = [
            notice.recipient_id
            for notice in self.world.notices(self.ref)
            if str(notice.kind) == str(request.state)
        ]
        assert len(told) == len(set(told))
        assert None in told
        for recipient in request.recipients:
            if recipient.state in {RecipientState.SIGNED, RecipientState.EXPIRED}:
                assert (recipient.id in told) == (recipient.notified_at is not None)
            assert recipient.role is not Role.SEAL or recipient.notified_at is None
            if recipient.role is Role.CC and recipient.state is not RecipientState.REPLACED:
                assert (recipient.id in told) == (request.state is RequestState.COMPLETED)


AnyOrder.TestCase.settings = settings(
    max_examples=60,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestAnyOrder = AnyOrder.TestCase
