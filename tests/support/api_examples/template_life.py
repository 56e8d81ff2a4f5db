"""A template's life, and a draft made from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.support.api import Caller
    from tests.support.world import World


def play(world: World, caller: Caller) -> None:
    """Make, give documents, use, copy, change, delete."""
    role = {"key": "client", "label": "Client", "order": 1}
    box = {"slot": 1, "page": 1, "x": 50, "y": 700, "width": 150, "height": 60}
    given = {
        "name": "Lettre de mission",
        "title": "Lettre de mission – {client}",
        "roles": [{**role, "placements": [box]}],
    }
    one = f"/v1/templates/{caller.call('POST', '/v1/templates', given).json['id']}"
    draft = {"signature_request_id": world.draft(people=(1,)).request_id}
    caller.call("PUT", f"{one}/documents", draft)
    caller.call("POST", "/v1/templates/from_draft", {**draft, "name": "Mandat social"})
    person = {"name": "Paul Durand", "email": "paul.durand@example.com", "phone": "06 39 98 00 01"}
    sender = {"name": "Claire Martin", "email": "claire.martin@example.com"}
    caller.call("POST", f"{one}/requests", {"sender": sender, "roles": {"client": person}})
    caller.call("GET", "/v1/templates")
    caller.call("GET", one)
    caller.call("POST", "/v1/templates/tpl_readyengagement/copy", {"name": "Notre lettre"})
    caller.call("PUT", one, {**given, "reminder_days": [7, 1]})
    caller.call("DELETE", one)
