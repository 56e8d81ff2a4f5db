"""What the HTTP API takes and shows of members (P23)."""

from typing import Annotated, Any, Self

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from paraphe.contracts.fields import Instant, NotNull, Phone, WithoutNull
from paraphe.contracts.shapes import Answered, Cursor, Query, Sent
from paraphe.domain.firms.member import Capability, Member, MemberChange, MemberKind
from paraphe.ports.acting import MemberPage

Capabilities = Annotated[
    tuple[Capability, ...],
    Field(strict=False, max_length=len(Capability), json_schema_extra={"uniqueItems": True}),
]


class MemberQuery(Query):
    """Which members to list, by id."""

    limit: int = Field(default=50, ge=1, le=100, description="At most so many.")
    cursor: Annotated[Cursor | None, WithoutNull()] = Field(
        default=None, description="`next_cursor` of the page before."
    )


class MemberChanges(Sent):
    """What to change of a member; what is left out stays."""

    model_config = ConfigDict(
        json_schema_extra={"minProperties": 1, "examples": [{"capabilities": ["prepare"]}]}
    )

    capabilities: Annotated[Capabilities | None, NotNull, WithoutNull()] = Field(
        default=None, description="What they may do without a delegation: all of it."
    )
    phone: Annotated[Phone | None, NotNull, WithoutNull()] = None
    suspended: Annotated[bool | None, NotNull, WithoutNull()] = Field(
        default=None, description="Whether they can do nothing, from now on."
    )

    @model_validator(mode="before")
    @classmethod
    def _something(cls, data: Any) -> Any:  # noqa: ANN401 (whatever was sent)
        if data == {}:
            raise PydanticCustomError("nothing_to_change", "Say what to change.")
        return data

    def to_domain(self) -> MemberChange:
        """Return the domain's value."""
        return MemberChange(self.capabilities, self.phone, self.suspended)


class MemberOut(Answered):
    """A member; `version` is also their ETag.

    `capabilities` is what they may do now without a delegation: an accountant everything, staff
    what the firm granted, who is suspended nothing. `certified_until` is the end of their
    certificate, if they have one.
    """

    id: str
    kind: MemberKind
    name: str
    email: str
    phone: str | None
    capabilities: tuple[Capability, ...]
    suspended: bool
    certified_until: Instant | None
    version: int

    @classmethod
    def of(cls, member: Member) -> Self:
        """Show a member."""
        return cls(
            id=member.id,
            kind=member.kind,
            name=member.name,
            email=member.email,
            phone=member.phone,
            capabilities=tuple(c for c in Capability if c in member.may),
            suspended=member.is_suspended,
            certified_until=member.enrolment.expires_at if member.enrolment else None,
            version=member.version,
        )


class MemberList(Answered):
    """One page of members; `next_cursor` is null on the last one."""

    items: tuple[MemberOut, ...]
    next_cursor: str | None

    @classmethod
    def of(cls, page: MemberPage) -> Self:
        """Show a page."""
        return cls(items=tuple(MemberOut.of(m) for m in page.members), next_cursor=page.after)
