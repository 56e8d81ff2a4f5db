"""Templates over HTTP: what callers send (P24)."""

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, JsonValue, model_validator
from pydantic_core import PydanticCustomError

from paraphe.contracts.fields import (
    Email,
    ExternalId,
    Locale,
    Message,
    Metadata,
    Name,
    NotNull,
    Order,
    Phone,
    Title,
    WithoutNull,
)
from paraphe.contracts.requests.bodies import Coordinate, Length, NewDocument, SenderIn
from paraphe.contracts.shapes import Cursor, Query, Sent
from paraphe.domain.requests.deadlines import LONGEST_EVIDENCE_YEARS, SHORTEST_EVIDENCE_YEARS
from paraphe.domain.requests.recipient import Role
from paraphe.domain.requests.templates import (
    MAX_DOCUMENTS,
    MAX_ROLES,
    Addressee,
    ContactTaker,
    SlotPlacement,
    TemplateRole,
)

_HELP = 4000
RoleKey = Annotated[
    str,
    Field(
        pattern=r"^[a-z][a-z0-9_]{0,29}$",
        description="The role's name for software; columns of a bulk launch begin with it.",
    ),
]
EvidenceYears = Annotated[int, Field(ge=SHORTEST_EVIDENCE_YEARS, le=LONGEST_EVIDENCE_YEARS)]
ReminderDays = Annotated[tuple[Annotated[int, Field(ge=1, le=14)], ...], Field(max_length=5)]
_CLIENT: JsonValue = {
    "name": "Paul Durand",
    "email": "paul.durand@example.com",
    "phone": "+33612345678",
}


class AddresseeIn(Sent):
    """A person who takes a role; a signer needs a mobile phone."""

    name: Name
    email: Email
    phone: Phone | None = None
    locale: Locale | None = Field(default=None, description="Null: the template's language.")

    def to_domain(self) -> Addressee:
        """Return the domain's value."""
        return Addressee(self.name, self.email, self.phone, self.locale)


class TakerIn(Sent):
    """Who takes a role: a person, or one of the firm's contacts as they are now."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [
                {"required": ["name", "email"], "properties": {"contact_id": {"type": "null"}}},
                {
                    "required": ["contact_id"],
                    "properties": {
                        "contact_id": {"type": "string"},
                        **{field: {"type": "null"} for field in ("name", "email", "phone")},
                    },
                },
            ]
        }
    )

    name: Name | None = None
    email: Email | None = None
    phone: Phone | None = None
    locale: Locale | None = Field(default=None, description="Null: the template's language.")
    contact_id: Annotated[str, Field(pattern=r"^ctc_[0-9a-z]{8,40}$")] | None = None

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if self.contact_id is not None:
            if any(v is not None for v in (self.name, self.email, self.phone)):
                raise PydanticCustomError(
                    "contact_or_person", "A contact has a name, email and phone: leave them out."
                )
        elif self.name is None or self.email is None:
            raise PydanticCustomError("person_required", "Say name and email, or contact_id.")
        return self

    def to_domain(self) -> Addressee | ContactTaker:
        """Return the domain's value."""
        if self.contact_id is not None:
            return ContactTaker(self.contact_id, self.locale)
        return Addressee(self.name or "", self.email or "", self.phone, self.locale)


class SlotBox(Sent):
    """A visible signature's box on the template's document `slot`, in points from the top left."""

    slot: Annotated[int, Field(ge=1, le=MAX_DOCUMENTS)]
    page: Annotated[int, Field(ge=1, le=100_000)]
    x: Coordinate
    y: Coordinate
    width: Length
    height: Length

    def to_domain(self) -> SlotPlacement:
        """Return the domain's value."""
        return SlotPlacement(self.slot, self.page, self.x, self.y, self.width, self.height)


class RoleIn(Sent):
    """Who will take part; `person` if it is always the same one."""

    key: RoleKey
    label: Name
    role: Role = Role.SIGNER
    order: Order = 1
    person: AddresseeIn | None = None
    placements: Annotated[tuple[SlotBox, ...], Field(max_length=MAX_DOCUMENTS)] = ()

    def to_domain(self) -> TemplateRole:
        """Return the domain's value."""
        return TemplateRole(
            key=self.key,
            label=self.label,
            role=self.role,
            order=self.order,
            person=self.person.to_domain() if self.person else None,
            placements=tuple(box.to_domain() for box in self.placements),
        )


class HelpIn(Sent):
    """What the firm's people are told about when and how to use it."""

    fr: Annotated[Message, Field(max_length=_HELP)] = ""
    en: Annotated[Message, Field(max_length=_HELP)] = ""


class TemplateIn(Sent):
    """All of a template but its documents.

    `title` may name who takes a role: `{client}` becomes their name. `reminder_days` null: the
    firm's own setting.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "Lettre de mission",
                    "title": "Lettre de mission – {client}",
                    "roles": [
                        {"key": "client", "label": "Client", "role": "signer", "order": 1},
                        {"key": "cabinet", "label": "Cabinet", "role": "seal", "order": 2},
                    ],
                }
            ]
        }
    )

    name: Name
    title: Title
    message: Message = ""
    reminder_days: ReminderDays | None = None
    locale: Locale = "fr"
    evidence_years: EvidenceYears = LONGEST_EVIDENCE_YEARS
    help: HelpIn = HelpIn()
    roles: Annotated[tuple[RoleIn, ...], Field(min_length=1, max_length=MAX_ROLES)]


RequestId = Annotated[
    str, Field(pattern=r"^sr_[0-9a-z]{8,40}$", description="A draft of the firm.")
]


class TemplateFromDraft(Sent):
    """The draft that a template is made of, and the template's name."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"signature_request_id": "sr_01jdkqz6m8w9x2y4t5v7b3c1n0", "name": "Mandat social"}
            ]
        }
    )

    signature_request_id: RequestId
    name: Name


class TemplateCopy(Sent):
    """What to call the copy; `locale` chooses the language of a ready template."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Notre lettre"}]})

    name: Annotated[Name | None, NotNull, WithoutNull()] = None
    locale: Locale = "fr"


class TemplateDocuments(Sent):
    """The draft whose documents the template takes over."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"signature_request_id": "sr_01jdkqz6m8w9x2y4t5v7b3c1n0"}]}
    )

    signature_request_id: RequestId


class NewFromTemplate(Sent):
    """A draft to be made from a template: who takes each role, and files to be uploaded."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "sender": {"name": "Claire Martin", "email": "claire.martin@example.com"},
                    "roles": {"client": _CLIENT},
                }
            ]
        }
    )

    sender: SenderIn
    roles: Annotated[dict[RoleKey, TakerIn], Field(max_length=MAX_ROLES)] = Field(
        default_factory=dict, description="Who takes each role, by the role's key."
    )
    title: Annotated[Title | None, NotNull, WithoutNull()] = None
    message: Annotated[Message | None, NotNull, WithoutNull()] = None
    locale: Annotated[Locale | None, NotNull, WithoutNull()] = Field(
        default=None, description="The language of a ready template."
    )
    documents: Annotated[tuple[NewDocument, ...], Field(max_length=MAX_DOCUMENTS)] = ()
    external_id: Annotated[ExternalId | None, NotNull, WithoutNull()] = None
    metadata: Metadata = Field(default_factory=dict)
    mode: Annotated[Literal["live", "test"], NotNull] = Field(
        default="live", description="`test`: the request is only a test, and stays one."
    )


class TemplateQuery(Query):
    """How to show one template."""

    locale: Locale = Field(default="fr", description="The language of a ready template.")


class TemplatesQuery(TemplateQuery):
    """Which of the firm's own templates to list, oldest first."""

    limit: int = Field(default=50, ge=1, le=100, description="At most so many.")
    cursor: Annotated[Cursor | None, WithoutNull()] = Field(
        default=None, description="`next_cursor` of the page before."
    )
