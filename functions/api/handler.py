"""The Lambda of the HTTP API."""

from api.app import create_handler
from api.observer import DOOR, DoorObserver
from api.services import Surroundings
from paraphe import clock, observe, wiring

handler = observe.door(DOOR)(create_handler(Surroundings(wiring, clock.now, DoorObserver())))
