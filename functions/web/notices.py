"""What the pages say that only tell where things stand."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from paraphe.domain.requests import signing_order
from paraphe.domain.requests.recipient import RecipientState, Role
from paraphe.locales import Texts
from paraphe.usecases.signing.sign_in_browser import Visit
from web.screens import Screen

_PATIENCE = 30
_SLOW = 15


@dataclass(frozen=True, slots=True)
class Notice:
    """A title, some paragraphs, and after how many seconds the page looks again (0: never)."""

    title: str
    paragraphs: tuple[str, ...]
    refresh: int = 0
    good: bool = False


def notice(screen: Screen, visit: Visit, words: Texts, now: datetime) -> Notice:
    """Write a page. One that waits looks again soon, and less often the longer it has waited."""
    said = _WRITERS[screen](visit, words)
    if not said.refresh:
        return said
    waited = (now - visit.request.updated_at).total_seconds()
    return replace(said, refresh=said.refresh if waited < _PATIENCE else _SLOW)


def _sending(visit: Visit, words: Texts) -> Notice:
    return Notice(
        words.t("Your code is on its way"),
        (
            words.t("No SMS is sent for a test.")
            if visit.request.is_test
            else words.t("We are sending it by SMS to your mobile."),
            words.t("This page goes on by itself."),
        ),
        refresh=2,
    )


def _signing(_: Visit, words: Texts) -> Notice:
    return Notice(
        words.t("Your signature is being placed"),
        (
            words.t("Your signature is accepted. There is nothing more for you to do."),
            words.t("This page goes on by itself; you may also close it."),
        ),
        refresh=2,
        good=True,
    )


def _signed(visit: Visit, words: Texts) -> Notice:
    return _waits_for_others(words.t("You have signed"), visit, words)


def _approved(visit: Visit, words: Texts) -> Notice:
    return _waits_for_others(words.t("You have approved"), visit, words)


def _waits_for_others(title: str, visit: Visit, words: Texts) -> Notice:
    waiting = [
        r for r in signing_order.deciders(visit.request) if r.state not in signing_order.ACCEPTED
    ]
    count = len(waiting)
    if not waiting:
        others = words.t("Everybody has signed: the documents are being finished.")
    elif any(r.role is Role.APPROVER for r in waiting):
        others = words.tn(
            "{count} person has yet to sign or approve.",
            "{count} persons have yet to sign or approve.",
            count,
        )
    else:
        others = words.tn(
            "{count} person has yet to sign.", "{count} persons have yet to sign.", count
        )
    return Notice(
        title,
        (
            others,
            words.t("You will get the signed original by e-mail when everybody has signed."),
        ),
        refresh=0 if waiting else 5,
        good=True,
    )


def _completed(visit: Visit, words: Texts) -> Notice:
    until = visit.request.retention_until
    kept = words.t(
        "You can download them here until {until}.", until=words.instant(until) if until else ""
    )
    mine = visit.recipient.state is RecipientState.SIGNED
    return Notice(
        words.t("Everybody has signed") if mine else words.t("The signed documents"),
        (
            words.tn(
                "Here is the signed original.",
                "Here are the signed originals.",
                len(visit.request.documents),
            ),
            kept,
            words.t("Keep the PDF itself: a print of it is no proof."),
        ),
        good=True,
    )


def _declined_by_you(visit: Visit, words: Texts) -> Notice:
    approves = visit.recipient.role is Role.APPROVER
    return Notice(
        words.t("You have declined to approve") if approves else words.t("You have declined"),
        (
            words.t("The sender has been told, with your reason."),
            words.t("The request has ended. Nobody receives a signed document."),
        ),
    )


def _declined(_: Visit, words: Texts) -> Notice:
    return Notice(
        words.t("The request has ended"),
        (
            words.t("It was declined, so nothing can be signed any more."),
            words.t("Nobody receives a signed document."),
        ),
    )


def _expired(visit: Visit, words: Texts) -> Notice:
    deadline = visit.request.deadline
    when = words.instant(deadline) if deadline else ""
    return Notice(
        words.t("The time to sign is over"),
        (
            words.t("The deadline was {deadline}.", deadline=when),
            words.t("If the documents still have to be signed, ask the sender to start again."),
        ),
    )


def _canceled(_: Visit, words: Texts) -> Notice:
    return Notice(
        words.t("The sender has canceled the request"),
        (words.t("There is nothing for you to do."),),
    )


def _failed(_: Visit, words: Texts) -> Notice:
    return Notice(
        words.t("A technical problem holds this up"),
        (
            words.t("Nothing is lost, and what was signed stays signed."),
            words.t("The sender has been told. Come back later with the same link."),
        ),
    )


def _not_your_turn(_: Visit, words: Texts) -> Notice:
    return Notice(
        words.t("It is not your turn yet"),
        (
            words.t("Others have to sign before you."),
            words.t("We will write to you when it is your turn."),
        ),
    )


def _copy_later(_: Visit, words: Texts) -> Notice:
    return Notice(
        words.t("You will receive a copy"),
        (words.t("There is nothing to sign. We will write to you when everybody has signed."),),
    )


def _replaced(_: Visit, words: Texts) -> Notice:
    return Notice(
        words.t("Somebody else was asked instead of you"),
        (words.t("There is nothing for you to do. If this surprises you, ask the sender."),),
    )


def _erased(_: Visit, words: Texts) -> Notice:
    return Notice(
        words.t("The documents have been erased"),
        (
            words.t("We keep them for 31 days after the end, then erase them."),
            words.t("Look for the e-mail that brought the signed original, or ask the sender."),
        ),
    )


_WRITERS: dict[Screen, Callable[[Visit, Texts], Notice]] = {
    Screen.SENDING: _sending,
    Screen.SIGNING: _signing,
    Screen.SIGNED: _signed,
    Screen.APPROVED: _approved,
    Screen.COMPLETED: _completed,
    Screen.DECLINED_BY_YOU: _declined_by_you,
    Screen.DECLINED: _declined,
    Screen.EXPIRED: _expired,
    Screen.CANCELED: _canceled,
    Screen.FAILED: _failed,
    Screen.NOT_YOUR_TURN: _not_your_turn,
    Screen.COPY_LATER: _copy_later,
    Screen.REPLACED: _replaced,
    Screen.ERASED: _erased,
}
