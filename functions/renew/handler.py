"""Renew the archive time-stamps of what is kept, before the certificates behind them end."""

from functools import partial
from typing import Any, Protocol, cast

from paraphe import clock, observe, wiring
from paraphe.services import Services
from paraphe.usecases import using
from paraphe.usecases.evidence import renew_archives as usecase

# The largest request, 50 documents of 50 MB and as many attestations, takes about as long.
_TO_FINISH = 180_000


class _Context(Protocol):
    def get_remaining_time_in_millis(self) -> int:
        """Return how long this run may still take."""
        ...


def renew(services: Services, _event: dict[str, Any], context: object) -> dict[str, int]:
    """Look at every request that is due; give what was done."""
    given = using(usecase.Ports, services)
    left = cast("_Context", context).get_remaining_time_in_millis
    tally = usecase.renew_archives(given, clock.now(), lambda: left() > _TO_FINISH)
    done = {
        "ArchivesRenewed": tally.renewed,
        "ArchivesWaiting": tally.waiting,
        "ArchivesLate": tally.late,
        "ArchivesUrgent": tally.urgent,
        "ArchivesLeft": tally.left,
        # What somebody has to look at: the alarm's metric.
        "ArchiveFaults": len(tally.failed) + tally.late + tally.urgent,
    }
    observe.count_happened("renew", done)
    if tally.failed:
        observe.logger("renew").error("archives could not be renewed", codes=tally.failed)
    if tally.late or tally.urgent:
        observe.logger("renew").error(
            "time-stamps outlived their certificates, or soon will",
            late=tally.late,
            urgent=tally.urgent,
        )
    return done


handler = observe.door("renew")(partial(renew, wiring.services))
