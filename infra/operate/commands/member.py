"""`paraphe member enrol|change|bind|revoke|list`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.operate.commands.arguments import add_firm
from infra.operate.commands.running import Answer, add_work
from paraphe.domain.firms.member import Capability, MemberKind

if TYPE_CHECKING:
    import argparse

    from infra.operate.stack import Stack
    from paraphe.command.parser import Command
    from paraphe.domain.firms.member import Member

_WHERE = "--stack paraphe-staging --firm frm_…"
_ENROL = (
    f'paraphe member enrol {_WHERE} --name "Claire Martin" --email claire@cabinet.example '
    f"--subject oidc-sub --may seal --phone +33612345678\n"
    f"paraphe member enrol {_WHERE} --member mbr_…"
)


def add_to(parser: Command) -> None:
    """Add the commands."""
    member = parser.add_group("member", "certify members of a firm, say what they may do")
    enrol = add_work(
        member,
        "enrol",
        "certify a new member for 3 years, or anew one who was revoked",
        _enrol,
        example=_ENROL,
    )
    _add_person(enrol)
    change = add_work(
        member,
        "change",
        "set what a member may do from now on, another mobile, or what they are",
        _change,
        example=f"paraphe member change {_WHERE} --member mbr_… --may prepare launch",
    )
    change.add_argument("--phone", help="mobile: codes go to it from now on")
    change.add_argument("--kind", type=MemberKind, choices=list(MemberKind), help="what they are")
    change.add_argument(
        "--may", nargs="*", choices=list(Capability), help="all of them; none: --may alone"
    )
    bind = add_work(
        member,
        "bind",
        "let a member sign in to the portal, as who they are for the identity provider",
        _bind,
        example=f"paraphe member bind {_WHERE} --member mbr_… --issuer https://id.example",
    )
    bind.add_argument("--issuer", required=True, help="as the parameter OidcIssuer has it")
    bind.add_argument("--subject", help="their `sub` there, if it is not what they have")
    revoke = add_work(
        member,
        "revoke",
        "revoke a member's certificate for good",
        _revoke,
        example=f"paraphe member revoke {_WHERE} --member mbr_…",
    )
    listing = add_work(
        member,
        "list",
        "show a firm's members, how long they are certified, what they may do",
        _list,
        example=f"paraphe member list {_WHERE}",
    )
    for command in (change, bind, revoke):
        command.add_argument("--member", required=True, metavar="ID", help="mbr_…")
    for command in (enrol, change, bind, revoke, listing):
        add_firm(command)


def _add_person(enrol: Command) -> None:
    enrol.add_argument("--member", metavar="ID", help="who is there already, mbr_…")
    enrol.add_argument("--name", help="of a new member, as the certificate names them")
    enrol.add_argument("--email", help="of a new member")
    enrol.add_argument("--subject", help="their `sub` at the identity provider")
    enrol.add_argument(
        "--kind",
        type=MemberKind,
        choices=list(MemberKind),
        default=MemberKind.STAFF,
        help="of a new member; an accountant may do everything in their firm",
    )
    enrol.add_argument("--phone", help="of a new member, mobile: codes go to it")
    enrol.add_argument(
        "--may", nargs="*", default=[], choices=list(Capability), help="what they may do"
    )


def _enrol(options: argparse.Namespace, stack: Stack) -> Answer:
    from infra.operate.members import NewMember, add, office_of
    from infra.operate.stack import leaving

    office = office_of(stack.client_of, stack.outputs)
    stack.say("certifying the member")
    if options.member is not None:
        return _told(office.enrol(options.firm, options.member, stack.now))
    person = NewMember(
        name=options.name or "",
        email=options.email or "",
        subject=options.subject or "",
        phone=options.phone,
        capabilities=_capabilities(options.may),
        kind=options.kind,
    )
    added = add(office, options.firm, person, stack.now)
    with leaving(f"they are written down, not certified: next time --member {added.id}"):
        return _told(office.enrol(options.firm, added.id, stack.now))


def _change(options: argparse.Namespace, stack: Stack) -> Answer:
    from infra.operate.members import office_of
    from paraphe.usecases.firms.enrol_member import change_member

    may = None if options.may is None else _capabilities(options.may)
    members = office_of(stack.client_of, stack.outputs).members
    return _told(
        change_member(
            members,
            options.firm,
            options.member,
            capabilities=may,
            phone=options.phone,
            kind=options.kind,
        )
    )


def _bind(options: argparse.Namespace, stack: Stack) -> Answer:
    from infra.operate.members import bind

    who = (options.firm, options.member)
    person = bind(stack.client_of, stack.outputs, who, options.issuer, options.subject)
    return Answer(f"{options.member} signs in as {person.subject}\n")


def _revoke(options: argparse.Namespace, stack: Stack) -> Answer:
    from infra.operate.members import office_of

    stack.say("revoking the certificate, publishing the list")
    office = office_of(stack.client_of, stack.outputs)
    return _told(office.revoke(options.firm, options.member, stack.now))


def _list(options: argparse.Namespace, stack: Stack) -> Answer:
    from infra.operate.members import office_of

    office = office_of(stack.client_of, stack.outputs)
    return _told(*office.members.listed(options.firm))


def _capabilities(typed: list[str]) -> tuple[Capability, ...]:
    return tuple(Capability(one) for one in typed)


def _told(*members: Member) -> Answer:
    return Answer("".join(f"{_line(member)}\n" for member in members))


def _line(member: Member) -> str:
    until = f"{member.enrolment.expires_at:%Y-%m-%d}" if member.enrolment else "no certificate"
    may = member.kind if member.is_accountant else ",".join(member.capabilities)
    return f"{member.id}  {until}  {may or '-'}"
