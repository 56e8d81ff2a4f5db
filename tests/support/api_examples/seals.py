"""A batch that a member seals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraphe.domain.firms.member import Capability

if TYPE_CHECKING:
    from tests.support.api import Caller
    from tests.support.world import World


def play(world: World, caller: Caller) -> None:
    """Ask for the code, confirm with it."""
    member = world.member(Capability.SEAL)
    ref = world.batch()
    path = f"/v1/signature_requests/{ref.request_id}/seal"
    caller.call("POST", path, {"member": member.id})
    world.run_actor(ref)
    caller.call("POST", f"{path}/code", {"member": member.id, "code": world.seal_code(ref)})
