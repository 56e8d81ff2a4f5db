"""Answer with the API's documentation. Reads its own files; may do nothing."""

from functools import partial
from typing import Any

from paraphe import clock, observe
from paraphe.pages import http_request
from reference.site import answer

DOOR = "reference"


def serve(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answer one request of API Gateway."""
    http = http_request.read(event, clock.now())
    observe.count(DOOR, "ReferencePages")
    return answer(http).proxied()


handler = observe.door(DOOR)(partial(serve))
