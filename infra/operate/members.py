"""A firm's members (`paraphe member`).

Until the portal has these pages, the operator does it (P1).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from infra.operate.authority import authority_of
from paraphe import wiring
from paraphe.adapters.firms.enrolment import BuiltInCertifier
from paraphe.adapters.firms.member_store import DynamoExpiries, DynamoMembers
from paraphe.adapters.firms.people_store import DynamoPeople
from paraphe.adapters.trust.authority.pki_bucket import PkiBucket
from paraphe.contracts.contact_details import normalise_email, normalise_phone
from paraphe.domain.firms.member import MemberKind
from paraphe.usecases.firms.bind_member import BindMember
from paraphe.usecases.firms.enrol_member import (
    add_member,
    change_member,
    enrol_member,
    revoke_member,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from paraphe.domain.firms.member import Capability, Member
    from paraphe.domain.firms.person import Person


@dataclass(frozen=True, slots=True)
class Office:
    """What enrolling works with, of one deployed stack."""

    members: DynamoMembers
    expiries: DynamoExpiries
    certifier: BuiltInCertifier

    def enrol(self, firm_id: str, member_id: str, now: datetime) -> Member:
        """Issue a member a key and a certificate of 3 years."""
        return enrol_member(self.members, self.certifier, self.expiries, firm_id, member_id, now)

    def revoke(self, firm_id: str, member_id: str, now: datetime) -> Member:
        """Take a member's certificate back for good."""
        return revoke_member(self.members, self.certifier, self.expiries, firm_id, member_id, now)


def office_of(client_of: Callable[[str], Any], outputs: Mapping[str, str]) -> Office:
    """Return a stack's office; the ceremony has been held.

    Args:
        client_of: gives a boto3 client by service name.
        outputs: `TableName`, and those of the authority.

    """
    stack = authority_of(client_of, outputs)
    dynamodb = client_of("dynamodb")
    published = PkiBucket(client_of("s3"), outputs["PkiBucketName"])
    return Office(
        DynamoMembers(dynamodb, outputs["TableName"]),
        DynamoExpiries(dynamodb, outputs["TableName"]),
        BuiltInCertifier(stack.authority, stack.keys, published),
    )


@dataclass(frozen=True, slots=True)
class NewMember:
    """Who is to be a member, as the operator typed it."""

    name: str
    email: str
    subject: str
    phone: str | None
    capabilities: tuple[Capability, ...]
    kind: MemberKind = MemberKind.STAFF


def add(office: Office, firm_id: str, person: NewMember, now: datetime) -> Member:
    """Write a new member down, without a certificate yet.

    Raises:
        InvalidError: something is missing, the address cannot be one, or the phone is no mobile;
            nothing is written then.

    """
    phone = normalise_phone(person.phone) if person.phone else None
    member = add_member(
        office.members,
        wiring.services.entropy,
        firm_id,
        name=person.name,
        email=normalise_email(person.email) if person.email else "",
        subject=person.subject,
        capabilities=person.capabilities,
        now=now,
    )
    return change_member(office.members, firm_id, member.id, phone=phone, kind=person.kind)


def bind(
    client_of: Callable[[str], Any],
    outputs: Mapping[str, str],
    member: tuple[str, str],
    issuer: str,
    subject: str | None,
) -> Person:
    """Let who signs in as somebody be a member from now on.

    Args:
        client_of: gives a boto3 client by service name.
        outputs: `TableName`.
        member: the ids of the firm and the member.
        issuer: the identity provider, as the stack's parameter `OidcIssuer` has it.
        subject: who they are there; None for what they were enrolled with.

    """
    dynamodb, table = client_of("dynamodb"), outputs["TableName"]
    binding = BindMember(DynamoPeople(dynamodb, table), DynamoMembers(dynamodb, table))
    return binding(*member, issuer=issuer, subject=subject)
