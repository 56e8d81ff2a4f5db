"""An e-mail that was really sent bounces: as SES tells it, from the mail's own tags.

The embedded AWS delivers all mail, tells nothing of it and takes no events in the name of SES: the
door is given SES's event itself. tests/unit/template/test_production.py has the way to it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from infra.local.journey import wait_for
from tests.integration.conftest import Case, function_log, invoke, launched, somebody

if TYPE_CHECKING:
    from infra.local.journey import Person, Software
    from infra.local.stack import LocalStack

SENDER = "claire.martin@cabinet.example"


def _sent(platform: LocalStack, person: Person) -> dict[str, Any]:
    """The newest call of SES for somebody, as `deliver` made it."""
    person.wait_mail()
    calls = [
        json.loads(path.read_text(encoding="utf-8"))["request"]
        for path in sorted(platform.inbox.mail_dir.glob("*.json"))
    ]
    mine = [call for call in calls if call["Destination"]["ToAddresses"] == [person.email]]
    found: dict[str, Any] = mine[-1]
    return found


def _bounce(sent: dict[str, Any], kind: str = "Permanent") -> dict[str, Any]:
    """The event of SES on EventBridge (Amazon SES Developer Guide, "Bounce record")."""
    address = sent["Destination"]["ToAddresses"][0]
    return {
        "version": "0",
        "id": "7a1d3c52-9be8-4d5c-8f1e-2c8e5f6f0a11",
        "detail-type": "Email Bounced",
        "source": "aws.ses",
        "account": "123456789012",
        "time": "2026-11-27T08:00:00Z",
        "region": "eu-west-3",
        "resources": ["arn:aws:ses:eu-west-3:123456789012:configuration-set/paraphe-local"],
        "detail": {
            "eventType": "Bounce",
            "bounce": {
                "bounceType": kind,
                "bounceSubType": "General",
                "bouncedRecipients": [
                    {
                        "emailAddress": address,
                        "action": "failed",
                        "status": "5.1.1",
                        "diagnosticCode": f"smtp; 550 5.1.1 <{address}>: user unknown",
                    }
                ],
                "timestamp": "2026-11-27T08:00:00.000Z",
                "feedbackId": "0107018f-000000",
            },
            "mail": {
                "timestamp": "2026-11-27T07:59:58.000Z",
                "source": sent["FromEmailAddress"],
                "messageId": "0107018f-000001",
                "destination": [address],
                "tags": {
                    "ses:configuration-set": ["paraphe-local"],
                    **{tag["Name"]: [tag["Value"]] for tag in sent["EmailTags"]},
                },
            },
        },
    }


def _events(case: Case) -> list[dict[str, Any]]:
    trail = case.software.ask("GET", f"/signature_requests/{case.id}/events")
    assert trail["chain"]["holds"]
    return [event for event in trail["events"] if event["kind"] == "mail_bounced"]


def _told(platform: LocalStack, person: Person) -> list[Any]:
    mails = [m for m in platform.inbox.mails() if SENDER in m.to[0]]
    return [m for m in mails if person.email in m.text]


def test_a_bounce_is_recorded_told_and_made_good_by_a_correction(
    platform: LocalStack, software: Software
) -> None:
    """State, trail, one mail to the sender; then another address, a new invitation, a signature."""
    case = launched(platform, software, (1,))
    wrong = case.people[0]
    sent = _sent(platform, wrong)
    assert case.recipient(0)["delivery"]["email"] is None
    invoke(platform, "RecordBounceFunction", _bounce(sent, "Transient"))
    assert case.recipient(0)["delivery"]["email"] is None
    for _ in range(2):
        invoke(platform, "RecordBounceFunction", _bounce(sent))
    assert case.recipient(0)["delivery"]["email"]["state"] == "bounced"
    (event,) = _events(case)
    tags = {tag["Name"]: tag["Value"] for tag in sent["EmailTags"]}
    assert event["data"] == {
        "recipient": case.recipients[0],
        "notice": tags["notice"],
        "subtype": "General",
    }
    (mail,) = wait_for("the sender's mail", lambda: _told(platform, wrong))
    assert "n’est pas arrivé" in mail.text

    right = somebody(platform, "corrected")
    path = f"/signature_requests/{case.id}/recipients/{case.recipients[0]}"
    changed = software.ask("PATCH", path, {"email": right.email, "phone": right.phone})
    assert changed["delivery"]["email"] is None
    link = right.link(right.wait_mail())
    invoke(platform, "RecordBounceFunction", _bounce(sent))  # late, of the old address
    assert case.recipient(0)["delivery"]["email"] is None
    assert right.sign(link).status == 303
    software.wait_state(case.id, "completed")
    assert len(_events(case)) == 1
    assert len(_told(platform, wrong)) == 1
    log = function_log(platform, "record_bounce")
    assert case.id in log
    assert wrong.email not in log


def test_an_event_that_is_nobody_s_is_harmless(platform: LocalStack) -> None:
    """Of other software, or of a request that never was."""
    unknown = [
        {"Name": "firm", "Value": "frm_00000000000000000000000000"},
        {"Name": "request", "Value": "sr_00000000000000000000000000"},
        {"Name": "recipient", "Value": "rcp_00000000000000000000000000"},
        {"Name": "link", "Value": "1"},
        {"Name": "notice", "Value": "00000001-000-invitation"},
    ]
    for tags in (unknown, []):
        sent = {
            "Destination": {"ToAddresses": ["x@client.example"]},
            "FromEmailAddress": "signature@cabinet.example",
            "EmailTags": tags,
        }
        assert invoke(platform, "RecordBounceFunction", _bounce(sent)) is None
