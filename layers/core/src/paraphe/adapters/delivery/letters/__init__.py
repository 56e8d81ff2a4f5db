"""Makes mails and SMS; their words are in `to_recipients`, `to_senders`, `sms` (P14, P17, P25)."""

import functools
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from paraphe import locales
from paraphe.adapters.delivery.letters import to_staff
from paraphe.adapters.delivery.letters.letter import Letter
from paraphe.adapters.delivery.letters.sms import code_text, mobile_text, seal_code_text
from paraphe.adapters.delivery.letters.to_recipients import to_recipient
from paraphe.adapters.delivery.letters.to_senders import to_sender
from paraphe.domain.firms.firm import Firm
from paraphe.domain.firms.invitation import Invitation
from paraphe.domain.requests.model import Notice, SignatureRequest
from paraphe.domain.requests.recipient import Recipient
from paraphe.locales import Texts
from paraphe.ports.delivery import Attachment, Mail

if TYPE_CHECKING:
    from jinja2 import Environment


MAX_SUBJECT = 150
# Where staff accept an invitation, in the portal.
JOIN = "/invitations/"

__all__ = ["Letters"]


class Letters:
    """Keeps `ports.Letters`.

    Args:
        base_url: gives what links begin with, without a slash at the end; asked for when a link
            is written, so that who sends only SMS needs none.
        portal_url: likewise, what links into the portal begin with.

    """

    def __init__(self, base_url: Callable[[], str], portal_url: Callable[[], str]) -> None:
        self._base_url = base_url
        self._portal_url = portal_url

    def mail(
        self,
        notice: Notice,
        request: SignatureRequest,
        recipient: Recipient | None,
        link: str | None,
        attachments: Sequence[Attachment],
        now: datetime,  # noqa: ARG002 (the port's; no letter speaks of today)
    ) -> Mail:
        """Write the mail that a notice owes.

        Args:
            notice: what it is about.
            request: as it stands.
            recipient: the reader; None means the sender.
            link: the token of the recipient's link.
            attachments: the signed originals, if they fit.
            now: the instant.

        """
        reader = recipient or request.sender
        words = locales.texts(reader.locale)
        address = f"{self._base_url()}/s/{link}" if link else None
        if recipient is None:
            letter = to_sender(notice, request, words, attached=bool(attachments))
        else:
            letter = to_recipient(
                notice.kind, request, recipient, words, attached=bool(attachments)
            )
        if request.is_test:
            letter = _as_test(letter, words)
        text, html = laid_out(letter, words, address)
        return Mail(
            to_name=one_line(reader.name),
            to_address=reader.email,
            subject=one_line(letter.subject)[:MAX_SUBJECT],
            text=text,
            html=html,
            attachments=tuple(attachments),
            reference=notice.id,
        )

    def staff_invitation(self, invited: Invitation, firm: Firm, token: str) -> Mail:
        """Write the mail that invites somebody to be a member of a firm."""
        words = locales.texts(invited.locale)
        letter = to_staff.invitation(invited, firm, words)
        address = f"{self._portal_url()}{JOIN}{token}"
        values = {"letter": letter, "link": address, "words": words, "t": words.t}
        return Mail(
            to_name=one_line(invited.name),
            to_address=invited.email,
            subject=one_line(letter.subject)[:MAX_SUBJECT],
            text=_tidy(_environment().get_template("mail.txt").render(values)),
            html=_environment().get_template("mail.html").render(values),
            reference=invited.id,
        )

    def code_sms(self, request: SignatureRequest, recipient: Recipient, code: str) -> str:
        """Write the SMS that carries a code: one message of at most 160 GSM-7 characters."""
        words = locales.texts(recipient.locale)
        if recipient.authorised_by is not None:
            count = len(request.documents)
            return seal_code_text(words, request.shown_firm, code, request.otp_minutes, count)
        return code_text(words, request.shown_firm, code, request.otp_minutes)

    def mobile_sms(self, firm: Firm, code: str) -> str:
        """Write the SMS by which a member proves their mobile (P1)."""
        return mobile_text(locales.texts(firm.locale), firm.name, code)


def _as_test(letter: Letter, words: Texts) -> Letter:
    """Say of a letter, first of all and in its subject, that all of it is only a test."""
    warning = words.t("This is only a test: nothing is signed, nothing binds anybody.")
    return replace(
        letter,
        subject=f"[TEST] {letter.subject}",
        title=f"TEST – {letter.title}",
        paragraphs=(warning, *letter.paragraphs),
    )


def laid_out(letter: "Letter", words: "locales.Texts", link: str | None) -> tuple[str, str]:
    """Write a letter as text and as HTML, with a button to `link` if it has one."""
    values = {"letter": letter, "link": link, "words": words, "t": words.t}
    text = _tidy(_environment().get_template("mail.txt").render(values))
    return text, _environment().get_template("mail.html").render(values)


@functools.cache
def _environment() -> "Environment":
    from jinja2 import (  # noqa: PLC0415 (slow, and no SMS needs it)
        Environment,
        FileSystemLoader,
        StrictUndefined,
        select_autoescape,
    )

    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def one_line(text: str) -> str:
    """Make a text fit into one header line: no line breaks, no control characters."""
    kept = "".join(c if c.isprintable() or c == locales.NBSP else " " for c in text)
    return " ".join(part for part in kept.split(" ") if part)


def _tidy(text: str) -> str:
    """Take out doubled empty lines and the spaces at ends of lines."""
    lines: list[str] = []
    for line in text.strip().splitlines():
        if line.strip() or (lines and lines[-1]):
            lines.append(line.rstrip())
    return "\n".join(lines) + "\n"
