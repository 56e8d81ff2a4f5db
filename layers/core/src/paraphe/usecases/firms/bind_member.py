"""The operator says who a member is for the identity provider, so that they can sign in (P1)."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from paraphe.domain.errors import ConflictError
from paraphe.domain.firms import member as member_rules
from paraphe.domain.firms import person as rules
from paraphe.domain.firms.identity import Identity
from paraphe.domain.firms.person import Person
from paraphe.ports.firms import Members
from paraphe.ports.identity import People

if TYPE_CHECKING:
    from paraphe.domain.firms.member import Member


@dataclass(frozen=True, slots=True)
class BindMember:
    """Binds members to identities."""

    people: People
    members: Members

    def __call__(
        self, firm_id: str, member_id: str, *, issuer: str, subject: str | None = None
    ) -> Person:
        """Bind a member; again changes nothing.

        Whether they are on the register, their next sign-in finds out. A certificate that they
        have is theirs in the portal too.

        Args:
            firm_id: whose member.
            member_id: which one.
            issuer: the identity provider, to the letter.
            subject: who they are there (`sub`); None for what is written down.

        Raises:
            NotFoundError: `member_not_found`. InvalidError: see `member.check_new`.
            ConflictError: `bound_otherwise`. RaceLostError: changed meanwhile.

        """
        member = self.members.member(firm_id, member_id)
        if subject is not None and subject != member.subject:
            member = replace(member, subject=subject)
            member_rules.check_new(member)
            member = self.members.save(member)
        identity = Identity(issuer, member.subject, member.name, member.email)
        known = self.people.person(identity.person_id)
        if known is None:
            person = rules.bound(rules.staff(identity), member)
            self.people.add(person)
            return person
        if known.firm_id is not None:
            if (known.firm_id, known.member_id) == (firm_id, member_id):
                return known
            if self._is_there(known):
                raise ConflictError(
                    "bound_otherwise", "This identity is a member already, here or elsewhere."
                )
        return self.people.save(rules.bound(rules.left(known), member))

    def _is_there(self, person: Person) -> bool:
        found: tuple[Member, ...] = self.members.listed(person.firm_id or "")
        return any(member.id == person.member_id for member in found)
