"""Write down the days' chain heads, time-stamped: a rewritten history shows (P19)."""

from functools import partial
from typing import Any, Protocol, cast

from paraphe import clock, observe, wiring
from paraphe.services import Services
from paraphe.usecases import using
from paraphe.usecases.evidence import anchor_heads as usecase

# A firm with 100,000 requests that moved takes as long.
_TO_FINISH = 120_000


class _Context(Protocol):
    def get_remaining_time_in_millis(self) -> int:
        """Return how long this run may still take."""
        ...


def write_down(services: Services, _event: dict[str, Any], context: object) -> dict[str, int]:
    """Do every day that is over and not done yet; give what was done."""
    given = using(usecase.Ports, services)
    left = cast("_Context", context).get_remaining_time_in_millis
    tally = usecase.anchor(given, clock.now(), lambda: left() > _TO_FINISH)
    done = {
        "AnchorDays": tally.days,
        "AnchorDaysMissing": tally.missing,
        "AnchorFiles": tally.written,
        "AnchorLeft": int(tally.left),
        "AnchorFailures": len(tally.failed),
    }
    observe.count_happened("anchor", done)
    if tally.failed:
        observe.logger("anchor").error("heads could not be written down", codes=tally.failed)
    return done


handler = observe.door("anchor")(partial(write_down, wiring.services))
