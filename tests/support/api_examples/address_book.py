"""A contact's life."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.support.api import Caller
    from tests.support.world import World


def play(_world: World, caller: Caller) -> None:
    """Create, find, change, erase."""
    given = {
        "name": "Élodie Lefèvre",
        "email": "elodie.lefevre@example.com",
        "phone": "06 39 98 00 01",
        "company": "Boulangerie Lefèvre",
        "external_id": "C-17",
    }
    contact = caller.call("POST", "/v1/contacts", given).json["id"]
    caller.call("GET", "/v1/contacts", query={"search": ["lefe"]})
    caller.call("GET", f"/v1/contacts/{contact}")
    caller.call("PATCH", f"/v1/contacts/{contact}", {"company": "Fournil Lefèvre"})
    caller.call("DELETE", f"/v1/contacts/{contact}")
