"""Documents over HTTP: a place, a form, what the inspection said, the signed original."""

from dataclasses import replace
from datetime import timedelta

from paraphe.domain.requests.inspection import RefusalReason, Refused
from paraphe.ports.requests import RequestRef, UploadRef
from paraphe.usecases.requests.edit_documents import record_upload
from tests.support.api import Caller
from tests.support.fakes import Inspected
from tests.support.world import World, accepted

ROOT = "/v1/signature_requests"


def test_a_document_comes_with_its_form(caller: Caller, world: World) -> None:
    """Name in, document and presigned form out; the form can be renewed."""
    ref = world.draft(files=0)
    path = f"{ROOT}/{ref.request_id}/documents"
    made = caller.call("POST", path, {"name": "lettre.pdf"})
    assert made.status == 201
    assert made.headers["Location"] == f"{path}/{made.json['id']}"
    assert made.json["state"] == "awaiting_upload"
    assert made.json["pages"] is None
    assert made.json["upload"]["max_bytes"] == 50_000_000
    assert made.json["upload"]["expires_at"] == "2026-03-20T09:45:00.000Z"
    renewed = caller.call("POST", f"{path}/{made.json['id']}/upload")
    assert renewed.status == 200
    assert renewed.json["fields"]["key"] != made.json["upload"]["fields"]["key"]
    assert renewed.json["max_bytes"] == made.json["upload"]["max_bytes"]


def test_an_accepted_document_shows_its_pages(caller: Caller, world: World) -> None:
    """Sizes are those of the pages as displayed; the hash is the frozen one."""
    ref = world.draft(files=0)
    document = world.add_document(ref, "bilan.pdf", pages=2)
    path = f"{ROOT}/{ref.request_id}/documents/{document.id}"
    shown = caller.call("GET", path).json
    assert (shown["state"], shown["pages"]) == ("ready", 2)
    assert shown["page_sizes"][1] == {"number": 2, "width": 595.0, "height": 842.0}
    assert shown["sha256"] == shown["original_sha256"]
    assert shown["signed_sha256"] is None
    again = caller.call("POST", f"{path}/upload")
    assert (again.status, again.code) == (409, "already_uploaded")


def test_a_refused_document_says_why(caller: Caller, world: World) -> None:
    """The reason is stable, the detail says what to do (P4)."""
    ref = world.draft(files=0)
    path = f"{ROOT}/{ref.request_id}/documents"
    made = caller.call("POST", path, {"name": "lettre.docx"}).json
    report = Refused(RefusalReason.NOT_PDF, "Save it as PDF, then send it again.")
    world.uploads.inspected[ref, made["id"]] = Inspected(report)
    upload = UploadRef(ref.firm_id, ref.request_id, made["id"], "")
    record_upload(world.requests, world.files, world.uploads, upload, world.now)
    shown = caller.call("GET", f"{path}/{made['id']}").json
    assert shown["state"] == "refused"
    assert shown["refusal"] == {
        "reason": "not_pdf",
        "detail": "Save it as PDF, then send it again.",
        "removable": [],
    }


def _with_a_script(world: World, ref: RequestRef, document_id: str) -> None:
    """Send a file with a script, have it inspected and the report recorded."""
    content = b"%PDF without"
    without = replace(
        accepted(content), original_sha256="0" * 64, removed=(RefusalReason.JAVASCRIPT,)
    )
    report = Refused(RefusalReason.JAVASCRIPT, "Or allow its removal.", without=without)
    stored = Inspected(report, content, b"%PDF with a script")
    world.uploads.inspected[ref, document_id] = stored
    upload = UploadRef(ref.firm_id, ref.request_id, document_id, "")
    record_upload(world.requests, world.files, world.uploads, upload, world.now)


def test_active_content_is_removed_if_the_sender_allows_it(caller: Caller, world: World) -> None:
    """Refused with what is removable; allowed, the same file is accepted; both can be had (P4)."""
    ref = world.draft(files=0)
    path = f"{ROOT}/{ref.request_id}/documents"
    made = caller.call("POST", path, {"name": "bail.pdf"}).json
    one = f"{path}/{made['id']}"
    assert made["remove_active_content"] is False
    _with_a_script(world, ref, made["id"])
    shown = caller.call("GET", one).json
    assert (shown["state"], shown["refusal"]["reason"]) == ("refused", "javascript")
    assert (shown["refusal"]["removable"], shown["removed"]) == (["javascript"], [])
    for _ in range(2):
        again = caller.call("POST", f"{one}/upload", {"remove_active_content": True})
        assert again.status == 200
    assert caller.call("GET", one).json["remove_active_content"] is True
    caller.call("POST", f"{one}/upload")
    _with_a_script(world, ref, made["id"])
    shown = caller.call("GET", one).json
    assert (shown["state"], shown["removed"]) == ("ready", ["javascript"])
    assert shown["original_sha256"] != shown["sha256"]
    late = caller.call("POST", f"{one}/upload", {"remove_active_content": False})
    assert (late.status, late.code) == (409, "already_uploaded")
    events = caller.call("GET", f"{ROOT}/{ref.request_id}/events").json["events"]
    assert [e["kind"] for e in events].count("removal_allowed") == 1


def test_consent_given_with_the_document(caller: Caller, world: World) -> None:
    """One call less: what is removed then is told with the document and can be had as sent."""
    ref = world.draft(people=(1,), files=0)
    path = f"{ROOT}/{ref.request_id}/documents"
    given = {"name": "bail.pdf", "remove_active_content": True}
    made = caller.call("POST", path, given).json
    _with_a_script(world, ref, made["id"])
    world.launch(ref)
    world.run_actor(ref)
    world.sign_all(ref)
    one = f"{path}/{made['id']}"
    sent = caller.call("GET", f"{one}/download", query={"form": ["as_sent"]}).json["url"]
    assert "/original-" + "0" * 64 in sent
    signed = caller.call("GET", f"{one}/download").json["url"]
    assert "/original-" not in signed


def test_nothing_as_sent_where_nothing_was_removed(caller: Caller, world: World) -> None:
    """404 with a code of its own; consent must be a boolean."""
    ref = world.launched()
    (document,) = world.load(ref).documents
    world.sign_all(ref)
    path = f"{ROOT}/{ref.request_id}/documents/{document.id}/download"
    none = caller.call("GET", path, query={"form": ["as_sent"]})
    assert (none.status, none.code) == (404, "nothing_removed")
    draft = f"{ROOT}/{world.draft(files=0).request_id}/documents"
    wrong = caller.call("POST", draft, {"name": "a.pdf", "remove_active_content": "yes"})
    assert (wrong.status, wrong.code) == (422, "invalid_body")


def test_a_document_is_removed_from_a_draft_only(caller: Caller, world: World) -> None:
    """204, then it is not there any more; after the launch it stays (P6)."""
    ref = world.draft(files=2)
    first, second = (d.id for d in world.load(ref).documents)
    path = f"{ROOT}/{ref.request_id}/documents"
    removed = caller.call("DELETE", f"{path}/{first}")
    assert (removed.status, removed.text) == (204, "")
    assert caller.call("GET", f"{path}/{first}").code == "document_not_found"
    world.launch(ref)
    refused = caller.call("DELETE", f"{path}/{second}")
    assert (refused.status, refused.code) == (409, "not_a_draft")


def test_the_signed_original_is_had_until_retention_ends(caller: Caller, world: World) -> None:
    """409 before, JSON or a redirect after, 410 from the very instant (P12, P16)."""
    ref = world.launched()
    (document,) = world.load(ref).documents
    path = f"{ROOT}/{ref.request_id}/documents/{document.id}"
    early = caller.call("GET", f"{path}/download")
    assert (early.status, early.code) == (409, "not_completed")
    until = world.sign_all(ref).retention_until
    assert until is not None
    link = caller.call("GET", f"{path}/download")
    assert link.json["expires_in"] == 300
    assert link.json["url"].startswith("https://documents.test/retained/")
    sent = caller.call("GET", f"{path}/download", query={"redirect": ["true"]})
    assert (sent.status, sent.headers["Location"]) == (302, link.json["url"])
    signed = caller.call("GET", path).json["signed_sha256"]
    assert signed is not None
    assert signed != document.sha256
    world.now = until - timedelta(milliseconds=1)
    assert caller.call("GET", f"{path}/download").status == 200
    world.now = until
    gone = caller.call("GET", f"{path}/download")
    assert (gone.status, gone.code) == (410, "documents_erased")


def test_a_purged_request_shows_its_documents_as_erased(caller: Caller, world: World) -> None:
    """Once the sweep has erased them, both the request and the document itself say so (P16)."""
    ref = world.launched()
    (document,) = world.load(ref).documents
    until = world.sign_all(ref).retention_until
    assert until is not None
    path = f"{ROOT}/{ref.request_id}"
    shown = caller.call("GET", path).json["documents"]
    assert [d["state"] for d in shown] == ["ready"]
    world.now = until
    world.sweep()
    shown = caller.call("GET", path).json["documents"]
    assert [d["state"] for d in shown] == ["erased"]
    alone = caller.call("GET", f"{path}/documents/{document.id}").json
    assert alone["state"] == "erased"


def test_nothing_partly_signed_leaves(caller: Caller, world: World) -> None:
    """After a signer declined, the sender gets 410 and no hash of what was half signed (P12)."""
    ref = world.launched(people=(1, 2))
    first, second = world.signer_ids(ref)
    world.sign(ref, first)
    world.decline(ref, second)
    world.run_actor(ref)
    (document,) = world.load(ref).documents
    path = f"{ROOT}/{ref.request_id}/documents/{document.id}"
    gone = caller.call("GET", f"{path}/download")
    assert (gone.status, gone.code) == (410, "request_declined")
    assert caller.call("GET", path).json["signed_sha256"] is None


def test_names_that_are_no_file_names_are_refused(caller: Caller, world: World) -> None:
    """Slashes, controls, blanks and direction marks; the draft stays as it was."""
    ref = world.draft(files=0)
    path = f"{ROOT}/{ref.request_id}/documents"
    for name in ("", "   ", "a/b.pdf", "a\\b.pdf", "a\nb.pdf", "x\u202efdp.exe", "n" * 121):
        answer = caller.call("POST", path, {"name": name})
        assert (answer.status, answer.code) == (422, "invalid_body"), name
        assert answer.json["errors"][0]["pointer"] == "#/name"
    assert world.load(ref).documents == ()
