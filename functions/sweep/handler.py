"""Wake, expire, remind, restart, erase: the scheduled repair (DESIGN.md, `sweep`)."""

from functools import partial
from typing import Any

from paraphe import clock, observe, wiring
from paraphe.ports import Expiries
from paraphe.tools import Tools
from paraphe.usecases import sweep as usecase
from paraphe.usecases.watch_certificates import outlook


def repair(tools: Tools, _event: dict[str, Any], _context: object) -> dict[str, int]:
    """Look at every request that is overdue for something; give what was done."""
    given = usecase.Tools(tools.requests(), tools.actors(), tools.files(), tools.links())
    tally = usecase.sweep(given, clock.now())
    done = {
        "SweepWoken": tally.woken,
        "SweepRestarted": tally.restarted,
        "SweepReminded": tally.reminded,
        "SweepAbandoned": tally.abandoned,
        "SweepPurged": tally.purged,
        "SweepFailures": len(tally.failed),
    }
    for name, value in done.items():
        observe.count("sweep", name, value)
    _watch(tools.expiries())
    if tally.failed:
        observe.logger("sweep").error("requests could not be repaired", codes=tally.failed)
    return done


def _watch(expiries: Expiries) -> None:
    found = outlook(expiries, clock.now())
    if found.days_left is not None:
        observe.count("sweep", "CertificateExpiresInDays", found.days_left)
    if found.soon:
        observe.logger("sweep").warning("certificates end soon", owners=list(found.soon))


handler = observe.door("sweep")(partial(repair, wiring))
