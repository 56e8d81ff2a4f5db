"""Members of a firm: who may do what, and with which certificate (P1, P23)."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from paraphe.domain import text
from paraphe.domain.errors import ConflictError, ForbiddenError, InvalidError


class Capability(StrEnum):
    """What a member may do in their firm (P23)."""

    PREPARE = "prepare"
    LAUNCH = "launch"
    SIGN = "sign"
    SEAL = "seal"
    MANAGE = "manage"


class MemberKind(StrEnum):
    """What a member is: an accountant may everything in their firm, staff what was granted."""

    ACCOUNTANT = "accountant"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A certificate and the key it speaks for; the key never leaves its service (P1).

    Attributes:
        key_id: its name in KMS.
        certificate: PEM.
        serial: the certificate's, decimal digits.
        enrolled_at: the instant.
        expires_at: three years later; an expired certificate never signs.

    """

    key_id: str
    certificate: str
    serial: str
    enrolled_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Member:
    """A natural person of a firm.

    Attributes:
        id: `mbr_…`.
        firm_id: whose member.
        name: as the certificate names them.
        email: where they are written to.
        subject: who they are for the identity provider (OpenID Connect `sub`).
        capabilities: what the firm itself has granted them, without a delegation.
        enrolment: None before enrolling and after a revocation.
        revoked_at: when the last certificate was revoked.
        phone: their mobile, E.164: the codes of what they decide go to it (P22); None before
            it is known.
        suspended_at: since when they can do nothing, as they were struck off the register.
        kind: chartered accountant or staff. Members of earlier versions have none stored: what they
            may do is what the operator granted them, so they count as staff.
        blocked_at: since when they can do nothing, as their firm has said.
        version: of what is stored; 0 before the first write, and of what earlier versions wrote.

    """

    id: str
    firm_id: str
    name: str
    email: str
    subject: str
    capabilities: tuple[Capability, ...] = ()
    enrolment: Enrolment | None = None
    revoked_at: datetime | None = None
    phone: str | None = None
    suspended_at: datetime | None = None
    kind: MemberKind = MemberKind.STAFF
    blocked_at: datetime | None = None
    version: int = 0

    @property
    def is_accountant(self) -> bool:
        """Whether they may do everything, and delegate it."""
        return self.kind is MemberKind.ACCOUNTANT

    @property
    def is_suspended(self) -> bool:
        """Whether they can do nothing now."""
        return self.blocked_at is not None or self.suspended_at is not None

    @property
    def may(self) -> frozenset[Capability]:
        """What they may do for themselves, now."""
        if self.is_suspended:
            return frozenset()
        return frozenset(Capability if self.is_accountant else self.capabilities)


@dataclass(frozen=True, slots=True)
class MemberChange:
    """What to change of a member; None leaves as it is."""

    capabilities: tuple[Capability, ...] | None = None
    phone: str | None = None
    suspended: bool | None = None


def check_new(member: Member) -> None:
    """Refuse a member who cannot be one.

    Raises:
        InvalidError: `name_required`, `email_required`, `subject_required`, `name_unreadable`: a
            certificate bears it.

    """
    for field in ("name", "email", "subject"):
        if not getattr(member, field).strip():
            raise InvalidError(f"{field}_required", f"A member needs a {field}.", field=field)
    try:
        text.line(member.name)
    except text.UnreadableError as error:
        raise InvalidError("name_unreadable", str(error), field="name") from None


def check_active(member: Member) -> None:
    """Refuse who can do nothing now.

    Raises:
        ForbiddenError: `member_suspended`.

    """
    if member.is_suspended:
        raise ForbiddenError("member_suspended", "This member is suspended and can do nothing.")


def check_may(member: Member, capability: Capability) -> None:
    """Refuse who lacks a capability now; it may have been taken back a moment ago (P23).

    Raises:
        ForbiddenError: `member_suspended`, `not_permitted`.

    """
    check_active(member)
    if capability not in member.may:
        raise ForbiddenError("not_permitted", f"This member may not {capability}.")


def changed(
    member: Member, *, capabilities: tuple[Capability, ...] | None, phone: str | None
) -> Member:
    """Return the member with other capabilities or another mobile; None leaves as it is (P23)."""
    return replace(
        member,
        capabilities=member.capabilities if capabilities is None else capabilities,
        phone=member.phone if phone is None else phone,
    )


def blocked(member: Member, now: datetime, *, suspended: bool) -> Member:
    """Return the member who can do nothing from now on, or again what was granted to them."""
    if suspended == (member.blocked_at is not None):
        return member
    return replace(member, blocked_at=now if suspended else None)


def check_may_leave(member: Member) -> None:
    """Refuse to remove who has a certificate: it is revoked first, or it would outlive them.

    Raises:
        ConflictError: `still_enrolled`.

    """
    if member.enrolment is not None:
        raise ConflictError("still_enrolled", "Revoke this member's certificate first.")


def needs_another_accountant(before: Member, after: Member | None) -> bool:
    """Tell whether a change takes a chartered accountant away from their firm."""
    was = before.is_accountant and not before.is_suspended
    return was and (after is None or not after.is_accountant or after.is_suspended)


def last_accountant() -> ConflictError:
    """Return the error of taking away the only one: nobody could delegate any more."""
    return ConflictError(
        "last_accountant", "A firm keeps one chartered accountant who is not suspended."
    )


def check_may_enrol(member: Member, now: datetime) -> None:
    """Refuse a second certificate beside one that holds: it is revoked first.

    Raises:
        ConflictError: `already_enrolled`.

    """
    if member.enrolment is not None and now < member.enrolment.expires_at:
        raise ConflictError("already_enrolled", "This member has a certificate: revoke it first.")


def enrolled(member: Member, enrolment: Enrolment) -> Member:
    """Return the member with a new certificate."""
    return replace(member, enrolment=enrolment)


def revoked(member: Member, now: datetime) -> Member:
    """Return the member without certificate.

    Raises:
        ConflictError: `not_enrolled`.

    """
    if member.enrolment is None:
        raise ConflictError("not_enrolled", "This member has no certificate.")
    return replace(member, enrolment=None, revoked_at=now)
