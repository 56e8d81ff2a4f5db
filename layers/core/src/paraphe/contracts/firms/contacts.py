"""What the HTTP API takes and shows of contacts (P7)."""

from typing import Annotated, Self

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from paraphe.contracts.fields import Email, Instant, Locale, Name, NotNull, Phone, WithoutNull
from paraphe.contracts.shapes import Answered, Cursor, Query, Sent
from paraphe.domain.firms.contacts import Contact, Details
from paraphe.ports.contacts import ContactPage


class NewContact(Sent):
    """Somebody for the firm's address book; an address, a mobile number, or both."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [{"required": ["email"]}, {"required": ["phone"]}],
            "examples": [
                {
                    "name": "Élodie Lefèvre",
                    "email": "elodie.lefevre@example.com",
                    "phone": "06 39 98 00 01",
                    "company": "Boulangerie Lefèvre",
                }
            ],
        }
    )

    name: Name
    email: Annotated[Email | None, NotNull, WithoutNull()] = None
    phone: Annotated[Phone | None, NotNull, WithoutNull()] = None
    company: Annotated[Name | None, NotNull, WithoutNull()] = None
    locale: Locale = "fr"
    external_id: Annotated[Name | None, NotNull, WithoutNull()] = Field(
        default=None, description="What your own software calls them."
    )

    def to_domain(self) -> Details:
        """Return the domain's value."""
        return Details(
            self.name, self.email, self.phone, self.company, self.locale, self.external_id
        )


class ContactChanges(Sent):
    """What to change about a contact; what is left out stays, null takes a value away."""

    model_config = ConfigDict(
        json_schema_extra={"minProperties": 1, "examples": [{"phone": "+33639980002"}]}
    )

    name: Annotated[Name | None, NotNull, WithoutNull()] = None
    email: Email | None = None
    phone: Phone | None = None
    company: Name | None = None
    locale: Annotated[Locale | None, NotNull, WithoutNull()] = None
    external_id: Name | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.model_fields_set:
            raise PydanticCustomError("nothing_to_change", "Say what to change.")
        return self

    def to_domain(self) -> dict[str, str | None]:
        """Return the values that were given, by their names."""
        return self.model_dump(exclude_unset=True)


class ContactQuery(Query):
    """Which contacts to list."""

    search: Annotated[str | None, WithoutNull()] = Field(
        default=None,
        max_length=200,
        description="Beginnings of words of the name, the company or the address; case and accents"
        " make no difference. A page of results may hold fewer contacts than `limit`, or none,"
        " while `next_cursor` says that there are more to look at.",
    )
    limit: int = Field(default=50, ge=1, le=100, description="At most so many.")
    cursor: Annotated[Cursor | None, WithoutNull()] = Field(
        default=None, description="`next_cursor` of the page before."
    )


class ContactOut(Answered):
    """A contact; `version` is also its ETag."""

    id: str
    name: str
    email: str | None
    phone: str | None
    company: str | None
    locale: Locale
    external_id: str | None
    created_at: Instant
    updated_at: Instant
    version: int

    @classmethod
    def of(cls, contact: Contact) -> Self:
        """Show a contact."""
        return cls(
            id=contact.id,
            name=contact.name,
            email=contact.email,
            phone=contact.phone,
            company=contact.company,
            locale="en" if contact.locale == "en" else "fr",
            external_id=contact.external_id,
            created_at=contact.created_at,
            updated_at=contact.updated_at,
            version=contact.version,
        )


class ContactList(Answered):
    """One page of contacts; `next_cursor` is null on the last one."""

    items: tuple[ContactOut, ...]
    next_cursor: str | None

    @classmethod
    def of(cls, page: ContactPage) -> Self:
        """Show a page."""
        items = tuple(ContactOut.of(contact) for contact in page.contacts)
        return cls(items=items, next_cursor=page.cursor)
