"""Read a request's audit trail together with the head that it has to end in (P19)."""

from paraphe.domain.audit import Event
from paraphe.domain.model import SignatureRequest
from paraphe.ports import RequestRef, Requests

ATTEMPTS = 3


def read_trail(requests: Requests, ref: RequestRef) -> tuple[SignatureRequest, tuple[Event, ...]]:
    """Give the request and its events.

    They are two reads: when an event was written in between, both are read again, so that a busy
    request does not look tampered with.

    Raises:
        NotFoundError: `request_not_found`.

    """
    request = requests.load(ref)
    events = requests.events(ref)
    for _ in range(ATTEMPTS):
        again = requests.load(ref)
        if again.audit_seq == request.audit_seq:
            break
        request, events = again, requests.events(ref)
    return request, events
