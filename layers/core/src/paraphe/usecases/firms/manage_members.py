"""A firm's members are read, changed, suspended and removed (P23).

What a member may do is taken back at once: whoever acts relies on the version that these writes
move (`act_as_member`).
"""

from dataclasses import dataclass, replace
from datetime import datetime

from paraphe.contracts.contact_details import normalise_phone
from paraphe.domain.errors import ForbiddenError, InvalidError, RaceLostError, check_version
from paraphe.domain.firms import member as rules
from paraphe.domain.firms.member import Capability, Member, MemberChange
from paraphe.domain.firms.principal import Principal
from paraphe.domain.ids import is_id
from paraphe.ports.acting import MemberPage
from paraphe.ports.firms import Members

ATTEMPTS = 12
_PAGE = 100


@dataclass(frozen=True, slots=True)
class ReadMembers:
    """Reads members."""

    members: Members

    def one(self, principal: Principal, member_id: str) -> Member:
        """Return a member of the principal's firm.

        Raises:
            NotFoundError: `member_not_found`.

        """
        return self.members.member(principal.firm_id, member_id)

    def page(self, principal: Principal, limit: int, cursor: str | None) -> MemberPage:
        """Return a page of them, by id.

        Raises:
            InvalidError: `bad_cursor`.

        """
        if cursor is not None and not is_id(cursor, "mbr"):
            raise InvalidError("bad_cursor", "This cursor was not given by a list.", field="cursor")
        found, more = self.members.page(principal.firm_id, limit, cursor)
        return MemberPage(found, found[-1].id if more else None)


@dataclass(frozen=True, slots=True)
class ChangeMember:
    """Changes what a member may do, their phone, or suspends them."""

    members: Members

    def __call__(
        self,
        principal: Principal,
        member_id: str,
        change: MemberChange,
        now: datetime,
        *,
        expected: int | None = None,
    ) -> Member:
        """Change a member from their next act on; `expected` is the version that was seen.

        Raises:
            ForbiddenError: `not_permitted`: without `manage`, of who may do more, of oneself, or
                the mobile of a chartered accountant, which they prove themselves.
            NotFoundError: `member_not_found`.
            InvalidError: `phone_invalid`, `phone_not_mobile`.
            ChangedError: another version is stored. ConflictError: `last_accountant`.

        """
        principal.check_may(Capability.MANAGE)
        phone = normalise_phone(change.phone) if change.phone is not None else None
        for _ in range(ATTEMPTS):
            before = self.members.member(principal.firm_id, member_id)
            check_version(before.version, expected)
            _check_change(principal, before, change)
            after = rules.changed(before, capabilities=change.capabilities, phone=phone)
            if change.suspended is not None:
                after = rules.blocked(after, now, suspended=change.suspended)
            principal.check_may_change(replace(after, blocked_at=None))
            if after == before:
                return before
            try:
                return self.members.save(after, beside=another(self.members, before, after))
            except RaceLostError:
                continue
        raise RaceLostError


@dataclass(frozen=True, slots=True)
class RemoveMember:
    """Removes a member: what they did stays in the evidence, with their name."""

    members: Members

    def __call__(
        self, principal: Principal, member_id: str, *, expected: int | None = None
    ) -> None:
        """Remove a member, at once.

        Raises:
            ForbiddenError: `not_permitted`. NotFoundError: `member_not_found`.
            ChangedError: another version is stored.
            ConflictError: `still_enrolled`, `last_accountant`.

        """
        principal.check_may(Capability.MANAGE)
        for _ in range(ATTEMPTS):
            before = self.members.member(principal.firm_id, member_id)
            check_version(before.version, expected)
            principal.check_may_change(replace(before, blocked_at=None))
            rules.check_may_leave(before)
            try:
                self.members.remove(before, beside=another(self.members, before, None))
            except RaceLostError:
                continue
            return
        raise RaceLostError


def another(members: Members, before: Member, after: Member | None) -> Member | None:
    """Return a chartered accountant who stays, if this takes one away from the firm.

    Two who take away each other at once are each held to that: one of the writes fails.

    Raises:
        ConflictError: `last_accountant`.

    """
    if not rules.needs_another_accountant(before, after):
        return None
    cursor, more = None, True
    while more:
        found, more = members.page(before.firm_id, _PAGE, cursor)
        for one in found:
            if one.id != before.id and one.is_accountant and not one.is_suspended:
                return one
        cursor = found[-1].id if found else None
    raise rules.last_accountant()


def _check_change(principal: Principal, member: Member, change: MemberChange) -> None:
    principal.check_may_change(replace(member, blocked_at=None))
    if change.capabilities is not None and principal.id == member.id:
        raise ForbiddenError("not_permitted", "Nobody changes what they may do themselves.")
    if change.phone is not None and member.is_accountant:
        raise ForbiddenError("not_permitted", "A chartered accountant proves their own mobile.")
