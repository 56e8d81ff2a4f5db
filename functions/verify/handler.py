"""Judge strangers' signed PDFs. Knows no table and no key; reads files in a confined child."""

from functools import partial
from typing import Any

from paraphe import clock, observe, wiring
from verify.routes import answer

DOOR = "verify"


def serve(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answer one request of API Gateway."""
    reply = answer(wiring.services, event, clock.now())
    observe.count(DOOR, "Verifications" if reply.judged else "VerificationPages")
    return reply.proxied()


handler = observe.door(DOOR)(partial(serve))
