"""What recipients are told, in their own language."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from paraphe.adapters.delivery.letters import turns
from paraphe.adapters.delivery.letters.letter import Letter, firm_of, names, who
from paraphe.domain.requests.model import NoticeKind, SignatureRequest
from paraphe.domain.requests.recipient import Recipient, Role
from paraphe.domain.signing import batch_seal
from paraphe.locales import Texts


@dataclass(frozen=True, slots=True)
class _Case:
    request: SignatureRequest
    recipient: Recipient
    attached: bool
    words: Texts

    @property
    def deadline(self) -> str:
        return self.words.instant(self.request.deadline) if self.request.deadline else ""

    def letter(self, subject: str, title: str, *paragraphs: str) -> Letter:
        return Letter(
            subject=subject,
            title=title,
            greeting=self.words.t("Hello {name},", name=self.recipient.name),
            paragraphs=paragraphs,
            firm=firm_of(self.request),
        )


def to_recipient(
    kind: NoticeKind,
    request: SignatureRequest,
    recipient: Recipient,
    words: Texts,
    *,
    attached: bool,
) -> Letter:
    """Write to who signs, approves, reads or gets a copy."""
    # What goes to senders only (a locked link) would tell a recipient no more than a fault does.
    return _WRITERS.get(kind, _failed)(_Case(request, recipient, attached, words))


def _invitation(case: _Case) -> Letter:
    return turns.invitation(case.request, case.recipient, case.words)


def _relaunched(case: _Case) -> Letter:
    return turns.relaunched(case.request, case.recipient, case.words)


def _reminder(case: _Case) -> Letter:
    return turns.reminder(case.request, case.recipient, case.words)


def _completed(case: _Case) -> Letter:
    t, tn = case.words.t, case.words.tn
    count = len(case.request.documents)
    until = case.request.retention_until
    opening = (
        t("Here is your copy of what was signed: {title}.", title=case.request.title)
        if case.recipient.role in {Role.CC, Role.VIEWER}
        else t("Everybody has signed: {title}.", title=case.request.title)
    )
    where = (
        tn("The signed original is attached.", "The {count} signed originals are attached.", count)
        if case.attached
        else tn(
            "The signed original is too large for an e-mail: download it with the button.",
            "The signed originals are too large for an e-mail: download them with the button.",
            count,
        )
    )
    kept = t("You can download until {until}.", until=case.words.instant(until)) if until else ""
    values = {"title": case.request.title, "firm": firm_of(case.request)}
    letter = case.letter(
        t("Signed: {title} ({firm})", **values), t("Signed by everybody"), opening, where
    )
    if batch_seal.batch_seal(case.request) is not None:
        letter = case.letter(
            t("Sealed: {title} ({firm})", **values),
            t("Sealed by the firm"),
            t("Here is your copy of what {firm} has sealed: {title}.", **values),
            where,
        )
    return replace(
        letter,
        documents=names(case.request),
        action=t("Download"),
        after=tuple(
            part for part in (kept, t("Keep the PDF itself: a print of it is no proof.")) if part
        ),
    )


def _declined(case: _Case) -> Letter:
    t = case.words.t
    title = case.request.title
    return case.letter(
        t("Ended without signature: {title}", title=title),
        t("The request has ended"),
        t("The request “{title}” was declined, and so has ended.", title=title),
        t("There is nothing more for you to do. Nobody receives a signed document."),
    )


def _expired(case: _Case) -> Letter:
    t = case.words.t
    title = case.request.title
    return case.letter(
        t("Time is over: {title}", title=title),
        t("The time to sign is over"),
        t(
            "The request “{title}” ended on {deadline}, without all signatures.",
            title=title,
            deadline=case.deadline,
        ),
        t("Nobody receives a signed document. If it is still needed, the sender will start again."),
    )


def _canceled(case: _Case) -> Letter:
    t = case.words.t
    title = case.request.title
    return case.letter(
        t("Canceled: {title}", title=title),
        t("The sender has canceled the request"),
        t(
            "{who} has canceled the request “{title}”.",
            who=who(case.request, case.words),
            title=title,
        ),
        t("There is nothing more for you to do. Nobody receives a signed document."),
    )


def _failed(case: _Case) -> Letter:
    # The domain owes this to senders only; a recipient would be told no more than this.
    t = case.words.t
    return case.letter(
        t("Delayed: {title}", title=case.request.title),
        t("A technical problem holds this up"),
        t("Nothing is lost, and what was signed stays signed."),
    )


def _unreachable(case: _Case) -> Letter:
    # The domain owes this to senders only, too.
    t = case.words.t
    return case.letter(
        t("E-mail not received: {title}", title=case.request.title),
        t("An e-mail was not received"),
        t("It concerns the request “{title}”.", title=case.request.title),
    )


_WRITERS: dict[NoticeKind, Callable[[_Case], Letter]] = {
    NoticeKind.INVITATION: _invitation,
    NoticeKind.RELAUNCHED: _relaunched,
    NoticeKind.REMINDER: _reminder,
    NoticeKind.COMPLETED: _completed,
    NoticeKind.DECLINED: _declined,
    NoticeKind.EXPIRED: _expired,
    NoticeKind.CANCELED: _canceled,
    NoticeKind.FAILED: _failed,
    NoticeKind.UNREACHABLE: _unreachable,
}
