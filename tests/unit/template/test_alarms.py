"""Each alarm of the template rings, for what the real doors write when something is wrong."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

import pytest

from paraphe import observe
from tests.support.alarms import (
    BY_AWS,
    RESOURCES,
    Alarm,
    Datum,
    alarms,
    resolved,
)
from tests.support.doors import Play, door
from tests.support.services import Broken, in_memory
from tests.unit.template.alarm_causes import (
    CAUSES,
    PARAMETERS,
    Log,
    data_written,
    forget,
    sample_event,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

ALARMS = alarms()


@pytest.fixture(autouse=True)
def _as_if_alone() -> Iterator[None]:
    """No adapter that another test built, no metric unwritten, no log that writes elsewhere."""
    forget()
    yield
    forget()


def test_each_alarm_has_a_cause_here() -> None:
    """A new alarm is fired by a test, or it may be one that cannot fire."""
    assert set(CAUSES) == set(ALARMS)


@pytest.mark.parametrize("name", sorted(CAUSES))
def test_each_alarm_rings_for_its_cause(name: str, capsys: Log) -> None:
    """Namespace, metric and dimensions are those that are written; the threshold is passed."""
    data = CAUSES[name](capsys)
    assert ALARMS[name].rings(data, PARAMETERS), data


@pytest.mark.parametrize("name", sorted(CAUSES))
def test_no_alarm_rings_without_its_cause(name: str) -> None:
    """But those that listen for silence: they stop with the first run."""
    alarm = ALARMS[name]
    quiet = alarm.properties["TreatMissingData"] == "breaching"
    ran = [Datum(*alarm.metric, alarm.dimensions, 1)] if quiet else []
    assert not alarm.rings(ran)


@pytest.mark.parametrize("name", sorted(CAUSES))
def test_each_alarm_tells_somebody(name: str) -> None:
    assert ALARMS[name].properties["AlarmActions"] == [{"Ref": "Alarms"}]


def test_alarms_on_what_aws_writes_have_its_dimensions() -> None:
    """Those that the services' manuals list, with the names of what is in the template."""
    functions = {
        resolved(r["Properties"]["FunctionName"])
        for r in RESOURCES.values()
        if r["Type"] == "AWS::Serverless::Function"
    }
    for alarm in ALARMS.values():
        if alarm.metric[0] == observe.NAMESPACE:
            continue
        assert set(alarm.dimensions) == BY_AWS[alarm.metric], alarm
        assert alarm.dimensions.get("FunctionName", next(iter(functions))) in functions


def test_a_scheduled_pass_ends_the_silence(capsys: Log) -> None:
    """By what it writes when it is through; a pass that breaks off writes nothing of it."""
    Play().call("sweep", {})
    assert not ALARMS["SweepSilenceAlarm"].rings(data_written(capsys))
    with pytest.raises(observe.DoorFailedError):
        door("sweep", in_memory(expiries=Broken(ValueError("the table is gone"))))({})
    assert ALARMS["SweepSilenceAlarm"].rings(data_written(capsys))


def test_rates_below_those_that_ses_reviews_ring_nothing() -> None:
    for name, rate in {"BounceRate": 0.049, "ComplaintRate": 0.0009}.items():
        below = [Datum("AWS/SES", f"Reputation.{name}", {}, rate)]
        assert not ALARMS[f"{name}Alarm"].rings(below)


def test_another_dimension_is_another_metric() -> None:
    """As in CloudWatch, which adds up nothing over dimensions."""
    alarm: Alarm = ALARMS["ApiServerErrorAlarm"]
    namespace, name = alarm.metric
    right = {"service": "api", "stage": resolved({"Ref": "Stage"})}
    assert alarm.rings([Datum(namespace, name, right, 1)])
    for wrong in (
        {**right, "stage": "other"},
        {"service": "api"},
        {**right, "door": "api"},
    ):
        assert not alarm.rings([Datum(namespace, name, wrong, 1)])


@pytest.mark.parametrize("name", ["api", "web"])
def test_a_refusal_is_no_fault(name: str, capsys: Log) -> None:
    """4xx is the caller's: nobody is woken."""
    handler = importlib.import_module(f"{name}.handler").handler
    event = sample_event(name)
    event["requestContext"] = {**event["requestContext"], "resourcePath": "/nowhere"}
    assert 400 <= handler(event, None)["statusCode"] < 500
    assert not [d for d in data_written(capsys) if d.name == "ServerErrors"]
