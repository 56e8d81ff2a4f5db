"""A batch under random commands: everything that holds for requests, and its own rules (P22)."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from paraphe.domain.firms.member import Capability, Member
from paraphe.domain.requests.model import MAX_CODES, ChallengeState
from paraphe.domain.requests.recipient import Recipient, RecipientState, Role
from paraphe.domain.signing import batch_seal
from paraphe.usecases.firms.enrol_member import change_member
from tests.support.world import FIRM, SEALING, World
from tests.unit.requests.test_any_order import AnyOrder
from tests.unit.requests.watched_requests import WatchedRequests


class BatchInAnyOrder(AnyOrder):
    """One batch and two members; every use case may come at any time, and twice."""

    @initialize(  # the same name: in the place of the launch of a request with signers
        copies=st.integers(0, 1), files=st.integers(1, 3), placed=st.booleans()
    )
    def launch(self, copies: int, files: int, *, placed: bool) -> None:
        """A member has a draft sealed."""
        self.world = World(requests=WatchedRequests())
        self.world.firms.save(replace(SEALING, seal_at_end=placed))
        self.members = [self.world.member(Capability.SEAL) for _ in range(2)]
        self.ref = self.world.draft(people=(), files=files, copies=copies)
        if placed:
            self.world.add_recipient(self.ref, order=2, role=Role.SEAL)
        self.world.ask_to_seal(self.ref, self.members[0])

    def any_signer(self, pick: int) -> Recipient:
        """Nobody signs: what signers do is tried as the seal, in vain."""
        seal = batch_seal.batch_seal(self.request)
        assert seal is not None, pick
        return seal

    def anybody(self, pick: int) -> Member:
        """Mostly who was sent the code."""
        by = self.any_signer(pick).authorised_by
        mine = [m for m in self.members if by is not None and m.id == by.member_id]
        return mine[0] if pick < 8 else self.members[pick - 8]

    @rule(pick=st.integers(0, 9))
    def ask(self, pick: int) -> None:
        """A member asks for a code."""
        self.attempt(lambda: self.world.ask_to_seal(self.ref, self.anybody(pick)))

    @rule(pick=st.integers(0, 9), off=st.sampled_from([0, 0, 1]))
    def confirm(self, pick: int, off: int) -> None:
        """A member types the newest code, or mistypes it."""
        code = f"{(int(self.world.seal_code(self.ref)) + off) % 1_000_000:06d}"
        who = self.anybody(pick)
        may = Capability.SEAL in self.world.members.member(FIRM.id, who.id).capabilities
        before = self.request
        self.attempt(lambda: self.world.confirm_seal(self.ref, who, code))
        was, seal = batch_seal.batch_seal(before), self.any_signer(pick)
        if was != seal and seal.state is RecipientState.SIGNING:
            assert may
            assert off == 0
            assert seal.authorised_by is not None
            assert seal.authorised_by.member_id == who.id
            assert before.deadline is not None
            assert self.world.now < before.deadline

    @rule(soon=st.booleans(), pick=st.integers(0, 9), given=st.booleans())
    def hasten(self, pick: int, *, soon: bool, given: bool) -> None:
        """The actor works, a member asks in time and somebody types the code, permitted or not."""
        self.world.now += timedelta(seconds=31)
        self.work(9)
        self.ask(0)
        self.work(9)
        self.capability(pick % 2, given=given)
        self.confirm(pick, 0)
        self.capability(pick % 2, given=True)
        self.work(9 if soon else 0)

    @rule(pick=st.integers(0, 1), given=st.booleans())
    def capability(self, pick: int, *, given: bool) -> None:
        """A capability is taken back, or given again."""
        may = (Capability.SEAL,) if given else ()
        change_member(self.world.members, FIRM.id, self.members[pick].id, capabilities=may)

    @invariant()
    def sealed_only_with_the_code(self) -> None:
        """P9, P22: not one document without the one used code, which is bound to all of them."""
        request = self.request
        used = [c for c in request.challenges if c.state is ChallengeState.USED]
        assert len(used) <= 1
        if any(d.revisions for d in request.documents):
            assert used
        assert all(c.documents_digest == request.documents_digest for c in request.challenges)
        assert len(request.challenges) <= MAX_CODES
        assert not any(
            n.recipient_id == self.any_signer(0).id for n in self.world.notices(self.ref)
        )


BatchInAnyOrder.TestCase.settings = settings(
    max_examples=25,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestBatchInAnyOrder = BatchInAnyOrder.TestCase
