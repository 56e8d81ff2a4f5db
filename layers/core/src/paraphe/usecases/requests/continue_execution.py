"""An execution near its limits hands over to its successor (docs/ARCHITECTURE.md, "The actor")."""

from datetime import datetime

from paraphe.domain.requests import failures
from paraphe.domain.requests.model import SignatureRequest
from paraphe.ports.requests import Executions, RequestRef, Requests
from paraphe.usecases.optimistic_commit import change


def continue_request(
    requests: Requests, executions: Executions, ref: RequestRef, generation: int, now: datetime
) -> SignatureRequest:
    """Number and start the next execution; the caller's then ends. Repeating it is harmless."""
    request = change(requests, ref, lambda r: failures.succeed(r, generation, now))
    executions.start(ref, request.generation)
    return request
