"""Who a member is when they act: what they may now, and on whose behalf (P23)."""

from dataclasses import dataclass
from datetime import datetime

from paraphe.domain.errors import NotFoundError
from paraphe.domain.firms import delegation as rules
from paraphe.domain.firms.member import Member
from paraphe.domain.firms.principal import Principal
from paraphe.ports.acting import DELEGATIONS, Delegations
from paraphe.ports.calls import MEMBERS, Reliance
from paraphe.ports.firms import Members


@dataclass(frozen=True, slots=True)
class Acting:
    """A member who acts, and what has to stand still in the transaction that acts.

    Attributes:
        principal: what use cases ask.
        relies_on: the member; under a delegation also that and its principal. What is taken back
            after it was read here is missed by the transaction, not only by the next click.

    """

    principal: Principal
    relies_on: tuple[Reliance, ...]


@dataclass(frozen=True, slots=True)
class ActAsMember:
    """Says who a member is when they act."""

    members: Members
    delegations: Delegations

    def __call__(
        self, firm_id: str, member_id: str, now: datetime, *, delegation_id: str | None = None
    ) -> Acting:
        """Return a member as the principal of one act, in their own name or under a delegation.

        Raises:
            NotFoundError: `member_not_found`, `delegation_not_found`: also one to somebody else.
            ForbiddenError: `member_suspended`, `delegation_not_in_force`.

        """
        member = self.members.member(firm_id, member_id)
        if delegation_id is None:
            return Acting(rules.for_themselves(member), (_on(member),))
        delegation = self.delegations.delegation(firm_id, delegation_id)
        if delegation.delegate_id != member_id:
            raise NotFoundError("delegation_not_found", "There is no such delegation.")
        try:
            by = self.members.member(firm_id, delegation.principal_id)
        except NotFoundError:
            raise rules.not_in_force() from None
        relied = Reliance(firm_id, DELEGATIONS, delegation.id, delegation.version)
        principal = rules.on_behalf(delegation, member, by, now)
        return Acting(principal, (_on(member), relied, _on(by)))


def _on(member: Member) -> Reliance:
    return Reliance(member.firm_id, MEMBERS, member.id, member.version)
