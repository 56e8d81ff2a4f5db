"""How many calls a client may send, and what every answer says about it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest

from paraphe.adapters.dynamodb.rate_limits import DynamoRateLimits
from paraphe.adapters.faults import ServiceRefusedError
from paraphe.domain.rate_limits import RatePolicy
from paraphe.ports.system import TransientError
from tests.support.fakes.conditions import holds
from tests.support.software import ROOT

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from tests.support.api import Caller
    from tests.support.world import World

NOW = datetime(2026, 3, 20, 9, 30, tzinfo=UTC)
POLICY = RatePolicy(burst=5, per_second=2)


class Counters:
    """The table of limits, as far as `DynamoRateLimits` goes; counts writes."""

    def __init__(self) -> None:
        self.item: dict[str, Any] | None = None
        self.writes = 0
        self.refuses = ""

    def update_item(self, **asked: Any) -> dict[str, Any]:  # noqa: ANN401 (as boto3)
        """Move the instant on, if the condition holds."""
        self.writes += 1
        if self.refuses:
            raise ServiceRefusedError("dynamodb:UpdateItem", self.refuses)
        if not holds(asked, self.item):
            raise ServiceRefusedError("dynamodb:UpdateItem", "ConditionalCheckFailedException")
        values = {k: int(v["N"]) for k, v in asked["ExpressionAttributeValues"].items()}
        ends = values.get(":end")
        if ends is None:
            assert self.item is not None
            ends = int(self.item["ends_at"]["N"]) + values[":one"]
        self.item = {"ends_at": {"N": str(ends)}}
        return {"Attributes": self.item}


@pytest.fixture
def counters() -> Counters:
    """An empty table."""
    return Counters()


def _limits(counters: Counters) -> DynamoRateLimits:
    return DynamoRateLimits(cast("DynamoDBClient", counters), "limits", POLICY)


def test_so_many_at_once_then_one_for_each_interval(counters: Counters) -> None:
    """Five at once; half a second later one more; after 2.5 s all five."""
    limits = _limits(counters)
    took = [limits.take("client", NOW) for _ in range(6)]
    assert [t.allowed for t in took] == [True] * 5 + [False]
    assert [t.remaining for t in took] == [4, 3, 2, 1, 0, 0]
    assert took[4].reset_seconds == 3
    assert took[5].reset_seconds == 1
    later = NOW + timedelta(milliseconds=500)
    assert [limits.take("client", later).allowed for _ in range(2)] == [True, False]
    rested = NOW + timedelta(seconds=3)
    assert [limits.take("client", rested).allowed for _ in range(6)] == [True] * 5 + [False]


def test_a_call_costs_one_write(counters: Counters) -> None:
    """Whether its client rests or is in the middle of a burst; another process guesses once."""
    limits = _limits(counters)
    for number in range(5):
        limits.take("client", NOW)
        assert counters.writes == (number + 1)
    for second in range(10, 15):
        counters.writes = 0
        limits.take("client", NOW + timedelta(seconds=second))
        assert counters.writes == 1
    counters.writes = 0
    assert _limits(counters).take("client", NOW + timedelta(seconds=14)).allowed
    assert counters.writes == 2


def test_a_clock_that_was_set_back_locks_nobody_out(counters: Counters) -> None:
    """An instant further ahead than any burst reaches counts for nothing."""
    _limits(counters).take("client", NOW + timedelta(days=20))
    assert _limits(counters).take("client", NOW).allowed


def test_what_the_table_refuses_is_no_refusal_of_the_call(counters: Counters) -> None:
    """Denied, throttled or away: the caller may try again or go on."""
    counters.refuses = "AccessDeniedException"
    with pytest.raises(TransientError):
        _limits(counters).take("client", NOW)


def test_every_answer_tells_what_is_left(caller: Caller, world: World) -> None:
    """Also those that refuse; not to whom nobody knows."""
    world.rate_limits.policy = POLICY
    for path, scope, status in (
        (ROOT, "paraphe/requests.read", 200),
        (f"{ROOT}/sr_00000000", "paraphe/requests.read", 404),
        (ROOT, "paraphe/firm.read", 403),
    ):
        answer = caller.call("GET", path, scope=scope)
        assert answer.status == status
        assert answer.headers["RateLimit-Policy"] == '"calls";q=5;w=3'
        assert answer.headers["RateLimit"].startswith('"calls";r=')
    assert "RateLimit" not in caller.call("GET", ROOT, claims={}).headers


def test_over_the_limit_is_429(caller: Caller, world: World) -> None:
    """A problem document with Retry-After; nothing is done, others are not concerned."""
    world.rate_limits.policy = POLICY
    body = {"title": "Lettre", "sender": {"name": "Claire", "email": "c@cabinet.example"}}
    answers = [caller.call("POST", ROOT, body) for _ in range(6)]
    assert [a.status for a in answers] == [201] * 5 + [429]
    late = answers[-1]
    assert late.code == "rate_limited"
    assert late.headers["Retry-After"] == "1"
    assert late.headers["RateLimit"] == '"calls";r=0;t=1'
    assert len(world.requests.stored) == 5
    world.now += timedelta(milliseconds=500)
    assert caller.call("POST", ROOT, body).status == 201


def test_a_table_that_does_not_answer_stops_nobody(caller: Caller, world: World) -> None:
    """The call is done and counted for the operators; the policy is told, what is left is not."""
    world.rate_limits.is_away = True
    answer = caller.call("GET", ROOT)
    assert answer.status == 200
    assert "RateLimit-Policy" in answer.headers
    assert "RateLimit" not in answer.headers
    assert caller.observer.uncounted_calls == 1
