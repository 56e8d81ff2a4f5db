"""Launch the rows of bulk launches that were chosen: each minute, what there is time for (P24)."""

from functools import partial
from typing import Any, Protocol, cast

from paraphe import clock, observe, wiring
from paraphe.services import Services
from paraphe.usecases import using
from paraphe.usecases.requests.launch_bulk import LaunchBulk

# A chunk of rows takes less, even where services answer slowly.
_TO_FINISH = 120_000


class _Context(Protocol):
    def get_remaining_time_in_millis(self) -> int:
        """Return how long this run may still take."""
        ...


def launch_rows(services: Services, _event: dict[str, Any], context: object) -> dict[str, int]:
    """Launch what is due; return what was done."""
    left = cast("_Context", context).get_remaining_time_in_millis
    launched = using(LaunchBulk, services)(clock.now, lambda: left() > _TO_FINISH)
    done = {
        "BulkRowsLaunched": launched.rows,
        "BulkRowsFailed": launched.failed,
        "BulkLaunchesDone": launched.finished,
        # What somebody has to look at: the alarm's metric.
        "BulkFaults": len(launched.faults),
    }
    observe.count_happened("launch_batch", done)
    for fault in launched.faults:
        observe.logger("launch_batch").error("a row was interrupted", **observe.fault_of(fault))
    return done


handler = observe.door("launch_batch")(partial(launch_rows, wiring.services))
