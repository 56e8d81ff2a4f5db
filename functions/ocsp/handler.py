"""Answer OCSP requests of anybody. Signs with the responder's key; never holds the issuing key."""

from functools import partial
from typing import Any

from ocsp.http_binding import reply, request_of
from paraphe import clock, observe, wiring
from paraphe.services import Services
from paraphe.usecases.trust.answer_status import answer_status

DOOR = "ocsp"


def respond(services: Services, event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answer one request of API Gateway, always with an OCSP response."""
    now = clock.now()
    found = answer_status(lambda: services.status_responder, request_of(event), now)
    observe.count(DOOR, "OcspAnswers")
    if found.fault is not None:
        observe.count(DOOR, "OcspFailures")
        observe.logger(DOOR).error("no status was given", **observe.fault_of(found.fault))
    return reply(event, found.answer, now)


handler = observe.door(DOOR)(partial(respond, wiring.services))
