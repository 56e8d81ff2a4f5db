"""Inviting people to the firm, by e-mail (P2, P23)."""

from typing import Any

from api.operations import Answer, Call, Repeat, Resource, Scope
from paraphe.contracts.firms.invitations import InvitationList, InvitationOut, NewInvitation
from paraphe.contracts.shapes import Nothing
from paraphe.usecases import using
from paraphe.usecases.firms.invite_staff import (
    InviteStaff,
    ListInvitations,
    ResendInvitation,
    RevokeInvitation,
)

resource = Resource("invitations")
PATH = "/invitations"
ONE = PATH + "/{invitation_id}"


def _as_it_is(call: Call[Any]) -> Answer:
    """Tell of an invitation as it stands."""
    wanted = call.path["invitation_id"]
    found = next(
        one for one in using(ListInvitations, call.services)(call.principal) if one.id == wanted
    )
    return Answer(InvitationOut.of(found, call.now), version=found.version)


@resource.operation(
    "GET", PATH, scope=Scope.FIRM_READ, given=Nothing, answer=InvitationList, problems=()
)
def list_invitations(call: Call[Nothing]) -> Answer:
    """List the firm's invitations, oldest first; 100 are open at most."""
    found = using(ListInvitations, call.services)(call.principal)
    return Answer(InvitationList(items=tuple(InvitationOut.of(one, call.now) for one in found)))


@resource.operation(
    "POST",
    PATH,
    scope=Scope.MANAGE,
    given=NewInvitation,
    answer=InvitationOut,
    status=201,
    problems=(409,),
    repeat=Repeat(harmless=True),
)
def invite_member(call: Call[NewInvitation]) -> Answer:
    """Invite somebody to the firm; a link goes to them by e-mail and works for 7 days.

    They sign in, and are then a member who may read; what they may do is delegated to them.
    Software invites staff only.
    Inviting the same address again changes nothing while its invitation is open.
    """
    made = using(InviteStaff, call.services)(call.principal, call.given.to_domain(), call.now)
    return Answer(InvitationOut.of(made, call.now), version=made.version)


@resource.operation(
    "POST",
    ONE + "/resend",
    scope=Scope.MANAGE,
    given=Nothing,
    answer=InvitationOut,
    problems=(404, 409),
    repeat=Repeat(_as_it_is),
)
def resend_invitation(call: Call[Nothing]) -> Answer:
    """Send another link, which voids the one before; once an hour at most."""
    found = using(ResendInvitation, call.services)(
        call.principal, call.path["invitation_id"], call.now
    )
    return Answer(InvitationOut.of(found, call.now), version=found.version)


@resource.operation(
    "DELETE",
    ONE,
    scope=Scope.MANAGE,
    given=Nothing,
    answer=None,
    status=204,
    problems=(404, 412),
)
def revoke_invitation(call: Call[Nothing]) -> Answer:
    """Take an invitation back: its link leads nowhere from now on."""
    using(RevokeInvitation, call.services)(
        call.principal, call.path["invitation_id"], expected=call.if_match
    )
    return Answer()
