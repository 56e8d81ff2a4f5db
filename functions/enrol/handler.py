"""Send a person's code, or certify them; the portal asks and has no key (P1)."""

from functools import partial
from typing import Any

from paraphe import clock, observe, wiring
from paraphe.services import Services
from paraphe.usecases import using
from paraphe.usecases.signing.enrol_person import EnrolPerson

DOOR = "enrol"


def enrol(services: Services, event: dict[str, Any], _context: object) -> str:
    """Do what a person waits for, as the table has it; return what was done."""
    done = using(EnrolPerson, services)(str(event["detail"]["person_id"]), clock.now())
    observe.logger(DOOR).info("looked at a person", done=done)
    return done


handler = observe.door(DOOR)(partial(enrol, wiring.services))
