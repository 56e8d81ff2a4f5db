"""What chartered accountants let others do in their name (P23)."""

from typing import Any

from api.operations import Answer, Call, Repeat, Resource, Scope
from paraphe.contracts.firms.delegations import (
    DelegationList,
    DelegationOut,
    DelegationQuery,
    NewDelegationIn,
)
from paraphe.contracts.shapes import Nothing
from paraphe.usecases import using
from paraphe.usecases.firms.delegate import CreateDelegation, ListDelegations, RevokeDelegation

resource = Resource("delegations")
PATH = "/delegations"


def _made(call: Call[Any]) -> Answer:
    """Tell of the delegation that a call has made, as it stands now."""
    found = call.services.delegations.delegation(call.firm_id, call.made[0])
    return Answer(DelegationOut.of(found, call.now), version=found.version)


@resource.operation(
    "GET", PATH, scope=Scope.FIRM_READ, given=DelegationQuery, answer=DelegationList, problems=()
)
def list_delegations(call: Call[DelegationQuery]) -> Answer:
    """List the firm's delegations, oldest first; of one principal or to one delegate."""
    given = call.given
    page = using(ListDelegations, call.services)(
        call.principal,
        by=given.principal,
        to=given.delegate,
        limit=given.limit,
        cursor=given.cursor,
    )
    return Answer(DelegationList.of(page, call.now))


@resource.operation(
    "POST",
    PATH,
    scope=Scope.MANAGE,
    given=NewDelegationIn,
    answer=DelegationOut,
    status=201,
    problems=(409,),
    repeat=Repeat(_made),
)
def create_delegation(call: Call[NewDelegationIn]) -> Answer:
    """Delegate, or name a deputy for an absence.

    The principal is an accountant of the firm and has what they delegate; else 422 names the field.
    The evidence tells under whose delegation an act was done, as it stood then.
    """
    made = using(CreateDelegation, call.services)(call.principal, call.given.to_domain(), call.now)
    return Answer(DelegationOut.of(made, call.now), version=made.version)


@resource.operation(
    "DELETE",
    PATH + "/{delegation_id}",
    scope=Scope.MANAGE,
    given=Nothing,
    answer=None,
    status=204,
    problems=(404, 412),
)
def revoke_delegation(call: Call[Nothing]) -> Answer:
    """Take a delegation back, at once: what relies on it fails from now on."""
    using(RevokeDelegation, call.services)(
        call.principal, call.path["delegation_id"], expected=call.if_match
    )
    return Answer()
