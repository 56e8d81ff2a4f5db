"""Invite those whose turn it is (P5)."""

from datetime import datetime

from paraphe import observe, wiring
from paraphe.contracts.steps import StepInput
from paraphe.domain.model import SignatureRequest
from paraphe.usecases.notify_turn import notify_turn


@observe.task("launch")
def handler(step: StepInput, now: datetime) -> SignatureRequest:
    """Write to everybody in turn who was not written to yet."""
    return notify_turn(wiring.requests(), wiring.links(), observe.ref_of(step), now)
