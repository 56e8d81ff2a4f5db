"""Make visible what retries did not cure: the request is `failed`, and is resumed.

By itself, unless a rule refused; an alarm tells of what a person has to look at.
"""

from datetime import datetime
from functools import partial

from paraphe import observe, wiring
from paraphe.contracts.workflow_steps import StepInput
from paraphe.domain.requests import failures
from paraphe.domain.requests.model import RequestState, SignatureRequest
from paraphe.services import Services
from paraphe.usecases.requests.fail_request import fail_request


def fail(services: Services, step: StepInput, now: datetime) -> SignatureRequest:
    """Mark the request; nothing is lost. Count it when it fails for good, or again and again.

    What is only a test counts nowhere.
    """
    refused = step.answered == observe.FAIL
    # An answer other than `fail` names the step that was taken next, and raised.
    outcome = step.answered in {None, observe.FAIL, observe.INTERRUPTED}
    failed_step = step.failed_step if outcome else str(step.answered)
    request = fail_request(
        services.requests,
        observe.ref_of(step),
        failed_step,
        now,
        generation=step.generation,
        refused=refused,
    )
    if request.is_test:
        return request
    failed = request.state is RequestState.FAILED and request.updated_at == now
    if failed:
        observe.count("fail", "RequestsInterrupted")
    if refused or failures.is_lasting(request):
        observe.count("fail", "RequestsFailed")
    return request


handler = observe.task("fail")(partial(fail, wiring.services))
