"""What cannot be right, on the deployed platform: a clear answer, and nothing changed."""

from __future__ import annotations

import base64
import io
import threading
import zipfile
from typing import TYPE_CHECKING, Any

import pikepdf
import pytest

from infra.local.journey import http, post_file, sample_pdf, wait_for
from tests.integration.conftest import Case, launched, new_software, somebody

if TYPE_CHECKING:
    from collections.abc import Callable

    from infra.local.journey import Answer, Software
    from infra.local.stack import LocalStack

MEGABYTE = 1024 * 1024
REQUESTS = "/signature_requests"


def _word() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
    return file.getvalue()


def _image() -> bytes:
    return b"\x89PNG\r\n\x1a\n" + bytes(64)


def _encrypted() -> bytes:
    file = io.BytesIO()
    with pikepdf.open(io.BytesIO(sample_pdf(["Secret"]))) as pdf:
        pdf.save(file, encryption=pikepdf.Encryption(owner="maître", user="élève"))
    return file.getvalue()


def _xfa() -> bytes:
    file = io.BytesIO()
    with pikepdf.open(io.BytesIO(sample_pdf(["Formulaire"]))) as pdf:
        template = pdf.make_stream(b"<xdp/>")
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array(), XFA=template)
        pdf.save(file)
    return file.getvalue()


def _broken() -> bytes:
    return b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\ntrailer\n"


# What is uploaded, and the reasons that may be given for refusing it.
REFUSED: dict[str, tuple[Callable[[], bytes], set[str]]] = {
    "word": (_word, {"not_pdf"}),
    "image": (_image, {"not_pdf"}),
    "encrypted": (_encrypted, {"encrypted"}),
    "xfa": (_xfa, {"xfa"}),
    "broken": (_broken, {"damaged", "no_pages"}),
}


def _problem(answer: Answer, status: int, code: str) -> None:
    """A problem document (RFC 9457) of this kind."""
    assert answer.status == status, answer.text
    assert answer.json["code"] == code
    assert answer.json["detail"]
    assert answer.headers["Content-Type"] == "application/problem+json"


def _whole(software: Software, request: str) -> Any:  # noqa: ANN401 - any JSON
    """Everything that can be read of a request, its trail included."""
    trail = software.ask("GET", f"{REQUESTS}/{request}/events")["events"]
    return software.get(request), trail


def _script() -> bytes:
    pdf = pikepdf.open(io.BytesIO(sample_pdf(["Bail"])))
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("1"))
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def test_scripts_are_removed_once_the_sender_allows_it(software: Software) -> None:
    """P4: refused by default, saying what can be done; allowed and sent again it is ready."""
    request = software.create()
    document = software.upload(request, _script())
    found = software.document(request, document)
    assert (found["state"], found["refusal"]["reason"]) == ("refused", "javascript")
    assert found["refusal"]["removable"] == ["javascript", "open_action"]
    path = f"{REQUESTS}/{request}/documents/{document}"
    again = software.ask("POST", f"{path}/upload", {"remove_active_content": True})
    assert post_file(again["url"], again["fields"], _script()).status < 300
    wait_for("acceptance", lambda: software.ask("GET", path)["state"] == "ready")
    ready = software.ask("GET", path)
    assert ready["removed"] == ["javascript", "open_action"]
    assert ready["original_sha256"] != ready["sha256"]
    trail = software.ask("GET", f"{REQUESTS}/{request}/events")["events"]
    kinds = [event["kind"] for event in trail]
    assert kinds.index("document_refused") < kinds.index("removal_allowed")
    assert kinds[-1] == "document_accepted"


def test_what_is_no_pdf_to_sign_is_refused_with_advice(software: Software) -> None:
    """P4: each with its reason, what to do, and another try; the draft cannot be launched."""
    request = software.create()
    made = {name: software.upload(request, make()) for name, (make, _) in REFUSED.items()}
    for name, document in made.items():
        found = software.document(request, document)
        assert found["state"] == "refused", name
        assert found["refusal"]["reason"] in REFUSED[name][1], found["refusal"]
        assert len(found["refusal"]["detail"]) > 20
    software.invite(request, "Paul Durand", "paul.durand@client.example")
    before = _whole(software, request)
    launch = software.call("POST", f"{REQUESTS}/{request}/launch")
    _problem(launch, 422, "documents_not_ready")
    assert _whole(software, request) == before
    again = software.ask("POST", f"{REQUESTS}/{request}/documents/{made['word']}/upload")
    assert post_file(again["url"], again["fields"], sample_pdf(["Enfin"])).status < 300
    wait_for(
        "the second try to be accepted",
        lambda: software.document(request, made["word"])["state"] == "ready",
    )


def test_storage_itself_refuses_the_wrong_size_and_the_wrong_place(software: Software) -> None:
    """P4: 0 bytes and more than 50 MB never arrive, nor does a file under another name."""
    request = software.create()
    added = software.ask("POST", f"{REQUESTS}/{request}/documents", {"name": "a.pdf"})
    url, fields = added["upload"]["url"], added["upload"]["fields"]
    policy = base64.b64decode(fields["policy"]).decode()
    assert '["content-length-range", 1, 52428800]' in policy
    assert post_file(url, fields, b"").status == 400
    assert post_file(url, fields, bytes(50 * MEGABYTE + 1)).status == 400
    elsewhere = {**fields, "key": fields["key"].replace(request, "sr_other")}
    assert post_file(url, elsewhere, sample_pdf(["Ailleurs"])).status == 403
    state = software.ask("GET", f"{REQUESTS}/{request}/documents/{added['id']}")["state"]
    assert state == "awaiting_upload"


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("email", "paul.durand", "email_invalid"),
        ("email", "paul@durand@client.example", "email_invalid"),
        ("email", "paul\r\nBcc: all@client.example", "email_invalid"),
        ("phone", "06 12", "phone_invalid"),
        ("phone", "0142278186", "phone_not_mobile"),
        ("phone", None, "phone_required"),
        ("name", "  ", "blank"),
        ("order", 0, "greater_than_equal"),
    ],
)
def test_nobody_can_be_reached_like_that(
    draft: str, software: Software, field: str, value: object, code: str
) -> None:
    """P7: the field is named, its value is not repeated."""
    person = {"name": "Paul Durand", "email": "paul.durand@client.example", "phone": "+33612345678"}
    before = _whole(software, draft)
    answer = software.call("POST", f"{REQUESTS}/{draft}/recipients", {**person, field: value})
    assert answer.status == 422
    fault = answer.json["errors"][0]
    assert (fault["pointer"], fault["code"]) == (f"#/{field}", code)
    assert not value or len(str(value)) < 4 or str(value) not in answer.text
    assert _whole(software, draft) == before


@pytest.fixture(scope="module")
def draft(software: Software) -> str:
    """An empty draft."""
    return software.create("Vide")


def test_a_launch_needs_documents_signers_and_files(software: Software) -> None:
    request = software.create()
    launch = f"{REQUESTS}/{request}/launch"
    _problem(software.call("POST", launch), 422, "no_documents")
    document = software.upload(request, sample_pdf(["Seul"]))
    software.document(request, document)
    software.invite(request, "Copie", "copie@client.example", phone=None, role="cc")
    _problem(software.call("POST", launch), 422, "no_signers")
    software.invite(request, "Paul Durand", "paul.durand@client.example")
    software.ask("POST", f"{REQUESTS}/{request}/documents", {"name": "attendu.pdf"})
    before = _whole(software, request)
    _problem(software.call("POST", launch), 422, "documents_not_ready")
    assert _whole(software, request) == before


def test_another_firms_request_is_not_there(
    platform: LocalStack, software: Software, other_software: Software
) -> None:
    """Every route answers as if the id had never been given, and does nothing."""
    case = launched(platform, software, (1,))
    case.link(0)
    before = _whole(software, case.id)
    one, paths = f"{REQUESTS}/{case.id}", []
    document = f"{one}/documents/{case.documents[0]}"
    recipient = f"{one}/recipients/{case.recipients[0]}"
    person = {"name": "Eve", "email": "eve@client.example", "phone": "+33612345678"}
    paths = [
        ("GET", one, None),
        *(("POST", f"{one}/{act}", None) for act in ("launch", "relaunch", "remind")),
        *(("POST", f"{one}/{act}", None) for act in ("cancel", "resume")),
        ("GET", f"{one}/events", None),
        ("POST", f"{one}/documents", {"name": "a.pdf"}),
        ("GET", document, None),
        ("GET", f"{document}/download", None),
        ("POST", f"{document}/upload", None),
        ("DELETE", document, None),
        ("POST", f"{one}/recipients", person),
        ("PATCH", recipient, {"email": "eve@client.example"}),
        ("POST", f"{recipient}/replace", person),
        ("DELETE", recipient, None),
    ]
    for method, path, body in paths:
        _problem(other_software.call(method, path, body), 404, "request_not_found")
    assert case.id not in other_software.call("GET", REQUESTS).text
    assert _whole(software, case.id) == before


def test_links_of_others_and_used_ones(platform: LocalStack, software: Software) -> None:
    """A link opens its own request for its own person, and once it has been used nothing more."""
    case = launched(platform, software, (1, 2))
    other = launched(platform, software, (1,))
    link, person = case.link(0), case.people[0]
    documents = f"{other.link(0)}/documents/{case.documents[0]}"
    assert http("GET", documents).status == 404
    assert http("GET", f"{other.link(0)}/read/{case.documents[0]}").status == 404
    case.sign(0)
    wait_for("the signature", lambda: case.recipient(0)["state"] == "signed")
    before = _whole(software, case.id)
    assert person.consent(link).status in {303, 409, 410}
    assert person.decline(link, "Trop tard").status in {303, 409, 410}
    assert person.type_code(link, person.codes()[0]).status in {303, 409, 410}
    assert len(person.codes()) == 1
    assert _whole(software, case.id) == before
    for token in ("x" * 43, "x", "%00", "a" * 5000):
        assert http("GET", f"{platform.url}/s/{token}").status in {404, 414}
        assert person.consent(f"{platform.url}/s/{token}").status in {404, 414}


def _end(case: Case) -> Case:
    case.link(0)
    case.software.ask("POST", f"{REQUESTS}/{case.id}/cancel")
    case.people[0].wait_mail(2)
    return case


def test_what_has_ended_stays_so(platform: LocalStack, software: Software) -> None:
    case = _end(launched(platform, software, (1,)))
    one = f"{REQUESTS}/{case.id}"
    wait_for(
        "everything to be put away",
        lambda: "request_closed" in software.call("GET", f"{one}/events").text,
    )
    before = _whole(software, case.id)
    for act in ("relaunch", "remind", "cancel"):
        _problem(software.call("POST", f"{one}/{act}"), 410, "request_canceled")
    _problem(software.call("POST", f"{one}/resume"), 409, "not_failed")
    _problem(software.call("POST", f"{one}/launch"), 409, "already_launched")
    changed = {"email": "x@client.example"}
    recipient = f"{one}/recipients/{case.recipients[0]}"
    _problem(software.call("PATCH", recipient, changed), 410, "request_canceled")
    _problem(software.call("DELETE", recipient), 409, "not_a_draft")
    _problem(software.call("POST", f"{one}/documents", {"name": "b.pdf"}), 409, "not_a_draft")
    assert _whole(software, case.id) == before


def test_tokens_and_scopes(platform: LocalStack, software: Software, draft: str) -> None:
    """No token, junk, another scope, a client of no firm: refused before anything is looked at."""
    one = f"{REQUESTS}/{draft}"
    before = _whole(software, draft)
    for headers in ({"Authorization": ""}, {"Authorization": "Bearer junk"}):
        answer = software.call("POST", f"{one}/cancel", headers=headers)
        assert answer.status == 401, answer.text
    bare = http("GET", f"{platform.url}/v1{one}")
    assert bare.status == 401
    reader = {"Authorization": f"Bearer {software.token('paraphe/requests.read')}"}
    assert software.call("GET", one, headers=reader).status == 200
    for method, path in (("POST", f"{one}/cancel"), ("POST", REQUESTS)):
        refused = software.call(method, path, {}, headers=reader)
        assert refused.status in {401, 403}, refused.text
    assert _whole(software, draft) == before


def test_a_client_of_no_firm(platform: LocalStack) -> None:
    stranger = new_software(platform, "Cabinet disparu")
    platform.client("dynamodb").delete_item(
        TableName=platform.outputs["TableName"],
        Key={"PK": {"S": f"C#{stranger.client_id}"}, "SK": {"S": "CLIENT"}},
    )
    _problem(stranger.call("GET", REQUESTS), 403, "unknown_client")


def test_two_launches_at_once_make_one(platform: LocalStack, software: Software) -> None:
    """One wins; the other learns that it was launched; one invitation goes out."""
    request = software.create()
    document = software.upload(request, sample_pdf(["Deux fois"]))
    software.document(request, document)
    person = somebody(platform, "twice")
    software.invite(request, "Paul Durand", person.email, phone=person.phone)
    answers: list[Answer] = []
    launch = f"{REQUESTS}/{request}/launch"
    threads = [
        threading.Thread(target=lambda: answers.append(software.call("POST", launch)))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(a.status for a in answers) == [200, 409, 409]
    assert {a.json["code"] for a in answers if a.status == 409} == {"already_launched"}
    person.wait_mail()
    events = _whole(software, request)[1]
    assert [e["kind"] for e in events].count("recipient_invited") == 1
    assert len(person.mails()) == 1


def test_an_idempotency_key_is_for_one_draft(software: Software) -> None:
    body = {"title": "Clé", "sender": {"name": "Claire Martin", "email": "c.m@cabinet.example"}}
    key = {"Idempotency-Key": f"key-{base64.b32encode(software.client_id.encode()).decode()[:20]}"}
    made = [software.call("POST", REQUESTS, body, headers=key) for _ in range(2)]
    assert [a.status for a in made] == [201, 201]
    assert made[0].json["id"] == made[1].json["id"]
    other = software.call("POST", REQUESTS, {**body, "title": "Autre"}, headers=key)
    _problem(other, 422, "idempotency_key_reused")
    assert software.get(made[0].json["id"])["title"] == "Clé"
    bad = software.call("POST", REQUESTS, body, headers={"Idempotency-Key": "a b"})
    _problem(bad, 400, "idempotency_key_invalid")
