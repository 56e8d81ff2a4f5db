"""A firm with webhooks, a clock that moves, and the door's passes, played."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from paraphe.adapters.delivery.letters.to_firms import FirmLetters
from paraphe.domain.delivery.webhook_endpoints import EndpointChange, EndpointState
from paraphe.domain.firms.member import Capability
from paraphe.domain.firms.principal import Principal, PrincipalKind
from paraphe.ports.webhook_ports import EndpointRef
from paraphe.usecases import using
from paraphe.usecases.delivery.deliver_webhooks import DeliverWebhooks, Done
from paraphe.usecases.delivery.manage_webhooks import ManageWebhooks, NewEndpoint, WithSecret
from paraphe.usecases.delivery.replay_webhooks import ReplayWebhooks
from tests.support.world import FIRM, World

if TYPE_CHECKING:
    from datetime import datetime

    from paraphe.domain.delivery.webhook_deliveries import Delivery, DeliveryState
    from paraphe.domain.delivery.webhook_endpoints import Endpoint
    from paraphe.domain.delivery.webhook_events import Message
    from paraphe.ports.requests import RequestRef

URL = "https://hooks.example.com/paraphe"
MANAGER = Principal(
    FIRM.id, PrincipalKind.CLIENT, "client", capabilities=frozenset({Capability.MANAGE})
)


class WebhookWorld(World):
    """Plays what the door does."""

    webhook_letters = FirmLetters()

    def clock(self) -> datetime:
        """Return the world's instant."""
        return self.now

    def make(self, url: str = URL, events: tuple[str, ...] = ()) -> WithSecret:
        """Make an endpoint."""
        return using(ManageWebhooks, self).create(MANAGER, NewEndpoint(url, "", events), self.now)

    def set_state(self, webhook_id: str, state: EndpointState) -> Endpoint:
        """Enable or disable one."""
        change = EndpointChange(state=state)
        return using(ManageWebhooks, self).change(MANAGER, webhook_id, change, None, self.now)

    def endpoint(self, webhook_id: str) -> Endpoint:
        """Read one."""
        found = self.webhooks.endpoint(EndpointRef(FIRM.id, webhook_id))
        assert found is not None
        return found

    def log(self, webhook_id: str) -> list[Delivery]:
        """Return what was and is owed, oldest event first."""
        kept = self.webhook_log.kept[EndpointRef(FIRM.id, webhook_id)]
        return [delivery for _, delivery in sorted(kept.items())]

    def states(self, webhook_id: str) -> Counter[DeliveryState]:
        """Count the log's deliveries by their state."""
        return Counter(delivery.state for delivery in self.log(webhook_id))

    def stream_of(self, ref: RequestRef) -> None:
        """Play the stream of a request's whole trail."""
        deliver = using(DeliverWebhooks, self)
        for endpoint, told in deliver.takers(FIRM.id, self.requests.events(ref)).items():
            deliver.tell(endpoint, told, self.clock, time_left=lambda: True)

    def stream(self, told: list[Message], *, left: int = 1000) -> list[Done]:
        """Play a batch of made-up messages, with time for so many."""
        deliver = using(DeliverWebhooks, self)
        times = iter(range(left))
        return [
            deliver.tell(e, told, self.clock, time_left=lambda: next(times, None) is not None)
            for e in self.webhooks.listed(FIRM.id)
            if e.state is not EndpointState.DISABLED
        ]

    def minute(self) -> list[Done]:
        """Let a minute pass, then play one pass."""
        self.now += timedelta(minutes=1)
        deliver = using(DeliverWebhooks, self)
        due = deliver.due(self.now)
        return [deliver.work_off(ref, self.clock, time_left=lambda: True) for ref in due]

    def pass_time(self, span: timedelta) -> None:
        """Play all passes of a span; where nothing is due, hours fly by."""
        end = self.now + span
        while self.now < end:
            dues = [e.due_at for e in self.webhooks.kept.values() if e.due_at]
            if not dues or min(dues) > end:
                self.now = end
                return
            self.now = max(self.now, min(dues) - timedelta(minutes=1))
            self.minute()

    def replay_since(self, webhook_id: str, since: datetime) -> int:
        """Ask for what happened since."""
        replay = using(ReplayWebhooks, self)
        return replay.since(MANAGER, webhook_id, since, None, self.now).count
