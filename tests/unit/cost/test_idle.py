"""What is there costs every month: read from the template, not typed."""

from __future__ import annotations

from typing import Any

import pytest

from infra import sam_template
from infra.cost import idle, prices
from infra.local import stack
from infra.template.table import doors

ASSUMED = prices.load().assumed
TEMPLATE = sam_template.load_whole(stack.TEMPLATE)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("rate(1 minute)", 43_800),
        ("rate(5 minutes)", 8_760),
        ("rate(1 hour)", 730),
        ("rate(2 days)", 365 / 24),
        ("cron(10 1/6 * * ? *)", 730 / 6),
    ],
)
def test_how_often_a_schedule_comes_due(expression: str, expected: float) -> None:
    assert idle.runs_a_month(expression) == pytest.approx(expected)


@pytest.mark.parametrize("expression", ["cron(0 12 * * ? *)", "at(2026-11-27T00:00:00)"])
def test_a_schedule_of_another_kind_is_noticed(expression: str) -> None:
    with pytest.raises(ValueError, match="how often"):
        idle.runs_a_month(expression)


def test_every_schedule_of_the_template_is_known() -> None:
    """Those of the table, and of what looks for what it put off."""
    scheduled = {door.name for door in doors() if door.trigger == "schedule"}
    assert scheduled >= {"anchor", "publish", "renew", "sweep"}
    assert set(idle.schedules(TEMPLATE)) == scheduled | {"deliver", "deliver_webhook"}


def test_keys_and_alarms_are_counted() -> None:
    small: dict[str, Any] = {
        "Resources": {
            "A": {"Type": "AWS::KMS::Key"},
            "B": {"Type": "AWS::KMS::Alias"},
            "C": {"Type": "AWS::CloudWatch::Alarm"},
            "D": {"Type": "AWS::CloudWatch::Alarm"},
        }
    }
    assert idle.standing(small) == {"KMS: keys, months": 1, "CloudWatch: alarms, months": 2}


def test_an_idle_month_is_its_schedules_and_what_is_there() -> None:
    """By hand: an hourly door of 100 ms on a whole core with 1769 MB, which tells one metric."""
    loaded = {
        "Resources": {
            "Key": {"Type": "AWS::KMS::Key"},
            "Anchor": {
                "Type": "AWS::Serverless::Function",
                "Properties": {
                    "Handler": "anchor.handler.handler",
                    "Events": {
                        "Hourly": {
                            "Type": "ScheduleV2",
                            "Properties": {"ScheduleExpression": "rate(1 hour)"},
                        }
                    },
                },
            },
        }
    }
    run = {
        "kind": "run",
        "function": "paraphe-local-anchor",
        "memory": 1769,
        "cpu_ms": 100,
        "cold": False,
        "log": 0,
        "metrics": ["Paraphe AnchorDays"],
    }
    found = idle.month(loaded, {"anchor": [run]}, ASSUMED)
    assert found["KMS: keys, months"] == 1
    assert found["CloudWatch: custom metrics, months"] == 1
    assert found["Lambda: invocations"] == pytest.approx(730)
    assert found["EventBridge: scheduled invocations"] == pytest.approx(730)
    assert found["X-Ray: traces"] == pytest.approx(730 * ASSUMED.traced)
    expected = 730 * 1769 / 1024 * 0.1 * ASSUMED.core_slowness
    assert found["Lambda: GB-seconds, arm64"] == pytest.approx(expected)


def test_metrics_of_traffic_are_those_that_an_idle_hour_has_not() -> None:
    quiet = [{"kind": "run", "metrics": ["a", "b"]}]
    busy = [{"kind": "run", "metrics": ["b", "c", "d"]}]
    assert idle.metrics_with_traffic(quiet, busy) == 2


def test_alarms_take_the_absence_of_what_did_not_happen_for_nothing() -> None:
    """`observe.count_happened` tells no zeros, so no alarm on such a count may wait for one.

    The alarm on silence listens to what every pass tells, by `observe.count`.
    """
    for resource in TEMPLATE["Resources"].values():
        alarm = resource.get("Properties", {})
        if resource["Type"] == "AWS::CloudWatch::Alarm" and alarm.get("Namespace") == "Paraphe":
            silence = alarm["MetricName"] == "SweepPasses"
            absent = "breaching" if silence else "notBreaching"
            assert alarm["TreatMissingData"] == absent, alarm["AlarmName"]
