"""How many calls a client may send: counted before anything else, told on every answer.

The headers are those of draft-ietf-httpapi-ratelimit-headers, structured fields (RFC 9651).
"""

from datetime import datetime

from api.problems import CallError
from api.services import ApiContext
from paraphe.domain.rate_limits import RateLeft, RatePolicy
from paraphe.ports.system import TransientError

POLICY = "calls"


class OverLimitError(CallError):
    """The client has sent too many calls."""

    def __init__(self, left: RateLeft, limits: dict[str, str | list[str]]) -> None:
        seconds = left.reset_seconds
        super().__init__(
            429,
            "rate_limited",
            f"This client has sent too many calls; send the next one in {seconds} s.",
            headers={"Retry-After": str(seconds)},
        )
        self.limits = limits


def count(context: ApiContext, client_id: str, now: datetime) -> dict[str, str | list[str]]:
    """Count a call; return the headers that its answer tells the limits with.

    A table that does not answer stops nobody.

    Raises:
        OverLimitError: 429 `rate_limited`.

    """
    rates = context.services.rate_limits
    try:
        left = rates.take(client_id, now)
    except TransientError:
        context.observer.uncounted()
        return {"RateLimit-Policy": _policy(rates.policy)}
    limits: dict[str, str | list[str]] = {
        "RateLimit-Policy": _policy(rates.policy),
        "RateLimit": f'"{POLICY}";r={left.remaining};t={left.reset_seconds}',
    }
    if not left.allowed:
        raise OverLimitError(left, limits)
    return limits


def _policy(policy: RatePolicy) -> str:
    return f'"{POLICY}";q={policy.burst};w={policy.window_seconds}'
