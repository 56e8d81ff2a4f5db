"""Changing and deleting drafts over HTTP: what they say, their documents, which version."""

from datetime import timedelta

import pytest

from paraphe.domain.requests import actor
from paraphe.domain.requests.decision import find_document
from paraphe.domain.requests.model import SignatureRequest
from paraphe.ports.requests import RequestRef, UploadRef
from paraphe.usecases.requests import sweep
from paraphe.usecases.requests.edit_documents import record_upload
from tests.support.api import Caller
from tests.support.fakes import Inspected
from tests.support.world import World, accepted

ROOT = "/v1/signature_requests"
NEW = {
    "title": "Lettre de mission",
    "sender": {"name": "Claire Martin", "email": "claire.martin@cabinet.example"},
    "external_id": "DOS-2026-0001",
    "metadata": {"dossier": "4711", "note": "à relire"},
}


def _made(caller: Caller, world: World, **more: object) -> tuple[str, RequestRef]:
    made = caller.call("POST", ROOT, {**NEW, **more}).json
    return f"{ROOT}/{made['id']}", next(
        ref for ref in world.requests.stored if ref.request_id == made["id"]
    )


def _kinds(world: World, ref: RequestRef) -> list[str]:
    return [event.kind for event in world.requests.trails[ref]]


def test_what_the_caller_calls_it_comes_back(caller: Caller, world: World) -> None:
    """External id, metadata and reminders are in every answer, lists included."""
    path, _ = _made(caller, world, reminder_days=[1, 5])
    shown = caller.call("GET", path).json
    assert shown["external_id"] == "DOS-2026-0001"
    assert shown["metadata"] == {"dossier": "4711", "note": "à relire"}
    assert shown["reminder_days"] == [5, 1]
    (listed,) = caller.call("GET", ROOT).json["items"]
    assert listed["metadata"] == shown["metadata"]


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"external_id": "x" * 129}, "#/external_id"),
        ({"external_id": None}, "#/external_id"),
        ({"external_id": "a\u200bb"}, "#/external_id"),
        ({"metadata": {f"k{n}": "" for n in range(21)}}, "#/metadata"),
        ({"metadata": {f"k{n}": "x" * 450 for n in range(10)}}, "#/metadata"),
        ({"metadata": {"a": 1}}, "#/metadata/a"),
        ({"metadata": {"a b": "c"}}, "#/metadata/a b/[key]"),
        ({"reminder_days": [3, 3]}, "#/reminder_days"),
        ({"reminder_days": [15]}, "#/reminder_days/0"),
    ],
)
def test_labels_have_limits(caller: Caller, world: World, given: object, pointer: str) -> None:
    """Too long, too many, of another type: refused with where it stands; nothing is made."""
    answer = caller.call("POST", ROOT, {**NEW, **given})  # type: ignore[dict-item]
    assert (answer.status, answer.code) == (422, "invalid_body")
    assert [e["pointer"] for e in answer.json["errors"]] == [pointer]
    assert world.requests.stored == {}


def test_a_draft_is_changed(caller: Caller, world: World) -> None:
    """What is left out stays; the trail says what was changed, not how (P6)."""
    path, ref = _made(caller, world)
    changed = caller.call("PATCH", path, {"title": "Mandat", "sender": {"name": "Paul Roux"}})
    assert changed.status == 200
    assert changed.json["title"] == "Mandat"
    assert changed.json["sender"] == {**NEW["sender"], "name": "Paul Roux", "locale": "fr"}  # type: ignore[dict-item]
    assert changed.json["metadata"] == NEW["metadata"]
    last = world.requests.trails[ref][-1]
    assert (last.kind, last.data["fields"]) == ("request_changed", ["title", "sender"])
    again = caller.call("PATCH", path, {"title": "Mandat"})
    assert again.headers["ETag"] == changed.headers["ETag"]


def test_only_its_firms_own_words_change_after_launch(caller: Caller, world: World) -> None:
    """Title and message were read by signers (P6); labels stay the firm's until the end."""
    ref = world.launched()
    path = f"{ROOT}/{ref.request_id}"
    refused = caller.call("PATCH", path, {"title": "Autre", "metadata": {"a": "b"}})
    assert (refused.status, refused.code) == (409, "not_a_draft")
    assert caller.call("PATCH", path, {"metadata": {"a": "b"}}).json["metadata"] == {"a": "b"}
    caller.call("POST", f"{path}/cancel")
    over = caller.call("PATCH", path, {"external_id": "x"})
    assert (over.status, over.code) == (410, "request_canceled")


def test_nobody_overwrites_what_they_have_not_seen(caller: Caller, world: World) -> None:
    """If-Match with another version: 412, nothing changed."""
    path, _ = _made(caller, world)
    tag = caller.call("GET", path).headers["ETag"]
    newer = caller.call("PATCH", path, {"title": "Mandat"}, headers={"If-Match": tag})
    assert newer.status == 200
    for method, body in (("PATCH", {"title": "Bilan"}), ("DELETE", None)):
        late = caller.call(method, path, body, headers={"If-Match": tag})
        assert (late.status, late.code) == (412, "changed_meanwhile")
    assert caller.call("GET", path).json["title"] == "Mandat"


def test_a_deleted_draft_is_gone(caller: Caller, world: World) -> None:
    """Its people, words and documents at once, its files with the next sweep; the trail stays."""
    path, ref = _made(caller, world)
    world.add_document(ref, "bilan.pdf")
    world.add_recipient(ref, order=1)
    assert caller.call("DELETE", path).status == 204
    kept = world.requests.stored[ref]
    assert (kept.documents, kept.recipients, kept.title, kept.metadata) == ((), (), "", {})
    assert (kept.external_id, kept.sender.name, kept.sender.email) == (None, "", "")
    for method, below in (("GET", ""), ("DELETE", ""), ("POST", "/launch"), ("POST", "/cancel")):
        again = caller.call(method, path + below)
        assert (again.status, again.code) == (404, "request_not_found"), below
    assert _kinds(world, ref)[-1] == "draft_deleted"
    when = actor.due(kept)
    assert when is not None
    assert when.at <= world.now
    ports = sweep.Ports(world.requests, world.executions, world.files, world.links)
    sweep.sweep(ports, lambda: world.now, lambda: True, workers=1)
    assert not any(ref.request_id in key for key in world.files.objects)
    assert actor.due(world.requests.stored[ref]) is None


def test_a_large_draft_is_deleted_in_several_commits(caller: Caller, world: World) -> None:
    """No commit holds more than a transaction takes."""
    path, ref = _made(caller, world)
    for number in range(90):
        world.add_recipient(ref, order=number + 1)
    assert caller.call("DELETE", path).status == 204
    assert world.requests.stored[ref].recipients == ()


def test_what_was_launched_is_not_deleted(caller: Caller, world: World) -> None:
    """It is canceled instead."""
    ref = world.launched()
    refused = caller.call("DELETE", f"{ROOT}/{ref.request_id}")
    assert (refused.status, refused.code) == (409, "not_a_draft")


def _names(request: SignatureRequest) -> list[str]:
    return [d.name for d in sorted(request.documents, key=lambda d: d.position)]


def test_documents_are_renamed_and_moved(caller: Caller, world: World) -> None:
    """The others make room; a place that there is not is refused with the field."""
    path, ref = _made(caller, world)
    for name in ("a.pdf", "b.pdf", "c.pdf"):
        world.add_document(ref, name)
    first = world.requests.stored[ref].documents[0].id
    moved = caller.call("PATCH", f"{path}/documents/{first}", {"position": 3, "name": "z.pdf"})
    assert (moved.status, moved.json["position"], moved.json["name"]) == (200, 3, "z.pdf")
    assert _names(world.requests.stored[ref]) == ["b.pdf", "c.pdf", "z.pdf"]
    assert [d["name"] for d in caller.call("GET", path).json["documents"]] == [
        "b.pdf",
        "c.pdf",
        "z.pdf",
    ]
    refused = caller.call("PATCH", f"{path}/documents/{first}", {"position": 4})
    assert (refused.status, refused.code) == (422, "position_out_of_range")
    assert refused.json["errors"][0]["pointer"] == "#/position"


def test_an_accepted_file_is_replaced(caller: Caller, world: World) -> None:
    """The first file is out at once, and what an older form brings does not come back (P4)."""
    path, ref = _made(caller, world)
    document = world.add_document(ref, "bilan.pdf")
    upload = f"{path}/documents/{document.id}/upload"
    assert caller.call("POST", upload).code == "already_uploaded"
    world.now += timedelta(seconds=1)
    form = caller.call("POST", upload, {"replace": True})
    assert form.status == 200
    emptied = find_document(world.requests.stored[ref], document.id)
    assert (emptied.state, emptied.sha256, emptied.pages) == ("awaiting_upload", None, ())
    older = UploadRef(ref.firm_id, ref.request_id, document.id, "upl_00000000")
    world.uploads.inspected[ref, document.id] = Inspected(accepted(b"%PDF", 3), b"%PDF", b"%PDF")
    for used, state in ((older, "awaiting_upload"), (_form(form.json["fields"]["key"]), "ready")):
        record_upload(world.requests, world.files, world.uploads, used, world.now)
        assert find_document(world.requests.stored[ref], document.id).state == state


def _form(key: str) -> UploadRef:
    _, firm, request, document, form, _ = key.split("/")
    return UploadRef(firm, request, document, form)
