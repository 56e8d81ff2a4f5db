"""What callers send to make and change drafts."""

from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from paraphe.contracts.fields import (
    Email,
    ExternalId,
    FileName,
    Locale,
    Message,
    Metadata,
    Name,
    NotNull,
    ReminderDays,
    Title,
    WithoutNull,
)
from paraphe.contracts.requests.bodies import (
    NewDocument,
    NewRecipient,
    NewSignatureRequest,
    RenewedUpload,
)
from paraphe.contracts.shapes import Sent
from paraphe.domain.requests.draft_changes import RequestChange
from paraphe.domain.requests.drafts import MAX_DOCUMENTS


class FirstRecipient(NewRecipient):
    """A recipient of a new draft; its placements name a document by its number, from "1"."""

    @model_validator(mode="after")
    def _not_a_contact(self) -> Self:
        if self.contact_id is not None:
            raise PydanticCustomError(
                "contact_not_here", "Add contacts once the draft is made: POST …/recipients."
            )
        return self


class NewDraft(NewSignatureRequest):
    """A draft to be made, with documents and recipients or without: all of it or nothing."""

    reminder_days: Annotated[ReminderDays | None, NotNull, WithoutNull()] = Field(
        default=None, description="Left out: the firm's setting. Empty: no reminders."
    )
    external_id: Annotated[ExternalId | None, NotNull, WithoutNull()] = Field(
        default=None,
        description="What the caller calls it; need not be unique. It stands in the evidence.",
    )
    metadata: Metadata = Field(default_factory=dict)
    mode: Annotated[Literal["live", "test"], NotNull] = Field(
        default="live",
        description="`test`: no SMS is sent (the page shows the code), every page, e-mail, document"
        " and certificate says TEST, and nothing is counted. It stays what it was made as.",
    )
    documents: Annotated[tuple[NewDocument, ...], Field(max_length=20)] = Field(
        default=(), description="Files to be uploaded; the answer has a form for each."
    )
    recipients: Annotated[tuple[FirstRecipient, ...], Field(max_length=20)] = ()


class Changes(Sent):
    """What to change; what is left out stays."""

    @model_validator(mode="before")
    @classmethod
    def _something(cls, data: Any) -> Any:  # noqa: ANN401 (whatever was sent)
        if data == {}:
            raise PydanticCustomError("nothing_to_change", "Say what to change.")
        return data


class SenderChanges(Changes):
    """What to change about the sender."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    name: Annotated[Name | None, NotNull, WithoutNull()] = None
    email: Annotated[Email | None, NotNull, WithoutNull()] = None
    locale: Annotated[Locale | None, NotNull, WithoutNull()] = None


class RequestChanges(Changes):
    """What to change of a request; what is left out stays."""

    model_config = ConfigDict(
        json_schema_extra={
            "minProperties": 1,
            "examples": [{"title": "Lettre de mission 2027", "metadata": {"dossier": "D-4711"}}],
        }
    )

    title: Annotated[Title | None, NotNull, WithoutNull()] = None
    message: Annotated[Message | None, NotNull, WithoutNull()] = None
    sender: Annotated[SenderChanges | None, NotNull, WithoutNull()] = None
    reminder_days: Annotated[ReminderDays | None, NotNull, WithoutNull()] = None
    external_id: Annotated[ExternalId | None, NotNull, WithoutNull()] = None
    metadata: Annotated[Metadata | None, NotNull, WithoutNull()] = Field(
        default=None, description="In the place of all that is there; `{}` takes all away."
    )

    def to_domain(self) -> RequestChange:
        """Return the domain's value."""
        sender = self.sender or SenderChanges.model_construct()
        return RequestChange(
            title=self.title,
            message=self.message,
            sender_name=sender.name,
            sender_email=sender.email,
            sender_locale=sender.locale,
            reminder_days=self.reminder_days,
            external_id=self.external_id,
            metadata=self.metadata,
        )


class DocumentChanges(Changes):
    """What to change of a draft's document; what is left out stays."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "examples": [{"position": 1}]})

    name: Annotated[FileName | None, NotNull, WithoutNull()] = None
    position: Annotated[int | None, NotNull, WithoutNull()] = Field(
        default=None, ge=1, le=MAX_DOCUMENTS, description="Its place among the documents, from 1."
    )


class AnotherUpload(RenewedUpload):
    """A new form for a file; what is left out stays as it was."""

    replace: bool = Field(
        default=False,
        description="Take out the file that was accepted: the one that is sent next replaces it.",
    )
