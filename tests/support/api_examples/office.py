"""Members, invitations, delegations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraphe.domain.firms.member import Capability, Member, MemberKind
from tests.support.world import FIRM

if TYPE_CHECKING:
    from tests.support.api import Caller
    from tests.support.world import World


def play(world: World, caller: Caller) -> None:
    """Invite, delegate, take back."""
    claire = Member(
        "mbr_01kj0000000000000000000001",
        FIRM.id,
        "Claire Martin",
        "claire.martin@example.com",
        "sub-1",
        kind=MemberKind.ACCOUNTANT,
    )
    lea = Member(
        "mbr_01kj0000000000000000000002",
        FIRM.id,
        "Léa Petit",
        "lea.petit@example.com",
        "sub-2",
        (Capability.PREPARE,),
    )
    for member in (claire, lea):
        world.members.save(member)
    caller.call("GET", "/v1/members")
    caller.call("GET", f"/v1/members/{lea.id}")
    caller.call("PATCH", f"/v1/members/{lea.id}", {"capabilities": ["prepare", "launch"]})
    guest = {"name": "Hugo Roux", "email": "hugo.roux@example.com"}
    invitation = caller.call("POST", "/v1/invitations", guest).json["id"]
    caller.call("GET", "/v1/invitations")
    world.now = world.now.replace(hour=world.now.hour + 1)
    caller.call("POST", f"/v1/invitations/{invitation}/resend")
    caller.call("DELETE", f"/v1/invitations/{invitation}")
    given = {
        "principal": claire.id,
        "delegate": lea.id,
        "capabilities": ["prepare", "launch"],
        "reason": "absence",
        "ends_at": "2026-09-01T00:00:00+02:00",
    }
    delegation = caller.call("POST", "/v1/delegations", given).json["id"]
    caller.call("GET", "/v1/delegations", query={"delegate": [lea.id]})
    caller.call("DELETE", f"/v1/delegations/{delegation}")
    caller.call("DELETE", f"/v1/members/{lea.id}")
