"""The Lambda of the HTTP API."""

from api.app import create_handler
from api.observing import DOOR, DoorObserver
from api.world import Surroundings
from paraphe import clock, observe, wiring

handler = observe.door(DOOR)(create_handler(Surroundings(wiring, clock.now, DoorObserver())))
