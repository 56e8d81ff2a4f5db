"""Members of a firm get, lose and get again a certificate (P1)."""

from dataclasses import replace
from datetime import datetime

from paraphe.contracts.contact_details import normalise_phone
from paraphe.domain.firms import member as rules
from paraphe.domain.firms.member import Capability, Member, MemberKind
from paraphe.domain.ids import RANDOM_BYTES, new_id
from paraphe.ports.firms import Certifier, Expiries, Members
from paraphe.ports.system import Entropy


def add_member(
    members: Members,
    entropy: Entropy,
    firm_id: str,
    *,
    name: str,
    email: str,
    subject: str,
    capabilities: tuple[Capability, ...],
    now: datetime,
) -> Member:
    """Write down a member, without a certificate yet.

    Raises:
        InvalidError: see `member.check_new`.

    """
    member_id = new_id("mbr", now, entropy(RANDOM_BYTES))
    made = Member(member_id, firm_id, name, email, subject, capabilities)
    rules.check_new(made)
    return members.save(made)


def change_member(
    members: Members,
    firm_id: str,
    member_id: str,
    *,
    capabilities: tuple[Capability, ...] | None = None,
    phone: str | None = None,
    kind: MemberKind | None = None,
) -> Member:
    """Grant or revoke capabilities, at once (P23), or write down another mobile or kind.

    Raises:
        NotFoundError: `member_not_found`. InvalidError: `phone_invalid`, `phone_not_mobile`.

    """
    mobile = normalise_phone(phone) if phone else None
    member = members.member(firm_id, member_id)
    changed = rules.changed(member, capabilities=capabilities, phone=mobile)
    return members.save(replace(changed, kind=kind or member.kind))


def enrol_member(
    members: Members,
    certifier: Certifier,
    expiries: Expiries,
    firm_id: str,
    member_id: str,
    now: datetime,
) -> Member:
    """Make a key that never leaves its service, certify it for three years, write it down.

    A crash in between leaves a key without certificate, which can sign for nobody.

    Raises:
        NotFoundError: `member_not_found`. ConflictError: `already_enrolled`.

    """
    member = members.member(firm_id, member_id)
    rules.check_may_enrol(member, now)
    enrolment = certifier.enrol(member, now)
    stored = members.save(rules.enrolled(member, enrolment))
    expiries.note(f"member {member.id}", enrolment.expires_at)
    return stored


def revoke_member(
    members: Members,
    certifier: Certifier,
    expiries: Expiries,
    firm_id: str,
    member_id: str,
    now: datetime,
) -> Member:
    """Revoke a member's certificate for good; they can then enrol again, with a new key.

    Revoked first, then written down: a crash in between leaves a certificate that no longer signs.

    Raises:
        NotFoundError: `member_not_found`. ConflictError: `not_enrolled`.

    """
    member = members.member(firm_id, member_id)
    revoked = rules.revoked(member, now)
    if member.enrolment is not None:
        certifier.revoke(member.enrolment, now)
    stored = members.save(revoked)
    expiries.forget(f"member {member.id}")
    return stored
