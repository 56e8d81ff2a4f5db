"""What the HTTP API takes and shows of delegations (P23)."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field

from paraphe.contracts.fields import Instant, NotNull, WithoutNull
from paraphe.contracts.firms.members import Capabilities
from paraphe.contracts.shapes import Answered, Cursor, Query, Sent
from paraphe.domain import times
from paraphe.domain.firms.delegation import Delegation, NewDelegation, Reason
from paraphe.domain.firms.member import Capability
from paraphe.ports.acting import DelegationPage

MOST_TEMPLATES = 50
Id = Annotated[str, Field(min_length=1, max_length=64)]
When = Annotated[AwareDatetime, Field(strict=False), AfterValidator(times.truncate)]


class DelegationQuery(Query):
    """Which delegations to list, oldest first."""

    principal: Annotated[Id | None, WithoutNull()] = Field(
        default=None, description="Only those of this member."
    )
    delegate: Annotated[Id | None, WithoutNull()] = Field(
        default=None, description="Only those to this member."
    )
    limit: int = Field(default=50, ge=1, le=100, description="At most so many.")
    cursor: Annotated[Cursor | None, WithoutNull()] = Field(
        default=None, description="`next_cursor` of the page before."
    )


class NewDelegationIn(Sent):
    """What a chartered accountant lets another member do in their name.

    An `absence` names a deputy until `ends_at`; the evidence then says "in the absence of".
    """

    model_config = ConfigDict(
        title="NewDelegation",
        json_schema_extra={
            "examples": [
                {
                    "principal": "mbr_01jxample0000000000000001",
                    "delegate": "mbr_01jxample0000000000000002",
                    "capabilities": ["prepare", "launch"],
                }
            ]
        },
    )

    principal: Id
    delegate: Id
    capabilities: Capabilities
    starts_at: Annotated[When | None, NotNull, WithoutNull()] = Field(
        default=None, description="Left out: now."
    )
    ends_at: Annotated[When | None, NotNull, WithoutNull()] = Field(
        default=None, description="Left out: until it is revoked."
    )
    reason: Annotated[Reason, Field(strict=False)] = Reason.DELEGATION
    templates: Annotated[
        Annotated[tuple[Id, ...], Field(strict=False, max_length=MOST_TEMPLATES)] | None,
        NotNull,
        WithoutNull(),
    ] = Field(default=None, description="Limits it to requests made from these templates.")

    def to_domain(self) -> NewDelegation:
        """Return the domain's value."""
        return NewDelegation(
            principal_id=self.principal,
            delegate_id=self.delegate,
            capabilities=self.capabilities,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            reason=self.reason,
            templates=self.templates,
        )


class DelegationOut(Answered):
    """A delegation; `version` is also its ETag. `in_force`: one may act under it now."""

    id: str
    principal: str
    delegate: str
    capabilities: tuple[Capability, ...]
    starts_at: Instant
    ends_at: Instant | None
    reason: Reason
    templates: tuple[str, ...] | None
    in_force: bool
    created_at: Instant
    version: int

    @classmethod
    def of(cls, delegation: Delegation, now: datetime) -> Self:
        """Show a delegation."""
        return cls(
            id=delegation.id,
            principal=delegation.principal_id,
            delegate=delegation.delegate_id,
            capabilities=delegation.capabilities,
            starts_at=delegation.starts_at,
            ends_at=delegation.ends_at,
            reason=delegation.reason,
            templates=delegation.templates,
            in_force=delegation.is_in_force(now),
            created_at=delegation.created_at,
            version=delegation.version,
        )


class DelegationList(Answered):
    """One page of delegations; `next_cursor` is null on the last one."""

    items: tuple[DelegationOut, ...]
    next_cursor: str | None

    @classmethod
    def of(cls, page: DelegationPage, now: datetime) -> Self:
        """Show a page."""
        items = tuple(DelegationOut.of(one, now) for one in page.delegations)
        return cls(items=items, next_cursor=page.after)
