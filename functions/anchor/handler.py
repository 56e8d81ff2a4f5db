"""Write down the days' chain heads, time-stamped: a rewritten history shows (P19)."""

from functools import partial
from typing import Any

from paraphe import clock, observe, wiring
from paraphe.tools import Tools
from paraphe.usecases import anchor as usecase


def write_down(tools: Tools, _event: dict[str, Any], _context: object) -> dict[str, int]:
    """Do every day that is over and not done yet; give what was done."""
    given = usecase.Tools(tools.chain_heads(), tools.head_files(), tools.stamper())
    tally = usecase.anchor(given, clock.now())
    done = {
        "AnchorDays": tally.days,
        "AnchorDaysMissing": tally.missing,
        "AnchorFiles": tally.written,
        "AnchorFailures": len(tally.failed),
    }
    for name, value in done.items():
        observe.count("anchor", name, value)
    if tally.failed:
        observe.logger("anchor").error("heads could not be written down", codes=tally.failed)
    return done


handler = observe.door("anchor")(partial(write_down, wiring))
