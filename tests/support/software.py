"""Software of a firm that does everything the API offers besides reading, over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from paraphe.domain.firms.member import Capability
from paraphe.ports.requests import RequestRef, UploadRef
from paraphe.usecases.requests import edit_documents
from tests.support.api import Caller
from tests.support.fakes.files import Inspected
from tests.support.world import FIRM, SEALING, World, accepted

ROOT = "/v1/signature_requests"
SENDER = {"name": "Claire Martin", "email": "claire.martin@cabinet.example"}
PEOPLE = [
    {"name": f"Jean Dupont {n}", "email": f"j{n}@client.example", "phone": f"+3363998000{n}"}
    for n in range(4)
]


class Software:
    """Calls the API; what is refused fails."""

    def __init__(self, world: World) -> None:
        self.world, self.caller = world, Caller(world)

    def ask(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        """Call an operation; gives what it answers."""
        answer = self.caller.call(method, f"{ROOT}{path}", body)
        assert answer.status < 300, (path, answer.text)
        return dict(answer.json) if answer.text else {}

    def draft(self, *, documents: int = 1) -> RequestRef:
        """Make a draft with documents."""
        made = self.ask("POST", "", {"title": "Lettre", "sender": SENDER})
        ref = RequestRef(FIRM.id, made["id"])
        for number in range(documents):
            self.document(ref, f"lettre-{number}.pdf")
        return ref

    def document(self, ref: RequestRef, name: str) -> str:
        """Add a document that was uploaded and accepted; gives its id."""
        made = self.ask("POST", f"/{ref.request_id}/documents", {"name": name})["id"]
        content = f"%PDF-1.7 {made}\n".encode()
        world = self.world
        world.uploads.inspected[ref, made] = Inspected(accepted(content, 3), content)
        upload = UploadRef(ref.firm_id, ref.request_id, made, "")
        edit_documents.record_upload(world.requests, world.files, world.uploads, upload, world.now)
        return str(made)


def do_everything(software: Software) -> None:
    """Call every operation that is not safe, in an order in which none is refused."""
    world, ask = software.world, software.ask
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
    _edit_and_delete(software)
    _send_again(software)


def _send_again(software: Software) -> None:
    """Send one recipient's link once more, an hour later."""
    world, ref = software.world, software.draft()
    path = f"/{ref.request_id}"
    who = software.ask("POST", f"{path}/recipients", {**PEOPLE[0], "order": 1})["id"]
    software.ask("POST", f"{path}/launch")
    world.run_actor(ref)
    world.now += timedelta(hours=1)
    software.ask("POST", f"{path}/recipients/{who}/resend")


def _edit_and_delete(software: Software) -> None:
    """Change a draft and its documents, then delete it."""
    ask, path = software.ask, f"/{software.draft(documents=2).request_id}"
    ask("PATCH", path, {"title": "Mandat", "external_id": "D-4711"})
    first = ask("GET", path)["documents"][0]["id"]
    ask("PATCH", f"{path}/documents/{first}", {"name": "b.pdf", "position": 2})
    ask("POST", f"{path}/documents/{first}/upload", {"replace": True})
    ask("DELETE", path)
