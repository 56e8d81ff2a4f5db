"""What goes wrong and is made good: killed executions, repeated commands, lost wake-ups."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from infra.local.journey import http, wait_for
from tests.integration.conftest import deaths_unnoticed, function_log, invoke, launched, sweep
from tests.support.judges import assert_sound

if TYPE_CHECKING:
    from infra.local.journey import Software
    from infra.local.stack import LocalStack
    from tests.integration.conftest import Case, Clock


def _executions(platform: LocalStack, request: str) -> dict[str, str]:
    machine = platform.outputs["StateMachineArn"]
    found = platform.client("stepfunctions").list_executions(
        stateMachineArn=machine, maxResults=1000
    )
    return {
        e["name"]: e["executionArn"] for e in found["executions"] if e["name"].startswith(request)
    }


def test_an_execution_killed_midway_is_replaced(
    platform: LocalStack, software: Software, clock: Clock
) -> None:
    """The database is the authority: a new execution goes on where the dead one stood."""
    case = launched(platform, software, (1, 2))
    link = case.link(0)
    killed = _executions(platform, case.id)[f"{case.id}-1"]
    with deaths_unnoticed(platform):
        platform.client("stepfunctions").stop_execution(executionArn=killed)
        person = case.people[0]
        assert person.consent(link).status == 303
        assert person.codes() == []
        clock.ahead(90)
        sweep(platform)
    code = person.wait_code(1)
    assert f"{case.id}-2" in _executions(platform, case.id)
    wait_for("the code field", lambda: 'name="code"' in http("GET", link).text)
    assert person.type_code(link, code).status == 303
    case.sign(1)
    software.wait_state(case.id, "completed")
    assert_sound(software.download(case.id, case.documents[0]), 2)


def test_a_time_stamp_service_that_fails_and_comes_back(
    platform: LocalStack, software: Software
) -> None:
    """An accepted signature waits for its time-stamp; nothing fails, nobody signs twice."""
    case = launched(platform, software, (1,))
    platform.tsa_down.touch()
    try:
        case.sign(0)
        assert software.get(case.id)["state"] == "completing"
        wait_for("a refused attempt", lambda: "TransientError" in function_log(platform, "sign"))
    finally:
        platform.tsa_down.unlink()
    software.wait_state(case.id, "completed")
    events = software.ask("GET", f"/signature_requests/{case.id}/events")["events"]
    kinds = [event["kind"] for event in events]
    assert kinds.count("document_signed") == 1
    assert "request_failed" not in kinds
    assert_sound(software.download(case.id, case.documents[0]), 1)


def test_a_parked_execution_that_dies_is_replaced_by_itself(
    platform: LocalStack, software: Software
) -> None:
    """Nobody acts, nobody sweeps: the event of its death starts another, in seconds."""
    case = launched(platform, software, (1,))
    link = case.link(0)
    wait_for("the actor to wait", lambda: _kinds(case)[-1] == "recipient_invited")
    killed = _executions(platform, case.id)[f"{case.id}-1"]
    platform.client("stepfunctions").stop_execution(executionArn=killed)
    wait_for("its successor", lambda: f"{case.id}-2" in _executions(platform, case.id), 60)
    assert case.people[0].sign(link).status == 303
    software.wait_state(case.id, "completed")


def _kinds(case: Case) -> list[str]:
    trail = case.software.ask("GET", f"/signature_requests/{case.id}/events")
    return [event["kind"] for event in trail["events"]]


def test_a_time_stamp_service_that_is_away_until_all_retries_are_used_up(
    platform: LocalStack, software: Software, clock: Clock
) -> None:
    """The request fails, alarms nobody, and is resumed by the sweep once its pause is over.

    The retries of the state machine take minutes; that they are used up is said to the door `fail`.
    What leads there is tests/unit/workflow's, and `tests.benchmarks.outage` waits for all of it.
    """
    case = launched(platform, software, (1, 2))
    case.link(0)
    machine = platform.client("stepfunctions")
    found = machine.describe_execution(executionArn=_executions(platform, case.id)[f"{case.id}-1"])
    given = json.loads(found["input"])
    platform.tsa_down.touch()
    try:
        case.sign(0)
        wait_for("a refused attempt", lambda: "TransientError" in function_log(platform, "sign"))
        invoke(platform, "FailFunction", {**given, "failedStep": "sign", "answered": "sign"})
        assert software.get(case.id)["state"] == "failed"
        wait_for("it told", lambda: "RequestsInterrupted" in function_log(platform, "fail"))
        platform.tsa_down.unlink()
        clock.ahead(90)
        sweep(platform)
        wait_for("the signature", lambda: "recipient_signed" in _kinds(case), 60)
    finally:
        platform.tsa_down.unlink(missing_ok=True)
    kinds = _kinds(case)
    assert kinds.count("document_signed") == 1
    assert kinds.count("request_resumed") == kinds.count("request_failed") >= 1
    table = platform.client("dynamodb").get_paginator("scan")
    pages = table.paginate(TableName=platform.outputs["TableName"])
    rows = [i["SK"]["S"] for p in pages for i in p["Items"] if case.id in i["PK"]["S"]]
    assert not [key for key in rows if key.startswith("O#") and key.endswith("failed")]
    case.sign(1)
    software.wait_state(case.id, "completed")
    assert_sound(software.download(case.id, case.documents[0]), 2)


def test_the_same_command_delivered_twice(platform: LocalStack, software: Software) -> None:
    """Every handler may run twice, late: the second time changes nothing."""
    case = launched(platform, software, (1, 2))
    case.sign(0)
    case.people[1].wait_mail()
    table = platform.client("dynamodb")
    before = software.ask("GET", f"/signature_requests/{case.id}/events")["events"]
    accepted = next(e for e in before if e["kind"] == "signature_accepted")
    firm = software.get(case.id).get("firm_id") or _firm_of(table, platform, case.id)
    base = {"firmId": firm, "requestId": case.id, "generation": 1}
    late = {**base, "commandId": "cmd_00000000000000000000000000"}
    for _ in range(2):
        invoke(platform, "SignFunction", {**late, "documentId": case.documents[0]})
        invoke(platform, "SignFunction", late)
        invoke(platform, "IssueOtpFunction", late)
        invoke(platform, "LaunchFunction", base)
        invoke(platform, "RelaunchFunction", base)
        invoke(platform, "ExpireFunction", base)
        invoke(platform, "RefuseFunction", base)
        invoke(platform, "CancelFunction", base)
    after = software.ask("GET", f"/signature_requests/{case.id}/events")["events"]
    assert after == before
    assert accepted
    assert len(case.people[1].mails()) == 1


def _firm_of(table: Any, platform: LocalStack, request: str) -> str:  # noqa: ANN401 - boto3
    items = table.scan(TableName=platform.outputs["TableName"])["Items"]
    keys = {i["PK"]["S"] for i in items if request in i["PK"]["S"]}
    return str(keys.pop().split("#")[1])
