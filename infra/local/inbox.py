"""Reads back what the platform sent on a laptop: e-mails (as they were sent) and SMS."""

from __future__ import annotations

import base64
import html
import json
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with an e-mail."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """One accepted e-mail."""

    id: str
    sent_at: datetime
    sender: str
    to: tuple[str, ...]
    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...]

    def as_json(self) -> dict[str, Any]:
        """What `/inbox.json` says of it; `href` is relative to the site's root."""
        return {
            "id": self.id,
            "sent_at": self.sent_at.isoformat(timespec="milliseconds"),
            "from": self.sender,
            "to": list(self.to),
            "subject": self.subject,
            "text": self.text,
            "html": self.html,
            "attachments": [
                {
                    "name": attachment.name,
                    "size": len(attachment.content),
                    "href": f"/inbox/{self.id}/{number}",
                }
                for number, attachment in enumerate(self.attachments)
            ],
        }


@dataclass(frozen=True, slots=True)
class Sms:
    """One text message."""

    to: str
    text: str

    def as_json(self) -> dict[str, Any]:
        """What `/inbox.json` says of it."""
        return {"to": self.to, "text": self.text}


@dataclass(frozen=True, slots=True)
class Inbox:
    """All that the platform sent so far.

    Attributes:
        mail_dir: where `infra.local.emulator_main` keeps e-mails.
        endpoint: the embedded AWS, which keeps the SMS.
    """

    mail_dir: Path
    endpoint: str

    def mails(self) -> list[Mail]:
        """Every e-mail, oldest first."""
        return [_read(path) for path in sorted(self.mail_dir.glob("*.json"))]

    def sms(self) -> list[Sms]:
        """Every SMS; those to one number are in their order."""
        with urllib.request.urlopen(f"{self.endpoint}/_ministack/sns/sms-messages") as answer:
            by_number = json.load(answer)["sms_messages"]
        return [
            Sms(to=number, text=record["Message"])
            for number, records in by_number.items()
            for record in records
        ]

    def attachment(self, mail_id: str, number: int) -> Attachment:
        """One attachment.

        Raises:
            LookupError: there is no such mail or attachment.
        """
        for mail in self.mails():
            if mail.id == mail_id:
                return mail.attachments[number]
        raise LookupError(mail_id)

    def as_json(self) -> dict[str, Any]:
        """The document behind `/inbox.json`."""
        return {
            "mails": [mail.as_json() for mail in self.mails()],
            "sms": [sms.as_json() for sms in self.sms()],
        }

    def page(self) -> str:
        """The page behind `/inbox`."""
        mails = "".join(_mail_html(mail.as_json()) for mail in reversed(self.mails()))
        texts = "".join(
            f"<li><b>{html.escape(sms.to)}</b> {html.escape(sms.text)}</li>"
            for sms in reversed(self.sms())
        )
        return _PAGE.format(
            mails=mails or "<p>None yet.</p>",
            sms=f"<ul>{texts}</ul>" if texts else "<p>None yet.</p>",
        )


def _read(path: Path) -> Mail:
    record = json.loads(path.read_text(encoding="utf-8"))
    request = record["request"]
    destination = request.get("Destination", {})
    sent_at = datetime.fromtimestamp(record["sent_at"], tz=UTC)
    recipients = [
        address
        for kind in ("ToAddresses", "CcAddresses", "BccAddresses")
        for address in destination.get(kind, [])
    ]
    message = _message(request.get("Content", {}))
    text = message.get_body(("plain",))
    rich = message.get_body(("html",))
    return Mail(
        id=path.stem,
        sent_at=sent_at,
        sender=request.get("FromEmailAddress", "") or str(message["From"] or ""),
        to=tuple(recipients or [str(message["To"] or "")]),
        subject=str(message["Subject"] or ""),
        text=text.get_content() if text is not None else "",
        html=rich.get_content() if rich is not None else "",
        attachments=tuple(_attachment(part) for part in message.iter_attachments()),
    )


def _attachment(part: EmailMessage) -> Attachment:
    content = part.get_payload(decode=True)
    return Attachment(
        name=part.get_filename() or "attachment",
        media_type=part.get_content_type(),
        content=content if isinstance(content, bytes) else b"",
    )


def _message(content: dict[str, Any]) -> EmailMessage:
    """The e-mail itself, whichever way SES was given it."""
    if "Raw" in content:
        raw = base64.b64decode(content["Raw"]["Data"])
        return message_from_bytes(raw, EmailMessage, policy=policy.default)
    simple = content.get("Simple", {})
    message = EmailMessage()
    message["Subject"] = simple.get("Subject", {}).get("Data", "")
    body = simple.get("Body", {})
    message.set_content(body.get("Text", {}).get("Data", ""))
    if "Html" in body:
        message.add_alternative(body["Html"]["Data"], subtype="html")
    for attachment in simple.get("Attachments", []):
        main, _, sub = attachment.get("ContentType", "application/octet-stream").partition("/")
        message.add_attachment(
            base64.b64decode(attachment["RawContent"]),
            maintype=main,
            subtype=sub,
            filename=attachment["FileName"],
        )
    return message


def _mail_html(mail: dict[str, Any]) -> str:
    files = "".join(
        f'<li><a href="{html.escape(file["href"])}">{html.escape(file["name"])}</a>'
        f" ({file['size']:,} bytes)</li>"
        for file in mail["attachments"]
    )
    return _MAIL.format(
        to=html.escape(", ".join(mail["to"])),
        sender=html.escape(mail["from"]),
        sent_at=html.escape(mail["sent_at"]),
        subject=html.escape(mail["subject"]),
        text=html.escape(mail["text"]),
        rich=html.escape(mail["html"], quote=True),
        files=f"<ul>{files}</ul>" if files else "",
    )


_MAIL = """<details>
<summary><b>{subject}</b><br><small>to {to} · from {sender} · {sent_at}</small></summary>
{files}
<iframe title="The e-mail as its reader sees it"
  sandbox="allow-popups allow-popups-to-escape-sandbox"
  srcdoc="&lt;base target=_blank&gt;{rich}"></iframe>
<details><summary>Plain text</summary><pre>{text}</pre></details>
</details>"""

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Inbox · Paraphe on a laptop</title>
<meta name="viewport" content="width=device-width,initial-scale=1">
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem;
  color: #1c2430 }}
details {{ border: 1px solid #cfd6df; border-radius: 6px; margin: .5rem 0; padding: .6rem .8rem }}
summary {{ cursor: pointer }}
iframe {{ width: 100%; height: 32rem; border: 0; background: #fff; margin-top: .6rem }}
pre {{ white-space: pre-wrap }}
small {{ color: #55606e }}
</style></head>
<body><h1>Inbox</h1>
<p>Everything that this platform sent, to anybody. Nothing leaves this machine.
<a href="/inbox">Reload</a></p>
<h2>SMS</h2>{sms}
<h2>E-mails</h2>{mails}
</body></html>"""
