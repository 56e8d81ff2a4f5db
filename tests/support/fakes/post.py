"""E-mail, SMS and their wording."""

from collections.abc import Sequence
from datetime import datetime
from threading import Lock

from paraphe.adapters.dynamodb.rows import notice_item
from paraphe.domain.firms.firm import Firm
from paraphe.domain.firms.invitation import Invitation
from paraphe.domain.requests.model import Notice, SignatureRequest
from paraphe.domain.requests.recipient import Recipient
from paraphe.ports.delivery import Attachment, Mail, PhoneRefusedError, Undelivered
from paraphe.ports.requests import RequestRef
from paraphe.ports.system import TransientError


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
    """Keeps `Mailer`; `sent` holds every mail.

    Attributes:
        sent: every mail handed over.
        outages: how many of the next calls fail, as a service that does not answer.

    """

    def __init__(self) -> None:
        self.sent: list[Mail] = []
        self.outages = 0
        self._lock = Lock()

    def send(self, mail: Mail) -> None:
        """Keep `Mailer.send`; from any thread."""
        with self._lock:
            fails = self.outages > 0
            self.outages -= fails
        if fails:
            raise TransientError("the mail service does not answer")
        self.sent.append(mail)


class FakeOutbox:
    """Keeps `Outbox`, over the notices of a `FakeRequests`.

    Attributes:
        due: when each failed notice is tried again, and how often it has failed.
        given_up: those that are not tried any more.
        outages: how many of the next writes fail.

    """

    def __init__(self, notices: Sequence[tuple[RequestRef, Notice]]) -> None:
        self._notices = notices
        self.due: dict[tuple[RequestRef, str], tuple[datetime, int]] = {}
        self.given_up: set[str] = set()
        self.outages = 0

    def postpone(self, ref: RequestRef, notice_id: str, attempts: int, at: datetime) -> None:
        """Keep `Outbox.postpone`."""
        if self.outages:
            self.outages -= 1
            raise TransientError("the table does not answer")
        self.due[ref, notice_id] = (at, attempts)

    def overdue(self, now: datetime, limit: int) -> tuple[Undelivered, ...]:
        """Keep `Outbox.overdue`."""
        ready = [(key, *entry) for key, entry in self.due.items() if entry[0] <= now]
        ready.sort(key=lambda found: found[1])
        return tuple(self._row(*key, attempts) for key, _, attempts in ready[:limit])

    def settle(self, ref: RequestRef, notice_id: str, given_up_at: datetime | None = None) -> None:
        """Keep `Outbox.settle`."""
        del self.due[ref, notice_id]
        if given_up_at is not None:
            self.given_up.add(notice_id)

    def _row(self, ref: RequestRef, notice_id: str, attempts: int) -> Undelivered:
        (notice,) = (n for owner, n in self._notices if (owner, n.id) == (ref, notice_id))
        image = {
            **notice_item(ref, notice),
            "PK": {"S": f"F#{ref.firm_id}#R#{ref.request_id}"},
            "SK": {"S": f"O#{notice.id}"},
        }
        return Undelivered(image, ref, notice, attempts)


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

    def staff_invitation(self, invited: Invitation, firm: Firm, token: str) -> Mail:
        """Keep `Letters.staff_invitation`."""
        subject = f"{firm.name} invites"
        return Mail(invited.name, invited.email, subject, text=token, html=f"<p>{token}</p>")

    def mobile_sms(self, firm: Firm, code: str) -> str:
        """Keep `Letters.mobile_sms`."""
        return f"{firm.name} {code}"

    def code_sms(self, request: SignatureRequest, recipient: Recipient, code: str) -> str:
        """Keep `Letters.code_sms`."""
        return f"{request.firm_name} ({recipient.locale}): {code}"
