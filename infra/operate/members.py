"""A firm's members: `python -m infra.operate.members --stack … enrol|change|revoke|list`.

Until the portal has these pages, the operator does it (P1).
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3

from infra.operate.authority import authority_of
from infra.operate.firms import outputs_of
from paraphe import wiring
from paraphe.adapters.firms.enrolment import BuiltInCertifier
from paraphe.adapters.firms.member_store import DynamoExpiries, DynamoMembers
from paraphe.adapters.trust.authority.pki_bucket import PkiBucket
from paraphe.contracts.contact_details import normalise_phone
from paraphe.domain.firms.member import Capability, Member
from paraphe.usecases.firms.enrol_member import (
    add_member,
    change_member,
    enrol_member,
    revoke_member,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


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


def main(arguments: list[str]) -> int:
    """Run one command in the account that the environment's credentials name."""
    chosen = _parser().parse_args(arguments)
    session = boto3.session.Session()
    client_of: Callable[[str], Any] = session.client  # type: ignore[assignment] # one per service
    office = office_of(client_of, outputs_of(session, chosen.stack))
    now = datetime.now(UTC)
    if chosen.command == "list":
        told = [_line(member) for member in office.members.listed(chosen.firm)]
    elif chosen.command == "revoke":
        told = [_line(office.revoke(chosen.firm, chosen.member, now))]
    elif chosen.command == "change":
        may = None if chosen.may is None else tuple(Capability(c) for c in chosen.may)
        member = change_member(
            office.members, chosen.firm, chosen.member, capabilities=may, phone=chosen.phone
        )
        told = [_line(member)]
    else:
        member_id = chosen.member or _added(office, chosen, now).id
        told = [_line(office.enrol(chosen.firm, member_id, now))]
    sys.stdout.write("".join(f"{line}\n" for line in told))
    return 0


def _added(office: Office, chosen: argparse.Namespace, now: datetime) -> Member:
    phone = normalise_phone(chosen.phone) if chosen.phone else None
    member = add_member(
        office.members,
        wiring.services.entropy,
        chosen.firm,
        name=chosen.name or "",
        email=chosen.email or "",
        subject=chosen.subject or "",
        capabilities=tuple(Capability(c) for c in chosen.may),
        now=now,
    )
    return change_member(office.members, chosen.firm, member.id, phone=phone)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.operate.members", description=__doc__)
    parser.add_argument("--stack", required=True, help="name of the CloudFormation stack")
    commands = parser.add_subparsers(dest="command", required=True)
    enrol = commands.add_parser("enrol", help="certify a new member, or one that was revoked")
    enrol.add_argument("--member", help="the id of who is there already, mbr_…")
    enrol.add_argument("--name", help="of a new member, as the certificate names them")
    enrol.add_argument("--email", help="of a new member")
    enrol.add_argument("--subject", help="their `sub` at the identity provider")
    enrol.add_argument("--phone", help="of a new member, mobile: codes go to it")
    enrol.add_argument("--may", nargs="*", default=[], choices=list(Capability))
    change = commands.add_parser("change", help="give or take capabilities, or another mobile")
    change.add_argument("--member", required=True, help="mbr_…")
    change.add_argument("--phone", help="mobile: codes go to it from now on")
    change.add_argument(
        "--may", nargs="*", choices=list(Capability), help="all of them; none: --may alone"
    )
    revoke = commands.add_parser("revoke", help="revoke a member's certificate for good")
    revoke.add_argument("--member", required=True, help="mbr_…")
    listing = commands.add_parser("list", help="show a firm's members")
    for command in (enrol, change, revoke, listing):
        command.add_argument("--firm", required=True, help="frm_…")
    return parser


def _line(member: Member) -> str:
    until = f"{member.enrolment.expires_at:%Y-%m-%d}" if member.enrolment else "no certificate"
    return f"{member.id}  {until}  {','.join(member.capabilities) or '-'}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
