"""A day's chain heads."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from paraphe.usecases.evidence.anchor_heads import Ports, anchor

if TYPE_CHECKING:
    from tests.support.api import Caller
    from tests.support.world import World


def play(world: World, caller: Caller) -> None:
    """Let a day pass; read what was written down of it."""
    world.launched()
    world.now = (world.now + timedelta(days=1)).replace(hour=1, minute=10)
    anchor(Ports(world.chain_heads, world.head_files, world.stamper), world.now)
    (day,) = caller.call("GET", "/v1/audit_heads").json["items"]
    caller.call("GET", f"/v1/audit_heads/{day}")
