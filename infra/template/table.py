"""Reads the table of doors: `functions.toml`, which says what its keys mean."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

TABLE = Path(__file__).with_name("functions.toml")
TRIGGERS = frozenset({"workflow", "http", "schedule", "stream", "event"})
# Alarms that any door may have, by the count that Lambda keeps of each function.
KINDS: dict[str, dict[str, Any]] = {
    "errors": {
        "metric": "Errors",
        "id": "{id}ErrorAlarm",
        "name": "{dashed}-errors",
        "description": "The door {door} raises errors",
        "above": 0,
    },
    "silence": {
        "metric": "Invocations",
        "id": "{id}SilenceAlarm",
        "name": "{dashed}-silence",
        "below": 1,
        "silence": True,
    },
}


class TableError(ValueError):
    """The table says something that no function has; the message names the door."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One alarm of a door.

    Attributes:
        kind: empty for a metric of the door's own; else which of Lambda's counts.
        above: rings over this value; a string names a parameter. None if `below` is there.
        silence: rings when there is no value, too.

    """

    id: str
    name: str
    description: str
    metric: str
    kind: str = ""
    statistic: str = "Sum"
    period: int = 300
    above: float | str | None = None
    below: float | str | None = None
    silence: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One function of the platform."""

    name: str
    id: str
    trigger: str
    memory: int | None = None
    timeout: int | None = None
    layers: tuple[str, ...] = ()
    public: bool = False
    log_days: int = 30
    alarms: tuple[Alarm, ...] = ()


def doors(text: str | None = None) -> tuple[Door, ...]:
    """Return all doors, in the order of the table.

    Args:
        text: the table; what `functions.toml` holds if None.

    Raises:
        TableError: a key or a trigger is unknown, or an alarm has no threshold, or two.

    """
    loaded = tomllib.loads(TABLE.read_text(encoding="utf-8") if text is None else text)
    return tuple(_door(name, given) for name, given in loaded.items())


def camel_case(name: str) -> str:
    """Return a door's name as logical ids are written."""
    return "".join(word.capitalize() for word in name.split("_"))


def _door(name: str, given: dict[str, Any]) -> Door:
    logical = given.get("id", camel_case(name))
    _refuse_unknown(name, given, Door)
    if given.get("trigger") not in TRIGGERS:
        raise TableError(f"{name}: trigger is one of {', '.join(sorted(TRIGGERS))}")
    alarms = tuple(_alarm(name, logical, alarm) for alarm in given.get("alarms", ()))
    layers = tuple(given.get("layers", ()))
    return Door(**{**given, "name": name, "id": logical, "alarms": alarms, "layers": layers})


def _alarm(door: str, logical: str, given: dict[str, Any]) -> Alarm:
    kind = given.get("kind", "")
    if kind and kind not in KINDS:
        raise TableError(f"{door}: an alarm's kind is one of {', '.join(sorted(KINDS))}")
    words = {"id": logical, "door": door, "dashed": door.replace("_", "-")}
    filled: dict[str, Any] = {
        key: value.format(**words) if isinstance(value, str) else value
        for key, value in KINDS.get(kind, {}).items()
    } | given
    _refuse_unknown(door, filled, Alarm)
    if missing := {"id", "name", "description", "metric"} - set(filled):
        raise TableError(f"{door}: an alarm lacks {', '.join(sorted(missing))}")
    if ("above" in filled) == ("below" in filled):
        raise TableError(f"{door}: an alarm has either `above` or `below`")
    return Alarm(**filled)


def _refuse_unknown(door: str, given: dict[str, Any], shape: type) -> None:
    if unknown := set(given) - {field.name for field in fields(shape)}:
        raise TableError(f"{door}: nothing is called {', '.join(sorted(unknown))}")
