"""Turn the outbox on the table's stream into e-mails: at least once, twice to nobody who would notice."""

import functools
import os
from collections.abc import Callable, Mapping
from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)

from paraphe import clock, observe, wiring
from paraphe.usecases.deliver_notice import Post, deliver_notice

DOOR = "deliver"
# Longer than anything redelivers: a stream keeps a day, the dead-letter queue two weeks.
REMEMBER_SECONDS = 15 * 24 * 3600


@observe.door(DOOR)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ANN401
    """Deliver every notice of a stream batch; those that failed are named, to be given again."""
    deliver = _once(context)

    def one(record: Mapping[str, Any]) -> None:
        try:
            deliver(image=record["dynamodb"]["NewImage"])
        except Exception as error:
            # The processor keeps exceptions, with their texts: it gets one without.
            observe.logger(DOOR).error("notice not delivered", **observe.fault_of(error))
            observe.count(DOOR, "NoticesFailed")
            raise observe.closed_fault(error) from None

    answered: dict[str, Any] = process_partial_response(
        event=event, record_handler=one, processor=_processor(), context=context
    )
    return answered


@functools.cache
def _processor() -> BatchProcessor:
    return BatchProcessor(
        event_type=EventType.DynamoDBStreams, raise_on_entire_batch_failure=False
    )


@functools.cache
def _memory() -> Any:  # noqa: ANN401 (imported late: it brings boto3 along)
    from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer

    return DynamoDBPersistenceLayer(table_name=os.environ["IDEMPOTENCY_TABLE"])


def _once(context: object) -> Callable[..., Any]:
    """Give a delivery that remembers what it delivered, by the notice's key."""
    from aws_lambda_powertools.utilities.idempotency import (
        IdempotencyConfig,
        idempotent_function,
    )

    config = IdempotencyConfig(
        event_key_jmespath="[PK.S, SK.S]",
        raise_on_no_idempotency_key=True,
        expires_after_seconds=REMEMBER_SECONDS,
        lambda_context=context,
    )
    return idempotent_function(
        _deliver, data_keyword_argument="image", persistence_store=_memory(), config=config
    )


def _deliver(*, image: Mapping[str, Any]) -> bool:
    ref, notice = wiring.notice_of(image)
    post = Post(
        wiring.requests(), wiring.files(), wiring.links(), wiring.letters(), wiring.mailer()
    )
    observe.correlate(DOOR, request_id=ref.request_id, firm_id=ref.firm_id)
    sent = deliver_notice(post, ref, notice, clock.now())
    observe.count(DOOR, "NoticesSent" if sent else "NoticesOvertaken")
    observe.logger(DOOR).info("notice done", notice_id=notice.id, sent=sent)
    return sent
