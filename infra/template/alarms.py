"""Writes the alarms of the doors, from the table; indented as the template is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from infra.template.table import Alarm, Door


def alarms(doors: Iterable[Door]) -> list[str]:
    """Return all alarms of all doors."""
    lines: list[str] = []
    for door in doors:
        for alarm in door.alarms:
            lines += [*_alarm(door, alarm), ""]
    return lines[:-1]


def _alarm(door: Door, alarm: Alarm) -> list[str]:
    rising = alarm.above is not None
    threshold = alarm.above if rising else alarm.below
    return [
        f"{alarm.id}:",
        "  Type: AWS::CloudWatch::Alarm",
        "  Properties:",
        f"    AlarmName: !Sub paraphe-${{Stage}}-{alarm.name}",
        # A JSON string is a YAML string, whatever it holds.
        f"    AlarmDescription: {json.dumps(alarm.description)}",
        f"    Namespace: {'AWS/Lambda' if alarm.kind else 'Paraphe'}",
        f"    MetricName: {alarm.metric}",
        *_dimensions(door, alarm),
        f"    Statistic: {alarm.statistic}",
        f"    Period: {alarm.period}",
        "    EvaluationPeriods: 1",
        f"    Threshold: {f'!Ref {threshold}' if isinstance(threshold, str) else threshold}",
        f"    ComparisonOperator: {'GreaterThan' if rising else 'LessThan'}Threshold",
        f"    TreatMissingData: {'breaching' if alarm.silence else 'notBreaching'}",
        "    AlarmActions: [!Ref Alarms]",
    ]


def _dimensions(door: Door, alarm: Alarm) -> list[str]:
    """Return exactly those that are written with the metric: CloudWatch adds nothing up."""
    if alarm.kind:
        name = f'!Sub "paraphe-${{Stage}}-{door.name}"'
        return ["    Dimensions:", f"      - {{Name: FunctionName, Value: {name}}}"]
    return [
        "    Dimensions:",
        f"      - {{Name: service, Value: {door.name}}}",
        "      - {Name: stage, Value: !Ref Stage}",
    ]
