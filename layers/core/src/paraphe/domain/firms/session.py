"""Sessions of the portal: how long one lasts, and what its owner is told of it."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from paraphe.domain.errors import ForbiddenError

# NIST SP 800-63B-4 §2.2.3 for two factors: an hour without a click, and at most a day. We end it
# with the working day, so that a claim about the register is never older either.
IDLE = timedelta(hours=1)
ABSOLUTE = timedelta(hours=12)
# How often a click is written down: the idle limit is exact to this.
NOTED_EVERY = timedelta(minutes=5)
MOST = 10  # of one person; the eleventh ends the one that was used longest ago
SECRET_BYTES = 32
# The first that a browser's name holds; Edge and Opera also say that they are Chrome, all Safari.
_FAMILIES = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
)


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser.

    Attributes:
        id: SHA-256 of its secret, hexadecimal; the secret itself is only in the browser's cookie.
        person_id: whose.
        created_at: when they signed in.
        last_used_at: their last click, exact to `NOTED_EVERY`.
        browser: its family, `Firefox`; nothing that tells two of them apart.

    """

    id: str
    person_id: str
    created_at: datetime
    last_used_at: datetime
    browser: str = ""

    @property
    def ends_at(self) -> datetime:
        """When it ends unless it is used again."""
        return min(self.last_used_at + IDLE, self.created_at + ABSOLUTE)

    def is_live(self, now: datetime) -> bool:
        """Tell whether it is good for another click."""
        return now < self.ends_at


def id_of(secret: str) -> str:
    """Return a session's id for the secret in a cookie."""
    return hashlib.sha256(secret.encode()).hexdigest()


def started(person_id: str, secret: str, agent: str, now: datetime) -> Session:
    """Return a new session."""
    return Session(id_of(secret), person_id, now, now, family_of(agent))


def used(session: Session, now: datetime) -> Session:
    """Return the session as it is to be stored after a click: the same while that is fresh.

    Raises:
        ForbiddenError: `not_signed_in`: it has ended.

    """
    if not session.is_live(now):
        raise ended()
    if now - session.last_used_at < NOTED_EVERY:
        return session
    return replace(session, last_used_at=now)


def ended() -> ForbiddenError:
    """Return the error of who has no session, or none any more."""
    return ForbiddenError("not_signed_in", "Sign in: there is no session, or it has ended.")


def surplus(sessions: tuple[Session, ...], now: datetime) -> tuple[Session, ...]:
    """Return what is to be removed before one more begins: ended ones, and those over the limit."""
    live = sorted((s for s in sessions if s.is_live(now)), key=lambda s: s.last_used_at)
    over = live[: max(0, len(live) - MOST + 1)]
    return (*(s for s in sessions if not s.is_live(now)), *over)


def family_of(agent: str) -> str:
    """Return the family of a browser from what it calls itself; empty when we know none."""
    return next((name for mark, name in _FAMILIES if mark in agent), "")
