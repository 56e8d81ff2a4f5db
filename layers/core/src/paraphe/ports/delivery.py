"""Mails and short messages, and what limits them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from paraphe.domain.delivery.budgets import Budget
from paraphe.domain.firms.firm import Firm
from paraphe.domain.firms.invitation import Invitation
from paraphe.domain.requests.model import Notice, SignatureRequest
from paraphe.domain.requests.recipient import Recipient
from paraphe.ports.requests import RequestRef


class Limits(Protocol):
    """Counters of what was sent; each dies with its day."""

    def take(self, budgets: Sequence[Budget]) -> Budget | None:
        """Take from all of them, or from none: then give the first that has not so much left.

        Conditional writes decide, so no budget is ever overdrawn. Raises TransientError.
        """
        ...


class PhoneRefusedError(Exception):
    """The carrier refuses this number for good."""


class Sms(Protocol):
    """Short messages."""

    def send(self, phone: str, text: str) -> None:
        """Send. Raises PhoneRefusedError when the number can never work."""
        ...


# The tag `recipient` of mails to the sender.
SENDER_TAG = "sender"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a mail."""

    filename: str
    content: bytes
    media_type: str = "application/pdf"


@dataclass(frozen=True, slots=True)
class Mail:
    """One message to one person, text and HTML.

    `tags` come back with what the mail service tells of it later: ids, nothing personal.
    """

    to_name: str
    to_address: str
    subject: str
    text: str
    html: str
    attachments: Sequence[Attachment] = ()
    reference: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A row of the outbox that could not be delivered, as the store gives it to a delivery.

    `image` is the row as the table's stream would show it; `attempts` counts failed deliveries.
    """

    image: Mapping[str, Any]
    ref: RequestRef
    notice: Notice
    attempts: int


class Outbox(Protocol):
    """Rows of the outbox whose delivery failed, and when each is tried again."""

    def postpone(self, ref: RequestRef, notice_id: str, attempts: int, at: datetime) -> None:
        """Have a row tried again at `at`."""
        ...

    def overdue(self, now: datetime, limit: int) -> tuple[Undelivered, ...]:
        """Return rows to be tried again, most overdue first."""
        ...

    def settle(self, ref: RequestRef, notice_id: str, given_up_at: datetime | None = None) -> None:
        """Try a row no more: it was delivered, or given up."""
        ...


class Mailer(Protocol):
    """E-mail."""

    def send(self, mail: Mail) -> None:
        """Hand over to the mail service."""
        ...


class Letters(Protocol):
    """The wording of mails and SMS, in the reader's language."""

    def mail(
        self,
        notice: Notice,
        request: SignatureRequest,
        recipient: Recipient | None,
        link: str | None,
        attachments: Sequence[Attachment],
        now: datetime,
    ) -> Mail:
        """Write the mail that a notice owes; `recipient` None means the sender."""
        ...

    def staff_invitation(self, invited: Invitation, firm: Firm, token: str) -> Mail:
        """Write the mail that invites somebody to be a member of a firm."""
        ...

    def code_sms(self, request: SignatureRequest, recipient: Recipient, code: str) -> str:
        """Write the SMS that carries a code."""
        ...

    def mobile_sms(self, firm: Firm, code: str) -> str:
        """Write the SMS by which a member proves their mobile (P1)."""
        ...


class DeliveryServices(Protocol):
    """This part's place in `paraphe.services.Services`."""

    @property
    def limits(self) -> Limits:
        """The counters of what was sent."""
        ...

    def notice_of(self, image: Mapping[str, Any]) -> tuple[RequestRef, Notice]:
        """Read a notice from the `NewImage` of a record of the table's stream."""
        ...

    @property
    def sms(self) -> Sms:
        """What sends SMS."""
        ...

    @property
    def mailer(self) -> Mailer:
        """What sends mails."""
        ...

    @property
    def letters(self) -> Letters:
        """The wording of messages."""
        ...

    @property
    def outbox(self) -> Outbox:
        """Notices whose delivery failed."""
        ...
