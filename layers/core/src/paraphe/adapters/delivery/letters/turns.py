"""What people are told whose turn it is: to sign, to approve, to read (P5, P9, P14)."""

from dataclasses import dataclass, replace

from paraphe.adapters.delivery.letters.letter import Letter, firm_of, names, who
from paraphe.domain.requests.model import SignatureRequest
from paraphe.domain.requests.recipient import Recipient, Role
from paraphe.locales import Texts


def mark(message: str) -> str:
    """Note a text for the catalogue; it is translated where it is shown."""
    return message


@dataclass(frozen=True, slots=True)
class _Words:
    """What differs by role; each is a text of the catalogue."""

    action: str
    until: str
    after: tuple[str, ...]
    invitation: tuple[str, str]
    relaunched: tuple[str, str]
    reminder: tuple[str, str]


_YOURS = mark("This link is yours alone: do not forward this e-mail.")
_DECLINE = mark("You can also decline, with a reason, on the same page.")
_SIGNER = _Words(
    action=mark("Read and sign"),
    until=mark("You can sign until {deadline}."),
    after=(
        mark("Have your mobile at hand: a code will be sent to it by SMS."),
        _DECLINE,
        _YOURS,
    ),
    invitation=(mark("To sign: {title} ({firm})"), mark("Documents to sign")),
    relaunched=(
        mark("More time to sign: {title} ({firm})"),
        mark("You have more time to sign"),
    ),
    reminder=(
        mark("Reminder, to sign: {title} ({firm})"),
        mark("These documents wait for your signature"),
    ),
)
_APPROVER = _Words(
    action=mark("Read and approve"),
    until=mark("You can approve until {deadline}."),
    after=(
        mark("You will be asked for the last 4 digits of your mobile number."),
        _DECLINE,
        _YOURS,
    ),
    invitation=(mark("To approve: {title} ({firm})"), mark("Documents to approve")),
    relaunched=(
        mark("More time to approve: {title} ({firm})"),
        mark("You have more time to approve"),
    ),
    reminder=(
        mark("Reminder, to approve: {title} ({firm})"),
        mark("These documents wait for your approval"),
    ),
)
_VIEWER = _Words(
    action=mark("Read"),
    until="",
    after=(
        mark("There is nothing to sign. We will write to you when everybody has signed."),
        _YOURS,
    ),
    invitation=(mark("To read: {title} ({firm})"), mark("Documents to read")),
    # Nobody waits for a viewer, so neither is ever owed to one.
    relaunched=(mark("To read: {title} ({firm})"), mark("Documents to read")),
    reminder=(mark("To read: {title} ({firm})"), mark("Documents to read")),
)
_OF_ROLE = {Role.APPROVER: _APPROVER, Role.VIEWER: _VIEWER}


def invitation(request: SignatureRequest, recipient: Recipient, words: Texts) -> Letter:
    """Write to somebody whose turn has come."""
    said = _said(recipient)
    return _letter(request, recipient, words, *said.invitation)


def relaunched(request: SignatureRequest, recipient: Recipient, words: Texts) -> Letter:
    """Tell of the new deadline."""
    more = words.t("The sender has extended the deadline.")
    return _letter(request, recipient, words, *_said(recipient).relaunched, more=more)


def reminder(request: SignatureRequest, recipient: Recipient, words: Texts) -> Letter:
    """Write again to who is waited for."""
    return _letter(request, recipient, words, *_said(recipient).reminder)


def _said(recipient: Recipient) -> _Words:
    return _OF_ROLE.get(recipient.role, _SIGNER)


def _asks(request: SignatureRequest, recipient: Recipient, words: Texts) -> str:
    count = len(request.documents)
    values = {"who": who(request, words), "title": request.title}
    if recipient.role is Role.APPROVER:
        return words.tn(
            "{who} asks you to approve {count} document: {title}.",
            "{who} asks you to approve {count} documents: {title}.",
            count,
            **values,
        )
    if recipient.role is Role.VIEWER:
        return words.tn(
            "{who} gives you {count} document to read: {title}.",
            "{who} gives you {count} documents to read: {title}.",
            count,
            **values,
        )
    return words.tn(
        "{who} asks you to sign {count} document: {title}.",
        "{who} asks you to sign {count} documents: {title}.",
        count,
        **values,
    )


def _letter(
    request: SignatureRequest,
    recipient: Recipient,
    words: Texts,
    subject: str,
    title: str,
    *,
    more: str = "",
) -> Letter:
    said, t = _said(recipient), words.t
    deadline = words.instant(request.deadline) if request.deadline else ""
    opening = _asks(request, recipient, words)
    until = t(said.until, deadline=deadline) if said.until else ""
    return replace(
        Letter(
            subject=t(subject, title=request.title, firm=firm_of(request)),
            title=t(title),
            greeting=t("Hello {name},", name=recipient.name),
            paragraphs=tuple(part for part in (opening, more, until) if part),
            firm=firm_of(request),
        ),
        quote=request.message,
        documents=names(request),
        action=t(said.action),
        after=tuple(t(part) for part in said.after),
    )
