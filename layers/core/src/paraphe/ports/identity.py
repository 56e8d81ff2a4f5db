"""Signing in: the identity provider, the profession's register, people, their sessions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from paraphe.domain.firms.firm import Firm
from paraphe.domain.firms.identity import Identity
from paraphe.domain.firms.member import Member
from paraphe.domain.firms.person import Person
from paraphe.domain.firms.session import Session
from paraphe.domain.firms.sign_in import SignIn


class IdentityRefusedError(Exception):
    """What the provider sent proves nothing. `reason` is a word of ours, never the provider's."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """What a browser brings back from the provider (RFC 6749 §4.1.2, RFC 9207)."""

    code: str
    issuer: str = ""


class IdentityProvider(Protocol):
    """The profession's sign-in (OpenID Connect)."""

    def address(self, state: str, nonce: str, challenge: str, back: str) -> str:
        """Return where a browser signs in. Raises TransientError, IdentityRefusedError."""
        ...

    def redeem(self, answer: Answer, begun: SignIn, back: str, now: datetime) -> Identity:
        """Return who signed in. Raises TransientError, IdentityRefusedError."""
        ...


class ProfessionalRegister(Protocol):
    """Who is a chartered accountant (P1)."""

    def vouches_for(self, identity: Identity) -> bool:
        """Tell whether who has just signed in is on the register."""
        ...

    @property
    def can_be_asked(self) -> bool:
        """Whether `lists` can tell; else only a sign-in does."""
        ...

    def lists(self, number: str) -> bool:
        """Tell whether a number is on the register today."""
        ...


class SignIns(Protocol):
    """Sign-ins that have begun."""

    def begin(self, begun: SignIn) -> None:
        """Keep one until it ends."""
        ...

    def take(self, state_hash: str) -> SignIn | None:
        """Return one and forget it: of two that ask for it, one gets it."""
        ...


class People(Protocol):
    """Where persons are kept."""

    def person(self, person_id: str) -> Person | None:
        """Read a person, or None."""
        ...

    def add(self, person: Person) -> None:
        """Write somebody new. Raises RaceLostError when they are there."""
        ...

    def save(self, person: Person) -> Person:
        """Write in the place of the version that was read; return it with its own version.

        Raises RaceLostError when somebody was faster.
        """
        ...

    def open_firm(self, person: Person, firm: Firm, member: Member) -> Person:
        """Write a firm, its first member and who that is, all or nothing (P1).

        Raises ConflictError (`siren_taken`), RaceLostError.
        """
        ...

    def due(self, now: datetime, limit: int) -> tuple[Person, ...]:
        """Return persons whose standing is to be looked up again, most overdue first."""
        ...


class Sessions(Protocol):
    """Where sessions are kept, until they end."""

    def session(self, person_id: str, session_id: str) -> Session | None:
        """Read a session, or None."""
        ...

    def of(self, person_id: str) -> tuple[Session, ...]:
        """Return a person's sessions, those that have ended included."""
        ...

    def start(self, session: Session) -> None:
        """Write a new session."""
        ...

    def note_use(self, session: Session) -> bool:
        """Write down a click; False when the session was revoked meanwhile."""
        ...

    def end(self, person_id: str, session_id: str) -> None:
        """Forget a session."""
        ...


class Enrolment(Protocol):
    """Has the door that holds keys send a code, or certify somebody."""

    def ask(self, person_id: str) -> None:
        """Have it look at what a person waits for. Asking again does no harm."""
        ...


class IdentityServices(Protocol):
    """This part's place in `paraphe.services.Services`."""

    @property
    def identity_provider(self) -> IdentityProvider:
        """The profession's sign-in."""
        ...

    @property
    def professional_register(self) -> ProfessionalRegister:
        """Who is a chartered accountant."""
        ...

    @property
    def sign_ins(self) -> SignIns:
        """Sign-ins that have begun."""
        ...

    @property
    def people(self) -> People:
        """Persons who may be in the portal."""
        ...

    @property
    def sessions(self) -> Sessions:
        """Their sessions."""
        ...

    @property
    def enrolment(self) -> Enrolment:
        """What asks the door that holds keys."""
        ...

    @property
    def portal_url(self) -> str:
        """The portal's address, without a slash at the end."""
        ...
