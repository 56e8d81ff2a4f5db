"""`Mailer` on SES v2."""

from __future__ import annotations

import base64
import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from typing import TYPE_CHECKING, Any

from paraphe.adapters.faults import calling
from paraphe.domain.errors import InvalidError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_sesv2 import SESV2Client

    from paraphe.ports.delivery import Attachment, Mail

DEFAULT_NAME = "Paraphe"
MAX_MESSAGE_BYTES = 40 * 1024 * 1024
_UNSAFE = re.compile(r"[^0-9A-Za-z._-]")


class SesMailer:
    """Keeps `Mailer`.

    Args:
        client: SES v2.
        sender: the From header, an address or `Name <address>`.
        configuration_set: its name, or empty.

    """

    def __init__(self, client: SESV2Client, sender: str, configuration_set: str = "") -> None:
        self._client = client
        self._sender = sender
        self._configuration_set = configuration_set

    def send(self, mail: Mail) -> None:
        """Keep `Mailer.send`.

        Raises:
            InvalidError: `mail_too_large`, over 40 MB when encoded.
            TransientError: SES did not answer, or has had enough for now.
            ServiceRefusedError: SES refuses the message or an address for good.

        """
        message = compose(mail, self._sender)
        raw = written(message, mail.attachments)
        if len(raw) > MAX_MESSAGE_BYTES:
            raise InvalidError("mail_too_large", "The message is larger than 40 MB.")
        optional: dict[str, Any] = {}
        if self._configuration_set:
            optional["ConfigurationSetName"] = self._configuration_set
        if mail.tags:
            optional["EmailTags"] = [{"Name": n, "Value": v} for n, v in sorted(mail.tags.items())]
        with calling("ses:SendEmail"):
            self._client.send_email(
                FromEmailAddress=str(message["From"]),
                Destination={"ToAddresses": [mail.to_address]},
                Content={"Raw": {"Data": raw}},
                **optional,
            )


def written(message: EmailMessage, attachments: Sequence[Attachment]) -> bytes:
    """Write a message with its attachments, which are encoded apart.

    The standard library's generator goes through an attachment line by line, several times.
    """
    if not attachments:
        return message.as_bytes()
    message.make_mixed()
    head, closing, tail = message.as_bytes().rpartition(f"--{message.get_boundary()}--".encode())
    opening = closing.removesuffix(b"--") + b"\r\n"
    parts = b"".join(opening + _part(attachment) for attachment in attachments)
    return head + parts + closing + tail


def _part(attachment: Attachment) -> bytes:
    part = EmailMessage(policy=SMTP)
    part["Content-Type"] = attachment.media_type
    part["Content-Transfer-Encoding"] = "base64"
    part.add_header("Content-Disposition", "attachment", filename=_line(attachment.filename))
    encoded = base64.encodebytes(attachment.content).replace(b"\n", b"\r\n")
    return part.as_bytes() + encoded


def compose(mail: Mail, sender: str) -> EmailMessage:
    """Write the MIME message without its attachments: text and HTML.

    A message with a reference keeps its Message-ID when it is sent again, so that mailboxes can
    tell the copies are one. `Auto-Submitted` keeps absence notes away (RFC 3834 §5).

    Raises:
        ValueError: an address cannot be one (header injection included).

    """
    name, address = parseaddr(sender)
    message = EmailMessage(policy=SMTP)
    message["From"] = _address(name or DEFAULT_NAME, address)
    message["To"] = _address(mail.to_name, mail.to_address)
    message["Subject"] = _line(mail.subject)
    message["Auto-Submitted"] = "auto-generated"
    if mail.reference:
        identity = _UNSAFE.sub(".", mail.reference)
        message["Message-ID"] = f"<{identity}@{address.rpartition('@')[2]}>"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    return message


def _address(name: str, address: str) -> Address:
    try:
        return Address(display_name=_line(name), addr_spec=address)
    except Exception:  # noqa: BLE001 - the parser's own errors quote the address
        raise ValueError("this address cannot be written to") from None


def _line(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text).strip()
