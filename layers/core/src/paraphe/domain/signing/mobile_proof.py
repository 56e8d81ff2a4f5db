"""A person proves their mobile by a code, as signers do (P1, P9): 30 minutes, five tries."""

from dataclasses import replace
from datetime import datetime, timedelta

from paraphe.domain.errors import ConflictError, GoneError, InvalidError, LockedError, TooManyError
from paraphe.domain.firms.person import Mobile, Person, Step, check_step

LIFE = timedelta(minutes=30)
PAUSE = timedelta(seconds=30)
MAX_TRIES = 5
# What the keyed hash of a code binds beside the challenge: the use, and whose phone it is.
_USE = "mobile"


def bound_to(mobile: Mobile) -> str:
    """Return what a code is good for: this phone, and nothing that is signed."""
    return f"{_USE}:{mobile.phone}"


def asked(person: Person, phone: str, challenge_id: str, now: datetime) -> Person:
    """Return the person with a new code under way.

    Raises:
        ConflictError: `not_this_step`.
        TooManyError: `too_soon`.

    """
    check_step(person, Step.MOBILE)
    last = person.mobile
    if last is not None and last.phone == phone and now < last.asked_at + PAUSE:
        raise TooManyError(
            "too_soon", "A code was asked for a moment ago.", retry_at=last.asked_at + PAUSE
        )
    return replace(person, mobile=Mobile(challenge_id, phone, now))


def to_send(person: Person) -> Mobile | None:
    """Return what a code is owed to, or None."""
    mobile = person.mobile
    if mobile is None or mobile.sent_at is not None or mobile.refused:
        return None
    return mobile


def sent(person: Person, mobile: Mobile, mac: str, now: datetime) -> Person:
    """Return the person after their code went out."""
    return replace(person, mobile=replace(mobile, sent_at=now, code_mac=mac))


def refused(person: Person, mobile: Mobile) -> Person:
    """Return the person after the carrier refused the number."""
    return replace(person, mobile=replace(mobile, refused=True))


def counted(person: Person, now: datetime) -> Person:
    """Return the person with one more try, before it is compared.

    Raises:
        ConflictError: `no_code`, `not_this_step`. GoneError: `code_expired`.
        LockedError: `code_void`.

    """
    check_step(person, Step.MOBILE)
    mobile = person.mobile
    if mobile is None or mobile.sent_at is None:
        raise ConflictError("no_code", "There is no code to enter yet.")
    if now >= mobile.sent_at + LIFE:
        raise GoneError("code_expired", "This code is too old: ask for another.")
    if mobile.tries >= MAX_TRIES:
        raise _void()
    return replace(person, mobile=replace(mobile, tries=mobile.tries + 1))


def wrong(mobile: Mobile) -> Exception:
    """Return the error of a counted try that was wrong: `code_wrong`, `code_void`."""
    left = MAX_TRIES - mobile.tries
    if left <= 0:
        return _void()
    return InvalidError("code_wrong", f"Wrong code; {left} tries left.", field="code")


def proven(person: Person, mobile: Mobile, now: datetime) -> Person:
    """Return the person after the right code."""
    return replace(person, mobile=replace(mobile, proven_at=now, code_mac=None))


def _void() -> LockedError:
    return LockedError("code_void", "This code is void after too many wrong tries.")
