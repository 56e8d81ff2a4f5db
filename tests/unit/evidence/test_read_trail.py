"""Reading the audit trail of a request that is busy (P19)."""

from paraphe.domain.evidence import audit
from paraphe.domain.evidence.audit import Event
from paraphe.ports.requests import RequestRef
from paraphe.usecases.evidence.read_trail import read_trail
from tests.support.fakes import FakeRequests
from tests.support.world import World


class _BusyRequests(FakeRequests):
    """A store in which somebody relaunches just before the trail is read, `times` times."""

    def __init__(self, world: World, times: int) -> None:
        super().__init__()
        self.stored, self.trails = world.requests.stored, world.requests.trails
        self.world = world
        self.times = times

    def events(self, ref: RequestRef) -> tuple[Event, ...]:
        """Let the other writer in, then read."""
        if self.times:
            self.times -= 1
            self.world.relaunch(ref)
        return super().events(ref)


def test_an_event_written_meanwhile_is_no_break() -> None:
    """The head that is given is the one that the trail ends in."""
    for times in range(4):
        world = World()
        ref = world.launched()
        request, events = read_trail(_BusyRequests(world, times), ref)
        held = audit.first_break(events, count=request.audit_seq, head=request.audit_head)
        assert held is None, times
        assert events[-1].hash == request.audit_head
