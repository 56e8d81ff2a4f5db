"""The first sign-in of a chartered accountant: terms, then their firm (P1).

Each step is decided by one conditional write on the person, so a second click finds it done, and
who leaves comes back to the step that is left.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from paraphe.domain import text
from paraphe.domain.errors import ConflictError, InvalidError, RaceLostError
from paraphe.domain.firms import person as rules
from paraphe.domain.firms.firm import Firm
from paraphe.domain.firms.member import Capability, Member, MemberKind, check_new
from paraphe.domain.firms.person import Person, Step, Terms
from paraphe.domain.firms.siren import read_siren
from paraphe.domain.ids import RANDOM_BYTES, new_id
from paraphe.ports.identity import People
from paraphe.ports.system import Entropy

MAX_NAME = 100


@dataclass(frozen=True, slots=True)
class ShownTerms:
    """The terms as a page shows them now."""

    version: str
    locale: str
    text: str

    @property
    def sha256(self) -> str:
        """What is kept of the text, and what a form says of the one that was read."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class AcceptTerms:
    """Writes down which terms somebody accepted."""

    people: People

    def __call__(self, person: Person, shown: ShownTerms, read: str, now: datetime) -> Person:
        """Accept the terms; again changes nothing.

        Args:
            person: who accepts.
            shown: the terms of today.
            read: the hash of what they were shown and accepted, as their form brings it; empty
                when they did not accept it.
            now: the instant.

        Raises:
            InvalidError: `terms_unticked`. ConflictError: `terms_changed`: they were shown others.
            ForbiddenError: see `person.check_standing`.

        """
        rules.check_standing(person)
        if person.terms is not None:
            return person
        if not read:
            raise InvalidError("terms_unticked", "Accept the terms to go on.", field="accepted")
        if read != shown.sha256:
            raise ConflictError("terms_changed", "The terms have changed: read them again.")
        accepted = Terms(shown.version, shown.sha256, shown.locale, now)
        try:
            return self.people.save(replace(person, terms=accepted))
        except RaceLostError:
            return settled(self.people, person, lambda p: p.terms is not None)


@dataclass(frozen=True, slots=True)
class OpenFirm:
    """Opens a firm; who opens it is its first member, and may do everything in it."""

    people: People
    entropy: Entropy

    def __call__(self, person: Person, *, name: str, siren: str, now: datetime) -> Person:
        """Open the firm; again changes nothing.

        Raises:
            InvalidError: `name_required`, `name_unreadable`, `name_too_long`, `siren_invalid`.
            ConflictError: `siren_taken`, `not_this_step`. ForbiddenError: see
                `person.check_standing`.

        """
        if person.firm_id is not None:
            rules.check_standing(person)
            return person
        rules.check_step(person, Step.FIRM)
        if not person.is_accountant:
            raise rules.not_on_register()
        firm = Firm(self._id("frm", now), _name(name), read_siren(siren))
        member = Member(
            id=self._id("mbr", now),
            firm_id=firm.id,
            name=person.name,
            email=person.email,
            subject=person.subject,
            capabilities=tuple(Capability),
            kind=MemberKind.ACCOUNTANT,
        )
        check_new(member)
        try:
            return self.people.open_firm(person, firm, member)
        except (ConflictError, RaceLostError) as lost:
            return settled(self.people, person, lambda p: p.firm_id is not None, lost)

    def _id(self, prefix: str, now: datetime) -> str:
        return new_id(prefix, now, self.entropy(RANDOM_BYTES))


def settled(
    people: People,
    person: Person,
    done: Callable[[Person], bool],
    lost: Exception | None = None,
) -> Person:
    """Return the person as they are now if their other click did the same; else raise what it lost.

    Raises:
        RaceLostError, ConflictError: something else was changed, or nothing.

    """
    current = people.person(person.id)
    if current is None or not done(current):
        raise lost or RaceLostError()
    return current


def _name(typed: str) -> str:
    try:
        name = text.line(typed)
    except text.UnreadableError as error:
        raise InvalidError("name_unreadable", str(error), field="name") from None
    if not name:
        raise InvalidError("name_required", "A firm needs a name.", field="name")
    if len(name) > MAX_NAME:
        raise InvalidError("name_too_long", f"At most {MAX_NAME} characters.", field="name")
    return name
