"""What machines do to a request at any time: executions, the sweep, the outbox, outages."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from paraphe.domain.errors import ParapheError
from paraphe.domain.requests.actor import Next, Step
from paraphe.domain.requests.model import SignatureRequest
from paraphe.ports.requests import RequestRef
from paraphe.ports.system import TransientError
from paraphe.usecases.requests.continue_execution import continue_request
from tests.support.world import MILLISECOND, Execution, World
from tests.unit.requests.watched_requests import WatchedRequests

PAUSES = (
    MILLISECOND,
    timedelta(seconds=29),
    timedelta(seconds=61),
    timedelta(minutes=30),
    timedelta(days=1),
    timedelta(days=6),
)
RARE = st.integers(0, 4).map(lambda number: number == 4)


class MachinesInAnyOrder(RuleBasedStateMachine):
    """One request, and every machine that works on it: late, repeated, killed or cut off."""

    ref: RequestRef

    def __init__(self) -> None:
        super().__init__()
        self.world = World(requests=WatchedRequests())
        self.steps: list[Step] = []
        self.people = 10

    @property
    def request(self) -> SignatureRequest:
        """The request as stored."""
        return self.world.load(self.ref)

    def attempt(self, act: Callable[[], object]) -> None:
        """Do what people may do; a refusal is an answer."""
        with suppress(ParapheError, TransientError):
            act()

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
