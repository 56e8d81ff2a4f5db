"""What a request costs in transitions of the state machine, the largest item of its bill."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from infra.local.journey import wait_for
from infra.local.stack import open_firm
from tests.integration.conftest import Case, launched

if TYPE_CHECKING:
    from infra.local.journey import Software
    from infra.local.stack import LocalStack

MOST = 26


def _entered(platform: LocalStack, case: Case) -> Counter[str]:
    """How often each state was entered by all executions of a request: what AWS bills."""
    machine = platform.client("stepfunctions")
    listed = machine.list_executions(stateMachineArn=platform.outputs["StateMachineArn"])
    mine = [e for e in listed["executions"] if e["name"].startswith(case.id)]
    assert mine
    assert {execution["status"] for execution in mine} == {"SUCCEEDED"}
    entered: Counter[str] = Counter()
    for execution in mine:
        pages = machine.get_paginator("get_execution_history").paginate(
            executionArn=execution["executionArn"]
        )
        for page in pages:
            for event in page["events"]:
                if event["type"].endswith("StateEntered"):
                    entered[event["stateEnteredEventDetails"]["name"]] += 1
    return entered


def _finished(platform: LocalStack, case: Case) -> bool:
    """Whether its execution has ended, after the evidence."""
    machine = platform.client("stepfunctions")
    listed = machine.list_executions(stateMachineArn=platform.outputs["StateMachineArn"])
    mine = [e for e in listed["executions"] if e["name"].startswith(case.id)]
    return bool(mine) and all(e["status"] != "RUNNING" for e in mine)


def test_two_signers_one_after_the_other(platform: LocalStack, software: Software) -> None:
    case = launched(platform, software, (1, 2))
    case.sign(0)
    case.sign(1)
    software.wait_state(case.id, "completed")
    wait_for("its execution to end", lambda: _finished(platform, case))
    entered = _entered(platform, case)
    assert sum(entered.values()) <= MOST, entered
    assert entered["Sign"] == 2
    assert entered["Close"] == 1


def test_two_documents_and_a_seal(platform: LocalStack) -> None:
    """Several documents go through a Map; the seal at the end costs one step more."""
    software = open_firm(platform, "Cabinet Martin", seal_at_end=True)
    case = launched(platform, software, (1, 1), documents=2)
    case.sign(0)
    case.sign(1)
    software.wait_state(case.id, "completed")
    wait_for("its execution to end", lambda: _finished(platform, case))
    entered = _entered(platform, case)
    # The embedded AWS writes down no states inside of a Map: one for each document.
    inside = 2 * (entered["SignAll"] + entered["SealAll"])
    assert (entered["SignAll"], entered["SealAll"]) == (2, 1)
    # Two sign side by side: whether the second finds the actor waiting is their race, and costs 2.
    assert sum(entered.values()) + inside <= MOST + 8, entered
