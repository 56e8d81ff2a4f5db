"""The actor's `fail`: make visible what retries did not cure."""

from datetime import datetime

from paraphe.domain import ending
from paraphe.domain.model import SignatureRequest
from paraphe.ports import RequestRef, Requests
from paraphe.usecases.committing import change


def fail_request(
    requests: Requests, ref: RequestRef, failed_step: str, now: datetime
) -> SignatureRequest:
    """Mark the request `failed`; it keeps everything and can be resumed."""
    return change(requests, ref, lambda r: ending.fail(r, f"step_{failed_step}", now))
