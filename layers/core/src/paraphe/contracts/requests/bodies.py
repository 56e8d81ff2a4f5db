"""What callers of the HTTP API send. Unknown fields are refused; types are not guessed."""

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from paraphe.contracts.fields import (
    Email,
    FileName,
    Locale,
    Message,
    Name,
    NotNull,
    Order,
    Phone,
    Title,
    WithoutNull,
)
from paraphe.contracts.shapes import Query, Sent
from paraphe.domain.requests.recipient import Placement, Role

MAX_PLACEMENTS = 50


class SenderIn(Sent):
    """The person who asks for the signatures; they are told what becomes of the request."""

    name: Name
    email: Email
    locale: Locale = "fr"


class NewSignatureRequest(Sent):
    """A draft to be made."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "Lettre de mission 2026",
                    "message": "Merci de signer avant la fin du mois.",
                    "sender": {"name": "Claire Martin", "email": "claire.martin@example.com"},
                }
            ]
        }
    )

    title: Title
    message: Message = ""
    sender: SenderIn


class NewDocument(Sent):
    """A place for one PDF, which is uploaded with the form that comes back."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "lettre-de-mission.pdf"}]})

    name: FileName
    remove_active_content: bool = Field(
        default=False,
        description="Allow that scripts and actions, which cannot run in a signed copy, are removed"
        " from the file; otherwise a file that has any is refused.",
    )


class RenewedUpload(Sent):
    """A new form for a file; what is left out stays as it was."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"remove_active_content": True}]})

    remove_active_content: Annotated[bool | None, NotNull, WithoutNull()] = Field(
        default=None,
        description="Whether scripts and actions may be removed from the file that is sent next.",
    )


Coordinate = Annotated[float, Field(ge=0, le=20_000, allow_inf_nan=False)]
Length = Annotated[float, Field(gt=0, le=20_000, allow_inf_nan=False)]


class PlacementBox(Sent):
    """A visible signature's box, in points from the top left of the page as displayed (P8)."""

    document_id: Annotated[str, Field(min_length=1, max_length=64)]
    page: Annotated[int, Field(ge=1, le=100_000)]
    x: Coordinate
    y: Coordinate
    width: Length
    height: Length

    def to_domain(self) -> Placement:
        """Return the domain's value."""
        return Placement(self.document_id, self.page, self.x, self.y, self.width, self.height)


ContactId = Annotated[
    str, Field(pattern=r"^ctc_[0-9a-z]{8,40}$", description="A contact of the firm.")
]
Boxes = Annotated[tuple[PlacementBox, ...], Field(max_length=MAX_PLACEMENTS)]


class NewRecipient(Sent):
    """Who signs or approves (`signer`, `approver`), reads (`viewer`), gets a copy (`cc`).

    Or the firm's `seal`. Who signs or approves needs a mobile phone: the code is sent to it, or its
    last four digits are asked for. With a phone, a viewer can say that they have read. A seal
    needs no name, address or phone: it is the firm's own (P21). Somebody of the firm's contacts is
    copied from there (`contact_id`); the contact may change later, the recipient stays.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [
                {
                    "properties": {"role": {"enum": ["signer", "approver", "viewer", "cc"]}},
                    "required": ["name", "email"],
                },
                {
                    "properties": {
                        "role": {"enum": ["signer", "approver", "viewer", "cc"]},
                        "name": False,
                        "email": False,
                        "phone": {"type": "null"},
                    },
                    "required": ["contact_id"],
                },
                {
                    "properties": {
                        "role": {"const": "seal"},
                        "contact_id": False,
                        "name": False,
                        "email": False,
                        "phone": {"type": "null"},
                    },
                    "required": ["role"],
                },
            ],
            "examples": [
                {
                    "role": "signer",
                    "order": 1,
                    "name": "Paul Durand",
                    "email": "paul.durand@example.com",
                    "phone": "06 12 34 56 78",
                },
                {
                    "role": "approver",
                    "order": 1,
                    "name": "Claire Martin",
                    "email": "claire.martin@example.com",
                    "phone": "06 12 34 56 79",
                },
                {"role": "seal", "order": 2},
                {"role": "signer", "contact_id": "ctc_01jdkqz6m8w9x2y4t5v7b3c1n0"},
            ],
        }
    )

    role: Role = Role.SIGNER
    order: Order = 1
    contact_id: Annotated[ContactId | None, NotNull, WithoutNull()] = None
    name: Annotated[Name | None, NotNull, WithoutNull()] = None
    email: Annotated[Email | None, NotNull, WithoutNull()] = None
    phone: Phone | None = None
    locale: Locale | None = Field(
        default=None, description="Left out: French, or as the contact says."
    )
    placements: Boxes = ()

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        person = any(v is not None for v in (self.name, self.email, self.phone))
        if self.role is Role.SEAL:
            if person or self.contact_id is not None:
                raise PydanticCustomError(
                    "seal_is_the_firm", "A seal is the firm's: leave name, email and phone out."
                )
        elif self.contact_id is not None:
            if person:
                raise PydanticCustomError(
                    "contact_or_person", "Say contact_id, or name, email and phone: not both."
                )
        elif self.name is None or self.email is None:
            raise PydanticCustomError("person_required", "Say name and email.")
        return self


class RecipientChanges(Sent):
    """What to change about a recipient; what is left out stays."""

    model_config = ConfigDict(
        json_schema_extra={"minProperties": 1, "examples": [{"phone": "+33612345679"}]}
    )

    name: Annotated[Name | None, NotNull, WithoutNull()] = None
    email: Annotated[Email | None, NotNull, WithoutNull()] = None
    phone: Annotated[Phone | None, NotNull, WithoutNull()] = None
    locale: Annotated[Locale | None, NotNull, WithoutNull()] = None
    order: Annotated[Order | None, NotNull, WithoutNull()] = None
    placements: Annotated[Boxes | None, NotNull, WithoutNull()] = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.model_fields_set:
            raise PydanticCustomError("nothing_to_change", "Say what to change.")
        return self


class Successor(Sent):
    """Who is asked in the place of a recipient who has not signed (P6)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "Anne Durand",
                    "email": "anne.durand@example.com",
                    "phone": "+33612345670",
                }
            ]
        }
    )

    name: Name
    email: Email
    phone: Phone | None = None
    locale: Locale = "fr"


MemberId = Annotated[
    str, Field(pattern=r"^mbr_[0-9a-z]{8,40}$", description="A member of the firm.")
]


class SealOrder(Sent):
    """Which member has the documents sealed; they need the capability `seal` and a mobile."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"member": "mbr_01jdkqz6m8w9x2y4t5v7b3c1n0"}]}
    )

    member: MemberId


class SealCode(SealOrder):
    """The six digits that the member got by SMS."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"member": "mbr_01jdkqz6m8w9x2y4t5v7b3c1n0", "code": "123456"}]
        }
    )

    code: Annotated[str, Field(min_length=1, max_length=20)]


class DownloadQuery(Query):
    """How to answer a download."""

    redirect: bool = Field(
        default=False, description="Answer 302 to the file instead of JSON with its address."
    )


class DocumentQuery(DownloadQuery):
    """Which form of a document."""

    form: Literal["signed", "as_sent"] = Field(
        default="signed",
        description="`as_sent`: the file before scripts and actions were removed from it; 404"
        " (`nothing_removed`) when none were.",
    )


class EvidenceQuery(DownloadQuery):
    """Which form of the evidence."""

    format: Literal["json", "pdf"] = Field(
        default="json", description="`json`: the account itself; `pdf`: readable, JSON attached."
    )
