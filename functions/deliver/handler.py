"""Turn the outbox on the table's stream into e-mails: at least once, no second one to notice.

What could not be sent is sent later, each minute's run trying what has become due.
"""

import functools
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, cast

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)

from paraphe import clock, observe, wiring
from paraphe.domain.requests.model import Notice, NoticeKind
from paraphe.ports.requests import RequestRef
from paraphe.services import Services
from paraphe.usecases import using
from paraphe.usecases.delivery.deliver_invitation import DeliverInvitation
from paraphe.usecases.delivery.deliver_notice import Delivered, Post, deliver_notice
from paraphe.usecases.delivery.resend_notices import postpone, resend

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer
    from aws_lambda_powertools.utilities.typing import LambdaContext

DOOR = "deliver"
# Longer than anything redelivers: a stream keeps a day, the dead-letter queue two weeks.
REMEMBER_SECONDS = 15 * 24 * 3600
# Mails of one batch sent at the same time: most of the time is spent waiting for services.
AT_ONCE = 3
# No mail is begun so shortly before Lambda's time is up.
RESERVE_MS = 30_000


class Delivery(Protocol):
    """Delivers the notice whose table image it is given; tells whether a mail was sent."""

    def __call__(self, *, image: Mapping[str, Any]) -> bool:
        """Deliver."""
        ...


def handle(
    services: Services,
    remember: Callable[[Delivery, object], Delivery],
    event: dict[str, Any],
    context: object,
) -> object:
    """Deliver a batch of the stream, or, on the schedule, what failed before."""
    if "Records" in event:
        return deliver_batch(services, remember, event, context)
    return deliver_failed(services, remember, context)


def deliver_failed(
    services: Services, remember: Callable[[Delivery, object], Delivery], context: object
) -> dict[str, int]:
    """Deliver notices whose delivery failed and that are due again."""
    deliver = remember(partial(_deliver, services), context)
    remaining = cast("LambdaContext", context).get_remaining_time_in_millis
    done = resend(
        services.outbox,
        lambda row: deliver(image=row.image),
        clock.now(),
        time_left=lambda: remaining() > RESERVE_MS,
    )
    counts = {"delivered": done.delivered, "postponed": done.postponed, "givenUp": done.given_up}
    if done.given_up:
        observe.count(DOOR, "NoticesGivenUp", done.given_up)
    observe.logger(DOOR).info("failed notices tried again", tally=counts, faults=done.faults)
    return counts


def deliver_batch(
    services: Services,
    remember: Callable[[Delivery, object], Delivery],
    event: dict[str, Any],
    context: object,
) -> "PartialItemFailureResponse":
    """Deliver every notice of a stream batch.

    One that fails writes on its row when to try again and lets the others go on. If that fails too
    it is named, so that the stream gives it again.

    Args:
        services: the adapters.
        remember: makes a delivery that is done once per notice.
        event: records of the table's stream.
        context: Lambda's.

    """
    deliver = remember(partial(_deliver, services), context)

    def one(record: Mapping[str, Any]) -> None:
        image = record["dynamodb"]["NewImage"]
        try:
            deliver(image=image)
        except Exception as error:  # noqa: BLE001 (all kinds: see below)
            # The processor keeps exceptions, with their texts: it gets one without.
            named = {"correlation_id": image.get("request_id", {}).get("S")}
            observe.logger(DOOR).error("notice not delivered", **named, **observe.fault_of(error))
            observe.count(DOOR, "NoticesFailed")
            fault = observe.closed_fault(error)
            try:
                ref, notice = services.notice_of(image)
                postpone(services.outbox, ref, notice, clock.now())
            except Exception:  # noqa: BLE001 (then the stream gives it again)
                raise fault from None

    done = side_by_side(one, event["Records"])

    def result(record: Mapping[str, Any]) -> None:
        done[record["dynamodb"]["SequenceNumber"]].result()

    return process_partial_response(
        event=event,
        record_handler=result,
        processor=_processor(),
        context=cast("LambdaContext", context),
    )


def side_by_side(
    one: Callable[[Mapping[str, Any]], None], records: Sequence[Mapping[str, Any]]
) -> dict[str, Future[None]]:
    """Deliver to several people at once, to each of them in the stream's order.

    What is traced goes one after the other: X-Ray keeps its segments by thread.

    Returns:
        How each record ended, by its sequence number.

    """
    done: dict[str, Future[None]] = {r["dynamodb"]["SequenceNumber"]: Future() for r in records}
    by_person: dict[object, list[Mapping[str, Any]]] = {}
    for record in records:
        image = record["dynamodb"]["NewImage"]
        person = str(image.get("PK")), str(image.get("recipient_id"))
        by_person.setdefault(person, []).append(record)

    def deliver(mine: Sequence[Mapping[str, Any]]) -> None:
        for record in mine:
            future = done[record["dynamodb"]["SequenceNumber"]]
            try:
                one(record)
                future.set_result(None)
            except Exception as fault:  # noqa: BLE001 (raised where its result is asked for)
                future.set_exception(fault)

    with ThreadPoolExecutor(1 if observe.is_traced() else AT_ONCE) as pool:
        list(pool.map(deliver, by_person.values()))
    return done


@functools.cache
def _processor() -> BatchProcessor:
    return BatchProcessor(event_type=EventType.DynamoDBStreams, raise_on_entire_batch_failure=False)


@functools.cache
def _memory() -> "DynamoDBPersistenceLayer":
    from aws_lambda_powertools.utilities.idempotency import (  # noqa: PLC0415 (brings boto3)
        DynamoDBPersistenceLayer,
    )

    return DynamoDBPersistenceLayer(table_name=os.environ["IDEMPOTENCY_TABLE"])


def once(deliver: Delivery, context: object) -> Delivery:
    """Make a delivery that remembers in a table what it delivered, by the notice's key."""
    from aws_lambda_powertools.utilities.idempotency import (  # noqa: PLC0415 (brings boto3)
        IdempotencyConfig,
        idempotent_function,
    )

    config = IdempotencyConfig(
        event_key_jmespath="[PK.S, SK.S]",
        raise_on_no_idempotency_key=True,
        expires_after_seconds=REMEMBER_SECONDS,
        lambda_context=cast("LambdaContext", context),
    )

    def deliver_once(*, image: Mapping[str, Any]) -> bool:
        return deliver(image=image)

    delivery: Delivery = idempotent_function(
        deliver_once, data_keyword_argument="image", persistence_store=_memory(), config=config
    )
    return delivery


def _deliver(services: Services, *, image: Mapping[str, Any]) -> bool:
    ref, notice = services.notice_of(image)
    done = _delivered(services, ref, notice)
    sent = done.sent
    if not done.is_test:
        observe.count(DOOR, "NoticesSent" if sent else "NoticesOvertaken")
    # Named with the line: several notices are delivered at once.
    named: dict[str, Any] = {"correlation_id": ref.request_id, "firm_id": ref.firm_id}
    observe.logger(DOOR).info("notice done", **named, notice_id=notice.id, sent=sent)
    return sent


def _delivered(services: Services, ref: RequestRef, notice: Notice) -> Delivered:
    if notice.kind is NoticeKind.STAFF_INVITED:
        return Delivered(sent=using(DeliverInvitation, services)(ref, clock.now()))
    post = Post(
        services.requests, services.files, services.links, services.letters, services.mailer
    )
    return deliver_notice(post, ref, notice, clock.now())


handler = observe.door(DOOR)(partial(handle, wiring.services, once))
