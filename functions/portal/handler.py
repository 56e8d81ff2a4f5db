"""The Lambda of the portal."""

from paraphe import observe
from portal.app import app
from portal.observer import DOOR

handler = observe.door(DOOR)(app)
