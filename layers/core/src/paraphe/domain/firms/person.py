"""A person as the portal knows them, and the steps of their first sign-in (P1)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from paraphe.domain.errors import ConflictError, ForbiddenError
from paraphe.domain.firms.identity import Identity
from paraphe.domain.firms.member import Member

# How old what is known of the register may be when somebody acts.
CHECKED_EVERY = timedelta(days=1)


class Step(StrEnum):
    """What is left of a first sign-in, in this order."""

    TERMS = "terms"
    FIRM = "firm"
    MOBILE = "mobile"
    CERTIFICATE = "certificate"


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms that somebody accepted: which version, and the very text."""

    version: str
    sha256: str
    locale: str
    accepted_at: datetime


@dataclass(frozen=True, slots=True)
class Mobile:
    """A mobile that is being proven by a code (as P9: 30 minutes, 5 tries).

    Attributes:
        challenge_id: `otp_…`; the code is derived from it.
        phone: E.164.
        asked_at: when a code was asked for.
        sent_at: when it went out.
        code_mac: keyed hash of the code.
        refused: the carrier refuses this number for good.
        tries: counted before each comparison.
        proven_at: when the code was typed.

    """

    challenge_id: str
    phone: str
    asked_at: datetime
    sent_at: datetime | None = None
    code_mac: str | None = None
    refused: bool = False
    tries: int = 0
    proven_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may be in the portal; nobody else is kept.

    Attributes:
        id: `Identity.person_id`.
        issuer: who vouches for them.
        subject: who they are there.
        name: as their last sign-in said.
        email: likewise.
        version: for writers.
        number: on the profession's register; None for staff.
        checked_at: when the register was read last; None for staff.
        struck_off_at: since when they are not on the register any more.
        terms: what they accepted.
        firm_id: of which firm they are a member, once they are.
        member_id: as whom.
        mobile: the phone that they prove.
        certificate_asked_at: when they asked for their certificate.
        certifying_since: when the door that certifies began to.
        certified_at: when they got it.

    """

    id: str
    issuer: str
    subject: str
    name: str
    email: str
    version: int = 1
    number: str | None = None
    checked_at: datetime | None = None
    struck_off_at: datetime | None = None
    terms: Terms | None = None
    firm_id: str | None = None
    member_id: str | None = None
    mobile: Mobile | None = None
    certificate_asked_at: datetime | None = None
    certifying_since: datetime | None = None
    certified_at: datetime | None = None

    @property
    def is_accountant(self) -> bool:
        """Whether they are here as a chartered accountant."""
        return self.number is not None

    @property
    def check_due_at(self) -> datetime | None:
        """From when on the register is to be read again; None for who is not on it."""
        return self.checked_at + CHECKED_EVERY if self.checked_at is not None else None

    @property
    def step(self) -> Step | None:
        """What is to be done next before they are at home here; None when all is done."""
        if self.terms is None:
            return Step.TERMS
        if self.firm_id is None:
            return Step.FIRM
        if not self.is_accountant:
            return None
        if self.mobile is None or self.mobile.proven_at is None:
            return Step.MOBILE
        return Step.CERTIFICATE if self.certified_at is None else None


def not_on_register() -> ForbiddenError:
    """Return the error of who is not on the register (any more)."""
    return ForbiddenError(
        "not_on_register", "Only members of the profession's register may do this: P1."
    )


def accountant(identity: Identity, now: datetime) -> Person:
    """Return somebody who was found on the register just now."""
    return Person(
        id=identity.person_id,
        issuer=identity.issuer,
        subject=identity.subject,
        name=identity.name,
        email=identity.email,
        number=identity.number or "",
        checked_at=now,
    )


def staff(identity: Identity) -> Person:
    """Return somebody who is here because a firm has invited them."""
    return Person(
        id=identity.person_id,
        issuer=identity.issuer,
        subject=identity.subject,
        name=identity.name,
        email=identity.email,
    )


def joined(person: Person, member: Member, number: str | None = None) -> Person:
    """Return a person who has become a member of a firm.

    Args:
        person: who has.
        member: as whom.
        number: theirs on the register, if they have become one as a chartered accountant.

    """
    if member.is_accountant and person.number is None:
        person = replace(person, number=number or "")
    return replace(person, firm_id=member.firm_id, member_id=member.id)


def bound(person: Person, member: Member) -> Person:
    """Return a person whom the operator says to be this member, with the certificate they have."""
    certified = member.enrolment.enrolled_at if member.enrolment is not None else None
    return replace(joined(person, member), certified_at=certified)


def left(person: Person) -> Person:
    """Return a person whose firm does not have them as a member any more."""
    return replace(
        person,
        firm_id=None,
        member_id=None,
        mobile=None,
        certificate_asked_at=None,
        certifying_since=None,
        certified_at=None,
    )


def seen(person: Person, identity: Identity) -> Person:
    """Return a person as their newest sign-in names them."""
    return replace(person, name=identity.name, email=identity.email)


def checked(person: Person, *, listed: bool, now: datetime) -> Person:
    """Return a person after the register was read: struck off, or (again) on it."""
    struck = None if listed else person.struck_off_at or now
    return replace(person, checked_at=now, struck_off_at=struck)


def check_standing(person: Person) -> None:
    """Refuse who was struck off the register.

    Raises:
        ForbiddenError: `not_on_register`.

    """
    if person.struck_off_at is not None:
        raise not_on_register()


def check_step(person: Person, step: Step) -> None:
    """Refuse a step before its turn.

    Raises:
        ConflictError: `not_this_step`.
        ForbiddenError: `not_on_register`.

    """
    check_standing(person)
    if person.step is not step:
        raise ConflictError("not_this_step", "This step is done, or not yet due.")
