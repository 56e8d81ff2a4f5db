"""Send the code of one command by SMS (P9)."""

from datetime import datetime
from functools import partial

from paraphe import observe, wiring
from paraphe.contracts.workflow_steps import StepInput
from paraphe.domain.errors import InvalidError
from paraphe.domain.requests.decision import find_command
from paraphe.domain.requests.model import SignatureRequest
from paraphe.services import Services
from paraphe.usecases import using
from paraphe.usecases.signing.issue_otp import IssueOtp


def issue(services: Services, step: StepInput, now: datetime) -> SignatureRequest:
    """Derive, send, write down; a repeated run sends the same code or nothing."""
    if step.command_id is None:
        raise InvalidError("bad_step", "The step needs commandId.", field="commandId")
    request = using(IssueOtp, services)(observe.ref_of(step), step.command_id, now)
    if request.is_test:
        return request
    if request.updated_at == now and find_command(request, step.command_id) is None:
        sent = any(challenge.sent_at == now for challenge in request.challenges)
        observe.count("issue_otp", "CodesSent" if sent else "CodesFailed")
    return request


handler = observe.task("issue_otp")(partial(issue, wiring.services))
