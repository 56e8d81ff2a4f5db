"""Make the archive packages that were asked for: each minute, what there is time for (P18)."""

from functools import partial
from typing import Any, Protocol, cast

from paraphe import clock, observe, wiring
from paraphe.services import Services
from paraphe.usecases import using
from paraphe.usecases.delivery.export_archives import ExportArchives

# No package is begun so shortly before Lambda's time is up.
_TO_FINISH = 300_000


class _Context(Protocol):
    def get_remaining_time_in_millis(self) -> int:
        """Return how long this run may still take."""
        ...


def export_due(services: Services, _event: dict[str, Any], context: object) -> dict[str, int]:
    """Make what is due; return what was done."""
    left = cast("_Context", context).get_remaining_time_in_millis
    exported = using(ExportArchives, services)(clock.now, lambda: left() >= _TO_FINISH)
    done = {
        "ArchivesExported": exported.done,
        "ArchivesPostponed": exported.postponed,
        # What somebody has to look at: the alarm's metric.
        "ArchivesFailed": exported.failed,
    }
    observe.count_happened("export_archive", done)
    for fault in exported.faults:
        observe.logger("export_archive").error(
            "an export was interrupted", **observe.fault_of(fault)
        )
    return done


handler = observe.door("export_archive")(partial(export_due, wiring.services))
