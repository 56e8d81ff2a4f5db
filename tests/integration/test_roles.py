"""Approvers, viewers and tests on the deployed stack: in order, declined, judged by others."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING

import pikepdf
from cryptography import x509
from cryptography.x509.oid import NameOID

from infra.local.journey import http, post_form, sample_pdf, wait_for
from tests.integration.conftest import somebody
from tests.support.judges import assert_sound

if TYPE_CHECKING:
    from infra.local.journey import Person, Software
    from infra.local.stack import LocalStack


def _draft(software: Software, mode: str = "live") -> tuple[str, str]:
    request = software.create(mode=mode)
    document = software.upload(request, sample_pdf(["Lettre de mission"], pages=2))
    assert software.document(request, document)["state"] == "ready"
    return request, document


def _invite(software: Software, request: str, person: Person, role: str, order: int) -> str:
    return software.invite(
        request, f"{role} {order}", person.email, phone=person.phone, order=order, role=role
    )


def _recipient(software: Software, request: str, recipient: str) -> dict[str, object]:
    found = software.get(request)["recipients"]
    return next(r for r in found if r["id"] == recipient)


def test_an_approver_between_two_signers_and_a_viewer_beside(
    platform: LocalStack, software: Software
) -> None:
    """P5, P10, P17: each in turn, no SMS for the approver, two signatures, and four originals."""
    request, document = _draft(software)
    people = [somebody(platform, role) for role in ("first", "approver", "viewer", "last")]
    first, approver, viewer, last = people
    roles = ("signer", "approver", "viewer", "signer")
    ids = [
        _invite(software, request, person, role, order)
        for person, role, order in zip(people, roles, (1, 2, 1, 3), strict=True)
    ]
    software.launch(request)
    assert "à lire" in viewer.wait_mail().subject.lower()
    assert first.sign(first.link(first.wait_mail())).status == 303
    mail = approver.wait_mail()
    assert "À approuver" in mail.subject
    link = approver.link(mail)
    assert post_form(f"{link}/approve", {"phone_digits": "9999"}).status == 422
    assert last.mails() == []
    assert post_form(f"{link}/approve", {"phone_digits": approver.phone[-4:]}).status == 303
    assert approver.codes() == []
    assert last.sign(last.link(last.wait_mail())).status == 303
    software.wait_state(request, "completed")
    pdf = software.download(request, document)
    assert_sound(pdf, 2)
    for person in people:
        assert [a.content for a in person.wait_mail(2).attachments] == [pdf]
    states = [_recipient(software, request, one)["state"] for one in ids]
    assert states == ["signed", "approved", "notified", "signed"]
    assert "Vous avez approuvé" in http("GET", link).text or "Voici l’original" in (
        http("GET", link).text
    )


def test_an_approver_declines(platform: LocalStack, software: Software) -> None:
    """P12: it ends, the sender is told why, and the signer is never asked."""
    request, _ = _draft(software)
    approver, signer = somebody(platform, "approver"), somebody(platform, "signer")
    _invite(software, request, approver, "approver", 1)
    _invite(software, request, signer, "signer", 2)
    software.launch(request)
    link = approver.link(approver.wait_mail())
    assert approver.decline(link, "Honoraires à revoir").status == 303
    software.wait_state(request, "declined")
    told = wait_for(
        "the sender's mail",
        lambda: [m for m in platform.inbox.mails() if "Honoraires à revoir" in m.text],
    )
    assert "refusé d’approuver" in told[0].text
    assert signer.mails() == []


def test_a_test_request_from_end_to_end(platform: LocalStack, software: Software) -> None:
    """No SMS; its page has the code; mails, pages, certificate and evidence say TEST."""
    request, document = _draft(software, mode="test")
    signer = somebody(platform, "tester")
    _invite(software, request, signer, "signer", 1)
    software.launch(request)
    mail = signer.wait_mail()
    assert mail.subject.startswith("[TEST] ")
    link = signer.link(mail)
    assert signer.consent(link).status == 303
    wait_for("the page to show the code", lambda: "123456" in http("GET", link).text)
    assert signer.codes() == []
    assert signer.type_code(link, "123456").status == 303
    software.wait_state(request, "completed")
    pdf = software.download(request, document)
    assert_sound(pdf, 1)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for page in opened.pages:
            assert any(a.Subtype == "/Stamp" and str(a.Contents) == "TEST" for a in page.Annots)
    evidence = wait_for(
        "the evidence",
        lambda: software.call("GET", f"/signature_requests/{request}/evidence").json.get("url"),
    )
    told = http("GET", evidence).json["evidence"]
    assert told["request"]["mode"] == "test"
    assert told["statement"]["en"].startswith("TEST, WITHOUT VALUE.")
    revision = told["documents"][0]["revisions"][0]
    certificate = x509.load_der_x509_certificate(base64.b64decode(revision["certificate"]))
    (name,) = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    assert str(name.value).startswith("TEST - ")
