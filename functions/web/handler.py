"""The Lambda of the signers' pages."""

from paraphe import observe
from web.app import app
from web.observer import DOOR

handler = observe.door(DOOR)(app)
