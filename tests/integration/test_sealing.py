"""The firm's seal on the deployed platform (P21)."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import jsonschema  # type: ignore[import-untyped] # its stubs are not installed
import pikepdf
import pytest

from infra.local.emulator import REPOSITORY
from infra.local.journey import Software, http, sample_pdf, wait_for
from infra.local.stack import fresh_siren
from infra.operate.firms import certify_seal, open_firm
from paraphe.adapters.firms.firm_store import DynamoFirms
from paraphe.adapters.trust.authority.pki_bucket import PkiBucket
from paraphe.adapters.trust.verification.check import check
from paraphe.domain.trust.signatures import Raster
from paraphe.domain.trust.verdict import State
from paraphe.wiring import TSA_ROOTS
from tests.integration.conftest import launched, somebody
from tests.support.judges import assert_sound

if TYPE_CHECKING:
    from infra.local.stack import LocalStack


def _sealing(
    platform: LocalStack, *, at_end: bool, stamp: Raster | None = None
) -> tuple[Software, str]:
    made = open_firm(
        platform.client,
        platform.outputs,
        name="Cabinet du Sceau",
        siren=fresh_siren(),
        now=datetime.now(UTC),
        seal_at_end=at_end,
        stamp=stamp,
    )
    software = Software(
        platform.url, f"{platform.url}/oauth2/token", made.client_id, made.client_secret
    )
    return software, made.firm_id


@pytest.fixture(scope="module")
def sealing(platform: LocalStack) -> Software:
    """The software of a firm whose requests end with its seal."""
    return _sealing(platform, at_end=True)[0]


def test_a_request_ends_with_the_seal(platform: LocalStack, sealing: Software) -> None:
    """P21: after the last person the firm seals every document, and nobody writes to the seal."""
    case = launched(platform, sealing, (1, 2), documents=2)
    case.sign(0)
    case.sign(1)
    done = sealing.wait_state(case.id, "completed")
    seal = done["recipients"][-1]
    assert (seal["role"], seal["state"], seal["email"]) == ("seal", "signed", "")
    assert seal["name"] == "Cabinet du Sceau"
    for document in case.documents:
        assert_sound(sealing.download(case.id, document), 3)


def test_a_seal_between_two_people(platform: LocalStack) -> None:
    """P5, P21: a seal is a recipient of its own, with the firm's stamp where it is placed."""
    stamp = Raster(4, 2, bytes((200, 0, 0, 255)) * 8)
    software, _ = _sealing(platform, at_end=False, stamp=stamp)
    request = software.create()
    document = software.upload(request, sample_pdf(["Bilan"], pages=1))
    software.document(request, document)
    first, last = somebody(platform, "first"), somebody(platform, "last")
    software.invite(request, "Avant", first.email, phone=first.phone, order=1)
    path = f"/signature_requests/{request}/recipients"
    box = {"document_id": document, "page": 1, "x": 72, "y": 600, "width": 200, "height": 60}
    body = {"role": "seal", "order": 2, "placements": [box]}
    assert software.ask("POST", path, body)["state"] == "waiting"
    software.invite(request, "Après", last.email, phone=last.phone, order=3)
    software.launch(request)
    assert first.sign(first.link(first.wait_mail())).status == 303
    assert last.sign(last.link(last.wait_mail())).status == 303
    software.wait_state(request, "completed")
    pdf = software.download(request, document)
    assert_sound(pdf, 3)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        shown = [field.AP.N for field in opened.Root.AcroForm.Fields if "/AP" in field]
        assert [form.Resources.XObject.Im0.read_bytes() for form in shown] == [b"\xc8\0\0" * 8]


def test_an_expired_certificate_never_signs(platform: LocalStack) -> None:
    """The request is `failed`, not signed; with a new certificate it goes on where it stood."""
    software, firm_id = _sealing(platform, at_end=True)
    firms = DynamoFirms(platform.client("dynamodb"), platform.outputs["TableName"])
    certify_seal(
        platform.client, platform.outputs, firm_id, datetime.now(UTC) - timedelta(days=4 * 365)
    )
    expired = firms.firm(firm_id)
    case = launched(platform, software, (1,))
    case.sign(0)
    software.wait_state(case.id, "failed")
    assert software.get(case.id)["failure"] == "step_seal"
    certify_seal(platform.client, platform.outputs, firm_id, datetime.now(UTC))
    assert firms.firm(firm_id) != replace(expired)
    software.ask("POST", f"/signature_requests/{case.id}/resume")
    software.wait_state(case.id, "completed")
    assert_sound(software.download(case.id, case.documents[0]), 2)


def test_the_evidence_outlives_the_request(platform: LocalStack, sealing: Software) -> None:
    """P19: sealed JSON and PDF for the firm, an attestation for each signer, offline checkable."""
    case = launched(platform, sealing, (1,))
    case.sign(0)
    sealing.wait_state(case.id, "completed")
    path = f"/signature_requests/{case.id}/evidence"
    wait_for("the evidence", lambda: sealing.call("GET", path).status == 200, 60)
    data = http("GET", sealing.ask("GET", path)["url"]).body
    whole = json.loads(data)
    schema = json.loads((REPOSITORY / "docs" / "evidence.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(whole)
    document = whole["evidence"]["documents"][0]
    levels = [revision["level"] for revision in document["revisions"]]
    assert levels == ["PAdES-B-LT", "PAdES-B-LTA"]
    pdf = sealing.download(case.id, case.documents[0])
    published = PkiBucket(platform.client("s3"), platform.outputs["PkiBucketName"])
    roots = [published.read("root.pem"), published.read(TSA_ROOTS)]
    verdict = check(pdf, data, roots, datetime.now(UTC))
    told = verdict.evidence
    assert told is not None
    assert (told.problems, told.state) == ((), State.VALID), told
    assert (told.revisions, told.reports) == (2, 2)
    assert verdict.state is State.VALID
    readable = http("GET", sealing.ask("GET", f"{path}?format=pdf")["url"]).body
    assert_sound(readable, 1)
    with pikepdf.open(io.BytesIO(readable)) as opened:
        assert opened.attachments["evidence.json"].get_file().read_bytes() == data


def test_an_attestation_for_each_signer(platform: LocalStack, software: Software) -> None:
    """P19: their own page leads to it once it is there; the firm has the account."""
    case = launched(platform, software, (1,))
    case.sign(0)
    path = f"/signature_requests/{case.id}/evidence"
    wait_for("the evidence", lambda: software.call("GET", path).status == 200, 60)
    assert http("GET", software.ask("GET", path)["url"]).status == 200
    link = case.link(0)
    assert "/attestation" in http("GET", link).text
    answer = http("GET", f"{link}/attestation")
    assert answer.status == 303
    assert_sound(http("GET", answer.headers["Location"]).body, 1)


def test_a_declined_request_has_evidence_too(platform: LocalStack, software: Software) -> None:
    """P19: however it ended; nobody has an attestation who has not signed."""
    case = launched(platform, software, (1,))
    link = case.link(0)
    assert case.people[0].decline(link, "Erreur de montant").status == 303
    software.wait_state(case.id, "declined")
    path = f"/signature_requests/{case.id}/evidence"
    wait_for("the evidence", lambda: software.call("GET", path).status == 200, 60)
    told = json.loads(http("GET", software.ask("GET", path)["url"]).body)["evidence"]
    assert told["request"]["state"] == "declined"
    assert told["recipients"][0]["decline_reason"] == "Erreur de montant"
    assert http("GET", f"{link}/attestation").status != 303
