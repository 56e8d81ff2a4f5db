"""The main job on the deployed platform: signed in order, with a tie, several documents, copies."""

from __future__ import annotations

import base64
import html
import io
import re
import threading
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import pikepdf

from infra.local.journey import http, sample_pdf, wait_for
from tests.integration.conftest import launched, somebody
from tests.support.judges import assert_sound

if TYPE_CHECKING:
    from infra.local.journey import Answer, Software
    from infra.local.stack import LocalStack


def test_two_signers_in_order_and_everybody_gets_the_original(
    platform: LocalStack, software: Software
) -> None:
    """P5, P17: the second is invited after the first signed; originals are attached and linked."""
    case = launched(platform, software, (1, 2), copies=1)
    first, second, copy = case.people
    case.link(0)
    assert second.mails() == []
    case.sign(0)
    second.wait_mail()
    assert case.recipient(0)["state"] == "signed"
    case.sign(1)
    software.wait_state(case.id, "completed")
    pdf = software.download(case.id, case.documents[0])
    assert_sound(pdf, 2)
    for person, number in ((first, 2), (second, 2), (copy, 1)):
        mail = person.wait_mail(number)
        assert [a.content for a in mail.attachments] == [pdf]
        assert _downloaded_from(person.link(mail)) == pdf
    sender = wait_for(
        "the sender's mail",
        lambda: [
            m
            for m in platform.inbox.mails()
            if "claire.martin@cabinet.example" in m.to[0] and m.attachments
        ],
    )
    assert any(m.attachments[0].content == pdf for m in sender)


def _downloaded_from(link: str) -> bytes:
    """What somebody gets who follows the link on the page of a completed request."""
    page = http("GET", link)
    assert page.status == 200
    found = re.search(r'href="([^"]*/documents/[^"]+)"', page.text)
    assert found, page.text
    answer = http("GET", urljoin(link, html.unescape(found.group(1))))
    assert answer.status == 303
    return http("GET", answer.headers["Location"]).body


def test_lists_have_it_by_firm_and_by_state(
    platform: LocalStack, software: Software, other_software: Software
) -> None:
    """A firm finds its requests, newest first, and nobody else's."""
    case = launched(platform, software, (1,))
    newest = software.ask("GET", "/signature_requests?limit=1")["items"]
    assert [r["id"] for r in newest] == [case.id]
    active = software.ask("GET", "/signature_requests?state=active")["items"]
    assert case.id in {r["id"] for r in active}
    foreign = other_software.ask("GET", "/signature_requests")["items"]
    assert case.id not in {r["id"] for r in foreign}


def test_the_audit_trail_tells_it_all_and_holds(platform: LocalStack, software: Software) -> None:
    """P19: every step is in the hash-chained trail."""
    case = launched(platform, software, (1,))
    case.sign(0)
    software.wait_state(case.id, "completed")
    trail = software.ask("GET", f"/signature_requests/{case.id}/events")
    kinds = [event["kind"] for event in trail["events"]]
    wanted = [
        "request_created",
        "document_accepted",
        "request_launched",
        "recipient_invited",
        "consent_given",
        "code_sent",
        "signature_accepted",
        "document_signed",
        "recipient_signed",
        "request_completed",
    ]
    assert [kind for kind in kinds if kind in wanted] == wanted


def test_a_tie_is_signed_in_parallel_with_several_documents(
    platform: LocalStack, software: Software
) -> None:
    """P5: equal orders are invited together and may sign at the same moment."""
    case = launched(platform, software, (1, 1, 2), documents=3)
    links = [case.link(0), case.link(1)]
    assert case.people[2].mails() == []
    answers: list[Answer] = []
    threads = [
        threading.Thread(target=lambda n=n: answers.append(case.people[n].sign(links[n])))
        for n in (0, 1)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [a.status for a in answers] == [303, 303]
    case.sign(2)
    software.wait_state(case.id, "completed")
    for document in case.documents:
        assert_sound(software.download(case.id, document), 3)


def test_two_taps_on_sign_make_one_signature(platform: LocalStack, software: Software) -> None:
    """Two taps at once: both are led to the same page, one signature is made."""
    case = launched(platform, software, (1,))
    person, link = case.people[0], case.link(0)
    person.consent(link)
    code = person.wait_code(1)
    wait_for("the code field", lambda: 'name="code"' in http("GET", link).text)
    answers: list[Answer] = []
    threads = [
        threading.Thread(target=lambda: answers.append(person.type_code(link, code)))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {a.status for a in answers} == {303}
    software.wait_state(case.id, "completed")
    assert_sound(software.download(case.id, case.documents[0]), 1)


def test_visible_signatures_are_drawn_as_their_signers_chose(
    platform: LocalStack, software: Software
) -> None:
    """P8: lines, and the largest picture; told by hash (P19), then erased (P16)."""
    pixels = b"RGBA\x01\x90\0\xa0" + bytes((10, 20, 250, 255)) * 64_000
    looks = (
        {"mark": "drawn", "strokes": "10,10 300,250 590,20;300,150"},
        {"mark": "image", "picture": base64.b64encode(pixels).decode()},
    )
    request = software.create()
    document = software.upload(request, sample_pdf(["Mandat"], pages=2))
    software.document(request, document)
    people = [somebody(platform, "drawn"), somebody(platform, "image")]
    for order, person in enumerate(people):
        place = {"page": 2, "x": 72, "y": 500 + 100 * order, "width": 200, "height": 60}
        software.invite(
            request,
            f"Zoë {order}",
            person.email,
            phone=person.phone,
            order=order + 1,
            placements=[{"document_id": document, **place}],
        )
    software.launch(request)
    for person, look in zip(people, looks, strict=True):
        assert person.sign(person.link(person.wait_mail()), look).status == 303
    software.wait_state(request, "completed")
    pdf = software.download(request, document)
    assert_sound(pdf, 2)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        fields = opened.Root.AcroForm.Fields
        lines, picture = (field.AP.N for field in fields if "/AP" in field)
        operators = [str(part.operator) for part in pikepdf.parse_content_stream(lines)]
        assert operators.count("m") == 2
        assert picture.Resources.XObject.Im0.read_bytes() == bytes((10, 20, 250)) * 64_000
    trail = software.ask("GET", f"/signature_requests/{request}/events")["events"]
    told = [e["data"] for e in trail if e["kind"] == "signature_accepted"]
    contents = (looks[0]["strokes"].encode(), pixels)
    assert [data["mark"] for data in told] == ["drawn", "image"]
    assert [data["mark_sha256"] for data in told] == [sha256(c).hexdigest() for c in contents]
    bucket = platform.outputs["DocumentsBucket"]

    def are_erased() -> bool:
        found = platform.client("s3").list_object_versions(Bucket=bucket, Prefix="active/")
        return not any(f"{request}/marks/" in v["Key"] for v in found.get("Versions", ()))

    wait_for("the marks to be erased", are_erased)
