"""CloudWatch's alarms, as the template defines them, on metrics that the doors really write.

An alarm watches one metric: namespace, name and exactly its dimensions (CloudWatch does not add up
over dimensions). What is not so named is another metric, and the alarm sleeps.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra import sam_template

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

SOURCE = Path(__file__).resolve().parents[2] / "infra" / "template.yaml"
TEMPLATE = sam_template.load(SOURCE)
RESOURCES: dict[str, dict[str, Any]] = TEMPLATE["Resources"]
# What AWS itself writes: the metrics' dimensions, as their services' manuals list them.
BY_AWS = {
    ("AWS/Lambda", "Errors"): {"FunctionName"},
    ("AWS/Lambda", "Invocations"): {"FunctionName"},
    ("AWS/States", "ExecutionsFailed"): {"StateMachineArn"},
    ("AWS/SQS", "ApproximateNumberOfMessagesVisible"): {"QueueName"},
    ("AWS/ApiGateway", "5XXError"): {"ApiName", "Stage"},
    ("AWS/SNS", "NumberOfNotificationsFailed"): {"PhoneNumber"},
    ("AWS/SES", "Reputation.BounceRate"): set[str](),
    ("AWS/SES", "Reputation.ComplaintRate"): set[str](),
    ("AWS/SNS", "SMSMonthToDateSpentUSD"): set[str](),
}
_COMPARES: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanThreshold": lambda value, threshold: value > threshold,
    "GreaterThanOrEqualToThreshold": lambda value, threshold: value >= threshold,
    "LessThanThreshold": lambda value, threshold: value < threshold,
    "LessThanOrEqualToThreshold": lambda value, threshold: value <= threshold,
}
_STATISTICS: dict[str, Callable[[list[float]], float]] = {
    "Sum": sum,
    "Maximum": max,
    "Minimum": min,
}


@dataclass(frozen=True, slots=True)
class Datum:
    """One value of one metric."""

    namespace: str
    name: str
    dimensions: Mapping[str, str]
    value: float


def resolved(value: Any, parameters: Mapping[str, str] | None = None) -> str:  # noqa: ANN401 - YAML
    """Return what an intrinsic function of the template becomes; resources stand as their ids."""
    known = {"Stage": os.environ.get("STAGE", "local"), **(parameters or {})}
    for name, parameter in TEMPLATE["Parameters"].items():
        known.setdefault(name, str(parameter.get("Default", "")))
    if isinstance(value, dict):
        ((function, inner),) = value.items()
        if function == "Ref":
            return known.get(str(inner), str(inner))
        if function == "Fn::Sub":
            return re.sub(r"\$\{([^}]+)\}", lambda m: known.get(m[1], str(m[1])), str(inner))
        if function == "Fn::GetAtt":
            return ".".join(inner) if isinstance(inner, list) else str(inner)
        raise ValueError(f"cannot resolve {function}")
    return str(value)


@dataclass(frozen=True)
class Alarm:
    """One alarm of the template."""

    id: str
    properties: Mapping[str, Any] = field(repr=False)

    @property
    def metric(self) -> tuple[str, str]:
        """Namespace and name of what it watches."""
        return self.properties["Namespace"], self.properties["MetricName"]

    @property
    def dimensions(self) -> dict[str, str]:
        """The dimensions of what it watches."""
        listed = self.properties.get("Dimensions", [])
        return {d["Name"]: resolved(d["Value"]) for d in listed}

    def rings(self, data: list[Datum], parameters: Mapping[str, str] | None = None) -> bool:
        """Tell whether it is in ALARM after one period with these data."""
        properties = self.properties
        if properties["EvaluationPeriods"] != 1:
            raise ValueError("one period is all that is modelled")
        mine = [
            d.value
            for d in data
            if (d.namespace, d.name) == self.metric and dict(d.dimensions) == self.dimensions
        ]
        if not mine:
            return bool(properties["TreatMissingData"] == "breaching")
        value = _STATISTICS[properties["Statistic"]](mine)
        threshold = float(resolved(properties["Threshold"], parameters))
        return bool(_COMPARES[properties["ComparisonOperator"]](value, threshold))


def alarms() -> dict[str, Alarm]:
    """Return every alarm of the template, by its id."""
    return {
        name: Alarm(name, resource["Properties"])
        for name, resource in RESOURCES.items()
        if resource["Type"] == "AWS::CloudWatch::Alarm"
    }


def embedded_metrics(log: str) -> Iterator[Datum]:
    """Read what a function's log makes of metrics (CloudWatch embedded metric format)."""
    for line in log.splitlines():
        if '"_aws"' not in line:
            continue
        written = json.loads(line)
        for directive in written["_aws"]["CloudWatchMetrics"]:
            for names in directive["Dimensions"]:
                dimensions = {name: str(written[name]) for name in names}
                for metric in directive["Metrics"]:
                    values = written[metric["Name"]]
                    for value in values if isinstance(values, list) else [values]:
                        yield Datum(directive["Namespace"], metric["Name"], dimensions, value)


def function_of(door: str) -> str:
    """Return the name of the function that runs a door."""
    (properties,) = (
        r["Properties"]
        for r in RESOURCES.values()
        if r["Type"] == "AWS::Serverless::Function"
        and r["Properties"]["Handler"] == f"{door}.handler.handler"
    )
    return resolved(properties["FunctionName"])
