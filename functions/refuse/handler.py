"""Close a request that a signer declined (P12): keep its documents a month, tell everybody.

What declining means is decided in `paraphe.domain.requests.endings`, `decline`.
"""

from functools import partial

from paraphe import observe, wiring
from paraphe.tasks import end_with
from paraphe.usecases.requests.close_request import close_request

refuse = end_with(close_request, "refuse", "RequestsDeclined")

handler = observe.task("refuse")(partial(refuse, wiring.services))
