"""Write again to those whose turn it is, after a relaunch moved the deadline (P14)."""

from datetime import datetime
from functools import partial

from paraphe import observe, wiring
from paraphe.contracts.steps import StepInput
from paraphe.domain.model import SignatureRequest
from paraphe.tools import Tools
from paraphe.usecases.notify_turn import notify_turn


def relaunch(tools: Tools, step: StepInput, now: datetime) -> SignatureRequest:
    """Write to everybody in turn who was not told the current deadline yet."""
    return notify_turn(tools.requests(), tools.links(), observe.ref_of(step), now)


handler = observe.task("relaunch")(partial(relaunch, wiring))
