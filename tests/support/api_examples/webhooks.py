"""A webhook's life."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from paraphe.domain.delivery.webhook_deliveries import Attempt, Delivery, attempted
from paraphe.domain.delivery.webhook_events import CATALOGUE, example
from paraphe.ports.webhook_ports import EndpointRef
from tests.support.world import FIRM

if TYPE_CHECKING:
    from tests.support.api import Caller
    from tests.support.world import World


def play(world: World, caller: Caller) -> None:
    """Make, change, try, rotate, replay, delete."""
    given = {
        "url": "https://hooks.example.com/paraphe",
        "description": "Production",
        "events": ["signature_request.completed", "evidence.available"],
    }
    webhook = caller.call("POST", "/v1/webhooks", given).json["id"]
    path = f"/v1/webhooks/{webhook}"
    caller.call("GET", "/v1/webhooks")
    caller.call("GET", path)
    caller.call("PATCH", path, {"events": []})
    at = world.now - timedelta(minutes=5)
    delivery = Delivery.of(example(CATALOGUE["signature_request.completed"], at), at)
    done = attempted(delivery, Attempt(at, 84, 204), 0.5)
    world.webhook_log.record(EndpointRef(FIRM.id, webhook), done, world.now)
    later = Delivery.of(example(CATALOGUE["evidence.available"], world.now), world.now)
    late = attempted(later, Attempt(world.now, 61, 204), 0.5)
    world.webhook_log.record(EndpointRef(FIRM.id, webhook), late, world.now)
    caller.call("GET", f"{path}/deliveries")
    caller.call("POST", f"{path}/deliveries/{done.id}/replay")
    caller.call("POST", f"{path}/replay", {"since": "2026-03-20T09:00:00Z"})
    caller.call("POST", f"{path}/test")
    caller.call("POST", f"{path}/rotate", {"overlap_hours": 24})
    caller.call("GET", "/v1/webhook_events")
    caller.call("DELETE", path)
