"""Invitations: how staff, and further chartered accountants, become members of a firm (P1)."""

import hashlib
import hmac
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from paraphe.domain.errors import (
    ConflictError,
    ForbiddenError,
    GoneError,
    NotFoundError,
    TooManyError,
)
from paraphe.domain.firms.member import Member, MemberKind
from paraphe.domain.firms.person import not_on_register
from paraphe.domain.firms.principal import Principal
from paraphe.domain.ids import is_id

LIFETIME = timedelta(days=7)
COOLDOWN = timedelta(hours=1)
# Invitations of a firm that are kept at the same time.
MOST = 100
_PARTS = 3


@dataclass(frozen=True, slots=True)
class Invitation:
    """Somebody was asked to become a member.

    Attributes:
        id: `inv_…`.
        firm_id: of whom.
        name: what the firm calls them.
        email: where the link goes.
        locale: in which language.
        created_at: when.
        sent_at: when the link was asked for last.
        expires_at: until when the link works.
        generation: of the link; another one voids those before.
        token_hash: SHA-256 of the link's token, once it was made.
        member_id: who they became; None while the link is open.
        version: of what is stored.
        kind: as what they join.

    """

    id: str
    firm_id: str
    name: str
    email: str
    locale: str
    created_at: datetime
    sent_at: datetime
    expires_at: datetime
    generation: int = 1
    token_hash: str | None = None
    member_id: str | None = None
    version: int = 0
    kind: MemberKind = MemberKind.STAFF

    def is_open(self, now: datetime) -> bool:
        """Tell whether its link works, once it has arrived."""
        return self.member_id is None and now < self.expires_at


@dataclass(frozen=True, slots=True)
class Invited:
    """Whom a firm invites; checked and normalised at the door."""

    name: str
    email: str
    locale: str
    kind: MemberKind = MemberKind.STAFF


class Joining(Protocol):
    """Who accepts, as the identity provider vouches for them."""

    @property
    def subject(self) -> str:
        """Who they are there, for good."""
        ...

    @property
    def name(self) -> str:
        """As evidence names them."""
        ...


def resent(invitation: Invitation, now: datetime) -> Invitation:
    """Return an invitation whose link is made and sent anew; the link before is void.

    Raises:
        ConflictError: `already_accepted`. TooManyError: `too_soon`.

    """
    if invitation.member_id is not None:
        raise ConflictError("already_accepted", "They are a member already.")
    again = invitation.sent_at + COOLDOWN
    if now < again:
        raise TooManyError("too_soon", "It was sent less than an hour ago.", retry_at=again)
    return replace(
        invitation,
        sent_at=now,
        expires_at=now + LIFETIME,
        generation=invitation.generation + 1,
        token_hash=None,
    )


def check_may_invite(principal: Principal, by: Member | None, kind: MemberKind) -> None:
    """Refuse to invite a chartered accountant, who may do everything, to all but one in person.

    Args:
        principal: who acts.
        by: the member who acts; None of software.
        kind: as what somebody is to join.

    Raises:
        ForbiddenError: `accountants_only`.

    """
    is_one = by is not None and by.is_accountant and principal.on_behalf is None
    if kind is MemberKind.ACCOUNTANT and not is_one:
        raise ForbiddenError(
            "accountants_only", "Only a chartered accountant of the firm may invite another one."
        )


def otherwise() -> ConflictError:
    """Return the error of an address that is invited already, as something else."""
    return ConflictError(
        "invited_otherwise", "They have an open invitation as something else: revoke it first."
    )


def too_many() -> ConflictError:
    """Return the error of a firm that has as many as are kept."""
    return ConflictError(
        "too_many_invitations", f"A firm has at most {MOST} open invitations: revoke others first."
    )


def token(invitation: Invitation, secret: str) -> str:
    """Return what the link carries: whose it is, then 256 bits that nobody can guess."""
    return f"{invitation.firm_id}.{invitation.id}.{secret}"


def hashed(token: str) -> str:
    """Return what is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def place_of(token: str) -> tuple[str, str]:
    """Return the firm and the invitation that a token names; whether it is theirs, its hash says.

    Raises:
        NotFoundError: `invitation_unknown`.

    """
    parts = token.split(".")
    if len(parts) != _PARTS or not is_id(parts[0], "frm") or not is_id(parts[1], "inv"):
        raise unknown()
    return parts[0], parts[1]


def unknown() -> NotFoundError:
    """Return the error of a link that is none, or none any more."""
    return NotFoundError("invitation_unknown", "This link is not valid, or not any more.")


def check_token(invitation: Invitation, token: str) -> None:
    """Refuse a token that is not the newest of this invitation.

    Raises:
        NotFoundError: `invitation_unknown`.

    """
    known = invitation.token_hash
    if known is None or not hmac.compare_digest(known, hashed(token)):
        raise unknown()


def accepted(
    invitation: Invitation, member_id: str, joining: Joining, now: datetime, *, on_register: bool
) -> tuple[Invitation, Member]:
    """Return the invitation that is used up, and the new member: staff may nothing yet (P23).

    Raises:
        GoneError: `invitation_expired`, `invitation_used`.
        ForbiddenError: `not_on_register`: invited as a chartered accountant, and is none.

    """
    if invitation.member_id is not None:
        raise GoneError("invitation_used", "Somebody has accepted this invitation.")
    if not invitation.is_open(now):
        raise GoneError("invitation_expired", "This invitation has expired: ask for another.")
    if invitation.kind is MemberKind.ACCOUNTANT and not on_register:
        raise not_on_register()
    member = Member(
        id=member_id,
        firm_id=invitation.firm_id,
        name=joining.name,
        email=invitation.email,
        subject=joining.subject,
        kind=invitation.kind,
    )
    return replace(invitation, member_id=member_id), member
