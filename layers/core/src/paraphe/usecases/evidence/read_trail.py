"""Read a request's audit trail together with the head that it has to end in (P19)."""

from paraphe.domain.evidence.audit import Event
from paraphe.domain.requests.model import SignatureRequest
from paraphe.ports.requests import RequestRef, Requests


def read_trail(requests: Requests, ref: RequestRef) -> tuple[SignatureRequest, tuple[Event, ...]]:
    """Return the request without its parts, and its events.

    They are two reads, the head first: an event that was written in between is left out, so that a
    busy request does not look tampered with.

    Raises:
        NotFoundError: `request_not_found`.

    """
    request = requests.bare(ref)
    return request, requests.events(ref)[: request.audit_seq]
