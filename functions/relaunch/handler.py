"""Write again to those whose turn it is, after a relaunch moved the deadline (P14)."""

from functools import partial

from paraphe import observe, wiring
from paraphe.tasks import write_to_whose_turn_it_is as relaunch

handler = observe.task("relaunch")(partial(relaunch, wiring.services))
