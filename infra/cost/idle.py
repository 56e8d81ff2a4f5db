"""What the platform costs a month while nobody signs: keys, alarms, metrics, schedules."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from infra import sam_template
from infra.cost import usage
from infra.cost.bill import Amounts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from infra.cost.prices import Assumed

MINUTES_A_MONTH = 365 * 24 * 60 / 12
_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_MINUTES = {"minute": 1, "hour": 60, "day": 24 * 60}
# At one minute, every so many hours from some hour on.
_CRON = re.compile(r"cron\(\d+ \d+/(\d+) \* \* \? \*\)")


def runs_a_month(expression: str) -> float:
    """How often a schedule comes due in a month.

    Raises:
        ValueError: it is written in a way that no schedule of the template is.
    """
    if rate := _RATE.fullmatch(expression):
        return MINUTES_A_MONTH / (int(rate[1]) * _MINUTES[rate[2]])
    if cron := _CRON.fullmatch(expression):
        return MINUTES_A_MONTH / (60 * int(cron[1]))
    raise ValueError(f"how often is {expression}?")


def schedules(loaded: dict[str, Any]) -> dict[str, float]:
    """The doors that a template starts by the clock, and how often each in a month."""
    found: dict[str, float] = {}
    for function in sam_template.functions(loaded).values():
        for event in function.get("Events", {}).values():
            if event["Type"] == "ScheduleV2":
                name = str(function["Handler"]).partition(".")[0]
                often = runs_a_month(event["Properties"]["ScheduleExpression"])
                found[name] = found.get(name, 0) + often
    return found


def standing(loaded: dict[str, Any]) -> Amounts:
    """What is billed by the month for being there."""
    kinds = Counter(resource["Type"] for resource in loaded["Resources"].values())
    return Amounts(
        {
            "KMS: keys, months": kinds["AWS::KMS::Key"],
            "CloudWatch: alarms, months": kinds["AWS::CloudWatch::Alarm"],
        }
    )


def month(
    loaded: dict[str, Any], runs: Mapping[str, Sequence[Mapping[str, Any]]], assumed: Assumed
) -> Amounts:
    """All that an idle month uses.

    Args:
        loaded: the template.
        runs: for each scheduled door, what was recorded of one warm run with nothing to do.
        assumed: what was not recorded.
    """
    amounts = standing(loaded)
    told: set[str] = set()
    for name, often in schedules(loaded).items():
        amounts.add(usage.used(runs[name], assumed), often)
        # `deliver` is a trace of its own already.
        traces = 0 if name in usage.BY_EVENT else assumed.traced
        amounts.add({"EventBridge: scheduled invocations": 1, "X-Ray: traces": traces}, often)
        told |= usage.metrics(runs[name])
    amounts["CloudWatch: custom metrics, months"] = len(told)
    return amounts


def metrics_with_traffic(
    idle: Iterable[Mapping[str, Any]], busy: Iterable[Mapping[str, Any]]
) -> int:
    """How many more metrics there are in an hour in which somebody signs."""
    return len(usage.metrics(busy) - usage.metrics(idle))
