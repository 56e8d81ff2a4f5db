"""Record that a mail of ours bounced or was complained about."""

from datetime import datetime

from paraphe.domain.delivery import bounces
from paraphe.domain.delivery.bounces import Failure
from paraphe.domain.errors import NotFoundError
from paraphe.domain.requests.decision import Decision
from paraphe.domain.requests.model import SignatureRequest
from paraphe.ports.requests import RequestRef, Requests
from paraphe.usecases.optimistic_commit import change


def record_bounce(requests: Requests, ref: RequestRef, failure: Failure, now: datetime) -> bool:
    """Write it into the request, once per notice however often and late it is told.

    Returns:
        Whether it was written; not of a request that is unknown, and see `bounces.record`.

    Raises:
        RaceLostError: after 12 lost races; to be told again.

    """
    recorded = False

    def decide(request: SignatureRequest) -> Decision:
        nonlocal recorded
        decision = bounces.record(request, failure, now)
        recorded = not decision.changes_nothing
        return decision

    try:
        change(requests, ref, decide)
    except NotFoundError:
        return False
    return recorded
