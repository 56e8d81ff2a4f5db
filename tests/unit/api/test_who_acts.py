"""The audit trail names the software that acted, never a person who was not seen (P19)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from api.app import operations
from api.operations import Scope
from paraphe.adapters.evidence import wording
from paraphe.domain.evidence import account
from paraphe.domain.evidence.account import About
from paraphe.domain.evidence.audit import first_break
from tests.support.api import CLIENT
from tests.support.fakes.requests import FakeRequests
from tests.support.software import Software, do_everything
from tests.support.world import World

if TYPE_CHECKING:
    from paraphe.domain.evidence.audit import Event

ABOUT = About({"name": "paraphe", "version": "0"}, "2.25.1")
CONTRACT = Path(__file__).resolve().parents[3] / "infra" / "openapi.json"
# Unsafe operations that `do_everything` need not do, by their id, each with the reason why.
LEFT_OUT: dict[str, str] = {}


def _events(world: World) -> list[Event]:
    assert isinstance(world.requests, FakeRequests)
    refs = list(world.requests.stored)
    return [event for ref in refs for event in world.requests.events(ref)]


def _unsafe() -> set[str]:
    """What the published contract offers besides reading, whatever scope it asks for."""
    paths = json.loads(CONTRACT.read_text(encoding="utf-8"))["paths"]
    return {
        told["operationId"]
        for path, methods in paths.items()
        for method, told in methods.items()
        if method in {"post", "put", "patch", "delete"} and _has_a_trail(path)
    }


def _has_a_trail(path: str) -> bool:
    """What is no part of a request has no audit trail to name anybody in."""
    return path.startswith("/v1/signature_requests") and "/archive_exports" not in path


def _succeeded(software: Software) -> set[str]:
    return {call.operation for call in software.caller.observer.calls if call.status < 300}


def test_every_operation_that_is_not_safe_is_done_here() -> None:
    """A new one has a case in `do_everything`, or stands in `LEFT_OUT` with a reason."""
    unsafe = _unsafe()
    assert unsafe == {o.id for o in operations() if o.method != "GET" and _has_a_trail(o.path)}
    assert unsafe == {o.id for o in operations() if o.scope is Scope.WRITE and _has_a_trail(o.path)}
    software = Software(World())
    do_everything(software)
    done = _succeeded(software) & unsafe
    assert done | set(LEFT_OUT) == unsafe
    assert not done & set(LEFT_OUT)
    assert all(LEFT_OUT.values())


def test_software_is_the_actor_of_all_that_it_does() -> None:
    """None of the operations says that a person did it."""
    world = World()
    do_everything(Software(world))
    events = _events(world)
    assert {event.actor.kind for event in events} == {"client", "system"}
    ours = [event for event in events if event.actor.kind == "client"]
    assert {(e.actor.id, e.data["client_name"]) for e in ours} == {(CLIENT, "Logiciel de test")}
    assert {"request_created", "request_launched", "recipient_replaced", "seal_accepted"} <= {
        event.kind for event in ours
    }
    for ref in world.requests.stored:
        request = world.load(ref)
        trail = world.requests.events(ref)
        assert first_break(trail, count=request.audit_seq, head=request.audit_head) is None


def test_in_whose_name_is_told_with_it() -> None:
    """For the sender; for the member who has a batch sealed."""
    world = World()
    software = Software(world)
    do_everything(software)
    lines: list[str] = []
    for ref in world.requests.stored:
        request = world.load(ref)
        events = world.requests.events(ref)[: request.audit_seq]
        told = account.build(request, events, {}, ABOUT, world.now)
        assert told["request"]["prepared_by"] == {"id": CLIENT, "name": "Logiciel de test"}
        lines += [one.text for one in wording.paragraphs(told)]
    assert software.caller.client_id == CLIENT
    by = f"software “Logiciel de test” (client {CLIENT})"
    assert any("Draft created" in one and one.endswith(f"{by}, for Claire Martin") for one in lines)
    assert any(
        "seal accepted" in one and one.endswith(f"{by}, for Claire Exemple") for one in lines
    )
    french = f"logiciel «\u00a0Logiciel de test\u00a0» (client {CLIENT}), pour Claire Martin"
    assert any("Brouillon créé" in one and one.endswith(french) for one in lines)
    assert not any(one.endswith("– Claire Martin") for one in lines)
