"""Random commands at random instants, with an actor that is late, repeated, killed or cut off."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from paraphe.domain.evidence import audit
from paraphe.domain.requests import (
    actor,
    failures,
    reminders,
    signing_order,
)
from paraphe.domain.requests.actor import Next
from paraphe.domain.requests.model import ChallengeState, RequestState
from paraphe.domain.requests.recipient import (
    DECIDING,
    IN_DOCUMENTS,
    Recipient,
    RecipientState,
    Role,
)
from paraphe.domain.signing import codes as code_rules
from paraphe.usecases import using
from paraphe.usecases.requests.edit_recipients import (
    ChangeRecipient,
    RecipientChange,
    ReplaceRecipient,
)
from paraphe.usecases.requests.manage_request import ManageRequest
from tests.support import answering
from tests.support.world import SEALING, person
from tests.unit.requests.machines_in_any_order import RARE, MachinesInAnyOrder

MONTH = timedelta(days=31)
TOLD = {RecipientState.SIGNED, RecipientState.APPROVED, RecipientState.EXPIRED}


class AnyOrder(MachinesInAnyOrder):
    """One request; every use case may come at any time, and twice."""

    @initialize(
        people=st.lists(st.integers(1, 3), min_size=1, max_size=4),
        approvers=st.lists(st.integers(1, 4), max_size=2),
        viewers=st.lists(st.integers(1, 4), max_size=1),
        copies=st.integers(0, 1),
        files=st.integers(1, 2),
        seals=st.lists(st.integers(1, 4), max_size=2),
        seal_at_end=st.booleans(),
        ahead=st.integers(0, 3),
    )
    def launch(
        self,
        people: list[int],
        approvers: list[int],
        viewers: list[int],
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
        for role, orders in ((Role.APPROVER, approvers), (Role.VIEWER, viewers)):
            for order in orders:
                self.people += 1
                self.world.add_recipient(self.ref, order=order, number=self.people, role=role)
        for order in seals:
            self.world.add_recipient(self.ref, order=order, role=Role.SEAL)
        self.world.launch(self.ref)
        for _ in range(ahead):
            self.hurry(applied=True, pick=0)

    def any_signer(self, pick: int) -> Recipient:
        """Choose among all who act, those replaced too; mostly among those in turn."""
        signers = [r for r in self.request.recipients if r.role in DECIDING]
        in_turn = [r for r in signers if signing_order.is_turn(self.request, r)]
        chosen = in_turn if in_turn and pick < 7 else signers
        return chosen[pick % len(chosen)]

    # ------------------------------------------------------------------ people
    @rule(pick=st.integers(0, 9))
    def consent(self, pick: int) -> None:
        """Somebody ticks the box."""
        self.attempt(lambda: self.world.consent(self.ref, self.any_signer(pick).id))

    @rule(pick=st.integers(0, 9))
    def approve(self, pick: int) -> None:
        """Somebody approves."""
        self.attempt(lambda: answering.approve(self.world, self.ref, self.any_signer(pick).id))

    @rule(pick=st.integers(0, 9))
    def say_read(self, pick: int) -> None:
        """A viewer says that they have read."""
        viewers = [r for r in self.request.recipients if r.role is Role.VIEWER]
        if viewers:
            self.attempt(
                lambda: answering.say_read(self.world, self.ref, viewers[pick % len(viewers)].id)
            )

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
        self.attempt(lambda: answering.approve(self.world, self.ref, who))
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
        self.attempt(
            lambda: using(ManageRequest, world).remind(world.principal, self.ref, world.now)
        )

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
            lambda: using(ChangeRecipient, world)(
                world.principal, self.ref, recipient_id, changes, world.now
            )
        )

    @rule(pick=st.integers(0, 9))
    def replace(self, pick: int) -> None:
        """The sender asks somebody else."""
        self.people += 1
        world, who, heir = self.world, self.any_signer(pick).id, person(self.people)
        self.attempt(
            lambda: using(ReplaceRecipient, world)(world.principal, self.ref, who, heir, world.now)
        )

    @rule()
    def resume(self) -> None:
        """The sender resumes a failed request."""
        world = self.world
        self.attempt(
            lambda: using(ManageRequest, world).resume(world.principal, self.ref, world.now)
        )

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
    def approvals_leave_no_signature(self) -> None:
        """Who approves or reads gets no code and is in no document; all in turn are asked (P5)."""
        request = self.request
        others = {r.id for r in request.recipients if r.role not in IN_DOCUMENTS}
        assert not others & {c.recipient_id for c in request.challenges}
        assert not any(others & set(d.signers) for d in request.documents)
        if request.state is RequestState.COMPLETED:
            assert all(r.state in signing_order.DONE for r in signing_order.steps(request))

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
        reminder = reminders.next_reminder(request)
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
            if recipient.state in TOLD:
                assert (recipient.id in told) == (recipient.notified_at is not None)
            assert recipient.role is not Role.SEAL or recipient.notified_at is None
            shown = recipient.role in {Role.CC, Role.VIEWER}
            if recipient.role is Role.VIEWER and request.state is not RequestState.COMPLETED:
                shown = recipient.notified_at is None
            if shown and recipient.state is not RecipientState.REPLACED:
                assert (recipient.id in told) == (request.state is RequestState.COMPLETED)


AnyOrder.TestCase.settings = settings(
    max_examples=60,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestAnyOrder = AnyOrder.TestCase
