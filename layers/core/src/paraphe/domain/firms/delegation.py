"""Delegations: what a chartered accountant lets another member do in their name (P23)."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from paraphe.domain.errors import ConflictError, ForbiddenError, InvalidError
from paraphe.domain.firms import member as members
from paraphe.domain.firms.member import Capability, Member
from paraphe.domain.firms.principal import OnBehalf, Principal, PrincipalKind

# Delegations of a firm that are not over. It keeps a list readable, and stops runaway software.
MOST = 200


class Reason(StrEnum):
    """Why somebody acts for another: a standing delegation, or a deputy while they are away."""

    DELEGATION = "delegation"
    ABSENCE = "absence"


@dataclass(frozen=True, slots=True)
class Delegation:
    """What one member may do in the name of another, from when to when.

    Attributes:
        id: `dlg_…`.
        firm_id: of both.
        principal_id: the chartered accountant who delegates.
        delegate_id: who acts for them.
        capabilities: what they may; at each act also the principal still has to.
        starts_at: from when on.
        created_at: when it was made.
        ends_at: until when; None for until it is revoked. An absence has an end.
        reason: why; the evidence says so.
        templates: to requests of which templates it is limited; None for no limit.
        version: of what is stored.

    """

    id: str
    firm_id: str
    principal_id: str
    delegate_id: str
    capabilities: tuple[Capability, ...]
    starts_at: datetime
    created_at: datetime
    ends_at: datetime | None = None
    reason: Reason = Reason.DELEGATION
    templates: tuple[str, ...] | None = None
    version: int = 0

    def is_over(self, now: datetime) -> bool:
        """Tell whether it has ended by itself."""
        return self.ends_at is not None and now >= self.ends_at

    def is_in_force(self, now: datetime) -> bool:
        """Tell whether one may act under it."""
        return now >= self.starts_at and not self.is_over(now)


@dataclass(frozen=True, slots=True)
class NewDelegation:
    """What is delegated, by whom, to whom; `starts_at` None is now."""

    principal_id: str
    delegate_id: str
    capabilities: tuple[Capability, ...]
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    reason: Reason = Reason.DELEGATION
    templates: tuple[str, ...] | None = None


def checked(
    delegation: Delegation, principal: Member, delegate: Member, now: datetime
) -> Delegation:
    """Return a delegation that may be made, its capabilities and templates once each, in order.

    Raises:
        InvalidError: `principal_not_accountant`, `principal_suspended`, `delegate_suspended`,
            `delegate_is_principal`, `capabilities_required`, `capability_not_held`,
            `templates_empty`, `ends_before_start`, `already_over`, `end_required`: each with its
            field.

    """
    if not principal.is_accountant:
        raise _invalid("principal_not_accountant", "Only a chartered accountant delegates.")
    if principal.is_suspended:
        raise _invalid("principal_suspended", "The principal is suspended.")
    if delegate.id == principal.id:
        raise _invalid("delegate_is_principal", "Name another member.", "delegate")
    if delegate.is_suspended:
        raise _invalid("delegate_suspended", "The delegate is suspended.", "delegate")
    _check_capabilities(delegation, principal)
    _check_period(delegation, now)
    limits = delegation.templates
    if limits is not None and not limits:
        raise _invalid("templates_empty", "Name a template, or leave this out.", "templates")
    return replace(
        delegation,
        capabilities=tuple(c for c in Capability if c in delegation.capabilities),
        templates=None if limits is None else tuple(sorted(set(limits))),
    )


def _check_capabilities(delegation: Delegation, principal: Member) -> None:
    if not delegation.capabilities:
        raise _invalid("capabilities_required", "Name what is delegated.", "capabilities")
    if missing := [str(c) for c in delegation.capabilities if c not in principal.may]:
        detail = f"The principal does not have this: {', '.join(missing)}."
        raise _invalid("capability_not_held", detail, "capabilities")


def _check_period(delegation: Delegation, now: datetime) -> None:
    ends_at = delegation.ends_at
    if ends_at is None and delegation.reason is Reason.ABSENCE:
        raise _invalid("end_required", "Say until when they are away.", "ends_at")
    if ends_at is not None and ends_at <= delegation.starts_at:
        raise _invalid("ends_before_start", "It has to end after it starts.", "ends_at")
    if delegation.is_over(now):
        raise _invalid("already_over", "It would be over already.", "ends_at")


def _invalid(code: str, detail: str, field: str = "principal") -> InvalidError:
    return InvalidError(code, detail, field=field)


def too_many() -> ConflictError:
    """Return the error of a firm that has as many as are kept."""
    return ConflictError(
        "too_many_delegations", f"A firm has at most {MOST} delegations: revoke others first."
    )


def not_in_force() -> ForbiddenError:
    """Return the error of who acts under a delegation that gives nothing now."""
    return ForbiddenError("delegation_not_in_force", "This delegation is not in force.")


def for_themselves(member: Member) -> Principal:
    """Return a member who acts in their own name.

    Raises:
        ForbiddenError: `member_suspended`.

    """
    members.check_active(member)
    return Principal(member.firm_id, PrincipalKind.MEMBER, member.id, member.name, member.may)


def on_behalf(
    delegation: Delegation, member: Member, principal: Member, now: datetime
) -> Principal:
    """Return a member who acts under a delegation: what it gives, as far as its principal has it.

    Raises:
        ForbiddenError: `member_suspended`; `delegation_not_in_force`: too early, over, or its
            principal may not delegate any more.

    """
    mine = for_themselves(member)
    if not delegation.is_in_force(now) or not principal.is_accountant or principal.is_suspended:
        raise not_in_force()
    limits = delegation.templates
    away = delegation.reason is Reason.ABSENCE
    return replace(
        mine,
        capabilities=frozenset(delegation.capabilities) & principal.may,
        on_behalf=OnBehalf(delegation.id, principal.id, principal.name, is_absence=away),
        templates=None if limits is None else frozenset(limits),
    )
