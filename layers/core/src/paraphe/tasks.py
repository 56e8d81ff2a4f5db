"""Bodies that several tasks of the state machine share; each task keeps its own door and role."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias

from paraphe import observe
from paraphe.contracts.workflow_steps import StepInput
from paraphe.domain.errors import InvalidError
from paraphe.domain.requests.model import SignatureRequest
from paraphe.ports.files import Files
from paraphe.ports.requests import RequestRef, Requests
from paraphe.ports.signing import DocumentSigner, Links
from paraphe.services import Services
from paraphe.usecases.requests.notify_turn import notify_turn
from paraphe.usecases.signing.apply_signature import SignDocument, finish_signature

Ending: TypeAlias = Callable[[Requests, Files, Links, RequestRef, datetime], SignatureRequest]


def write_to_whose_turn_it_is(
    services: Services, step: StepInput, now: datetime
) -> SignatureRequest:
    """Write to everybody in turn who was not told the current deadline yet (P5, P14)."""
    return notify_turn(services.requests, services.links, observe.ref_of(step), now)


def end_with(
    ending: Ending, door: str, metric: str
) -> Callable[[Services, StepInput, datetime], SignatureRequest]:
    """Make the body of a task that ends a request, and counts it once it is closed.

    Args:
        ending: what ends and closes it; repeatable at any point.
        door: the task's name.
        metric: counted when this run closed the request.

    """

    def end(services: Services, step: StepInput, now: datetime) -> SignatureRequest:
        ref = observe.ref_of(step)
        request = ending(services.requests, services.files, services.links, ref, now)
        if request.closed and request.updated_at == now and not request.is_test:
            observe.count(door, metric)
        return request

    return end


def put_into_documents(
    services: Services, signer: Callable[[], DocumentSigner], step: StepInput, now: datetime
) -> SignatureRequest:
    """Sign or seal the named document, or the listed ones and then end the turn (P5, P11).

    Args:
        services: the adapters.
        signer: gives what signs; not asked for when there is nothing to sign.
        step: of the workflow; its command is what was accepted.
        now: the instant.

    Raises:
        InvalidError: `bad_step`: it names no command.

    """
    ref, command_id = observe.ref_of(step), _command(step)
    named = (step.document_id,) if step.document_id is not None else step.document_ids
    request: SignatureRequest | None = None
    for document_id in named:
        sign = SignDocument(services.requests, services.files, signer(), services.workspace)
        request = sign(ref, command_id=command_id, document_id=document_id, now=now)
    if step.document_id is not None and request is not None:
        return request
    return finish_signature(services.requests, ref, command_id, now, request)


def _command(step: StepInput) -> str:
    if step.command_id is None:
        raise InvalidError("bad_step", "The step needs commandId.", field="commandId")
    return step.command_id
