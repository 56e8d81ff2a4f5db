"""An API client of the firm's, from its making to its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.support.api import Caller
    from tests.support.world import World

ROOT = "/v1/api_clients"


def play(_world: World, caller: Caller) -> None:
    """Make, read, change, renew, revoke."""
    made = caller.call(
        "POST",
        ROOT,
        {"name": "Production", "scopes": ["paraphe/requests.read", "paraphe/requests.write"]},
    ).json
    path = f"{ROOT}/{made['id']}"
    caller.call("GET", ROOT)
    caller.call("GET", path)
    caller.call("PATCH", path, {"name": "Production 2027"})
    caller.call("POST", f"{path}/rotate", {"overlap_hours": 24})
    caller.call("DELETE", path)
