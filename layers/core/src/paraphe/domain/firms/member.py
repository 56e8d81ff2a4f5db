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
        capabilities: what they may do.
        enrolment: None before enrolling and after a revocation.
        revoked_at: when the last certificate was revoked.
        phone: their mobile, E.164: the codes of what they decide go to it (P22); None before
            it is known.

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


def check_may(member: Member, capability: Capability) -> None:
    """Refuse who lacks a capability now; it may have been taken back a moment ago (P23).

    Raises:
        ForbiddenError: `member_suspended`, `not_permitted`.

    """
    if member.suspended_at is not None:
        raise ForbiddenError("member_suspended", "This member is not on the register any more.")
    if capability not in member.capabilities:
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
