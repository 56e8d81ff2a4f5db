"""What the sender does with an active request: relaunch, remind, reorder, correct, replace."""

from dataclasses import replace
from datetime import datetime, timedelta

from paraphe.domain.errors import ConflictError, TooManyError
from paraphe.domain.evidence.audit import SYSTEM, Actor
from paraphe.domain.evidence.events.running import (
    NOBODY,
    LeftOut,
    RecipientCorrected,
    RecipientReordered,
    RecipientReplaced,
    ReminderDue,
    ReminderRequested,
    RequestRelaunched,
)
from paraphe.domain.requests import deadlines, may_act, signing_order
from paraphe.domain.requests.decision import Decision, Edit, find_recipient, nothing
from paraphe.domain.requests.model import (
    MAX_CODES,
    OPEN_CODES,
    ChallengeState,
    NoticeKind,
    RequestState,
    SignatureRequest,
)
from paraphe.domain.requests.recipient import Recipient, RecipientState, Role

_REPLACEABLE = frozenset(
    {
        RecipientState.WAITING,
        RecipientState.NOTIFIED,
        RecipientState.VIEWED,
        RecipientState.CONSENTED,
    }
)
COOLDOWN = timedelta(hours=1)
REMINDED_BATCH = 80
MOST_CODES_OF_PLACE = 15


def relaunch(request: SignatureRequest, now: datetime, by: Actor | None = None) -> Decision:
    """Move the deadline to 15 x 24 h from now; the actor then writes to whose turn it is (P14).

    Raises:
        GoneError: the request ended or its deadline has passed.
        ConflictError: a draft, completing or failed request; `too_old` a year after its draft.
        TooManyError: `too_soon`: it was relaunched less than an hour ago.

    """
    may_act.check_open(request, now)
    if deadlines.is_too_old(request.created_at, now):
        raise ConflictError("too_old", "It was made over a year ago: create it anew.")
    _check_pause(_relaunched_at(request), now)
    edit = Edit(request, now)
    edit.set(deadline=deadlines.deadline(now), deadline_from=now, reminded_days=())
    edit.event(RequestRelaunched(), edit.asked_by(by))
    return edit.decision()


def remind(request: SignatureRequest, now: datetime, by: Actor | None = None) -> Decision:
    """Write to those in turn at the sender's wish; the deadline stays (P15).

    Raises:
        GoneError, ConflictError: as `relaunch`.
        ConflictError: `nobody_to_remind`; `nobody_reachable`: e-mails to all of them fail.
        TooManyError: `too_soon`: they were reminded, or written to after a relaunch, less than an
            hour ago.

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
    _check_pause(request.reminded_at, now)
    _check_pause(_relaunched_at(request), now)
    edit = Edit(request, now)
    edit.set(reminded_at=now)
    edit.event(ReminderRequested(left_out=_left_out(request)), edit.asked_by(by))
    _owe_reminders(edit, people)
    return edit.decision()


def _relaunched_at(request: SignatureRequest) -> datetime | None:
    return request.deadline_from if request.deadline_from != request.launched_at else None


def _check_pause(last: datetime | None, now: datetime) -> None:
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
    _owe_reminders(edit, tuple(r for r in reachable(request) if r.id > after))
    return edit.decision()


def _owe_reminders(edit: Edit, people: tuple[Recipient, ...]) -> None:
    for recipient in people[:REMINDED_BATCH]:
        edit.notice(NoticeKind.REMINDER, recipient.id)


def next_reminder(request: SignatureRequest) -> datetime | None:
    """Return the instant of the next automatic reminder, or None (P15)."""
    if (
        request.state is not RequestState.ACTIVE
        or not request.deadline
        or not request.deadline_from
    ):
        return None
    times = deadlines.reminder_times(request.deadline, request.deadline_from, request.reminder_days)
    return next((at for days, at in times if days not in request.reminded_days), None)


def remind_if_due(request: SignatureRequest, now: datetime) -> Decision:
    """Send the automatic reminder that is due; several missed ones become one (P15)."""
    due = next_reminder(request)
    if due is None or now < due or not request.deadline or not request.deadline_from:
        return nothing(request)
    if deadlines.is_over(request.deadline, now):
        return nothing(request)
    times = deadlines.reminder_times(request.deadline, request.deadline_from, request.reminder_days)
    passed = tuple(days for days, at in times if at <= now)
    edit = Edit(request, now)
    edit.set(reminded_days=tuple(sorted({*request.reminded_days, *passed}, reverse=True)))
    edit.event(ReminderDue(days=min(passed), left_out=_left_out(request)), SYSTEM)
    _owe_reminders(edit, reachable(request))
    return edit.decision()


def _left_out(request: SignatureRequest) -> LeftOut:
    """What the trail says of those in turn who are not written to, as e-mails to them fail."""
    ids = [r.id for r in in_turn(request) if not signing_order.is_reachable(r)]
    if not ids:
        return NOBODY
    return LeftOut(unreachable=tuple(ids[:REMINDED_BATCH]), unreachable_count=len(ids))


def in_turn(request: SignatureRequest) -> tuple[Recipient, ...]:
    """Return those who were asked and are waited for right now, by id."""
    states = _REPLACEABLE - {RecipientState.WAITING}
    asked = (r for r in signing_order.group(request) if r.state in states)
    return tuple(sorted(asked, key=lambda r: r.id))


def reachable(request: SignatureRequest) -> tuple[Recipient, ...]:
    """Return those in turn whose address is not known to fail: only they are written to again."""
    return tuple(r for r in in_turn(request) if signing_order.is_reachable(r))


def reorder(
    request: SignatureRequest, recipient_id: str, order: int, now: datetime, by: Actor | None = None
) -> Decision:
    """Move a waiting recipient to another place, not before those who are being asked now (P6).

    Raises:
        GoneError, ConflictError: as `relaunch`.
        ConflictError: `already_invited`, `order_has_passed`, `seal_closes`.

    """
    may_act.check_open(request, now)
    recipient = find_recipient(request, recipient_id)
    closing = signing_order.closing_seal(request)
    if closing is not None and closing.id == recipient_id:
        raise ConflictError("seal_closes", "The seal that closes the documents stays last.")
    if recipient.state is not RecipientState.WAITING:
        raise ConflictError("already_invited", "Only a recipient who waits can be reordered.")
    others = [
        r.order
        for r in signing_order.steps(request)
        if r.state is not RecipientState.WAITING and r.id != recipient_id
    ]
    if order < max(others, default=1):
        raise ConflictError("order_has_passed", "That place has had its turn already.")
    edit = Edit(request, now)
    edit.recipient(recipient_id, order=order)
    if closing is not None and order >= closing.order:
        # Its field locks the documents since the first signature: nobody can come after it.
        edit.recipient(closing.id, order=order + 1)
    edit.event(RecipientReordered(recipient=recipient_id, order=order), edit.asked_by(by))
    return edit.decision()


def correct(
    request: SignatureRequest,
    recipient_id: str,
    corrected: Recipient,
    now: datetime,
    by: Actor | None = None,
) -> Decision:
    """Correct the name, address, phone or language of who has not signed (P6).

    The old link dies, codes under way are void, and a new invitation goes out if it is their turn.
    The recipient gets five new codes, until their place has had fifteen in all (P9).

    Raises:
        GoneError, ConflictError: as `relaunch`.
        ConflictError: `recipient_has_signed`, also when they have approved.

    """
    recipient = _changeable(request, recipient_id, now)
    edit = Edit(request, now)
    _void_codes(edit, recipient_id)
    back = RecipientState.NOTIFIED
    same_address = corrected.email == recipient.email
    edit.recipient(
        recipient_id,
        name=corrected.name,
        email=corrected.email,
        phone=corrected.phone,
        locale=corrected.locale,
        link_generation=recipient.link_generation + 1,
        link_hash=None,
        invited_for=None,
        digit_tries=None,
        delivery=recipient.delivery if same_address else None,
        notified_at=recipient.notified_at if same_address else None,
        codes_requested=_codes_counted(request, recipient),
    )
    if recipient.state is not RecipientState.WAITING and recipient.state is not back:
        _start_over(edit, recipient_id)
    edit.event(RecipientCorrected(recipient=recipient_id), edit.asked_by(by))
    return edit.decision()


def _start_over(edit: Edit, recipient_id: str) -> None:
    # A correction is another person's consent until proven otherwise: it is asked again. This is
    # the one step backwards, so it does not go through the table.
    kept = tuple(
        replace(r, state=RecipientState.NOTIFIED, consented_at=None, accepted_at=None)
        if r.id == recipient_id
        else r
        for r in edit.request.recipients
    )
    edit.set(recipients=kept)


def replace_recipient(
    request: SignatureRequest,
    recipient_id: str,
    successor: Recipient,
    now: datetime,
    by: Actor | None = None,
) -> Decision:
    """Ask somebody else in the place of who has not signed: same order, role, field and boxes (P6).

    Raises:
        GoneError, ConflictError: as `correct`.

    """
    recipient = _changeable(request, recipient_id, now)
    edit = Edit(request, now)
    _void_codes(edit, recipient_id)
    edit.recipient(
        recipient_id, state=RecipientState.REPLACED, replaced_by=successor.id, delivery=None
    )
    heir = replace(
        successor,
        slot=recipient.slot,
        role=recipient.role,
        order=recipient.order,
        placements=recipient.placements,
        codes_requested=_codes_counted(request, recipient),
    )
    edit.set(recipients=(*edit.request.recipients, heir))
    what = RecipientReplaced(recipient=recipient_id, successor=successor.id)
    edit.event(what, edit.asked_by(by))
    return edit.decision()


def is_changeable(recipient: Recipient) -> bool:
    """Tell whether somebody can still be corrected or replaced: they have not signed (P6)."""
    return recipient.state in _REPLACEABLE


def _codes_counted(request: SignatureRequest, recipient: Recipient) -> int:
    """Return with how many codes a corrected or new recipient starts: mostly none (P9).

    What a place in the order has had counts, whoever had it: corrections do not go on for ever.
    """
    same = {r.id for r in request.recipients if r.slot == recipient.slot}
    had = sum(c.recipient_id in same for c in request.challenges)
    return max(0, had - (MOST_CODES_OF_PLACE - MAX_CODES))


def _changeable(request: SignatureRequest, recipient_id: str, now: datetime) -> Recipient:
    may_act.check_open(request, now)
    recipient = find_recipient(request, recipient_id)
    if recipient.role is Role.SEAL:
        raise ConflictError("recipient_is_seal", "The firm's seal is nobody else's.")
    if not is_changeable(recipient):
        raise ConflictError(
            "recipient_has_signed",
            "Who has signed or approved can be neither corrected nor replaced.",
        )
    return recipient


def _void_codes(edit: Edit, recipient_id: str) -> None:
    for challenge in edit.request.challenges:
        if challenge.recipient_id == recipient_id and challenge.state in OPEN_CODES:
            edit.challenge(challenge.id, state=ChallengeState.VOID)
    edit.drop_commands(lambda c: c.recipient_id == recipient_id)
