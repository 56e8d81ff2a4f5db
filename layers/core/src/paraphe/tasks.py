"""Bodies that several tasks of the state machine share; each task keeps its own door and role."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias

from paraphe import observe
from paraphe.contracts.workflow_steps import StepInput
from paraphe.domain.requests.model import SignatureRequest
from paraphe.ports.files import Files
from paraphe.ports.requests import RequestRef, Requests
from paraphe.ports.signing import Links
from paraphe.tools import Tools
from paraphe.usecases.requests.notify_turn import notify_turn

Ending: TypeAlias = Callable[[Requests, Files, Links, RequestRef, datetime], SignatureRequest]


def write_to_whose_turn_it_is(tools: Tools, step: StepInput, now: datetime) -> SignatureRequest:
    """Write to everybody in turn who was not told the current deadline yet (P5, P14)."""
    return notify_turn(tools.requests(), tools.links(), observe.ref_of(step), now)


def end_with(
    ending: Ending, door: str, metric: str
) -> Callable[[Tools, StepInput, datetime], SignatureRequest]:
    """Make the body of a task that ends a request, and counts it once it is closed.

    Args:
        ending: what ends and closes it; repeatable at any point.
        door: the task's name.
        metric: counted when this run closed the request.

    """

    def end(tools: Tools, step: StepInput, now: datetime) -> SignatureRequest:
        ref = observe.ref_of(step)
        request = ending(tools.requests(), tools.files(), tools.links(), ref, now)
        if request.closed and request.updated_at == now:
            observe.count(door, metric)
        return request

    return end
