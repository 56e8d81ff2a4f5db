"""What the HTTP API takes and shows of invitations to be a member (P23)."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field

from paraphe.contracts.fields import Email, Instant, Locale, Name, NotNull
from paraphe.contracts.shapes import Answered, Sent
from paraphe.domain.firms.invitation import Invitation, Invited
from paraphe.domain.firms.member import MemberKind


class NewInvitation(Sent):
    """Whom to invite to the firm."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "Léa Petit", "email": "lea.petit@example.com"}]}
    )

    name: Name
    email: Email
    locale: Locale = "fr"
    kind: Annotated[Literal["accountant", "staff"], NotNull] = Field(
        default="staff",
        description="As what they join. Only a chartered accountant may invite another one, in"
        " person; who is not on the register cannot accept that.",
    )

    def to_domain(self) -> Invited:
        """Return the domain's value."""
        return Invited(self.name, self.email, self.locale, MemberKind(self.kind))


class InvitationOut(Answered):
    """An invitation; its link is in the e-mail only. `version` is also its ETag.

    `member_id` is who they became, once they have accepted.
    """

    id: str
    name: str
    email: str
    locale: Locale
    kind: MemberKind = Field(description="As what they join.")
    state: Literal["open", "accepted", "expired"]
    created_at: Instant
    sent_at: Instant
    expires_at: Instant
    member_id: str | None
    version: int

    @classmethod
    def of(cls, invitation: Invitation, now: datetime) -> Self:
        """Show an invitation."""
        over: Literal["accepted", "expired"] = "accepted" if invitation.member_id else "expired"
        return cls(
            id=invitation.id,
            name=invitation.name,
            email=invitation.email,
            locale="en" if invitation.locale == "en" else "fr",
            kind=invitation.kind,
            state="open" if invitation.is_open(now) else over,
            created_at=invitation.created_at,
            sent_at=invitation.sent_at,
            expires_at=invitation.expires_at,
            member_id=invitation.member_id,
            version=invitation.version,
        )


class InvitationList(Answered):
    """A firm's invitations, oldest first: 100 open ones at most."""

    items: tuple[InvitationOut, ...]
