"""Record what SES tells of a mail: it bounced, was complained about, is late or was rejected."""

from functools import partial
from typing import Any

from paraphe import clock, observe, wiring
from paraphe.contracts.delivery.mail_events import MailEvent, Outcome, mail_event
from paraphe.domain.delivery.bounces import Failure
from paraphe.domain.requests.recipient import DeliveryState
from paraphe.services import Services
from paraphe.usecases.delivery.record_bounce import record_bounce

DOOR = "record_bounce"
METRICS = {
    Outcome.BOUNCED: "MailsBounced",
    Outcome.COMPLAINED: "MailsComplained",
    Outcome.DELAYED: "MailsDelayed",
    Outcome.REJECTED: "MailsRejected",
}
STATES = {
    Outcome.BOUNCED: DeliveryState.BOUNCED,
    Outcome.COMPLAINED: DeliveryState.COMPLAINED,
}


def record(services: Services, event: dict[str, Any], _context: object) -> None:
    """Record one event. What is not of a mail of ours, or comes too late, is passed over."""
    told = mail_event(event)
    if told is None:
        observe.count(DOOR, "MailEventsUnknown")
        return
    observe.correlate(DOOR, request_id=told.ref.request_id, firm_id=told.ref.firm_id)
    if told.outcome in METRICS:
        observe.count(DOOR, METRICS[told.outcome])
    observe.logger(DOOR).info(
        "mail event",
        outcome=str(told.outcome),
        subtype=told.subtype,
        recipient_id=told.recipient_id,
        notice_id=told.notice_id,
        recorded=_recorded(services, told),
    )


def _recorded(services: Services, told: MailEvent) -> bool:
    state = STATES.get(told.outcome)
    if state is None:
        return False
    if told.recipient_id is None:
        # The sender: who would be told has just proven that they cannot be.
        observe.count(DOOR, "SendersUnreachable")
        return False
    failure = Failure(told.recipient_id, told.link_generation, told.notice_id, state, told.subtype)
    return record_bounce(services.requests, told.ref, failure, clock.now())


handler = observe.door(DOOR)(partial(record, wiring.services))
