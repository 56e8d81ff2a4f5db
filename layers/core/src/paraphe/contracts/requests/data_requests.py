"""What the HTTP API takes and shows of a person's request for their data, or its erasure (GDPR)."""

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from paraphe.contracts.fields import Email, Instant, Name, NotNull, Phone, WithoutNull
from paraphe.contracts.shapes import Answered, Cursor, Sent
from paraphe.domain.evidence.audit import Event
from paraphe.domain.requests.personal_data import (
    WHY,
    Asked,
    DataAnswer,
    Fate,
    Ground,
    Held,
    Record,
    Subject,
)
from paraphe.domain.requests.personal_data_elsewhere import ELSEWHERE, Elsewhere


class NewDataRequest(Sent):
    """Whose data, and what is to be done with it: an address, a phone with a name, or both."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [{"required": ["email"]}, {"required": ["phone", "name"]}],
            "dependentRequired": {"phone": ["name"], "name": ["phone"]},
            "examples": [{"kind": "export", "email": "elodie.lefevre@example.com"}],
        }
    )

    kind: Literal["export", "erase"] = Field(
        description="`export` shows what is held; `erase` erases what may be erased."
    )
    email: Annotated[Email | None, NotNull, WithoutNull()] = Field(
        default=None, description="Their address; case makes no difference."
    )
    phone: Annotated[Phone | None, NotNull, WithoutNull()] = Field(
        default=None,
        description="With `name`: finds contacts without an address. A phone alone may be shared.",
    )
    name: Annotated[Name | None, NotNull, WithoutNull()] = Field(
        default=None, description="Goes with `phone`; case and accents make no difference."
    )
    cursor: Annotated[Cursor | None, NotNull, WithoutNull()] = Field(
        default=None, description="`next_cursor` of the answer before, to go on."
    )

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if (self.phone is None) is not (self.name is None):
            raise PydanticCustomError("phone_and_name", "Send `phone` and `name` together.")
        if self.email is None and self.phone is None:
            raise PydanticCustomError("nobody", "Send `email`, or `phone` and `name`.")
        return self

    @property
    def asked(self) -> Asked:
        """What is to be done."""
        return Asked(self.kind)

    def to_domain(self) -> Subject:
        """Return the domain's value."""
        return Subject(self.email, self.name, self.phone)


class PersonEvent(Answered):
    """Something that the person did, as the audit trail of the request tells it."""

    seq: int = Field(description="Its number in the trail.")
    at: Instant = Field(description="When.")
    kind: str = Field(description="What they did.")
    data: dict[str, str | int | float | bool | list[str] | None] = Field(
        description="What was noted of it, IP address and browser included."
    )

    @classmethod
    def of(cls, event: Event) -> Self:
        """Show an event."""
        return cls(seq=event.seq, at=event.at, kind=event.kind, data=dict(event.data))


class PersonRecord(Answered):
    """What one place holds about the person."""

    kind: Held = Field(description="What kind of place it is.")
    id: str = Field(description="Id of the contact, invitation, member, template, launch, request.")
    part: str = Field(description="Which recipient, role, or row and role of it; may be empty.")
    title: str | None = Field(description="Title of the request or row, name of the template.")
    role: str | None = Field(description="What they are there.")
    state: str | None = Field(description="Where they, or the row, stand.")
    request_state: str | None = Field(description="Where the request stands.")
    values: dict[str, str] = Field(description="What it says about them, by field.")
    events: tuple[PersonEvent, ...] = Field(description="What they did in the request.")

    @classmethod
    def of(cls, record: Record) -> Self:
        """Show a record."""
        return cls(
            kind=record.kind,
            id=record.id,
            part=record.part,
            title=record.title,
            role=record.role,
            state=record.state,
            request_state=record.request_state,
            values=dict(record.values),
            events=tuple(PersonEvent.of(event) for event in record.events),
        )


class ErasedRecord(Answered):
    """What was erased."""

    kind: Held = Field(description="What kind of place it was in.")
    id: str = Field(description="Id of the thing that it was, or was in.")
    part: str = Field(description="Which recipient, role, or row and role of it; may be empty.")


class KeptRecord(Answered):
    """What is kept, until when, and why."""

    kind: Held = Field(description="What kind of place it is in.")
    id: str = Field(description="Id of the thing that it is, or is in.")
    part: str = Field(description="Which recipient, role, or row and role of it; may be empty.")
    ground: Ground = Field(description="Why, as a stable code.")
    why: str = Field(description="Why, with the law's ground and what the firm can do.")
    until: Instant | None = Field(description="When it is forgotten by itself; null: see `why`.")
    evidence_until: Instant | None = Field(
        description="When the request's evidence file is erased; null: there is none yet."
    )

    @classmethod
    def of(cls, fate: Fate, ground: Ground) -> Self:
        """Show what is kept."""
        return cls(
            kind=fate.kind,
            id=fate.id,
            part=fate.part,
            ground=ground,
            why=WHY[ground],
            until=fate.until,
            evidence_until=fate.evidence_until,
        )


class NotSearched(Answered):
    """A kind of data in which nobody can be found by an address."""

    kind: str = Field(description="Which.")
    kept_for: str = Field(description="How long it stays.")
    why: str = Field(description="Why it stays, and how to reach it.")

    @classmethod
    def of(cls, one: Elsewhere) -> Self:
        """Show a kind."""
        return cls(kind=one.kind, kept_for=one.kept_for, why=one.why)


class DataRequestOut(Answered):
    """What was found, or done; call again with `next_cursor` until `done`."""

    kind: Literal["export", "erase"] = Field(description="What was asked.")
    done: bool = Field(description="Whether everything was looked at.")
    next_cursor: str | None = Field(description="To go on; null when done.")
    records: tuple[PersonRecord, ...] = Field(description="What is held; for an export.")
    erased: tuple[ErasedRecord, ...] = Field(description="What was erased.")
    kept: tuple[KeptRecord, ...] = Field(description="What was not erased, and why.")
    not_searched: tuple[NotSearched, ...] = Field(description="What is told of, not searched.")

    @classmethod
    def of(cls, given: NewDataRequest, answer: DataAnswer) -> Self:
        """Show an answer."""
        return cls(
            kind=given.kind,
            done=answer.cursor is None,
            next_cursor=answer.cursor,
            records=tuple(PersonRecord.of(record) for record in answer.records),
            erased=tuple(
                ErasedRecord(kind=fate.kind, id=fate.id, part=fate.part)
                for fate in answer.fates
                if fate.ground is None
            ),
            kept=tuple(KeptRecord.of(f, f.ground) for f in answer.fates if f.ground is not None),
            not_searched=tuple(NotSearched.of(one) for one in ELSEWHERE),
        )
