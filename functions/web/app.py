"""The Chalice app on the real world."""

from paraphe import clock, wiring
from web.observed import DoorObserver
from web.routes import build
from web.tools import Surroundings

app = build(Surroundings(wiring, clock.now, DoorObserver()))
