"""People are invited by e-mail, and become members once they have signed in (P2, P23)."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from paraphe.domain.errors import NotFoundError, RaceLostError, check_version
from paraphe.domain.firms import invitation as rules
from paraphe.domain.firms.invitation import Invitation, Invited, Joining
from paraphe.domain.firms.member import Capability, Member, MemberKind, check_new
from paraphe.domain.firms.principal import Principal, PrincipalKind
from paraphe.domain.ids import RANDOM_BYTES, new_id
from paraphe.ports.acting import Invitations
from paraphe.ports.firms import Members
from paraphe.ports.system import Entropy

_DIGITS = 26


@dataclass(frozen=True, slots=True)
class ListInvitations:
    """Reads a firm's invitations."""

    invitations: Invitations

    def __call__(self, principal: Principal) -> tuple[Invitation, ...]:
        """Return all of them, oldest first."""
        return self.invitations.listed(principal.firm_id)


@dataclass(frozen=True, slots=True)
class InviteStaff:
    """Invites somebody."""

    invitations: Invitations
    members: Members
    entropy: Entropy

    def __call__(self, principal: Principal, invited: Invited, now: datetime) -> Invitation:
        """Invite somebody; the link goes out by e-mail. Again, while it is open, changes nothing.

        Raises:
            ForbiddenError: `not_permitted`, `accountants_only`.
            ConflictError: `too_many_invitations`, `invited_otherwise`.

        """
        principal.check_may(Capability.MANAGE)
        if invited.kind is MemberKind.ACCOUNTANT:
            rules.check_may_invite(principal, self._who(principal), invited.kind)
        known = self.invitations.listed(principal.firm_id)
        for one in known:
            if one.email == invited.email and one.is_open(now):
                if one.kind is not invited.kind:
                    raise rules.otherwise()
                return one
        self._make_place(known, now)
        return self.invitations.send(
            Invitation(
                id=new_id("inv", now, self.entropy(RANDOM_BYTES)),
                firm_id=principal.firm_id,
                name=invited.name,
                email=invited.email,
                locale=invited.locale,
                created_at=now,
                sent_at=now,
                expires_at=now + rules.LIFETIME,
                kind=invited.kind,
            )
        )

    def _who(self, principal: Principal) -> Member | None:
        if principal.kind is not PrincipalKind.MEMBER:
            return None
        return self.members.member(principal.firm_id, principal.id)

    def _make_place(self, known: tuple[Invitation, ...], now: datetime) -> None:
        over = [one for one in known if not one.is_open(now)]
        if len(known) - len(over) >= rules.MOST:
            raise rules.too_many()
        for one in over[: max(0, len(known) - rules.MOST + 1)]:
            self.invitations.remove(one)


@dataclass(frozen=True, slots=True)
class ResendInvitation:
    """Sends another link."""

    invitations: Invitations

    def __call__(self, principal: Principal, invitation_id: str, now: datetime) -> Invitation:
        """Send another link, an hour after the last one at the earliest; that one is void.

        Raises:
            ForbiddenError: `not_permitted`. NotFoundError: `invitation_not_found`.
            ConflictError: `already_accepted`. TooManyError: `too_soon`.

        """
        principal.check_may(Capability.MANAGE)
        found = self.invitations.invitation(principal.firm_id, invitation_id)
        return self.invitations.send(rules.resent(found, now))


@dataclass(frozen=True, slots=True)
class RevokeInvitation:
    """Takes one back."""

    invitations: Invitations

    def __call__(
        self, principal: Principal, invitation_id: str, *, expected: int | None = None
    ) -> None:
        """Take an invitation back; its link leads nowhere from now on.

        Raises:
            ForbiddenError: `not_permitted`. NotFoundError: `invitation_not_found`.
            ChangedError: another version is stored.

        """
        principal.check_may(Capability.MANAGE)
        found = self.invitations.invitation(principal.firm_id, invitation_id)
        check_version(found.version, expected)
        self.invitations.remove(found)


@dataclass(frozen=True, slots=True)
class AcceptInvitation:
    """Makes a member of who has followed their link and signed in."""

    invitations: Invitations
    members: Members

    def __call__(
        self, token: str, joining: Joining, now: datetime, *, on_register: bool = False
    ) -> Member:
        """Accept; the same person again gets the same member, whatever was lost in between.

        Args:
            token: of the link.
            joining: who has signed in.
            now: the instant.
            on_register: whether they are a chartered accountant today.

        Raises:
            NotFoundError: `invitation_unknown`.
            GoneError: `invitation_expired`, `invitation_used`.
            InvalidError: see `member.check_new`. ForbiddenError: see `invitation.accepted`.

        """
        firm_id, invitation_id = rules.place_of(token)
        try:
            invitation = self.invitations.invitation(firm_id, invitation_id)
        except NotFoundError:
            raise rules.unknown() from None
        rules.check_token(invitation, token)
        if (mine := self._again(invitation, joining)) is not None:
            return mine
        used, member = rules.accepted(
            invitation, _member_id(invitation), joining, now, on_register=on_register
        )
        check_new(member)
        try:
            return self.invitations.accept(used, member)
        except RaceLostError:  # a second click, or somebody else was first
            current = self.invitations.invitation(firm_id, invitation_id)
            if (mine := self._again(current, joining)) is not None:
                return mine
            raise

    def _again(self, invitation: Invitation, joining: Joining) -> Member | None:
        if invitation.member_id is None:
            return None
        try:
            member = self.members.member(invitation.firm_id, invitation.member_id)
        except NotFoundError:
            return None  # removed since
        return member if member.subject == joining.subject else None


def _member_id(invitation: Invitation) -> str:
    digits = sha256(f"member\n{invitation.firm_id}\n{invitation.id}".encode()).hexdigest()
    return f"mbr_{digits[:_DIGITS]}"
