"""Close a request that its sender canceled: keep its documents a month, tell everybody."""

from functools import partial

from paraphe import observe, wiring
from paraphe.tasks import end_with
from paraphe.usecases.requests.close_request import close_request

cancel = end_with(close_request, "cancel", "RequestsCanceled")

handler = observe.task("cancel")(partial(cancel, wiring.services))
