"""Where a firm may hold something about a person: places that are looked at page by page.

Each place yields what it holds and, beside it, what erases that or tells why it stays. A page reads
a bounded number of items, whatever is stored.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from paraphe.domain import times
from paraphe.domain.errors import ConflictError, NotFoundError, RaceLostError
from paraphe.domain.firms.contacts import Contact
from paraphe.domain.firms.invitation import Invitation
from paraphe.domain.firms.member import Member
from paraphe.domain.firms.principal import Principal
from paraphe.domain.requests import personal_data as rules
from paraphe.domain.requests.personal_data import Fate, Ground, Held, Record, Subject
from paraphe.domain.requests.templates import Template
from paraphe.ports.acting import Invitations
from paraphe.ports.contacts import Contacts
from paraphe.ports.firms import Members
from paraphe.ports.templates import Templates
from paraphe.usecases.optimistic_commit import ATTEMPTS

MEMBERS_AT_ONCE, TEMPLATES_AT_ONCE = 50, 20


@dataclass(frozen=True, slots=True)
class Looking:
    """One look: for whom, for whose firm, when."""

    principal: Principal
    subject: Subject
    now: datetime

    @property
    def firm_id(self) -> str:
        """Whose data it is."""
        return self.principal.firm_id


@dataclass(frozen=True, slots=True)
class Found:
    """What one place holds; `erase` erases it, or tells why it stays."""

    record: Record
    erase: Callable[[], Fate]


@dataclass(frozen=True, slots=True)
class FoundPage:
    """What was found in one look; `position` None when the place was looked at whole."""

    found: Iterable[Found]
    position: str | None = None


def in_contacts(contacts: Contacts, looking: Looking, _position: str | None) -> FoundPage:
    """Look into the address book: an identity leads to the contact."""
    holders = contacts.holders(looking.firm_id, looking.subject.identities)
    found = []
    for contact_id in dict.fromkeys(holders.values()):
        try:
            contact = contacts.contact(looking.firm_id, contact_id)
        except NotFoundError:  # erased just now
            continue
        record = _contact(contact)
        found.append(Found(record, lambda r=record: _erase_contact(contacts, looking, r)))  # type: ignore[misc]
    return FoundPage(found)


def _contact(contact: Contact) -> Record:
    values = rules.told(
        name=contact.name,
        email=contact.email,
        phone=contact.phone,
        company=contact.company,
        locale=contact.locale,
        external_id=contact.external_id,
        created_at=times.to_text(contact.created_at),
        updated_at=times.to_text(contact.updated_at),
    )
    return Record(Held.CONTACT, contact.id, "", values)


def _erase_contact(contacts: Contacts, looking: Looking, record: Record) -> Fate:
    for _ in range(ATTEMPTS):
        try:
            contacts.remove(contacts.contact(looking.firm_id, record.id))
        except NotFoundError:
            break
        except RaceLostError:
            continue
        return rules.erased(record)
    else:
        return rules.kept(record, Ground.CHANGING)
    return rules.erased(record)


def in_invitations(invitations: Invitations, looking: Looking, _position: str | None) -> FoundPage:
    """Look at invitations of staff: a firm has a hundred at most."""
    mine = [i for i in invitations.listed(looking.firm_id) if looking.subject.has(i.email)]
    return FoundPage([_invited(invitations, one) for one in mine])


def _invited(invitations: Invitations, one: Invitation) -> Found:
    values = rules.told(
        name=one.name,
        email=one.email,
        locale=one.locale,
        created_at=times.to_text(one.created_at),
        sent_at=times.to_text(one.sent_at),
        member_id=one.member_id,
    )
    record = Record(Held.INVITATION, one.id, "", values)
    return Found(record, lambda: _written(record, lambda: invitations.remove(one)))


def in_members(members: Members, looking: Looking, position: str | None) -> FoundPage:
    """Look at the firm's members."""
    page, more = members.page(looking.firm_id, MEMBERS_AT_ONCE, position)
    mine = [_member(one) for one in page if looking.subject.has(one.email)]
    return FoundPage(mine, page[-1].id if more and page else None)


def _member(member: Member) -> Found:
    enrolment = member.enrolment
    values = rules.told(
        name=member.name,
        email=member.email,
        phone=member.phone,
        subject=member.subject,
        capabilities=" ".join(member.capabilities),
        certificate_serial=enrolment.serial if enrolment else None,
        certified_until=times.to_text(enrolment.expires_at) if enrolment else None,
    )
    state = "suspended" if member.is_suspended else "active"
    record = Record(Held.MEMBER, member.id, "", values, role=str(member.kind), state=state)
    return Found(record, lambda: rules.kept(record, Ground.MEMBER))


def in_templates(templates: Templates, looking: Looking, position: str | None) -> FoundPage:
    """Look at the templates in which they always take a role."""
    page = templates.listed(looking.firm_id, TEMPLATES_AT_ONCE, position)
    found = [one for template in page.templates for one in _template(templates, looking, template)]
    return FoundPage(found, page.cursor)


def _template(templates: Templates, looking: Looking, template: Template) -> Iterable[Found]:
    who = looking.subject
    records = [
        Record(
            Held.TEMPLATE,
            template.id,
            role.key,
            rules.told(name=p.name, email=p.email, phone=p.phone, locale=p.locale),
            title=template.name,
            role=str(role.role),
        )
        for role in template.roles
        if (p := role.person) is not None and who.has(p.email)
    ]

    def save() -> None:
        after = rules.without(template, who, looking.now)
        templates.save(after, replaces=template.version)

    return [
        Found(r, (lambda r=r: _written(r, save)) if n == 0 else (lambda r=r: rules.erased(r)))  # type: ignore[misc]
        for n, r in enumerate(records)
    ]


def _written(record: Record, write: Callable[[], object]) -> Fate:
    """Write, if nobody else has since it was read: they ask again."""
    try:
        write()
    except (RaceLostError, ConflictError):
        return rules.kept(record, Ground.CHANGING)
    return rules.erased(record)
