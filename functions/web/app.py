"""The Chalice app on the real services."""

from paraphe import clock, wiring
from web.observer import DoorObserver
from web.routes import build
from web.services import Door

app = build(Door(wiring.services, clock.now, DoorObserver()))
