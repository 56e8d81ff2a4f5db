"""People sign in to the portal with the profession's identity (P1, P2, P3)."""

import base64
from dataclasses import dataclass, replace
from datetime import datetime

from paraphe.domain.errors import ForbiddenError, NotFoundError, RaceLostError
from paraphe.domain.firms import person as rules
from paraphe.domain.firms import session as session_rules
from paraphe.domain.firms import sign_in as sign_in_rules
from paraphe.domain.firms.identity import Identity
from paraphe.domain.firms.person import Person
from paraphe.domain.firms.sign_in import SignIn
from paraphe.ports.acting import Invitations
from paraphe.ports.firms import Members
from paraphe.ports.identity import (
    Answer,
    IdentityProvider,
    IdentityRefusedError,
    People,
    ProfessionalRegister,
    Sessions,
    SignIns,
)
from paraphe.ports.system import Entropy
from paraphe.usecases.firms.invite_staff import AcceptInvitation
from paraphe.usecases.firms.read_register import note_standing

CALLBACK = "/sign-in/callback"


@dataclass(frozen=True, slots=True, repr=False)
class Begun:
    """Where the browser goes now, and what it must bring back in a cookie."""

    address: str
    browser: str


@dataclass(frozen=True, slots=True, repr=False)
class SignedIn:
    """A new session: what its cookie holds, and where the person wanted to go."""

    person_id: str
    secret: str
    return_to: str


def secret(entropy: Entropy, count: int) -> str:
    """Return unpredictable bytes as text that URLs and cookies can hold."""
    return base64.urlsafe_b64encode(entropy(count)).rstrip(b"=").decode()


@dataclass(frozen=True, slots=True)
class BeginSignIn:
    """Sends a browser to the identity provider."""

    identity_provider: IdentityProvider
    sign_ins: SignIns
    entropy: Entropy
    portal_url: str

    def __call__(self, *, return_to: str, browser: str, now: datetime) -> Begun:
        """Begin a sign-in.

        Args:
            return_to: where the person wants to go; anything but a path of ours is the home.
            browser: what the browser's cookie of an earlier attempt holds, so that two windows may
                sign in at once; empty when it has none.
            now: the instant.

        Raises:
            TransientError, IdentityRefusedError: the provider cannot be used now.

        """
        state, nonce, verifier, fresh = (
            secret(self.entropy, sign_in_rules.SECRET_BYTES) for _ in range(4)
        )
        browser = browser or fresh
        challenge = sign_in_rules.challenge_of(verifier)
        address = self.identity_provider.address(
            state, nonce, challenge, f"{self.portal_url}{CALLBACK}"
        )
        self.sign_ins.begin(
            SignIn(
                state_hash=sign_in_rules.digest(state),
                browser_hash=sign_in_rules.digest(browser),
                nonce=nonce,
                verifier=verifier,
                return_to=sign_in_rules.path_of(return_to),
                begun_at=now,
            )
        )
        return Begun(address, browser)


@dataclass(frozen=True, slots=True)
class FinishSignIn:
    """Lets in who the identity provider, and then the register or an invitation, vouch for."""

    identity_provider: IdentityProvider
    professional_register: ProfessionalRegister
    sign_ins: SignIns
    people: People
    members: Members
    invitations: Invitations
    sessions: Sessions
    entropy: Entropy
    portal_url: str

    def __call__(
        self,
        *,
        state: str,
        answer: Answer,
        browser: str,
        agent: str,
        now: datetime,
        invitation: str = "",
    ) -> SignedIn:
        """Check the provider's answer and begin a session, always a new one.

        Args:
            state: of the sign-in.
            answer: of the provider.
            browser: what the browser's cookie holds.
            agent: what the browser calls itself.
            now: the instant.
            invitation: the token of the link by which they were invited; empty when none was.

        Raises:
            NotFoundError, GoneError, ForbiddenError: the invitation, see `AcceptInvitation`.
            ForbiddenError: `sign_in_unknown`, `sign_in_refused`: the answer proves nothing;
                `not_on_register`, `not_invited`: it does, of somebody who may not be here (P2).
            TransientError: the provider did not answer.

        """
        begun = sign_in_rules.check_answer(
            self.sign_ins.take(sign_in_rules.digest(state)), browser, now
        )
        try:
            identity = self.identity_provider.redeem(
                answer, begun, f"{self.portal_url}{CALLBACK}", now
            )
        except IdentityRefusedError as refused:
            raise ForbiddenError(
                "sign_in_refused", f"The identity provider's answer is not accepted: {refused}."
            ) from None
        person = self._admitted(identity, invitation, now)
        made = secret(self.entropy, session_rules.SECRET_BYTES)
        for one in session_rules.surplus(self.sessions.of(person.id), now):
            self.sessions.end(person.id, one.id)
        self.sessions.start(session_rules.started(person.id, made, agent, now))
        return SignedIn(person.id, made, begun.return_to)

    def _admitted(self, identity: Identity, invitation: str, now: datetime) -> Person:
        known = self.people.person(identity.person_id)
        if known is not None:
            return self._again(known, identity, invitation, now)
        if self.professional_register.vouches_for(identity):
            person = rules.accountant(identity, now)
        elif invitation:
            person = rules.staff(identity)
        elif identity.number is not None or identity.on_register is False:
            raise rules.not_on_register()
        else:
            raise _not_invited()
        if invitation:
            person = self._joined(person, invitation, identity, now)
        try:
            self.people.add(person)
        except RaceLostError:  # they signed in twice at once
            again = self.people.person(identity.person_id)
            if again is None:
                raise
            return self._again(again, identity, invitation, now)
        return person

    def _again(self, known: Person, identity: Identity, invitation: str, now: datetime) -> Person:
        person = rules.seen(known, identity)
        if not self._is_member(person):
            person = rules.left(person)
            if invitation:
                person = self._joined(person, invitation, identity, now)
            elif not person.is_accountant:
                raise _not_invited()
        if person.is_accountant:
            listed = self.professional_register.vouches_for(identity)
            number = identity.number or person.number
            person = note_standing(self, replace(person, number=number), listed=listed, now=now)
        elif person != known:
            person = self.people.save(person)
        rules.check_standing(person)
        return person

    def _is_member(self, person: Person) -> bool:
        if person.firm_id is None or person.member_id is None:
            return False
        try:
            self.members.member(person.firm_id, person.member_id)
        except NotFoundError:
            return False
        return True

    def _joined(self, person: Person, invitation: str, identity: Identity, now: datetime) -> Person:
        listed = self.professional_register.vouches_for(identity)
        accept = AcceptInvitation(self.invitations, self.members)
        member = accept(invitation, identity, now, on_register=listed)
        return rules.joined(person, member, identity.number)


def _not_invited() -> ForbiddenError:
    return ForbiddenError("not_invited", "Nobody has invited this person: P2.")
