"""OCSP always has an answer; the schedule does what it can, and says what it could not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from paraphe.domain.trust.certificate_status import Outcome, refusal
from paraphe.ports.system import TransientError
from paraphe.ports.trust import PublishedEnds, StatusResponder
from paraphe.usecases.trust.answer_status import MAX_REQUEST, answer_status
from paraphe.usecases.trust.publish_status import publish_status
from tests.support.fakes import FakeExpiries, FakePublisher, FakeResponder

NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
ENDS = PublishedEnds(
    NOW + timedelta(days=7),
    NOW + timedelta(days=90),
    {"root list": NOW + timedelta(days=400), "root authority": NOW + timedelta(days=5000)},
)


def test_the_responder_answers() -> None:
    responder = FakeResponder(NOW, NOW + timedelta(days=1))
    found = answer_status(lambda: responder, b"question", NOW)
    assert found.answer.body == b"answer to question"
    assert found.fault is None


@pytest.mark.parametrize("request_", [b"", b"x" * (MAX_REQUEST + 1)])
def test_what_can_not_be_a_request_reaches_nobody(request_: bytes) -> None:
    def responder() -> StatusResponder:
        raise AssertionError

    found = answer_status(responder, request_, NOW)
    assert found.answer == refusal(Outcome.MALFORMED_REQUEST)
    assert found.fault is None


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (TransientError("kms:Sign: Throttling"), Outcome.TRY_LATER),
        (ValueError("a file is not what its name says"), Outcome.INTERNAL_ERROR),
        (RuntimeError(), Outcome.INTERNAL_ERROR),
    ],
)
def test_a_fault_is_an_answer_and_a_line_in_the_log(fault: Exception, outcome: Outcome) -> None:
    responder = FakeResponder(NOW, NOW)
    responder.fault = fault
    found = answer_status(lambda: responder, b"question", NOW)
    assert found.answer == refusal(outcome)
    assert found.fault is fault


def test_a_responder_that_can_not_be_built_is_a_fault_as_well() -> None:
    def missing() -> StatusResponder:
        raise TransientError("no settings")

    assert answer_status(missing, b"question", NOW).answer == refusal(Outcome.TRY_LATER)


def test_an_error_is_the_shortest_ocsp_response() -> None:
    assert refusal(Outcome.UNAUTHORIZED).body == bytes.fromhex("30030a0106")


def test_what_only_the_ceremony_renews_is_noted() -> None:
    """So that the alarm of 60 days covers the root's list; not what renews itself sooner."""
    publisher, expiries = FakePublisher(ENDS), FakeExpiries()
    done = publish_status(publisher, expiries, NOW)
    assert (done.lists, done.responders, done.faults) == (1, 1, ())
    assert done.ends == ENDS
    assert expiries.ends == ENDS.by_ceremony
    publish_status(publisher, expiries, NOW)
    assert expiries.ends == ENDS.by_ceremony


@pytest.mark.parametrize("part", ["list", "responder", "ends"])
def test_one_parts_fault_keeps_no_other_from_its_turn(part: str) -> None:
    publisher = FakePublisher(ENDS)
    fault = TransientError(part)
    publisher.fails[part] = fault
    done = publish_status(publisher, FakeExpiries(), NOW)
    assert publisher.asked == ["list 09:30", "responder 09:30", "ends"]
    assert done.faults == (fault,)
    assert (done.lists, done.responders) == (int(part != "list"), int(part != "responder"))
    assert (done.ends is None) is (part == "ends")
