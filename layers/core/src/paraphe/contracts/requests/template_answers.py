"""Templates over HTTP: what callers get (P24)."""

from typing import Self

from paraphe.contracts.fields import Instant, Locale
from paraphe.contracts.shapes import Answered
from paraphe.domain.requests.document import Document
from paraphe.domain.requests.recipient import Role
from paraphe.domain.requests.templates import (
    Addressee,
    Help,
    SlotPlacement,
    Template,
    TemplateRole,
)
from paraphe.ports.templates import TemplatePage


class AddresseeOut(Answered):
    """A person who always takes a role."""

    name: str
    email: str
    phone: str | None
    locale: Locale | None

    @classmethod
    def of(cls, person: Addressee) -> Self:
        """Show a person."""
        locale = _locale(person.locale) if person.locale else None
        return cls(name=person.name, email=person.email, phone=person.phone, locale=locale)


class SlotPlacementOut(Answered):
    """Where a role's visible signature goes."""

    slot: int
    page: int
    x: float
    y: float
    width: float
    height: float

    @classmethod
    def of(cls, box: SlotPlacement) -> Self:
        """Show a box."""
        return cls(
            slot=box.slot, page=box.page, x=box.x, y=box.y, width=box.width, height=box.height
        )


class RoleOut(Answered):
    """Who takes part, in which order."""

    key: str
    label: str
    role: Role
    order: int
    person: AddresseeOut | None
    placements: tuple[SlotPlacementOut, ...]

    @classmethod
    def of(cls, role: TemplateRole) -> Self:
        """Show a role."""
        return cls(
            key=role.key,
            label=role.label,
            role=role.role,
            order=role.order,
            person=AddresseeOut.of(role.person) if role.person else None,
            placements=tuple(SlotPlacementOut.of(box) for box in role.placements),
        )


class TemplateDocumentOut(Answered):
    """A document that each request made from the template begins with."""

    slot: int
    name: str
    pages: int
    size: int
    sha256: str | None

    @classmethod
    def of(cls, slot: int, document: Document) -> Self:
        """Show a template's document."""
        return cls(
            slot=slot,
            name=document.name,
            pages=len(document.pages),
            size=document.size,
            sha256=document.sha256,
        )


class HelpOut(Answered):
    """When and how to use it, in two languages."""

    fr: str
    en: str

    @classmethod
    def of(cls, text: Help) -> Self:
        """Show a help text."""
        return cls(fr=text.fr, en=text.en)


class TemplateSummary(Answered):
    """A template as lists show it; a `ready` one comes with Paraphe and cannot be changed."""

    id: str
    name: str
    title: str
    locale: Locale
    ready: bool
    documents: int
    created_at: Instant
    updated_at: Instant

    @classmethod
    def of(cls, template: Template, *, ready: bool = False) -> Self:
        """Show a template without its parts."""
        return cls(
            id=template.id,
            name=template.name,
            title=template.title,
            locale=_locale(template.locale),
            ready=ready,
            documents=len(template.documents),
            created_at=template.created_at,
            updated_at=template.updated_at,
        )


class TemplateOut(Answered):
    """A whole template; its roles in their order, its documents by slot."""

    id: str
    name: str
    title: str
    message: str
    reminder_days: tuple[int, ...] | None
    locale: Locale
    evidence_years: int
    help: HelpOut
    roles: tuple[RoleOut, ...]
    documents: tuple[TemplateDocumentOut, ...]
    ready: bool
    created_at: Instant
    updated_at: Instant

    @classmethod
    def of(cls, template: Template, *, ready: bool = False) -> Self:
        """Show a template."""
        return cls(
            id=template.id,
            name=template.name,
            title=template.title,
            message=template.message,
            reminder_days=template.reminder_days,
            locale=_locale(template.locale),
            evidence_years=template.evidence_years,
            help=HelpOut.of(template.help),
            roles=tuple(RoleOut.of(role) for role in template.roles),
            documents=tuple(
                TemplateDocumentOut.of(slot, document)
                for slot, document in enumerate(template.documents, start=1)
            ),
            ready=ready,
            created_at=template.created_at,
            updated_at=template.updated_at,
        )


class TemplateList(Answered):
    """One page of the firm's own templates; `ready` lists those that come with Paraphe."""

    items: tuple[TemplateSummary, ...]
    ready: tuple[TemplateSummary, ...]
    next_cursor: str | None

    @classmethod
    def of(cls, page: TemplatePage, ready: tuple[Template, ...]) -> Self:
        """Show a page."""
        return cls(
            items=tuple(TemplateSummary.of(found) for found in page.templates),
            ready=tuple(TemplateSummary.of(found, ready=True) for found in ready),
            next_cursor=page.cursor,
        )


def _locale(locale: str) -> Locale:
    return "en" if locale == "en" else "fr"
