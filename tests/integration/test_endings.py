"""Requests that end otherwise, or are steered: declined, expired, relaunched, canceled, erased."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from infra.local.journey import http, wait_for
from tests.integration.conftest import DAY, expired_by_its_own_wait, invoke, launched, sweep
from tests.support.judges import assert_sound

if TYPE_CHECKING:
    from infra.local.journey import Software
    from infra.local.stack import LocalStack
    from tests.integration.conftest import Case, Clock


def test_declined_by_the_second_signer(platform: LocalStack, software: Software) -> None:
    """P12: it ends at once, the sender is told why, nobody gets a document."""
    case = launched(platform, software, (1, 2))
    case.sign(0)
    link = case.link(1)
    answer = case.people[1].decline(link, "Le montant est faux")
    assert answer.status == 303
    state = software.get(case.id)
    assert state["state"] == "declined"
    told = wait_for(
        "the sender's mail",
        lambda: [m for m in platform.inbox.mails() if "Le montant est faux" in m.text],
    )
    assert "claire.martin@cabinet.example" in told[0].to[0]
    case.people[0].wait_mail(2)
    assert not any(m.attachments for p in case.people for m in p.mails())
    path = f"/signature_requests/{case.id}/documents/{case.documents[0]}/download"
    refused = software.call("GET", path)
    assert refused.status == 410
    assert refused.json["code"] == "request_declined"
    assert http("GET", case.link(0)).status in {200, 410}


def test_expired_by_the_clock_of_the_workflow(
    platform: LocalStack, software: Software, clock: Clock
) -> None:
    """P14: the wait ends by itself at the deadline, exactly, without a sweep."""
    case = expired_by_its_own_wait(platform, software, clock)
    link = case.link(0)
    wait_for("the signer to be expired", lambda: case.recipient(0)["state"] == "expired")
    code = next(iter(case.people[0].codes()), "000000")
    assert case.people[0].type_code(link, code).status == 410
    wait_for("the mail about the end", lambda: len(case.people[0].mails()) == 2)


def test_expired_by_the_sweep(platform: LocalStack, software: Software, clock: Clock) -> None:
    """P14: a deadline that passes while the workflow sleeps is noticed by the sweep."""
    case = launched(platform, software, (1,))
    case.link(0)
    clock.ahead(15 * DAY + 60)
    sweep(platform)
    software.wait_state(case.id, "expired")


def test_relaunched_the_day_before_and_signed_after_the_first_deadline(
    platform: LocalStack, software: Software, clock: Clock
) -> None:
    """P14: the relaunch moves the deadline and writes again; the same link works on."""
    case = launched(platform, software, (1, 2))
    case.link(0)
    clock.ahead(14 * DAY)
    before = software.get(case.id)["deadline"]
    after = software.ask("POST", f"/signature_requests/{case.id}/relaunch")["deadline"]
    assert after > before
    case.people[0].wait_mail(2)
    assert case.people[1].mails() == []
    clock.ahead(16 * DAY)
    sweep(platform)
    case.sign(0, mail=2)
    case.sign(1)
    software.wait_state(case.id, "completed")
    assert_sound(software.download(case.id, case.documents[0]), 2)
    ended = software.call("POST", f"/signature_requests/{case.id}/relaunch")
    assert ended.status == 410


def test_reminders_never_move_the_deadline(
    platform: LocalStack, software: Software, clock: Clock
) -> None:
    """P15: 7 and 2 days before; the deadline stays."""
    case = launched(platform, software, (1,))
    case.link(0)
    deadline = software.get(case.id)["deadline"]
    clock.ahead(8 * DAY + 60)
    sweep(platform)
    case.people[0].wait_mail(2)
    sweep(platform)
    clock.ahead(13 * DAY + 60)
    sweep(platform)
    case.people[0].wait_mail(3)
    assert software.get(case.id)["deadline"] == deadline
    assert len(case.people[0].mails()) == 3


def test_canceled_by_its_sender(platform: LocalStack, software: Software) -> None:
    """The request ends, those who were asked are told, later acts are refused."""
    case = launched(platform, software, (1, 2))
    link = case.link(0)
    software.ask("POST", f"/signature_requests/{case.id}/cancel")
    case.people[0].wait_mail(2)
    assert case.people[1].mails() == []
    assert case.people[0].consent(link).status == 410
    assert software.call("POST", f"/signature_requests/{case.id}/cancel").status == 410


def test_retention_is_over(platform: LocalStack, software: Software, clock: Clock) -> None:
    """P16: from the instant on 410, then erased with every version, pictures included."""
    case = launched(platform, software, (1,))
    case.sign(0)
    software.wait_state(case.id, "completed")
    case.people[0].wait_mail(2)
    path = f"/signature_requests/{case.id}/documents/{case.documents[0]}/download"
    clock.ahead(31 * DAY - 60)
    assert software.call("GET", path).status == 200
    clock.ahead(31 * DAY + 60)
    gone = software.call("GET", path)
    assert gone.status == 410
    assert gone.json["code"] == "documents_erased"
    assert http("GET", case.link(0)).status == 410
    sweep(platform)
    s3 = platform.client("s3")
    versions = s3.list_object_versions(Bucket=platform.outputs["DocumentsBucket"])
    left = [
        v["Key"]
        for kind in ("Versions", "DeleteMarkers")
        for v in versions.get(kind, [])
        if case.id in v["Key"]
    ]
    assert left == []
    trail = software.ask("GET", f"/signature_requests/{case.id}/events")["events"]
    assert [e["kind"] for e in trail[-2:]] == ["documents_erased", "personal_data_erased"]
    assert _known(platform, case) == []
    trail = software.ask("GET", f"/signature_requests/{case.id}/events")
    assert trail["chain"]["holds"]
    withheld = {name for event in trail["events"] for name in event["withheld"]}
    assert withheld == {"ip", "user_agent"}
    assert software.get(case.id)["recipients"][0]["email"] == ""
    page = http("GET", case.link(0))
    assert page.status == 410
    assert "Claire" not in page.text
    evidence = software.ask("GET", f"/signature_requests/{case.id}/evidence")
    told = http("GET", evidence["json_url"] if "json_url" in evidence else evidence["url"]).text
    assert case.people[0].email in told


def _known(platform: LocalStack, case: Case) -> list[str]:
    """What the table still knows of a request's people."""
    pages = (
        platform.client("dynamodb")
        .get_paginator("scan")
        .paginate(TableName=platform.outputs["TableName"])
    )
    items = json.dumps([i for p in pages for i in p["Items"] if case.id in i["PK"]["S"]])
    people = [known for p in case.people for known in (p.email, p.phone)]
    rest = ["Signataire", "Claire", "Python-urllib", "127.0.0.1", "@"]
    return [known for known in (*people, *rest) if known in items]


def test_a_failed_request_expires_and_is_forgotten(
    platform: LocalStack, software: Software, clock: Clock
) -> None:
    """P14, P16: it ends at its deadline, and 47 days after its launch it is forgotten."""
    case = launched(platform, software, (1, 2))
    link = case.link(0)
    found = (
        platform.client("dynamodb")
        .get_paginator("scan")
        .paginate(TableName=platform.outputs["TableName"])
    )
    keys = {i["PK"]["S"] for p in found for i in p["Items"] if case.id in i["PK"]["S"]}
    step = {"firmId": keys.pop().split("#")[1], "requestId": case.id, "generation": 1}
    invoke(platform, "FailFunction", {**step, "failedStep": "sign", "answered": "fail"})
    assert software.get(case.id)["state"] == "failed"
    clock.ahead(15 * DAY + 60)
    sweep(platform)
    software.wait_state(case.id, "expired")
    kinds = wait_for("the end", lambda: _closed(case))
    assert "evidence_stored" in kinds
    assert http("GET", link).status == 410
    clock.ahead(47 * DAY)
    sweep(platform)
    assert _known(platform, case) == []
    objects = platform.client("s3").list_object_versions(Bucket=platform.outputs["DocumentsBucket"])
    assert not [v for v in objects.get("Versions", []) if case.id in v["Key"]]


def _closed(case: Case) -> list[str] | None:
    trail = case.software.ask("GET", f"/signature_requests/{case.id}/events")
    kinds = [event["kind"] for event in trail["events"]]
    return kinds if "request_closed" in kinds else None
