"""The actor's `fail`: make visible what retries did not cure."""

from datetime import datetime

from paraphe.domain.requests import failures
from paraphe.domain.requests.decision import Decision, nothing
from paraphe.domain.requests.model import SignatureRequest
from paraphe.ports.requests import RequestRef, Requests
from paraphe.usecases.optimistic_commit import change


def fail_request(
    requests: Requests,
    ref: RequestRef,
    failed_step: str,
    now: datetime,
    *,
    generation: int | None = None,
    refused: bool = True,
) -> SignatureRequest:
    """Mark the request `failed`; it keeps everything and is resumed, by itself or by a person.

    Args:
        requests: the store.
        ref: which request.
        failed_step: the step whose retries were used up.
        now: the instant.
        generation: whose execution failed; one that was replaced meanwhile fails nothing.
        refused: a rule refused; what else was raised may pass by itself.

    """

    def decide(request: SignatureRequest) -> Decision:
        if generation not in {None, request.generation}:
            return nothing(request)
        return failures.fail(request, f"step_{failed_step}", now, refused=refused)

    return change(requests, ref, decide)
