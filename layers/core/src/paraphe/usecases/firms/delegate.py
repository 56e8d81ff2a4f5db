"""Chartered accountants delegate, name a deputy while they are away, and take it back (P23)."""

from dataclasses import dataclass
from datetime import datetime

from paraphe.domain.errors import ForbiddenError, InvalidError, NotFoundError, check_version
from paraphe.domain.firms import delegation as rules
from paraphe.domain.firms.delegation import Delegation, NewDelegation
from paraphe.domain.firms.member import Capability, Member
from paraphe.domain.firms.principal import Principal, PrincipalKind
from paraphe.domain.ids import RANDOM_BYTES, is_id, new_id
from paraphe.ports.acting import DelegationPage, Delegations
from paraphe.ports.firms import Members
from paraphe.ports.system import Entropy


@dataclass(frozen=True, slots=True)
class ListDelegations:
    """Reads a firm's delegations."""

    delegations: Delegations

    def __call__(
        self,
        principal: Principal,
        *,
        by: str | None = None,
        to: str | None = None,
        limit: int,
        cursor: str | None = None,
    ) -> DelegationPage:
        """Return a page of them, of one principal or to one delegate if these are named.

        Raises:
            InvalidError: `bad_cursor`.

        """
        if cursor is not None and not is_id(cursor, "dlg"):
            raise InvalidError("bad_cursor", "This cursor was not given by a list.", field="cursor")
        found = [
            one
            for one in self.delegations.listed(principal.firm_id)
            if by in {None, one.principal_id}
            and to in {None, one.delegate_id}
            and one.id > (cursor or "")
        ]
        more = len(found) > limit
        return DelegationPage(tuple(found[:limit]), found[limit - 1].id if more else None)


@dataclass(frozen=True, slots=True)
class CreateDelegation:
    """Makes one."""

    delegations: Delegations
    members: Members
    entropy: Entropy

    def __call__(self, principal: Principal, new: NewDelegation, now: datetime) -> Delegation:
        """Delegate; what is over already makes place for it.

        The limit of a firm is looked up, not reserved: two calls at once may pass it by one. What
        counts at an act is asked then, of principal, delegate and delegation (`act_as_member`).

        Raises:
            ForbiddenError: `not_permitted`: without `manage`, or in another's name.
            InvalidError: see `delegation.checked`; `member_unknown`.
            ConflictError: `too_many_delegations`.

        """
        principal.check_may(Capability.MANAGE)
        _check_own(principal, new.principal_id)
        made = Delegation(
            id=new_id("dlg", now, self.entropy(RANDOM_BYTES)),
            firm_id=principal.firm_id,
            principal_id=new.principal_id,
            delegate_id=new.delegate_id,
            capabilities=new.capabilities,
            starts_at=new.starts_at or now,
            created_at=now,
            ends_at=new.ends_at,
            reason=new.reason,
            templates=new.templates,
        )
        by = self._member(principal.firm_id, new.principal_id, "principal")
        to = self._member(principal.firm_id, new.delegate_id, "delegate")
        checked = rules.checked(made, by, to, now)
        self._make_place(principal.firm_id, now)
        return self.delegations.add(checked)

    def _member(self, firm_id: str, member_id: str, field: str) -> Member:
        try:
            return self.members.member(firm_id, member_id)
        except NotFoundError:
            detail = "There is no such member in this firm."
            raise InvalidError("member_unknown", detail, field=field) from None

    def _make_place(self, firm_id: str, now: datetime) -> None:
        known = self.delegations.listed(firm_id)
        over = [one for one in known if one.is_over(now)]
        if len(known) - len(over) >= rules.MOST:
            raise rules.too_many()
        for one in over[: max(0, len(known) - rules.MOST + 1)]:
            self.delegations.remove(one)


@dataclass(frozen=True, slots=True)
class RevokeDelegation:
    """Takes one back."""

    delegations: Delegations

    def __call__(
        self, principal: Principal, delegation_id: str, *, expected: int | None = None
    ) -> None:
        """Take a delegation back, at once: an act that relies on it fails from now on.

        Raises:
            ForbiddenError: `not_permitted`. NotFoundError: `delegation_not_found`.
            ChangedError: another version is stored.

        """
        principal.check_may(Capability.MANAGE)
        found = self.delegations.delegation(principal.firm_id, delegation_id)
        check_version(found.version, expected)
        self.delegations.remove(found)


def _check_own(principal: Principal, principal_id: str) -> None:
    """Refuse a member who delegates in another's name: else `manage` alone would give the rest."""
    if principal.kind is not PrincipalKind.MEMBER:
        return
    if principal.id != principal_id or principal.on_behalf is not None:
        raise ForbiddenError("not_permitted", "A member delegates in their own name only.")
