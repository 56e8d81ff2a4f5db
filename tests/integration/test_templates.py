"""Templates on the deployed platform: a document of their own, requests made from them (P24)."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pikepdf

from infra.local.journey import Software, http, post_file, sample_pdf, wait_for
from tests.integration.conftest import invoke, new_software, somebody

if TYPE_CHECKING:
    from infra.local.stack import LocalStack

SENDER = {"name": "Claire Martin", "email": "claire.martin@cabinet.example"}
BOX = {"slot": 1, "page": 1, "x": 50.0, "y": 700.0, "width": 150.0, "height": 60.0}
ROLE = {"key": "client", "label": "Client", "order": 1, "placements": [BOX]}
LETTER = {"name": "Lettre", "title": "Lettre – {client}", "evidence_years": 6, "roles": [ROLE]}


def template_with_document(software: Software) -> Any:  # noqa: ANN401 - any JSON
    """A template that holds a PDF which was uploaded to a draft, and a script removed from it."""
    draft = software.create()
    pdf = _with_script(sample_pdf(["Lettre de mission"], pages=2))
    document = software.upload(draft, pdf)
    path = f"/signature_requests/{draft}/documents/{document}"
    assert software.document(draft, document)["state"] == "refused"
    again = software.ask("POST", f"{path}/upload", {"remove_active_content": True})
    assert post_file(again["url"], again["fields"], pdf).status < 300
    wait_for("acceptance", lambda: software.ask("GET", path)["state"] == "ready")
    made = software.ask("POST", "/templates", LETTER)
    body = {"signature_request_id": draft}
    return software.ask("PUT", f"/templates/{made['id']}/documents", body)


def _with_script(content: bytes) -> bytes:
    """What is sent is kept beside what is signed: templates copy both."""
    pdf, out = pikepdf.open(io.BytesIO(content)), io.BytesIO()
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("1"))
    pdf.save(out)
    return out.getvalue()


def test_a_request_from_a_template_is_completed(platform: LocalStack) -> None:
    """Its document was inspected once, in the draft; the template's end changes nothing."""
    software = new_software(platform)
    template = template_with_document(software)
    assert [d["pages"] for d in template["documents"]] == [2]
    copied = software.ask("POST", f"/templates/{template['id']}/copy", {})
    client = somebody(platform, "client")
    person = {"name": "Paul Durand", "email": client.email, "phone": client.phone}
    made = software.ask(
        "POST",
        f"/templates/{copied['id']}/requests",
        {"sender": SENDER, "roles": {"client": person}},
    )
    assert made["title"] == "Lettre – Paul Durand"
    for gone in (template, copied):
        software.ask("DELETE", f"/templates/{gone['id']}")
    software.launch(made["id"])
    assert client.sign(client.link(client.wait_mail())).status == 303
    software.wait_state(made["id"], "completed")
    (document,) = made["documents"]
    assert software.download(made["id"], document["id"]).startswith(b"%PDF")
    path = f"/signature_requests/{made['id']}/evidence"
    wait_for("the evidence", lambda: software.call("GET", path).status == 200 or None)
    bucket = platform.outputs["EvidenceBucket"]
    s3 = platform.client("s3")
    keys = [
        found["Key"]
        for found in s3.list_objects_v2(Bucket=bucket)["Contents"]
        if made["id"] in found["Key"]
    ]
    for key in keys:
        tags = s3.get_object_tagging(Bucket=bucket, Key=key)["TagSet"]
        assert tags == [{"Key": "years-left", "Value": "6"}], key


def test_rows_of_a_file_are_launched_and_nothing_twice(platform: LocalStack) -> None:
    """Twenty rows, two of them wrong: eighteen requests, also when it is run again and again."""
    software = new_software(platform)
    template = template_with_document(software)
    sample = software.ask("GET", f"/templates/{template['id']}/bulk_sample")["url"]
    names = http("GET", sample).body.decode("utf-8-sig").splitlines()[0]
    assert "client_phone" in names
    first = somebody(platform, "premier")
    rows = [
        f"Client {n};client{n}@client.example;06 39 98 00 {n:02d};;;C-{n}" for n in range(1, 20)
    ]
    rows = [f"Premier;{first.email};{first.phone};;;C-0", *rows]
    rows[4], rows[9] = "Sans téléphone;a@client.example;;;;", "X;pas une adresse;0639980001;;;"
    begun = software.ask("POST", "/bulk_launches", {"template_id": template["id"]})
    one = f"/bulk_launches/{begun['id']}"
    content = "\r\n".join([names, *rows]).encode("cp1252")
    assert post_file(begun["upload"]["url"], begun["upload"]["fields"], content).status < 300
    shown = software.ask("POST", f"{one}/preview")
    assert (shown["rows"]["ready"], shown["rows"]["refused"]) == (18, 2)
    for _ in range(2):
        assert software.ask("POST", f"{one}/launch", {"sender": SENDER})["state"] == "launching"

    def done() -> Any:  # noqa: ANN401 - any JSON
        invoke(platform, "LaunchBatchFunction")
        found = software.ask("GET", one)
        return found if found["state"] == "done" else None

    assert wait_for("the rows", done)["rows"]["launched"] == 18
    invoke(platform, "LaunchBatchFunction")
    launched = software.ask("GET", f"{one}/rows?state=launched")["items"]
    listed = software.ask("GET", "/signature_requests?limit=100&state=active")["items"]
    assert {r["request_id"] for r in launched} == {r["id"] for r in listed}
    assert len(listed) == 18
    assert first.sign(first.link(first.wait_mail())).status == 303
    software.wait_state(launched[0]["request_id"], "completed")
