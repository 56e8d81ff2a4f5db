"""The Lambda of the HTTP API."""

from api.app import create_handler
from api.observer import DOOR, DoorObserver
from api.services import ApiContext
from paraphe import clock, observe, wiring

handler = observe.door(DOOR)(create_handler(ApiContext(wiring.services, clock.now, DoorObserver())))
