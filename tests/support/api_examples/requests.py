"""From draft to evidence: requests, documents, recipients, trail."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from paraphe.ports.requests import RequestRef
    from tests.support.api import Caller
    from tests.support.world import World

ROOT = "/v1/signature_requests"
NEW = {
    "title": "Lettre de mission 2026",
    "message": "Merci de signer avant la fin du mois.",
    "sender": {"name": "Claire Martin", "email": "claire.martin@cabinet.example"},
}
PAUL = {
    "role": "signer",
    "order": 1,
    "name": "Paul Durand",
    "email": "paul.durand@client.example",
    "phone": "06 39 98 00 01",
}
ANNE = {"name": "Anne Durand", "email": "anne.durand@client.example", "phone": "06 39 98 00 02"}


def play(world: World, caller: Caller) -> None:
    """Prepare, launch, change, complete; and end others in every way."""
    _prepare(caller)
    _steer(world, caller)
    _complete(world, caller)
    _fail(world, caller)
    caller.call("GET", ROOT)


def _prepare(caller: Caller) -> None:
    path = f"{ROOT}/{caller.call('POST', ROOT, NEW).json['id']}"
    added = caller.call("POST", f"{path}/documents", {"name": "lettre-de-mission.pdf"}).json
    document = f"{path}/documents/{added['id']}"
    caller.call("GET", document)
    caller.call("POST", f"{document}/upload", {"remove_active_content": True})
    paul = caller.call("POST", f"{path}/recipients", PAUL).json["id"]
    caller.call("GET", f"{path}/recipients/{paul}")
    caller.call("DELETE", f"{path}/recipients/{paul}")
    caller.call("PATCH", document, {"name": "lettre-de-mission-2027.pdf", "position": 1})
    caller.call("DELETE", document)
    caller.call("PATCH", path, {"title": "Lettre de mission 2027", "metadata": {"dossier": "4711"}})
    caller.call("DELETE", path)


def _steer(world: World, caller: Caller) -> None:
    path = _path(world.draft(people=(1, 2)))
    caller.call("POST", f"{path}/launch")
    _, last = caller.call("GET", path).json["recipients"]
    caller.call("PATCH", f"{path}/recipients/{last['id']}", {"phone": "06 39 98 00 03"})
    caller.call("POST", f"{path}/recipients/{last['id']}/replace", ANNE)
    caller.call("POST", f"{path}/cancel")
    for act in ("remind", "relaunch"):
        caller.call("POST", f"{_path(world.launched())}/{act}")
    path = _path(world.launched())
    (signer,) = caller.call("GET", path).json["recipients"]
    world.now += timedelta(hours=1)
    caller.call("POST", f"{path}/recipients/{signer['id']}/resend")
    world.now -= timedelta(hours=1)


def _complete(world: World, caller: Caller) -> None:
    ref = world.launched()
    world.sign_all(ref)
    path = _path(ref)
    caller.call("GET", path)
    (document,) = caller.call("GET", path).json["documents"]
    caller.call("GET", f"{path}/documents/{document['id']}/download")
    caller.call("GET", f"{path}/events")
    caller.call("GET", f"{path}/evidence")


def _fail(world: World, caller: Caller) -> None:
    ref = world.launched()
    execution = world.execution(ref)
    assert execution is not None
    world.fail(execution)
    caller.call("POST", f"{_path(ref)}/resume")


def _path(ref: RequestRef) -> str:
    return f"{ROOT}/{ref.request_id}"
