"""Who acts, for which firm, and what they may do (P23).

Every use case takes a `Principal` and asks it; no door decides.
"""

from dataclasses import dataclass
from enum import StrEnum

from paraphe.domain.errors import ForbiddenError
from paraphe.domain.firms.member import Capability, Member


class PrincipalKind(StrEnum):
    """What acts."""

    CLIENT = "client"
    MEMBER = "member"
    SIGNER = "signer"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class OnBehalf:
    """The delegation under which a member acts, as it stood when they did (P23).

    Attributes:
        delegation_id: which one.
        member_id: in whose name.
        name: theirs.
        is_absence: whether they act as the deputy of who is away.

    """

    delegation_id: str
    member_id: str
    name: str
    is_absence: bool = False


@dataclass(frozen=True, slots=True)
class Principal:
    """Who acts; reading is for every principal of the firm, capabilities are for acts.

    Attributes:
        firm_id: from the caller's token, link or session, never from what they ask.
        kind: what acts.
        id: the API client's, the member's, the recipient's, or the door's.
        name: what the firm calls them; may be empty.
        capabilities: what they may do.
        on_behalf: the delegation under which a member acts; None when they act for themselves.
        templates: which templates' requests a delegation is limited to; None for no limit.

    """

    firm_id: str
    kind: PrincipalKind
    id: str
    name: str = ""
    capabilities: frozenset[Capability] = frozenset()
    on_behalf: OnBehalf | None = None
    templates: frozenset[str] | None = None

    def check_may(self, capability: Capability, template_id: str | None = None) -> None:
        """Refuse an act that this principal may not do, or not on requests of this template.

        Raises:
            ForbiddenError: `not_permitted`.

        """
        if capability not in self.capabilities:
            raise ForbiddenError("not_permitted", f"This needs the capability `{capability}`.")
        if self.templates is not None and template_id not in self.templates:
            raise ForbiddenError(
                "not_permitted", "This delegation is limited to requests of other templates."
            )

    def check_may_change(self, member: Member) -> None:
        """Refuse to change a member, or into one, who may do more: `manage` lends nobody more.

        Software was given its scope by the firm itself.

        Raises:
            ForbiddenError: `not_permitted`.

        """
        self.check_may(Capability.MANAGE)
        if self.kind is PrincipalKind.MEMBER and not member.may <= self.capabilities:
            raise ForbiddenError(
                "not_permitted", "This member may do, or would be allowed, more than you may."
            )
