"""Invite those whose turn it is (P5)."""

from functools import partial

from paraphe import observe, wiring
from paraphe.tasks import write_to_whose_turn_it_is as launch

handler = observe.task("launch")(partial(launch, wiring.services))
