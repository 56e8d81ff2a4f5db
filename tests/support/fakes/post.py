"""E-mail, SMS and their wording."""

from collections.abc import Sequence
from datetime import datetime

from paraphe.domain.model import Notice, Recipient, SignatureRequest
from paraphe.ports import Attachment, Mail, PhoneRefusedError, TransientError


class FakeSms:
    """Keeps `Sms`.

    Attributes:
        sent: (phone, text) of every message handed over.
        refused: numbers that can never work.
        outages: how many of the next calls fail, as a service that does not answer.

    """

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.refused: set[str] = set()
        self.outages = 0

    def send(self, phone: str, text: str) -> None:
        """Keep `Sms.send`."""
        if self.outages:
            self.outages -= 1
            raise TransientError("the SMS service does not answer")
        if phone in self.refused:
            raise PhoneRefusedError("refused")
        self.sent.append((phone, text))


class FakeMailer:
    """Keeps `Mailer`; `sent` holds every mail."""

    def __init__(self) -> None:
        self.sent: list[Mail] = []

    def send(self, mail: Mail) -> None:
        """Keep `Mailer.send`."""
        self.sent.append(mail)


class FakeLetters:
    """Keeps `Letters`: subject is `<kind> <request id>`, the text is the link or empty."""

    def mail(
        self,
        notice: Notice,
        request: SignatureRequest,
        recipient: Recipient | None,
        link: str | None,
        attachments: Sequence[Attachment],
        now: datetime,
    ) -> Mail:
        """Keep `Letters.mail`."""
        to = recipient if recipient is not None else request.sender
        return Mail(
            to_name=to.name,
            to_address=to.email,
            subject=f"{notice.kind} {request.id}",
            text=link or "",
            html=f"<p>{link or ''} {now.isoformat()}</p>",
            attachments=attachments,
            reference=notice.id,
        )

    def code_sms(self, request: SignatureRequest, recipient: Recipient, code: str) -> str:
        """Keep `Letters.code_sms`."""
        return f"{request.firm_name} ({recipient.locale}): {code}"
