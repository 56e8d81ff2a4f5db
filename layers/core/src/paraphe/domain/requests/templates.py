"""A template: the shape of a request, kept to be used again and again (P24).

It holds roles instead of people, their order, where each signs, and what is said once: message,
reminders, language, for how long evidence is kept. It may hold documents: those of a draft, which
were inspected there.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from paraphe.domain.errors import InvalidError
from paraphe.domain.requests.deadlines import LONGEST_EVIDENCE_YEARS
from paraphe.domain.requests.document import Document
from paraphe.domain.requests.draft_recipients import check_box
from paraphe.domain.requests.recipient import DECIDING, IN_DOCUMENTS, Placement, Role

# Bounds that let one commit hold a request with all its parts and what lists find it by.
MAX_ROLES = 10
MAX_DOCUMENTS = 10
MAX_TITLE = 200
# What a title may name: the person in a role, by the role's key.
_NAMED = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Addressee:
    """A person who takes a role, as the door has read it; `locale` None: the template's."""

    name: str
    email: str
    phone: str | None
    locale: str | None = None


@dataclass(frozen=True, slots=True)
class ContactTaker:
    """One of the firm's contacts, who takes a role; `locale` None: the contact's own."""

    contact_id: str
    locale: str | None = None


@dataclass(frozen=True, slots=True)
class SlotPlacement:
    """A visible signature's box on the document in a slot, numbered from 1 (P8)."""

    slot: int
    page: int
    x: float
    y: float
    width: float
    height: float

    def on(self, document_id: str) -> Placement:
        """Return the box on a request's document."""
        return Placement(document_id, self.page, self.x, self.y, self.width, self.height)

    @classmethod
    def of(cls, placement: Placement, slot: int) -> "SlotPlacement":
        """Return a request's box by its document's slot."""
        box = placement
        return cls(slot, box.page, box.x, box.y, box.width, box.height)


@dataclass(frozen=True, slots=True)
class TemplateRole:
    """Who will take part: `key` for software, `label` for people; `person` if always the same."""

    key: str
    label: str
    role: Role
    order: int
    person: Addressee | None = None
    placements: tuple[SlotPlacement, ...] = ()

    @property
    def needs_person(self) -> bool:
        """Whether each request has to say who takes it."""
        return self.role is not Role.SEAL and self.person is None


@dataclass(frozen=True, slots=True)
class Help:
    """What a firm tells its own people about when and how to use a template."""

    fr: str = ""
    en: str = ""


@dataclass(frozen=True, slots=True)
class Template:
    """The aggregate. `reminder_days` None: the firm's; `documents` are ready, in slots 1, 2, ….

    `title` may name people: `{client}` becomes the name of who takes the role `client`.
    """

    firm_id: str
    id: str
    name: str
    title: str
    created_at: datetime
    updated_at: datetime
    message: str = ""
    reminder_days: tuple[int, ...] | None = None
    locale: str = "fr"
    evidence_years: int = LONGEST_EVIDENCE_YEARS
    help: Help = Help()
    roles: tuple[TemplateRole, ...] = ()
    documents: tuple[Document, ...] = ()
    version: int = 1

    @property
    def slots(self) -> int:
        """How many documents a request needs so that every box has its page."""
        placed = (p.slot for role in self.roles for p in role.placements)
        return max(len(self.documents), *placed, 0)

    def role(self, key: str) -> TemplateRole | None:
        """Return the role with this key, or None."""
        return next((role for role in self.roles if role.key == key), None)


def checked(template: Template) -> Template:
    """Return the template with its roles in their order, once it can work.

    Raises:
        InvalidError: `role_repeated`, `no_signers`, `role_is_seal`, `phone_required`,
            `placement_without_signature`, `placement_duplicate`, `placement_off_page`,
            `placement_on_certified`, `title_malformed`, `unknown_role` of a title.

    """
    keys = [role.key for role in template.roles]
    if len(set(keys)) != len(keys):
        raise InvalidError("role_repeated", "Each role has a key of its own.", field="roles")
    if not any(role.role is Role.SIGNER for role in template.roles):
        raise InvalidError("no_signers", "A template needs a role that signs.", field="roles")
    for number, role in enumerate(template.roles):
        _check_role(template, role, f"roles.{number}")
    for key in _named_in(template.title):
        if key not in keys:
            raise InvalidError(
                "unknown_role", "The title names a role that the template has not.", field="title"
            )
    return replace(template, roles=in_order(template.roles))


def in_order(roles: tuple[TemplateRole, ...]) -> tuple[TemplateRole, ...]:
    """Return roles as a template keeps them: who comes first, then by key."""
    return tuple(sorted(roles, key=lambda role: (role.order, role.key)))


def _check_role(template: Template, role: TemplateRole, at: str) -> None:
    if role.person is not None:
        if role.role is Role.SEAL:
            raise InvalidError(
                "role_is_seal", "A seal is the firm's: leave its person out.", field=f"{at}.person"
            )
        if role.role in DECIDING and not role.person.phone:
            raise InvalidError(
                "phone_required",
                "Who signs or approves needs a mobile phone.",
                field=f"{at}.person.phone",
            )
    if role.placements and role.role not in IN_DOCUMENTS:
        raise InvalidError(
            "placement_without_signature",
            "Only a signer and the firm's seal leave a visible mark: leave `placements` out.",
            field=f"{at}.placements",
        )
    slots = [placement.slot for placement in role.placements]
    if len(set(slots)) != len(slots):
        raise InvalidError(
            "placement_duplicate",
            "One visible signature per role and document.",
            field=f"{at}.placements",
        )
    for placement in role.placements:
        if placement.slot <= len(template.documents):
            document = template.documents[placement.slot - 1]
            check_box(document, placement.on(document.id), f"{at}.placements")


def _named_in(title: str) -> Iterator[str]:
    for found in _NAMED.finditer(title):
        yield found[1]
    rest = _NAMED.sub("", title)
    if "{" in rest or "}" in rest:
        raise InvalidError(
            "title_malformed", "Write {key} for the name of who takes a role.", field="title"
        )


def titled(template: Template, names: Mapping[str, str]) -> str:
    """Return a request's title: the pattern with the names of people, by the keys of their roles.

    Raises:
        InvalidError: `title_too_long`.

    """
    title = _NAMED.sub(lambda found: names.get(found[1], ""), template.title)
    if len(title) > MAX_TITLE:
        raise InvalidError(
            "title_too_long",
            f"With these names the title is over {MAX_TITLE} characters: give one.",
            field="title",
        )
    return title
