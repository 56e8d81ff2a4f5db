"""Who acts for whom: delegations; and who is to become a member: invitations."""

from dataclasses import dataclass
from typing import Protocol

from paraphe.domain.firms.delegation import Delegation
from paraphe.domain.firms.invitation import Invitation
from paraphe.domain.firms.member import Member

# Their collection in the firm's items.
DELEGATIONS = "DELEGATIONS"


@dataclass(frozen=True, slots=True)
class MemberPage:
    """One page of members, by id; `after` begins the next one, None on the last."""

    members: tuple[Member, ...]
    after: str | None


@dataclass(frozen=True, slots=True)
class DelegationPage:
    """One page of delegations, oldest first; `after` begins the next one, None on the last."""

    delegations: tuple[Delegation, ...]
    after: str | None


class Delegations(Protocol):
    """Where a firm's delegations are kept: few, so that all of them are read at once."""

    def delegation(self, firm_id: str, delegation_id: str) -> Delegation:
        """Read one. Raises NotFoundError (`delegation_not_found`)."""
        ...

    def listed(self, firm_id: str) -> tuple[Delegation, ...]:
        """Return all of a firm, oldest first; those that are over are kept a while."""
        ...

    def add(self, delegation: Delegation) -> Delegation:
        """Write a new one. Raises RaceLostError."""
        ...

    def remove(self, delegation: Delegation) -> None:
        """Delete the version that was read. Raises RaceLostError."""
        ...


class Invitations(Protocol):
    """Where invitations are kept; writing one that is to be sent owes the mail as well."""

    def invitation(self, firm_id: str, invitation_id: str) -> Invitation:
        """Read one. Raises NotFoundError (`invitation_not_found`)."""
        ...

    def listed(self, firm_id: str) -> tuple[Invitation, ...]:
        """Return all of a firm, oldest first; those that are over are kept a while."""
        ...

    def send(self, invitation: Invitation) -> Invitation:
        """Write one in the place of the version that was read, and owe its mail.

        Raises:
            RaceLostError: another version is stored.

        """
        ...

    def keep_token(self, invitation: Invitation, token_hash: str) -> bool:
        """Write down the hash of the newest link; False if another link took its place."""
        ...

    def accept(self, invitation: Invitation, member: Member) -> Member:
        """Write the new member, and the invitation that made them, in one transaction.

        Raises:
            RaceLostError: another version is stored.

        """
        ...

    def remove(self, invitation: Invitation) -> None:
        """Delete the version that was read. Raises RaceLostError."""
        ...
