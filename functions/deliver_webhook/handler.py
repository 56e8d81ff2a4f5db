"""Deliver events to firms' webhooks: from the stream at once, each minute what is owed.

Endpoints are served side by side: a slow or a dead one takes up one thread, for a while.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from paraphe import clock, observe, wiring
from paraphe.ports.webhook_ports import EndpointRef
from paraphe.services import Services
from paraphe.usecases import using
from paraphe.usecases.delivery.deliver_webhooks import DeliverWebhooks, Done

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from paraphe.domain.delivery.webhook_endpoints import Endpoint
    from paraphe.domain.delivery.webhook_events import Message
    from paraphe.domain.evidence.audit import Event

DOOR = "deliver_webhook"
AT_ONCE = 8
# Nothing is begun so shortly before Lambda's time is up: an attempt takes 10 seconds at most.
RESERVE_MS = 25_000
# What one endpoint may take up of a batch of the stream, behind which others wait, and of a pass.
STREAM_MS = 5_000
PASS_MS = 30_000
_EVENT = {"S": "event"}
Record: TypeAlias = Mapping[str, Any]
Work: TypeAlias = Callable[[Callable[[], bool]], Done]


def handle(services: Services, event: dict[str, Any], context: object) -> object:
    """Deliver a batch of a stream, or, on the schedule, what is owed."""
    remaining = cast("LambdaContext", context).get_remaining_time_in_millis
    if "Records" in event:
        return deliver_batch(services, event["Records"], remaining)
    deliver = using(DeliverWebhooks, services)
    work = {ref.webhook_id: partial(_work_off, deliver, ref) for ref in deliver.due(clock.now())}
    failed = _side_by_side(work, remaining, PASS_MS)
    return {"looked": len(work), "failed": len(failed)}


def deliver_batch(
    services: Services, records: Iterable[Record], remaining: Callable[[], int]
) -> dict[str, Any]:
    """Deliver a batch: events of requests, or debts that somebody waits for.

    What could not even be written down is named, so that the stream gives it again, and all behind
    it; what was delivered is known then.
    """
    deliver = using(DeliverWebhooks, services)
    by_firm: dict[str, list[Event]] = {}
    first: dict[str, str] = {}
    work: dict[str, Work] = {}
    for record in records:
        image, number = record["dynamodb"]["NewImage"], record["dynamodb"]["SequenceNumber"]
        if image.get("type") != _EVENT:
            ref = services.webhook_asked_of(image)
            first.setdefault(ref.webhook_id, number)
            work[ref.webhook_id] = partial(_work_off, deliver, ref)
            continue
        whose, event = services.webhook_event_of(image)
        first.setdefault(whose.firm_id, number)
        by_firm.setdefault(whose.firm_id, []).append(event)
    failed: set[str] = set()
    for firm_id, told in by_firm.items():
        try:
            takers = deliver.takers(firm_id, told)
        except Exception as error:  # noqa: BLE001 - one firm must not stop the others
            _log_fault(error, firm_id=firm_id)
            failed.add(first[firm_id])
            continue
        for endpoint, wanted in takers.items():
            first[endpoint.id] = first[firm_id]
            work[endpoint.id] = partial(_tell, deliver, endpoint, wanted)
    failed |= {first[name] for name in _side_by_side(work, remaining, STREAM_MS)}
    return {"batchItemFailures": [{"itemIdentifier": number} for number in sorted(failed)]}


def _tell(
    deliver: DeliverWebhooks,
    endpoint: "Endpoint",
    told: "Sequence[Message]",
    time_left: Callable[[], bool],
) -> Done:
    return deliver.tell(endpoint, told, clock.now, time_left=time_left)


def _work_off(deliver: DeliverWebhooks, ref: EndpointRef, time_left: Callable[[], bool]) -> Done:
    return deliver.work_off(ref, clock.now, time_left=time_left)


def _side_by_side(
    work: Mapping[str, Work], remaining: Callable[[], int], most_ms: int
) -> list[str]:
    """Do all of it, each by itself; return the names of what failed."""

    def one(name: str) -> bool:
        begun = remaining()

        def time_left() -> bool:
            left = remaining()
            return left > RESERVE_MS and begun - left < most_ms

        try:
            done = work[name](time_left)
        except Exception as error:  # noqa: BLE001 - one endpoint must not stop the others
            _log_fault(error, webhook_id=name)
            return False
        _tell_of(name, done)
        return True

    if not work:
        return []
    # X-Ray keeps its segments by thread.
    with ThreadPoolExecutor(1 if observe.is_traced() else min(AT_ONCE, len(work))) as pool:
        went = dict(zip(work, pool.map(one, work), strict=True))
    return [name for name, well in went.items() if not well]


def _log_fault(error: Exception, **named: object) -> None:
    found: dict[str, Any] = {**named, **observe.fault_of(error)}
    observe.logger(DOOR).error("webhook not served", **found)
    observe.count(DOOR, "WebhookFaults")


def _tell_of(name: str, done: Done) -> None:
    observe.count_happened(
        DOOR,
        {
            "WebhooksDelivered": done.delivered,
            "WebhooksFailing": done.failed,
            "WebhooksPaused": done.stopped,
        },
    )
    tally = {"delivered": done.delivered, "failed": done.failed, "owed": done.owed}
    if any(tally.values()):
        observe.logger(DOOR).info("webhook served", webhook_id=name, tally=tally)


handler = observe.door(DOOR)(partial(handle, wiring.services))
