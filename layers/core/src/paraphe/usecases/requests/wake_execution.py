"""Waking a request's actor after something was committed for it."""

from datetime import datetime

from paraphe.domain.requests.actor import Next, Step, is_spent, next_step, step_of_execution
from paraphe.domain.requests.model import SignatureRequest
from paraphe.ports.requests import Executions, Parked, RequestRef, Requests
from paraphe.ports.system import TransientError
from paraphe.usecases.requests.continue_execution import continue_request


def ref_of(request: SignatureRequest) -> RequestRef:
    """Return the reference of a request."""
    return RequestRef(request.firm_id, request.id)


def wake(
    requests: Requests, executions: Executions, request: SignatureRequest, now: datetime
) -> bool:
    """Answer the parked task token, if there is one, with the next step.

    Called after the commit: whoever parks a token reads the state afterwards, so in either order
    one of both sees the other. When the service does not answer, the token stays for `sweep`: the
    caller's command was accepted, so it must not look as if it had failed.

    Returns:
        Whether a waiting actor was woken.

    """
    parked = requests.parked(ref_of(request))
    if parked is None:
        return False
    try:
        woken = executions.wake(parked.token, step_of_execution(request, now))
    except TransientError:
        return False  # what was committed stays committed; `sweep` finds it and wakes
    requests.unpark(ref_of(request), parked.token)
    return woken


def start(executions: Executions, request: SignatureRequest) -> bool:
    """Start a request's execution; when the service does not answer, `sweep` does it later.

    Returns:
        Whether it was started.

    """
    try:
        executions.start(ref_of(request), request.generation)
    except TransientError:
        return False
    return True


def await_command(
    requests: Requests,
    executions: Executions,
    ref: RequestRef,
    *,
    generation: int,
    token: str,
    now: datetime,
) -> None:
    """Park the token, then read the state: answer at once when there is something to do.

    An execution that was replaced by a newer generation is told to end; so is one that is spent,
    once its successor is started.
    """
    request = requests.load(ref)
    if request.generation == generation and is_spent(request):
        request = continue_request(requests, executions, ref, generation, now)
    if request.generation != generation:
        executions.wake(token, Step(Next.END))
        return
    requests.park(ref, Parked(token, generation))
    request = requests.load(ref)
    if request.generation != generation:
        requests.unpark(ref, token)
        executions.wake(token, Step(Next.END))
    elif next_step(request, now).next is not Next.AWAIT:
        wake(requests, executions, request, now)
