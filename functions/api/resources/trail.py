"""The audit trail of a request."""

from api.operations import Answer, Call, Resource, Scope
from paraphe.contracts.evidence.trail import Trail
from paraphe.contracts.shapes import Nothing
from paraphe.usecases.evidence.read_trail import read_trail

resource = Resource("events")


@resource.operation(
    "GET",
    "/signature_requests/{request_id}/events",
    scope=Scope.READ,
    given=Nothing,
    answer=Trail,
)
def list_events(call: Call[Nothing]) -> Answer:
    """Read the audit trail, with every hash and whether the chain holds."""
    request, events = read_trail(call.services.requests, call.request)
    return Answer(Trail.of(request, events))
