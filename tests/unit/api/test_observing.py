"""What the API's log and metrics hold, with the real logger: ids, never what a call said."""

import io
import json
import logging
from collections.abc import Iterator

import pytest

from api.observer import DOOR, DoorObserver
from api.services import Called
from paraphe import observe
from tests.support.api import CORRELATION

CANARIES = ("Canari", "canari@client.example", "+33612345678")


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the door's logger writes, as it writes it."""
    logger = observe.logger(DOOR)
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logger.registered_formatter)
    logger.addHandler(handler)
    yield stream
    logging.getLogger(DOOR).removeHandler(handler)


def test_an_error_is_logged_without_its_text(log: io.StringIO) -> None:
    """Its kind and place are there; its message, which may quote somebody, is not."""
    try:
        int(" ".join(CANARIES))
    except ValueError as error:
        DoorObserver().crashed(error, CORRELATION)
    logged = json.loads(log.getvalue())
    assert logged["fault"] == "ValueError"
    assert logged["correlation_id"] == CORRELATION
    assert not any(canary in log.getvalue() for canary in CANARIES)


@pytest.mark.parametrize(("status", "level"), [(200, "INFO"), (422, "INFO"), (503, "ERROR")])
def test_a_call_is_one_line(log: io.StringIO, status: int, level: str) -> None:
    """What was asked for, how it ended, how long it took."""
    call = Called(
        operation="get_signature_request",
        status=status,
        code=None,
        correlation_id=CORRELATION,
        firm_id="frm_00000001",
        request_id="sr_00000001",
        milliseconds=12.345,
    )
    DoorObserver().called(call)
    logged = json.loads(log.getvalue())
    assert logged["level"] == level
    assert logged["operation"] == "get_signature_request"
    assert logged["status"] == status
    assert logged["milliseconds"] == 12.3
    assert logged["request_id"] == "sr_00000001"


def test_a_launch_is_counted() -> None:
    """In the metric that the dashboard and the alarms read."""
    observe.metrics(DOOR).clear_metrics()
    DoorObserver().launched()
    assert observe.metrics(DOOR).provider.metric_set["RequestsLaunched"]["Value"] == [1.0]
    observe.metrics(DOOR).clear_metrics()
