"""The Chalice app on the real services."""

from paraphe import clock, wiring
from portal.door import Door
from portal.observer import DoorObserver
from portal.routing import build

app = build(Door(wiring.services, clock.now, DoorObserver()))
