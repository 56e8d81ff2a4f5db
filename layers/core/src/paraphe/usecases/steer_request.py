"""What a sender does with an active request: relaunch, remind, cancel, resume (P14, P15)."""

from datetime import datetime

from paraphe.domain import ending, steering
from paraphe.domain.model import SignatureRequest
from paraphe.ports import Actors, RequestRef, Requests
from paraphe.usecases.committing import change
from paraphe.usecases.waking import wake


def relaunch_request(
    requests: Requests, actors: Actors, ref: RequestRef, now: datetime
) -> SignatureRequest:
    """Move the deadline to 15 x 24 h from now and let the actor write to whose turn it is (P14).

    Raises:
        GoneError, ConflictError: see `steering.relaunch`.

    """
    request = change(requests, ref, lambda r: steering.relaunch(r, now))
    wake(requests, actors, request, now)
    return request


def remind_request(requests: Requests, ref: RequestRef, now: datetime) -> SignatureRequest:
    """Write again to whose turn it is; the deadline stays (P15).

    Raises:
        GoneError, ConflictError: see `steering.remind`.

    """
    return change(requests, ref, lambda r: steering.remind(r, now))


def cancel_request(
    requests: Requests, actors: Actors, ref: RequestRef, now: datetime
) -> SignatureRequest:
    """End the request at its sender's wish; the actor tells those who were asked.

    Raises:
        GoneError, ConflictError: see `ending.cancel`.

    """
    request = change(requests, ref, lambda r: ending.cancel(r, now))
    wake(requests, actors, request, now)
    return request


def resume_request(
    requests: Requests, actors: Actors, ref: RequestRef, now: datetime
) -> SignatureRequest:
    """Take a failed request up where it stood, with a new execution.

    Raises:
        ConflictError: `not_failed`.

    """
    request = change(requests, ref, lambda r: ending.resume(r, now))
    actors.start(ref, request.generation)
    return request
