"""The Chalice app on the real world."""

from paraphe import clock, wiring
from web.observer import DoorObserver
from web.routes import build
from web.services import Surroundings

app = build(Surroundings(wiring, clock.now, DoorObserver()))
