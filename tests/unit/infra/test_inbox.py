"""The laptop's inbox shows e-mails as they were sent, whichever way SES was given them."""

from __future__ import annotations

import base64
import json
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

import pytest

from infra.local.inbox import Inbox

if TYPE_CHECKING:
    from pathlib import Path


def put(folder: Path, number: int, content: dict[str, Any], to: str) -> None:
    """Store an e-mail the way the embedded AWS does."""
    request = {
        "FromEmailAddress": "firm@example.test",
        "Destination": {"ToAddresses": [to]},
        "Content": content,
    }
    record = json.dumps({"sent_at": 1_767_225_600.5, "request": request})
    (folder / f"{number}.json").write_text(record, encoding="utf-8")


def raw(message: EmailMessage) -> dict[str, Any]:
    """The content of a raw e-mail."""
    return {"Raw": {"Data": base64.b64encode(message.as_bytes()).decode()}}


def test_a_raw_mail_keeps_its_attachments(tmp_path: Path) -> None:
    """Both bodies, the file and its French name are there."""
    message = EmailMessage()
    message["Subject"] = "Votre document signé"
    message.set_content("Bonjour")
    message.add_alternative("<p>Bonjour</p>", subtype="html")
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="signé.pdf")
    put(tmp_path, 1, raw(message), "client@example.test")
    (mail,) = Inbox(tmp_path, "").mails()
    assert mail.as_json() == {
        "id": "1",
        "sent_at": "2026-01-01T00:00:00.500+00:00",
        "from": "firm@example.test",
        "to": ["client@example.test"],
        "subject": "Votre document signé",
        "text": "Bonjour\n",
        "html": "<p>Bonjour</p>\n",
        "attachments": [{"name": "signé.pdf", "size": 4, "href": "/inbox/1/0"}],
    }
    assert Inbox(tmp_path, "").attachment("1", 0).content == b"%PDF"


def test_a_simple_mail_reads_the_same(tmp_path: Path) -> None:
    """SES's simple form: subject, text, HTML and attachments."""
    content = {
        "Simple": {
            "Subject": {"Data": "Votre code"},
            "Body": {"Text": {"Data": "Bonjour"}, "Html": {"Data": "<p>Bonjour</p>"}},
            "Attachments": [
                {
                    "FileName": "a.pdf",
                    "ContentType": "application/pdf",
                    "RawContent": base64.b64encode(b"%PDF").decode(),
                }
            ],
        }
    }
    put(tmp_path, 1, content, "client@example.test")
    (mail,) = Inbox(tmp_path, "").mails()
    assert (mail.subject, mail.text, mail.html) == ("Votre code", "Bonjour\n", "<p>Bonjour</p>\n")
    assert mail.attachments[0].content == b"%PDF"


def test_mails_come_in_the_order_they_were_sent(tmp_path: Path) -> None:
    """Oldest first."""
    for number in (2, 1, 3):
        put(tmp_path, number, raw(EmailMessage()), f"{number}@example.test")
    assert [mail.to for mail in Inbox(tmp_path, "").mails()] == [
        ("1@example.test",),
        ("2@example.test",),
        ("3@example.test",),
    ]


def test_an_attachment_that_is_not_there(tmp_path: Path) -> None:
    """The inbox answers 404 for it."""
    with pytest.raises(LookupError):
        Inbox(tmp_path, "").attachment("1", 0)
