"""Put an accepted signature into one document; without a document, apply the command (P5, P11)."""

from datetime import datetime
from functools import partial

from paraphe import observe, wiring
from paraphe.contracts.workflow_steps import StepInput
from paraphe.domain.requests.model import SignatureRequest
from paraphe.services import Services
from paraphe.tasks import put_into_documents


def sign(services: Services, step: StepInput, now: datetime) -> SignatureRequest:
    """Sign the named document, or the listed ones and then take the command off the queue."""
    request = put_into_documents(services, lambda: services.signer, step, now)
    if step.document_id is None:
        _measure(request, now)
    return request


def _measure(request: SignatureRequest, now: datetime) -> None:
    if request.is_test:
        return
    for recipient in request.recipients:
        if recipient.signed_at != now:
            continue
        observe.count("sign", "SignaturesMade")
        if recipient.notified_at is not None and recipient.accepted_at is not None:
            seconds = (recipient.accepted_at - recipient.notified_at).total_seconds()
            observe.count("sign", "TimeToSign", seconds, "Seconds")


handler = observe.task("sign")(partial(sign, wiring.services))
