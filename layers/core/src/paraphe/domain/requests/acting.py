"""Who acts on a request: the one place that lets a principal act, and names them in the trail.

The trail stands below firms, so it knows an `Actor`; use cases know a `Principal`.
"""

from paraphe.domain.errors import NotFoundError
from paraphe.domain.evidence.audit import MEMBER, Actor, Person, Software
from paraphe.domain.firms.member import Capability
from paraphe.domain.firms.principal import Principal, PrincipalKind
from paraphe.domain.requests.model import RequestState, SignatureRequest

_KINDS = {
    PrincipalKind.SIGNER: "recipient",
    PrincipalKind.SYSTEM: "system",
}


def actor_of(principal: Principal) -> Actor:
    """Return who acts, as the audit trail tells it."""
    if principal.kind is PrincipalKind.CLIENT:
        return Software.of(principal.id, principal.name)
    if principal.kind is PrincipalKind.MEMBER:
        return _person(principal)
    return Actor(_KINDS[principal.kind], principal.id)


def _person(principal: Principal) -> Person:
    whose = principal.on_behalf
    if whose is None:
        return Person(MEMBER, principal.id, name=principal.name)
    return Person(
        MEMBER,
        principal.id,
        name=principal.name,
        delegation=whose.delegation_id,
        on_behalf=whose.member_id,
        on_behalf_name=whose.name,
        absent=whose.is_absence,
    )


def signer(request: SignatureRequest, recipient_id: str) -> Actor:
    """Return whoever holds a recipient's link: it lets them act on their own part alone."""
    return actor_of(Principal(request.firm_id, PrincipalKind.SIGNER, recipient_id))


def allow(principal: Principal, capability: Capability, request: SignatureRequest) -> Actor:
    """Let a principal act on a request of their firm; return who acts, for the audit trail (P23).

    Raises:
        NotFoundError: `request_not_found`: the request is another firm's, or a deleted draft.
        ForbiddenError: `not_permitted`.

    """
    if request.firm_id != principal.firm_id:
        raise NotFoundError("request_not_found", "There is no such request.")
    check_there(request)
    principal.check_may(capability, request.template_id)
    return actor_of(principal)


def needed_to_change(request: SignatureRequest) -> Capability:
    """Return what changing a request needs: to prepare a draft, to launch what was launched."""
    is_draft = request.state is RequestState.DRAFT
    return Capability.PREPARE if is_draft else Capability.LAUNCH


def check_there(request: SignatureRequest) -> None:
    """Answer for a deleted draft as if it had never been.

    Raises:
        NotFoundError: `request_not_found`.

    """
    if request.deleted_at is not None:
        raise NotFoundError("request_not_found", "There is no such request.")
