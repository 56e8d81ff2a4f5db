"""The table of doors: what it says is true, and what it may not say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from infra import sam_template
from infra.template import alarms, functions
from infra.template.table import TRIGGERS, TableError, doors

ROOT = Path(__file__).resolve().parents[3]
WHOLE = sam_template.load(ROOT / "infra" / "template.yaml")
RESOURCES: dict[str, dict[str, Any]] = WHOLE["Resources"]
TABLE = {door.name: door for door in doors()}
# What calls a function, by the types of its events: those of the workflow have none.
CALLED_BY = {
    "workflow": (set[str](), set[str]()),
    "http": ({"Api"}, {"Api"}),
    "schedule": ({"ScheduleV2"}, {"ScheduleV2", "EventBridgeRule"}),
    "stream": ({"DynamoDB"}, {"DynamoDB", "ScheduleV2"}),
    "event": (set[str](), {"S3", "EventBridgeRule"}),
}


def test_the_table_names_the_doors_that_there_are() -> None:
    """Each folder under functions/ with a handler is a door, and so is each function."""
    folders = {path.parent.name for path in (ROOT / "functions").glob("*/handler.py")}
    assert set(TABLE) == folders
    assert {door.id for door in TABLE.values()} == set(sam_template.functions(WHOLE))


@pytest.mark.parametrize("name", sorted(TABLE))
def test_a_trigger_is_what_calls_the_function(name: str) -> None:
    """The table writes what follows from it: the workflow's rights, where failures go."""
    door = TABLE[name]
    properties = RESOURCES[door.id]["Properties"]
    events = {event["Type"] for event in properties.get("Events", {}).values()}
    least, most = CALLED_BY[door.trigger]
    assert least <= events <= most
    assert bool(events) == (door.trigger != "workflow")
    assert ("EventInvokeConfig" in properties) == (door.trigger == "event")
    actor = RESOURCES["RequestActor"]["Properties"]
    arn = {"Fn::GetAtt": [door.id, "Arn"]}
    assert (arn in actor["DefinitionSubstitutions"].values()) == (door.trigger == "workflow")
    assert (arn in actor["Policies"][0]["Statement"][0]["Resource"]) == (door.trigger == "workflow")


def test_every_trigger_is_known_here() -> None:
    assert set(CALLED_BY) == TRIGGERS


@pytest.mark.parametrize("name", sorted(TABLE))
def test_a_door_has_a_log_that_ends_and_an_output(name: str) -> None:
    door = TABLE[name]
    log = RESOURCES[f"{door.id}Log"]["Properties"]
    assert log["LogGroupName"] == {"Fn::Sub": f"/aws/lambda/paraphe-${{Stage}}-{name}"}
    assert log["RetentionInDays"] == door.log_days
    assert {"Value": {"Ref": door.id}} in WHOLE["Outputs"].values()


def test_silence_is_listened_for_where_a_clock_calls() -> None:
    """Elsewhere nothing may be wrong when nothing happens."""
    for door in TABLE.values():
        assert door.trigger == "schedule" or not any(alarm.silence for alarm in door.alarms)


def test_what_is_left_out_has_its_default() -> None:
    (door,) = doors('[turn_page]\ntrigger = "event"\n[[turn_page.alarms]]\nkind = "errors"')
    assert (door.id, door.memory, door.timeout, door.log_days) == ("TurnPage", None, None, 30)
    (alarm,) = door.alarms
    assert (alarm.id, alarm.name) == ("TurnPageErrorAlarm", "turn-page-errors")
    assert (alarm.metric, alarm.period, alarm.above) == ("Errors", 300, 0)
    assert functions.properties(door)[:2] == [
        "FunctionName: !Sub paraphe-${Stage}-turn_page",
        "Handler: turn_page.handler.handler",
    ]
    assert "EventInvokeConfig:" in functions.properties(door)
    assert not any(line.startswith("MemorySize") for line in functions.properties(door))


def test_a_threshold_may_be_a_parameter() -> None:
    (door,) = doors(
        '[a]\ntrigger = "http"\n[[a.alarms]]\nmetric = "Calls"\nid = "Calls"\nname = "calls"\n'
        'description = "Many: \\"calls\\""\nbelow = "Fewest"\nsilence = true'
    )
    lines = alarms.alarms([door])
    assert "    Threshold: !Ref Fewest" in lines
    assert "    ComparisonOperator: LessThanThreshold" in lines
    assert "    TreatMissingData: breaching" in lines
    assert '    AlarmDescription: "Many: \\"calls\\""' in lines
    assert "      - {Name: service, Value: a}" in lines


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("[a]", "trigger is one of"),
        ('[a]\ntrigger = "moon"', "trigger is one of"),
        ('[a]\ntrigger = "http"\nmemry = 1024', "nothing is called memry"),
        ('[a]\ntrigger = "http"\n[[a.alarms]]\nkind = "noise"', "kind is one of"),
        ('[a]\ntrigger = "http"\n[[a.alarms]]\nmetric = "M"', "lacks description, id, name"),
        ('[a]\ntrigger = "http"\n[[a.alarms]]\nkind = "errors"\nbelow = 1', "either"),
        ('[a]\ntrigger = "http"\n[[a.alarms]]\nkind = "errors"\nsilent = true', "called silent"),
    ],
)
def test_what_no_door_has_is_refused(table: str, said: str) -> None:
    """A key that is misspelt would be a default, silently."""
    with pytest.raises(TableError, match=f"^a: .*{said}"):
        doors(table)
