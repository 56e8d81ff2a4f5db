"""Write again to those whose turn it is, after a relaunch moved the deadline (P14)."""

from datetime import datetime

from paraphe import observe, wiring
from paraphe.contracts.steps import StepInput
from paraphe.domain.model import SignatureRequest
from paraphe.usecases.notify_turn import notify_turn


@observe.task("relaunch")
def handler(step: StepInput, now: datetime) -> SignatureRequest:
    """Write to everybody in turn who was not told the current deadline yet."""
    return notify_turn(wiring.requests(), wiring.links(), observe.ref_of(step), now)
