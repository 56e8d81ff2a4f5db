"""Who is on the profession's register is read again each day (P1)."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from paraphe.domain.errors import NotFoundError, RaceLostError
from paraphe.domain.firms import person as rules
from paraphe.domain.firms.person import Person
from paraphe.ports.firms import Members
from paraphe.ports.identity import People, ProfessionalRegister, Sessions

AT_ONCE = 100


class Noting(Protocol):
    """What writing down a person's standing takes."""

    @property
    def people(self) -> People:
        """Where it is written."""
        ...

    @property
    def members(self) -> Members:
        """Who can do nothing any more."""
        ...

    @property
    def sessions(self) -> Sessions:
        """What ends."""
        ...


def note_standing(stores: Noting, person: Person, *, listed: bool, now: datetime) -> Person:
    """Write down what the register says of a person.

    Who was struck off is suspended as a member first, so that a crash in between leaves somebody
    who can do nothing and is looked up again; then their sessions end.

    Raises:
        RaceLostError: the person was changed meanwhile.

    """
    stored = rules.checked(person, listed=listed, now=now)
    if person.firm_id is not None and person.member_id is not None:
        _suspend(stores.members, person.firm_id, person.member_id, stored.struck_off_at)
    saved = stores.people.save(stored)
    if stored.struck_off_at is not None:
        for session in stores.sessions.of(person.id):
            stores.sessions.end(person.id, session.id)
    return saved


def _suspend(members: Members, firm_id: str, member_id: str, since: datetime | None) -> None:
    try:
        member = members.member(firm_id, member_id)
    except NotFoundError:
        return  # they are no member any more
    if member.suspended_at != since:
        members.save(replace(member, suspended_at=since))


@dataclass(frozen=True, slots=True)
class ReadRegister:
    """Looks up again whose standing is a day old, whether or not they sign in."""

    people: People
    members: Members
    sessions: Sessions
    professional_register: ProfessionalRegister

    def __call__(self, now: datetime) -> int:
        """Read at most 100 standings; return how many persons were struck off by that."""
        if not self.professional_register.can_be_asked:
            return 0  # each sign-in says it, and no session outlives half a day
        struck = 0
        for person in self.people.due(now, AT_ONCE):
            try:
                struck += self._read(person, now)
            except RaceLostError:
                continue  # they are signing in: due again at the next pass, if that read nothing
        return struck

    def _read(self, person: Person, now: datetime) -> bool:
        listed = self.professional_register.lists(person.number or "")
        stored = note_standing(self, person, listed=listed, now=now)
        return stored.struck_off_at is not None and person.struck_off_at is None
