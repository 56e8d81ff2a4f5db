"""Waking a request's actor after something was committed for it."""

from datetime import datetime

from paraphe.domain.actor import Next, Step, next_step
from paraphe.domain.model import SignatureRequest
from paraphe.ports import Actors, Parked, RequestRef, Requests


def ref_of(request: SignatureRequest) -> RequestRef:
    """Give the reference of a request."""
    return RequestRef(request.firm_id, request.id)


def wake(requests: Requests, actors: Actors, request: SignatureRequest, now: datetime) -> bool:
    """Answer the parked task token, if there is one, with the next step.

    Called after the commit: whoever parks a token reads the state afterwards, so in either order
    one of both sees the other. A token that cannot be answered is left to `sweep`.

    Returns:
        Whether a waiting actor was woken.

    """
    parked = requests.parked(ref_of(request))
    if parked is None:
        return False
    step = next_step(request, now)
    woken = actors.wake(parked.token, step)
    requests.unpark(ref_of(request), parked.token)
    return woken


def await_command(
    requests: Requests,
    actors: Actors,
    ref: RequestRef,
    *,
    generation: int,
    token: str,
    now: datetime,
) -> None:
    """Park the token, then read the state: answer at once when there is something to do.

    An execution that was replaced by a newer generation is told to end.
    """
    request = requests.load(ref)
    if request.generation != generation:
        actors.wake(token, Step(Next.END))
        return
    requests.park(ref, Parked(token, generation))
    request = requests.load(ref)
    if next_step(request, now).next is not Next.AWAIT:
        wake(requests, actors, request, now)
