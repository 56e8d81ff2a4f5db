"""A bulk launch, from its sample to its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraphe.contracts.spreadsheets import write_table
from paraphe.ports.bulk import BulkRef
from tests.support.world import FIRM

if TYPE_CHECKING:
    from tests.support.api import Caller
    from tests.support.world import World

_NAMES = ("client_name", "client_email", "client_phone", "external_id")


def play(world: World, caller: Caller) -> None:
    """Begin, preview, choose; one of two rows is wrong."""
    role = {"key": "client", "label": "Client", "order": 1}
    given = {"name": "Lettre de mission", "title": "Lettre – {client}", "roles": [role]}
    template = caller.call("POST", "/v1/templates", given).json["id"]
    draft = {"signature_request_id": world.draft(people=()).request_id}
    caller.call("PUT", f"/v1/templates/{template}/documents", draft)
    caller.call("GET", f"/v1/templates/{template}/bulk_sample")
    begun = caller.call("POST", "/v1/bulk_launches", {"template_id": template}).json["id"]
    world.bulk_files.uploaded[BulkRef(FIRM.id, begun)] = write_table(
        _NAMES,
        [
            ("Élodie Lefèvre", "elodie.lefevre@example.com", "06 39 98 00 01", "C-17"),
            ("Paul Durand", "paul.durand@example.com", "01 45 67 89 01", "C-18"),
        ],
    )
    one = f"/v1/bulk_launches/{begun}"
    caller.call("POST", f"{one}/preview")
    caller.call("GET", f"{one}/rows")
    sender = {"name": "Claire Martin", "email": "claire.martin@example.com"}
    caller.call("POST", f"{one}/launch", {"sender": sender})
    caller.call("GET", one)
