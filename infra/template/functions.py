"""Writes what the template has of each door, from the table; indented as the template is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.template.table import camel_case

if TYPE_CHECKING:
    from collections.abc import Iterable

    from infra.template.table import Door

PUBLIC = "!If [ReservesConcurrency, !Ref PublicConcurrency, !Ref AWS::NoValue]"


def properties(door: Door) -> list[str]:
    """Return the properties of a function that the table knows."""
    layers = ", ".join(f"!Ref {layer.capitalize()}Layer" for layer in door.layers)
    known = {
        "FunctionName": f"!Sub paraphe-${{Stage}}-{door.name}",
        "Handler": f"{door.name}.handler.handler",
        "ReservedConcurrentExecutions": PUBLIC if door.public else "",
        "MemorySize": door.memory or "",
        "Timeout": door.timeout or "",
        "Layers": f"[{layers}]" if layers else "",
    }
    lines = [f"{name}: {value}" for name, value in known.items() if value]
    if door.trigger == "event":
        lines += [
            "EventInvokeConfig:",
            "  MaximumRetryAttempts: 2",
            "  DestinationConfig:",
            "    OnFailure: {Type: SQS, Destination: !GetAtt DeadLetters.Arn}",
        ]
    return lines


def log_groups(doors: Iterable[Door]) -> list[str]:
    """Return a log group for each function, which Lambda would else make without an end."""
    lines: list[str] = []
    for door in doors:
        name = f'!Sub "/aws/lambda/paraphe-${{Stage}}-{door.name}"'
        lines += [
            f"{door.id}Log:",
            "  Type: AWS::Logs::LogGroup",
            "  DeletionPolicy: Delete",
            "  UpdateReplacePolicy: Delete",
            f"  Properties: {{LogGroupName: {name}, RetentionInDays: {door.log_days}}}",
            "",
        ]
    return lines[:-1]


def outputs(doors: Iterable[Door]) -> list[str]:
    """Return the outputs that name the functions."""
    return [f"{camel_case(door.name)}Function: {{Value: !Ref {door.id}}}" for door in doors]


def substitutions(doors: Iterable[Door]) -> list[str]:
    """Return what the definition of the workflow calls its functions."""
    return [f"{camel_case(door.name)}: !GetAtt {door.id}.Arn" for door in _tasks(doors)]


def task_arns(doors: Iterable[Door]) -> list[str]:
    """Return the functions that the workflow may call."""
    return [f"- !GetAtt {door.id}.Arn" for door in _tasks(doors)]


def _tasks(doors: Iterable[Door]) -> list[Door]:
    return [door for door in doors if door.trigger == "workflow"]
