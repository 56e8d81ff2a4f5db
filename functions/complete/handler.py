"""End a request that everybody has signed, keep the originals a month, send them (P16, P17)."""

from functools import partial

from paraphe import observe, wiring
from paraphe.tasks import end_with
from paraphe.usecases.requests.close_request import complete_request

complete = end_with(complete_request, "complete", "RequestsCompleted")

handler = observe.task("complete")(partial(complete, wiring.services))
