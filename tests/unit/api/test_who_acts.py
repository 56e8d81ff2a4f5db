"""The audit trail names the software that acted, never a person who was not seen (P19)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.app import operations
from api.operations import Scope
from paraphe.adapters.evidence import wording
from paraphe.domain.evidence import account
from paraphe.domain.evidence.account import About
from paraphe.domain.evidence.audit import first_break
from paraphe.domain.firms.member import Capability
from paraphe.ports.requests import RequestRef, UploadRef
from paraphe.usecases.requests import edit_documents
from tests.support.api import CLIENT, Caller
from tests.support.fakes.files import Inspected
from tests.support.fakes.requests import FakeRequests
from tests.support.world import FIRM, SEALING, World, accepted

if TYPE_CHECKING:
    from paraphe.domain.evidence.audit import Event

ROOT = "/v1/signature_requests"
SENDER = {"name": "Claire Martin", "email": "claire.martin@cabinet.example"}
PEOPLE = [
    {"name": f"Jean Dupont {n}", "email": f"j{n}@client.example", "phone": f"+3363998000{n}"}
    for n in range(4)
]
ABOUT = About({"name": "paraphe", "version": "0"}, "2.25.1")


class _Software:
    """Does everything that a client may, over HTTP."""

    def __init__(self, world: World) -> None:
        self.world, self.caller = world, Caller(world)

    def ask(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        answer = self.caller.call(method, f"{ROOT}{path}", body)
        assert answer.status < 300, (path, answer.text)
        return dict(answer.json) if answer.text else {}

    def draft(self, *, documents: int = 1) -> RequestRef:
        made = self.ask("POST", "", {"title": "Lettre", "sender": SENDER})
        ref = RequestRef(FIRM.id, made["id"])
        for number in range(documents):
            self.document(ref, f"lettre-{number}.pdf")
        return ref

    def document(self, ref: RequestRef, name: str) -> str:
        made = self.ask("POST", f"/{ref.request_id}/documents", {"name": name})["id"]
        content = f"%PDF-1.7 {made}\n".encode()
        world = self.world
        world.uploads.inspected[ref, made] = Inspected(accepted(content, 3), content)
        upload = UploadRef(ref.firm_id, ref.request_id, made, "")
        edit_documents.record_upload(world.requests, world.files, world.uploads, upload, world.now)
        return str(made)


def _everything(world: World) -> _Software:
    software = _Software(world)
    ask = software.ask
    ref = software.draft(documents=2)
    path = f"/{ref.request_id}"
    ask("DELETE", f"{path}/documents/{software.document(ref, 'autre.pdf')}")
    late = ask("POST", f"{path}/documents", {"name": "b.pdf"})["id"]
    ask("POST", f"{path}/documents/{late}/upload", {"remove_active_content": True})
    ask("DELETE", f"{path}/documents/{late}")
    ids = [
        ask("POST", f"{path}/recipients", {**p, "order": n + 1})["id"] for n, p in enumerate(PEOPLE)
    ]
    ask("PATCH", f"{path}/recipients/{ids[0]}", {"name": "Jean Dupont"})
    ask("DELETE", f"{path}/recipients/{ids[3]}")
    ask("POST", f"{path}/launch")
    world.run_actor(ref)
    ask("PATCH", f"{path}/recipients/{ids[2]}", {"order": 4})
    ask("PATCH", f"{path}/recipients/{ids[1]}", {"name": "Paul Durand"})
    ask("POST", f"{path}/recipients/{ids[2]}/replace", PEOPLE[3])
    ask("POST", f"{path}/remind")
    ask("POST", f"{path}/relaunch")
    ask("POST", f"{path}/cancel")
    broken = software.draft()
    ask("POST", f"/{broken.request_id}/recipients", {**PEOPLE[0], "order": 1})
    ask("POST", f"/{broken.request_id}/launch")
    execution = world.execution(broken)
    assert execution is not None
    world.fail(execution)
    ask("POST", f"/{broken.request_id}/resume")
    world.firms.save(SEALING)
    member, batch = world.member(Capability.SEAL), software.draft()
    ask("POST", f"/{batch.request_id}/seal", {"member": member.id})
    world.run_actor(batch)
    right = world.seal_code(batch)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    body = {"member": member.id, "code": wrong}
    assert software.caller.call("POST", f"{ROOT}/{batch.request_id}/seal/code", body).status == 422
    ask("POST", f"/{batch.request_id}/seal/code", {"member": member.id, "code": right})
    return software


def _events(world: World) -> list[Event]:
    assert isinstance(world.requests, FakeRequests)
    refs = list(world.requests.stored)
    return [event for ref in refs for event in world.requests.events(ref)]


def test_software_is_the_actor_of_all_that_it_does() -> None:
    """Every operation that may write: none of them says that a person did it."""
    world = World()
    software = _everything(world)
    called = {call.operation for call in software.caller.observer.calls}
    writing = {one.id for one in operations() if one.scope is Scope.WRITE}
    assert writing == called & writing
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
    software = _everything(world)
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
