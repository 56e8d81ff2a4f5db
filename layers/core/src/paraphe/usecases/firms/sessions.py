"""Who is behind a session; its owner sees all of theirs and ends them."""

from dataclasses import dataclass
from datetime import datetime

from paraphe.domain.errors import NotFoundError
from paraphe.domain.firms import person as rules
from paraphe.domain.firms import session as session_rules
from paraphe.domain.firms.member import Member
from paraphe.domain.firms.person import Person
from paraphe.domain.firms.session import Session
from paraphe.ports.acting import Delegations
from paraphe.ports.firms import Members
from paraphe.ports.identity import People, Sessions
from paraphe.usecases.firms.act_as_member import ActAsMember, Acting


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who clicks.

    Attributes:
        session: theirs.
        person: who they are.
        member: as which member of a firm; None before they have one.
        acting: what use cases ask, and what the transaction that acts relies on; None before they
            have a firm.

    """

    session: Session
    person: Person
    member: Member | None = None
    acting: Acting | None = None


@dataclass(frozen=True, slots=True)
class UseSession:
    """Opens a session for one click."""

    sessions: Sessions
    people: People
    members: Members
    delegations: Delegations

    def __call__(self, person_id: str, secret: str, now: datetime) -> Visitor:
        """Return who clicks. No session is older than what the register said when it began (P1).

        Raises:
            ForbiddenError: `not_signed_in`; `not_on_register`; `member_suspended`.

        """
        session = self.sessions.session(person_id, session_rules.id_of(secret))
        person = self.people.person(person_id) if session is not None else None
        if session is None or person is None:
            raise session_rules.ended()
        current = session_rules.used(session, now)
        if current != session and not self.sessions.note_use(current):
            raise session_rules.ended()
        rules.check_standing(person)
        if person.firm_id is None or person.member_id is None:
            return Visitor(current, person)
        try:
            member = self.members.member(person.firm_id, person.member_id)
            acting = ActAsMember(self.members, self.delegations)(member.firm_id, member.id, now)
        except NotFoundError:
            raise session_rules.ended() from None
        return Visitor(current, person, member, acting)


@dataclass(frozen=True, slots=True)
class ListSessions:
    """Shows somebody where they are signed in."""

    sessions: Sessions

    def __call__(self, visitor: Visitor, now: datetime) -> tuple[Session, ...]:
        """Return their live sessions, the newest click first."""
        live = (one for one in self.sessions.of(visitor.person.id) if one.is_live(now))
        return tuple(sorted(live, key=lambda one: one.last_used_at, reverse=True))


@dataclass(frozen=True, slots=True)
class EndSessions:
    """Signs somebody out: here, there, or everywhere."""

    sessions: Sessions

    def __call__(self, visitor: Visitor, session_id: str | None = None) -> None:
        """End one of their sessions, or all; ending what has ended changes nothing."""
        if session_id is not None:
            self.sessions.end(visitor.person.id, session_id)
            return
        for one in self.sessions.of(visitor.person.id):
            self.sessions.end(visitor.person.id, one.id)
