"""Invite those whose turn it is (P5)."""

from datetime import datetime
from functools import partial

from paraphe import observe, wiring
from paraphe.contracts.steps import StepInput
from paraphe.domain.model import SignatureRequest
from paraphe.tools import Tools
from paraphe.usecases.notify_turn import notify_turn


def launch(tools: Tools, step: StepInput, now: datetime) -> SignatureRequest:
    """Write to everybody in turn who was not written to yet."""
    return notify_turn(tools.requests(), tools.links(), observe.ref_of(step), now)


handler = observe.task("launch")(partial(launch, wiring))
