"""Wake, expire, remind, restart, erase: the scheduled repair (DESIGN.md, `sweep`)."""

from typing import Any

from paraphe import clock, observe, wiring
from paraphe.usecases.sweep import Tools, sweep


@observe.door("sweep")
def handler(_event: dict[str, Any], _context: object) -> dict[str, int]:
    """Look at every request that is overdue for something; give what was done."""
    tools = Tools(wiring.requests(), wiring.actors(), wiring.files(), wiring.links())
    tally = sweep(tools, clock.now())
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
    if tally.failed:
        observe.logger("sweep").error("requests could not be repaired", codes=tally.failed)
    return done
