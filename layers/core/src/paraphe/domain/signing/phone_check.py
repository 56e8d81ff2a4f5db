"""The last four digits of the phone (P10): tries are counted before they are compared.

Four digits can be guessed, so guessing is bounded: after five different tries the link takes none
for a time, which grows. The lock is read off the tries, so a crash between the count and the answer
leaves it in force. A browser that passed once is not asked again, so nobody can lock out for long
who has begun.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from paraphe.domain.errors import InvalidError, LockedError, ParapheError
from paraphe.domain.evidence.events.happening import Browser
from paraphe.domain.evidence.events.signing import PhoneDigitsTried, PhoneDigitsWrong
from paraphe.domain.requests import acting, may_act
from paraphe.domain.requests.decision import Decision, Edit, find_recipient, nothing
from paraphe.domain.requests.model import NoticeKind, SignatureRequest
from paraphe.domain.requests.recipient import DigitTries, Recipient

DIGITS = 4
MAX_TRIES = 5
LOCKS = (
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(hours=24),
)


def read_digits(text: str) -> str:
    """Return the four digits that somebody typed, in whatever way they write numbers.

    Raises:
        InvalidError: `phone_digits_wrong`; what is no four digits does not count as a try.

    """
    typed = "".join(c for c in text if c.isdigit())
    if len(typed) != DIGITS or not typed.isascii():
        raise _wrong()
    return typed


def locked_until(recipient: Recipient, now: datetime) -> datetime | None:
    """Return when the lock of this recipient's link ends, or None when it is not locked."""
    tries = recipient.digit_tries
    if tries is None or tries.last_at is None or len(tries.typed) < MAX_TRIES:
        return None
    until = tries.last_at + LOCKS[min(tries.locks, len(LOCKS) - 1)]
    return until if now < until else None


def count_try(
    request: SignatureRequest,
    recipient_id: str,
    typed: str,
    browser: Browser,
    now: datetime,
) -> Decision:
    """Count a try, before it is compared. The same digits again tell nothing new: no new try.

    Args:
        request: as stored.
        recipient_id: whose link it is.
        typed: from `read_digits`.
        browser: whose address and agent are kept with it.
        now: the instant.

    Raises:
        LockedError: `link_locked`, with the end of the lock.
        GoneError, ConflictError: as `may_act.check_may_act`.

    """
    recipient = may_act.check_may_act(request, recipient_id, now)
    tries = recipient.digit_tries or DigitTries()
    if typed in tries.typed:
        return nothing(request)
    until = locked_until(recipient, now)
    if until is not None:
        raise _locked(until)
    if len(tries.typed) >= MAX_TRIES:
        tries = DigitTries(locks=tries.locks + 1)
    edit = Edit(request, now)
    counted = replace(tries, typed=(*tries.typed, typed), last_at=now)
    edit.recipient(recipient_id, digit_tries=counted)
    actor = acting.signer(request, recipient_id)
    edit.event(PhoneDigitsTried(tries=len(counted.typed), browser=browser), actor)
    return edit.decision()


def wrong_try(request: SignatureRequest, recipient_id: str, typed: str, now: datetime) -> Decision:
    """Write down that a counted try was wrong; the fifth tells the sender of the lock, once."""
    recipient = find_recipient(request, recipient_id)
    tries = recipient.digit_tries
    if tries is None or typed not in tries.typed or typed in tries.wrong:
        return nothing(request)
    edit = Edit(request, now)
    wrong = (*tries.wrong, typed)
    edit.recipient(recipient_id, digit_tries=replace(tries, wrong=wrong))
    actor = acting.signer(request, recipient_id)
    locked = len(wrong) >= MAX_TRIES
    edit.event(PhoneDigitsWrong(tries=len(wrong), locked=locked), actor)
    if locked and not request.is_ended:
        edit.notice(NoticeKind.LINK_LOCKED, None, about=recipient_id)
    return edit.decision()


def tell_wrong(recipient: Recipient, now: datetime) -> ParapheError:
    """Say no to a try that is written down: wrong, or wrong and locked from now on."""
    until = locked_until(recipient, now)
    return _wrong() if until is None else _locked(until)


def locked(request: SignatureRequest) -> tuple[Recipient, ...]:
    """Return those whose link took as many wrong tries as locks it."""
    return tuple(
        r
        for r in request.recipients
        if r.digit_tries is not None and len(r.digit_tries.wrong) >= MAX_TRIES
    )


def _wrong() -> InvalidError:
    return InvalidError(
        "phone_digits_wrong",
        "These are not the last four digits of the mobile number that the sender gave.",
        field="phone_digits",
    )


def _locked(until: datetime) -> LockedError:
    return LockedError(
        "link_locked",
        "Wrong digits were typed too often: this link takes no more for a time.",
        retry_at=until,
    )
