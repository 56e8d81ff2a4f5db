"""Writing again: reminders, by hand and by themselves, and one link sent once more (P15).

Whoever was written to less than an hour ago is not written to again: a second click is no second
mail. Only a first invitation may be followed by a reminder at once.
"""

from datetime import datetime, timedelta

from paraphe.domain.errors import ConflictError, TooManyError
from paraphe.domain.evidence.audit import SYSTEM, Actor
from paraphe.domain.evidence.events.running import (
    NOBODY,
    LeftOut,
    RecipientWrittenAgain,
    ReminderDue,
    ReminderRequested,
)
from paraphe.domain.requests import deadlines, may_act, signing_order
from paraphe.domain.requests.decision import Decision, Edit, find_recipient, nothing
from paraphe.domain.requests.model import NoticeKind, RequestState, SignatureRequest
from paraphe.domain.requests.recipient import Recipient, RecipientState

ASKED = frozenset({RecipientState.NOTIFIED, RecipientState.VIEWED, RecipientState.CONSENTED})
COOLDOWN = timedelta(hours=1)
# Each is a notice and the recipient's own item.
REMINDED_BATCH = 40
MOST_LEFT_OUT = 80


def remind(request: SignatureRequest, now: datetime, by: Actor | None = None) -> Decision:
    """Write to those in turn at the sender's wish; the deadline stays (P15).

    Raises:
        GoneError, ConflictError: as `may_act.check_open`.
        ConflictError: `nobody_to_remind`; `nobody_reachable`: e-mails to all of them fail.
        TooManyError: `too_soon`: they were reminded, or written to again in another way, less than
            an hour ago.

    """
    may_act.check_open(request, now)
    if not in_turn(request):
        raise ConflictError("nobody_to_remind", "Nobody is being waited for right now.")
    people = reachable(request)
    if not people:
        raise ConflictError(
            "nobody_reachable",
            "E-mails to those who are waited for fail: correct their addresses first.",
        )
    check_pause(request.reminded_at, now)
    check_pause(relaunched_at(request), now)
    if not rested(request, now):
        check_pause(min(r.written_at for r in people if r.written_at), now)
    edit = Edit(request, now)
    edit.set(reminded_at=now)
    edit.event(ReminderRequested(left_out=_left_out(request)), edit.asked_by(by))
    _owe_reminders(edit, rested(request, now))
    return edit.decision()


def possible_at(request: SignatureRequest) -> datetime | None:
    """Return from when on `remind` writes to somebody; None when nobody waits to be written to."""
    people = reachable(request)
    if request.state is not RequestState.ACTIVE or not people:
        return None
    each = [at for at in map(_rested_at, people) if at is not None]
    paused = (request.reminded_at, relaunched_at(request))
    moments = [at + COOLDOWN for at in paused if at is not None]
    if len(each) == len(people):  # who was never written to can be at once
        moments.append(min(each))
    return max(moments, default=request.launched_at)


def resend(
    request: SignatureRequest, recipient_id: str, now: datetime, by: Actor | None = None
) -> Decision:
    """Send one recipient's link once more, as it was first sent: the mail was lost, say.

    Raises:
        GoneError, ConflictError: as `may_act.check_open`.
        ConflictError: `not_invited`: nothing was sent to them that could be sent again, or they
            have acted; `unreachable`: e-mails to this address fail.
        TooManyError: `too_soon`: they were written to less than an hour ago.

    """
    may_act.check_open(request, now)
    recipient = find_recipient(request, recipient_id)
    if not is_asked(request, recipient):
        raise ConflictError("not_invited", "Only who was asked and has not acted is written to.")
    if not signing_order.is_reachable(recipient):
        raise ConflictError("unreachable", "E-mails to this address fail: correct it first.")
    check_pause(recipient.written_at, now)
    edit = Edit(request, now)
    edit.recipient(recipient_id, written_at=now)
    what = RecipientWrittenAgain(recipient=recipient_id, link_generation=recipient.link_generation)
    edit.event(what, edit.asked_by(by))
    edit.notice(NoticeKind.INVITATION, recipient_id)
    return edit.decision()


def resend_possible_at(request: SignatureRequest, recipient: Recipient) -> datetime | None:
    """Return from when on `resend` writes to somebody; None when it would not at all."""
    if not is_asked(request, recipient) or not signing_order.is_reachable(recipient):
        return None
    last = recipient.written_at or recipient.notified_at
    return last + COOLDOWN if last is not None else None


def is_asked(request: SignatureRequest, recipient: Recipient) -> bool:
    """Tell whether somebody has a link by which they may still do something."""
    mine = (*in_turn(request), *signing_order.audience(request))
    return (
        request.state is RequestState.ACTIVE
        and recipient.state in ASKED
        and recipient.link_hash is not None
        and any(r.id == recipient.id for r in mine)
    )


def relaunched_at(request: SignatureRequest) -> datetime | None:
    """Return when it was last relaunched, or None."""
    return request.deadline_from if request.deadline_from != request.launched_at else None


def check_pause(last: datetime | None, now: datetime) -> None:
    """Refuse to write to the same people again so soon: a second click is no second mail."""
    if last is not None and now < last + COOLDOWN:
        raise TooManyError(
            "too_soon",
            "They were written to less than an hour ago.",
            retry_at=last + COOLDOWN,
        )


def remind_more(request: SignatureRequest, after: str, now: datetime) -> Decision:
    """Owe the reminder to the next of those in turn: a commit holds only so many (P15).

    Args:
        request: as stored.
        after: the id of the last recipient who was reminded; ids sort.
        now: the instant.

    """
    edit = Edit(request, now)
    _owe_reminders(edit, tuple(r for r in rested(request, now) if r.id > after))
    return edit.decision()


def _owe_reminders(edit: Edit, people: tuple[Recipient, ...]) -> None:
    for recipient in people[:REMINDED_BATCH]:
        edit.recipient(recipient.id, written_at=edit.now)
        edit.notice(NoticeKind.REMINDER, recipient.id)


def rested(request: SignatureRequest, now: datetime) -> tuple[Recipient, ...]:
    """Return those of `reachable` who were not written to again within the last hour."""
    return tuple(r for r in reachable(request) if (_rested_at(r) or now) <= now)


def _rested_at(recipient: Recipient) -> datetime | None:
    """Return from when on a reminder may follow; a first invitation asks for no pause."""
    last = recipient.written_at
    return last and (last if last == recipient.notified_at else last + COOLDOWN)


def next_reminder(request: SignatureRequest) -> datetime | None:
    """Return the instant of the next automatic reminder, or None (P15)."""
    if (
        request.state is not RequestState.ACTIVE
        or not request.deadline
        or not request.deadline_from
    ):
        return None
    return next((at for days, at in _times(request) if days not in request.reminded_days), None)


def _times(request: SignatureRequest) -> tuple[tuple[int, datetime], ...]:
    if not request.deadline or not request.deadline_from:
        return ()
    return deadlines.reminder_times(
        request.deadline, request.deadline_from, request.reminder_days, request.notice_hour
    )


def remind_if_due(request: SignatureRequest, now: datetime) -> Decision:
    """Send the automatic reminder that is due; several missed ones become one (P15)."""
    due = next_reminder(request)
    if due is None or now < due or not request.deadline or not request.deadline_from:
        return nothing(request)
    if deadlines.is_over(request.deadline, now):
        return nothing(request)
    passed = tuple(days for days, at in _times(request) if at <= now)
    edit = Edit(request, now)
    edit.set(reminded_days=tuple(sorted({*request.reminded_days, *passed}, reverse=True)))
    edit.event(ReminderDue(days=min(passed), left_out=_left_out(request)), SYSTEM)
    _owe_reminders(edit, rested(request, now))
    return edit.decision()


def _left_out(request: SignatureRequest) -> LeftOut:
    """What the trail says of those in turn who are not written to, as e-mails to them fail."""
    ids = [r.id for r in in_turn(request) if not signing_order.is_reachable(r)]
    if not ids:
        return NOBODY
    return LeftOut(unreachable=tuple(ids[:MOST_LEFT_OUT]), unreachable_count=len(ids))


def in_turn(request: SignatureRequest) -> tuple[Recipient, ...]:
    """Return those who were asked and are waited for right now, by id."""
    asked = (r for r in signing_order.group(request) if r.state in ASKED)
    return tuple(sorted(asked, key=lambda r: r.id))


def reachable(request: SignatureRequest) -> tuple[Recipient, ...]:
    """Return those in turn whose address is not known to fail: only they are written to again."""
    return tuple(r for r in in_turn(request) if signing_order.is_reachable(r))
