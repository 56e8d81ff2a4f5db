"""The main job on the deployed platform: signed in order, with a tie, several documents, copies."""

from __future__ import annotations

import html
import re
import threading
from typing import TYPE_CHECKING
from urllib.parse import urljoin

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
    software.wait_state(case.id, "completed", patience=60)
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


def test_a_visible_signature_is_drawn_on_its_page(platform: LocalStack, software: Software) -> None:
    """P8: the box is on the page that was chosen, and the signature is valid."""
    request = software.create()
    document = software.upload(request, sample_pdf(["Mandat"], pages=2))
    software.document(request, document)
    person = somebody(platform, "visible")
    box = {"document_id": document, "page": 2, "x": 72, "y": 600, "width": 200, "height": 60}
    software.invite(request, "Zoë Dupont", person.email, phone=person.phone, placements=[box])
    software.launch(request)
    assert person.sign(person.link(person.wait_mail())).status == 303
    software.wait_state(request, "completed")
    assert_sound(software.download(request, document), 1)
