"""What the sender does with an active request: relaunch, remind, reorder, correct, replace."""

from dataclasses import replace
from datetime import datetime

from paraphe.domain.errors import ConflictError
from paraphe.domain.evidence.audit import Actor
from paraphe.domain.evidence.events.running import (
    RecipientCorrected,
    RecipientReordered,
    RecipientReplaced,
    RequestRelaunched,
)
from paraphe.domain.requests import deadlines, may_act, reminders, signing_order
from paraphe.domain.requests.decision import Decision, Edit, find_recipient
from paraphe.domain.requests.model import (
    MAX_CODES,
    OPEN_CODES,
    ChallengeState,
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
    reminders.check_pause(reminders.relaunched_at(request), now)
    edit = Edit(request, now)
    edit.set(deadline=deadlines.deadline(now), deadline_from=now, reminded_days=())
    edit.event(RequestRelaunched(), edit.asked_by(by))
    return edit.decision()


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
        sms_failed_at=recipient.sms_failed_at if corrected.phone == recipient.phone else None,
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
