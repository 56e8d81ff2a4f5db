"""Make visible what retries did not cure: the request is `failed`, and can be resumed."""

from datetime import datetime
from functools import partial

from paraphe import observe, wiring
from paraphe.contracts.steps import StepInput
from paraphe.domain.model import RequestState, SignatureRequest
from paraphe.tools import Tools
from paraphe.usecases.fail_request import fail_request


def fail(tools: Tools, step: StepInput, now: datetime) -> SignatureRequest:
    """Mark the request and tell its sender; nothing is lost."""
    request = fail_request(
        tools.requests(),
        observe.ref_of(step),
        step.failed_step,
        now,
        generation=step.generation,
    )
    if request.state is RequestState.FAILED and request.updated_at == now:
        observe.count("fail", "RequestsFailed")
    return request


handler = observe.task("fail")(partial(fail, wiring))
