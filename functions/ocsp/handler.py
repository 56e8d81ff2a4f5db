"""Answer OCSP requests of anybody. Signs with the responder's key; never holds the issuing key."""

from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

from ocsp.http_binding import reply, request_of
from paraphe import clock, observe, wiring
from paraphe.ports.trust import StatusResponder
from paraphe.usecases.trust.answer_status import answer_status

DOOR = "ocsp"


class Tools(Protocol):
    """What this door works with; `paraphe.wiring` keeps it."""

    @property
    def status_responder(self) -> Callable[[], StatusResponder]:
        """Give who answers."""
        ...


def respond(tools: Tools, event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answer one request of API Gateway, always with an OCSP response."""
    now = clock.now()
    found = answer_status(tools.status_responder, request_of(event), now)
    observe.count(DOOR, "OcspAnswers")
    if found.fault is not None:
        observe.count(DOOR, "OcspFailures")
        observe.logger(DOOR).error("no status was given", **observe.fault_of(found.fault))
    return reply(event, found.answer, now)


handler = observe.door(DOOR)(partial(respond, wiring))
