"""Templates on the deployed platform: a document of their own, requests made from them (P24)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from infra.local.journey import Software, sample_pdf, wait_for
from tests.integration.conftest import new_software, somebody

if TYPE_CHECKING:
    from infra.local.stack import LocalStack

SENDER = {"name": "Claire Martin", "email": "claire.martin@cabinet.example"}
BOX = {"slot": 1, "page": 1, "x": 50.0, "y": 700.0, "width": 150.0, "height": 60.0}
ROLE = {"key": "client", "label": "Client", "order": 1, "placements": [BOX]}
LETTER = {"name": "Lettre", "title": "Lettre – {client}", "evidence_years": 6, "roles": [ROLE]}


def template_with_document(software: Software) -> Any:  # noqa: ANN401 - any JSON
    """A template that holds a PDF which was uploaded to a draft."""
    draft = software.create()
    document = software.upload(draft, sample_pdf(["Lettre de mission"], pages=2))
    assert software.document(draft, document)["state"] == "ready"
    made = software.ask("POST", "/templates", LETTER)
    body = {"signature_request_id": draft}
    return software.ask("PUT", f"/templates/{made['id']}/documents", body)


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
