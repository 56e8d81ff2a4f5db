"""What senders are told, in their own language."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from paraphe.adapters.delivery.letters.letter import Letter, firm_of, names
from paraphe.domain.delivery import bounces
from paraphe.domain.requests import endings, signing_order
from paraphe.domain.requests.model import Notice, NoticeKind, SignatureRequest
from paraphe.domain.requests.recipient import DeliveryState, Role
from paraphe.domain.signing import batch_seal, phone_check
from paraphe.locales import Texts


@dataclass(frozen=True, slots=True)
class _Case:
    request: SignatureRequest
    attached: bool
    words: Texts
    about: str | None

    @property
    def is_batch(self) -> bool:
        return batch_seal.batch_seal(self.request) is not None

    def letter(self, subject: str, title: str, *paragraphs: str) -> Letter:
        return Letter(
            subject=subject,
            title=title,
            greeting=self.words.t("Hello {name},", name=self.request.sender.name),
            paragraphs=paragraphs,
            firm=firm_of(self.request),
        )


def to_sender(notice: Notice, request: SignatureRequest, words: Texts, *, attached: bool) -> Letter:
    """Write to who prepared the request."""
    return _WRITERS.get(notice.kind, _news)(_Case(request, attached, words, notice.about))


def _completed(case: _Case) -> Letter:
    t, tn = case.words.t, case.words.tn
    request = case.request
    people = ", ".join(r.name for r in signing_order.signers(request))
    where = (
        tn(
            "The signed original is attached.",
            "The {count} signed originals are attached.",
            len(request.documents),
        )
        if case.attached
        else t("The signed originals are too large for an e-mail: fetch them with your software.")
    )
    until = request.retention_until
    kept = t("You can fetch them until {until}.", until=case.words.instant(until)) if until else ""
    letter = (
        case.letter(
            t("Sealed: {title}", title=request.title),
            t("Sealed by the firm"),
            t("“{title}” bears the seal of {firm}.", title=request.title, firm=firm_of(request)),
            where,
        )
        if case.is_batch
        else case.letter(
            t("Signed by everybody: {title}", title=request.title),
            t("Signed by everybody"),
            t("“{title}” is signed by {people}.", title=request.title, people=people),
            where,
        )
    )
    return replace(
        letter,
        documents=names(request),
        after=tuple(
            part for part in (kept, t("Keep the PDF itself: a print of it is no proof.")) if part
        ),
    )


def _declined(case: _Case) -> Letter:
    t = case.words.t
    title = case.request.title
    by = endings.declined_by(case.request)
    values = {"name": by.name if by else "", "title": title}
    letter = (
        case.letter(
            t("Declined: {title}", title=title),
            t("An approver has declined"),
            t("{name} has declined to approve “{title}”.", **values),
        )
        if by and by.role is Role.APPROVER
        else case.letter(
            t("Declined: {title}", title=title),
            t("A signer has declined"),
            t("{name} has declined to sign “{title}”.", **values),
        )
    )
    ended = t("The request has ended. Nobody receives a signed document, you included.")
    return replace(letter, quote=(by.decline_reason or "") if by else "", after=(ended,))


def _expired(case: _Case) -> Letter:
    t = case.words.t
    request = case.request
    deadline = case.words.instant(request.deadline) if request.deadline else ""
    if case.is_batch:
        return case.letter(
            t("Time is over: {title}", title=request.title),
            t("The time to seal is over"),
            t(
                "The request “{title}” ended on {deadline}, without the firm’s seal.",
                title=request.title,
                deadline=deadline,
            ),
            t("It was not confirmed by a code. To try again, make a new request."),
        )
    waited = [r for r in signing_order.deciders(request) if r.state not in signing_order.DONE]
    missing = ", ".join(r.name for r in waited)
    return case.letter(
        t("Time is over: {title}", title=request.title),
        t("The time to sign is over"),
        t(
            "The request “{title}” ended on {deadline}, without all signatures.",
            title=request.title,
            deadline=deadline,
        ),
        t("Not signed or approved by: {people}.", people=missing)
        if any(r.role is Role.APPROVER for r in waited)
        else t("Not signed by: {people}.", people=missing),
        t("Nobody receives a signed document. To try again, make a new request."),
    )


def _canceled(case: _Case) -> Letter:
    t = case.words.t
    title = case.request.title
    if case.is_batch:
        return case.letter(
            t("Canceled: {title}", title=title),
            t("The request is canceled"),
            t("As asked, the request “{title}” is canceled.", title=title),
            t("Nothing was sealed."),
        )
    return case.letter(
        t("Canceled: {title}", title=title),
        t("The request is canceled"),
        t("As asked, the request “{title}” is canceled.", title=title),
        t("Those who had been asked to sign are told. Nobody receives a signed document."),
    )


def _failed(case: _Case) -> Letter:
    t = case.words.t
    title = case.request.title
    return case.letter(
        t("Delayed: {title}", title=title),
        t("A technical problem holds this up"),
        t("The request “{title}” stopped because of a technical problem.", title=title),
        t("Nothing is lost, and what was signed stays signed. It can be resumed where it stood."),
    )


def _link_locked(case: _Case) -> Letter:
    t = case.words.t
    title = case.request.title
    people = ", ".join(
        r.name for r in phone_check.locked(case.request) if case.about in {None, r.id}
    )
    return replace(
        case.letter(
            t("Link locked for a time: {title}", title=title),
            t("Wrong digits were typed 5 times"),
            t(
                "Behind the link of {people}, the last 4 digits of the mobile number were typed "
                "wrongly 5 times (“{title}”).",
                people=people,
                title=title,
            ),
            t("Nothing is signed. The link takes no more tries for a time, then works again."),
        ),
        after=(
            t(
                "If it was them: check the mobile number that you gave. When you correct it, they "
                "get a new link at once."
            ),
            t(
                "If not, somebody else has this link: correct the e-mail address, and it stops "
                "working."
            ),
        ),
    )


def _unreachable(case: _Case) -> Letter:
    t, request = case.words.t, case.request
    who = next((r for r in request.recipients if r.id == case.about), None)
    if who is None:
        return _news(case)
    values = {"name": who.name, "address": who.email}
    unwanted = who.delivery is not None and who.delivery.state is DeliveryState.COMPLAINED
    what = (
        t("{name} ({address}) has reported our e-mail as unwanted.", **values)
        if unwanted
        else t("The e-mail to {name} ({address}) did not arrive.", **values)
    )
    advice = (
        t("Correct the address with your software: it is sent again, with a new link.")
        if bounces.can_be_corrected(request, who)
        else t("It is too late to correct the address: reach {name} in another way.", **values)
    )
    return case.letter(
        t("E-mail not received: {title}", title=request.title),
        t("An e-mail was not received"),
        what,
        t("It concerns the request “{title}”.", title=request.title),
        advice,
    )


def _phone_refused(case: _Case) -> Letter:
    t, request = case.words.t, case.request
    who = next((r for r in request.recipients if r.id == case.about), None)
    if who is None:
        return _news(case)
    return case.letter(
        t("SMS not sent: {title}", title=request.title),
        t("An SMS could not be sent"),
        t(
            "The code for {name} could not be sent to {phone}: the carrier refuses this number.",
            name=who.name,
            phone=who.phone or "",
        ),
        t("It concerns the request “{title}”.", title=request.title),
        t("Correct the mobile number with your software: they get a new link at once."),
    )


def _news(case: _Case) -> Letter:
    # Invitations and reminders go to recipients; should a sender be owed one, this is what it says.
    t = case.words.t
    title = case.request.title
    return case.letter(
        t("Under way: {title}", title=title),
        t("The request is under way"),
        t("The request “{title}” waits for signatures.", title=title),
    )


_WRITERS: dict[NoticeKind, Callable[[_Case], Letter]] = {
    NoticeKind.COMPLETED: _completed,
    NoticeKind.DECLINED: _declined,
    NoticeKind.EXPIRED: _expired,
    NoticeKind.CANCELED: _canceled,
    NoticeKind.FAILED: _failed,
    NoticeKind.LINK_LOCKED: _link_locked,
    NoticeKind.UNREACHABLE: _unreachable,
    NoticeKind.PHONE_REFUSED: _phone_refused,
}
