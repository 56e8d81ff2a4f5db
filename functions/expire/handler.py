"""End a request whose deadline has come, then close it (P14).

A request that was relaunched or is being signed is left as it is.
"""

from functools import partial

from paraphe import observe, wiring
from paraphe.tasks import end_with
from paraphe.usecases.requests.close_request import expire_request

expire = end_with(expire_request, "expire", "RequestsExpired")

handler = observe.task("expire")(partial(expire, wiring.services))
