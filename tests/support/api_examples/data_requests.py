"""Somebody asks what a firm holds about them, then to be erased."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.support.api import Caller
    from tests.support.world import World


def play(_world: World, caller: Caller) -> None:
    """Export, erase."""
    given = {"name": "Élodie Lefèvre", "email": "elodie.lefevre@example.com"}
    caller.call("POST", "/v1/contacts", given)
    for kind in ("export", "erase"):
        caller.call("POST", "/v1/data_requests", {"kind": kind, "email": given["email"]})
