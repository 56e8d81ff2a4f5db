"""What a firm holds about one person, and what of it may be erased (GDPR Art. 15, 17, 20).

A person is who has an e-mail address here, or, where none is known, a name and a phone together: a
phone alone may be shared by two.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from paraphe.domain.evidence.audit import Event
from paraphe.domain.firms.contact_words import fold
from paraphe.domain.firms.contacts import Details
from paraphe.domain.requests import deadlines, erasure
from paraphe.domain.requests.bulk import BulkRow, RowFault, RowState
from paraphe.domain.requests.model import RequestState, SignatureRequest
from paraphe.domain.requests.templates import Template


class Asked(StrEnum):
    """What is to be done with a person's data."""

    EXPORT = "export"
    ERASE = "erase"


class Held(StrEnum):
    """In which kinds of data a person is looked for, in this order."""

    CONTACT = "contact"
    INVITATION = "invitation"
    MEMBER = "member"
    TEMPLATE = "template"
    BULK_ROW = "bulk_row"
    RECIPIENT = "recipient"
    SENDER = "sender"


class Ground(StrEnum):
    """Why something is kept."""

    RUNNING = "running"
    DRAFT = "draft"
    ENDED = "ended"
    MEMBER = "member"
    ROW_RUNNING = "row_running"
    CHANGING = "changing"


# The law's ground, and what the firm can do. Art. 6 and 17 are the GDPR's.
WHY: Mapping[Ground, str] = {
    Ground.RUNNING: "The request runs: its parties need to know each other (Art. 6(1)(b), "
    "17(1)(a)). Cancel it or wait for its end.",
    Ground.DRAFT: "They prepared this draft and would be told of it (Art. 6(1)(f)). Delete the "
    "draft.",
    Ground.ENDED: "The table forgets them by itself at `until`; the evidence file is kept until "
    "`evidence_until` for the establishment, exercise or defence of legal claims (Art. 17(3)(e)).",
    Ground.MEMBER: "They are a member of the firm (Art. 6(1)(b), 17(1)(a)). Remove the member "
    "first.",
    Ground.ROW_RUNNING: "Rows of this bulk launch are being launched. Ask again when it is done.",
    Ground.CHANGING: "It was changed all the time. Ask again.",
}


@dataclass(frozen=True, slots=True)
class Subject:
    """Who is asked about: an address, a name with a phone, or both."""

    email: str | None = None
    name: str | None = None
    phone: str | None = None

    @property
    def identities(self) -> tuple[str, ...]:
        """By what the address book knows them, see `Details.identity`."""
        found = []
        if self.email is not None:
            found.append(Details("", self.email).identity)
        if self.name is not None and self.phone is not None:
            found.append(Details(self.name, None, self.phone).identity)
        return tuple(found)

    def has(self, email: str) -> bool:
        """Tell whether an address is theirs, whatever its case; accents make two of them."""
        return self.email is not None and self.email.casefold() == email.casefold()

    def is_named(self, name: str, email: str, phone: str | None) -> bool:
        """Tell whether this is them: by the address, or without one by name and phone."""
        if email:
            return self.has(email)
        known = self.name is not None and self.phone is not None and self.phone == phone
        return known and fold(self.name or "") == fold(name)


@dataclass(frozen=True, slots=True)
class Record:
    """What one place holds about a person.

    Attributes:
        kind: of the place.
        id: of the contact, invitation, member, template, bulk launch or request.
        part: which role, row or recipient of it; empty where it is about them as a whole.
        values: what it says about them, by field; only what it says.
        title: the request's or the template's.
        role: what they are asked for.
        state: theirs, or the request's where they are its sender.
        events: what they did, as the trail tells.

    """

    kind: Held
    id: str
    part: str
    values: Mapping[str, str]
    title: str | None = None
    role: str | None = None
    state: str | None = None
    request_state: str | None = None
    events: tuple[Event, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Fate:
    """What an erasure did in one place: `ground` None when it erased.

    Until when it is kept: `until` in the table, `evidence_until` in the evidence file; None when
    that depends on what the firm does.
    """

    kind: Held
    id: str
    part: str
    ground: Ground | None = None
    until: datetime | None = None
    evidence_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class DataAnswer:
    """What one call found or did; `cursor` None when everything was looked at."""

    records: tuple[Record, ...] = ()
    fates: tuple[Fate, ...] = ()
    cursor: str | None = None


def erased(record: Record) -> Fate:
    """Return that a record was erased."""
    return Fate(record.kind, record.id, record.part)


def kept(record: Record, ground: Ground) -> Fate:
    """Return that a record is kept."""
    return Fate(record.kind, record.id, record.part, ground)


def kept_in(request: SignatureRequest, record: Record) -> Fate:
    """Return why a launched or ended request keeps somebody, and until when."""
    if not request.is_ended or request.ended_at is None:
        is_draft = request.state is RequestState.DRAFT
        return kept(record, Ground.DRAFT if is_draft else Ground.RUNNING)
    evidence = None
    if request.launched_at is not None:
        evidence = deadlines.evidence_end(request.ended_at, request.evidence_years)
    return replace(
        kept(record, Ground.ENDED),
        until=erasure.people_at(request) or request.retention_until,
        evidence_until=evidence,
    )


def told(**values: object) -> dict[str, str]:
    """Return the values that say something, as text."""
    return {name: str(value) for name, value in values.items() if value not in {None, ""}}


def without(template: Template, subject: Subject, now: datetime) -> Template:
    """Return a template in which they take no role any more; each request says who does."""
    roles = tuple(
        replace(role, person=None) if role.person and subject.has(role.person.email) else role
        for role in template.roles
    )
    return replace(template, roles=roles, updated_at=now, version=template.version + 1)


def row_without(row: BulkRow, subject: Subject) -> BulkRow:
    """Return a row that they are taken out of: it can not be launched any more."""
    people = tuple(p for p in row.people if not subject.is_named(p.name, p.email, p.phone))
    if people == row.people:
        return row
    fault = RowFault("", "person_erased", "Somebody in this row asked to be erased.")
    return replace(
        row, state=RowState.REFUSED, people=people, title=None, external_id=None, faults=(fault,)
    )
