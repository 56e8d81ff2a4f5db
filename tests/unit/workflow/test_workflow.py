"""The state machine's definition: complete, retried, ids only, and never out of history."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from infra import sam_template
from paraphe import observe
from paraphe.contracts.workflow_steps import StepInput, answer, start_input
from paraphe.domain.requests.actor import SPENT, Next, Step

if TYPE_CHECKING:
    from collections.abc import Iterator

WORKFLOW = Path(sam_template.__file__).with_name("workflow.asl.yaml")
DEFINITION: dict[str, Any] = sam_template.load(WORKFLOW)
STATES: dict[str, dict[str, Any]] = DEFINITION["States"]
SIGN_DOCUMENT = STATES["SignAll"]["ItemProcessor"]["States"]["SignDocument"]
MAPS = {name: state for name, state in STATES.items() if state["Type"] == "Map"}
TASKS = {name: state for name, state in STATES.items() if state["Type"] == "Task"}
HISTORY_LIMIT = 25_000
MOST_DOCUMENTS = 50
# Events of one state: entered and exited; a task adds scheduled, started, succeeded, and a task
# with a token submitted. One retry: failed, scheduled, started (and submitted).
PASSED, TASK, TOKEN_TASK, RETRY, TOKEN_RETRY = 2, 5, 6, 3, 4
MAP, ITERATION = 4, 2


def _targets(state: dict[str, Any]) -> Iterator[str]:
    for rule in state.get("Choices", []):
        yield rule["Next"]
    for rule in state.get("Catch", []):
        yield rule["Next"]
    yield from (state[key] for key in ("Next", "Default") if key in state)


def _retries(state: dict[str, Any]) -> int:
    return sum(retrier["MaxAttempts"] for retrier in state["Retry"])


def test_every_state_exists_and_is_reached() -> None:
    """No dangling names, no state that nothing leads to."""
    reached, left = {DEFINITION["StartAt"]}, [DEFINITION["StartAt"]]
    while left:
        fresh = set(_targets(STATES[left.pop()])) - reached
        reached |= fresh
        left += fresh
    assert reached == set(STATES)


@pytest.mark.parametrize("value", list(Next))
def test_every_next_step_has_its_own_state(value: Next) -> None:
    """Whatever a door may answer is known; nothing known is handled as unknown."""
    rules = STATES["Route"]["Choices"]
    states = [rule["Next"] for rule in rules if rule.get("StringEquals") == str(value)]
    assert len(states) == 1
    expected = {Next.AWAIT: "AwaitCommand", Next.END: "Ended"}.get(
        value, "".join(word.capitalize() for word in value.split("_"))
    )
    assert states == [expected]


@pytest.mark.parametrize("name", sorted(TASKS))
def test_every_task_is_retried_and_its_last_failure_is_made_visible(name: str) -> None:
    """Backoff and jitter on whatever is raised; then `failed`, never a hanging execution."""
    task = TASKS[name]
    retrier, catcher = task["Retry"][-1], task["Catch"][-1]
    assert retrier["ErrorEquals"] == catcher["ErrorEquals"] == ["States.ALL"]
    assert retrier["JitterStrategy"] == "FULL"
    assert retrier["BackoffRate"] > 1
    assert catcher["Next"] == ("Failed" if name == "Fail" else "Fail")
    assert STATES["Fail"]["Next"] == "Failed"
    assert STATES["Failed"]["Type"] == "Fail"


@pytest.mark.parametrize("name", sorted(MAPS))
def test_a_document_that_cannot_be_signed_stops_no_other_one(name: str) -> None:
    """P22: a Map ends all its iterations with the first that fails, so none does.

    The step after it finds the document without signature, and the request is failed.
    """
    inner = MAPS[name]["ItemProcessor"]["States"]
    task = inner[MAPS[name]["ItemProcessor"]["StartAt"]]
    assert _retries(task) > 0
    (catcher,) = task["Catch"]
    assert catcher["ErrorEquals"] == ["States.ALL"]
    caught = inner[catcher["Next"]]
    assert (caught["Type"], caught["End"]) == ("Pass", True)
    after = STATES[MAPS[name]["Next"]]
    assert "documentId" not in after["Parameters"]["Payload"]
    # What a rule refused is told apart from what faults have left undone.
    assert caught["Result"] == {"next": "retry"}
    assert MAPS[name]["ResultPath"] == after["Parameters"]["Payload"]["outcomes.$"] == "$.outcomes"
    assert MAPS[name]["Catch"][-1]["Next"] == "Fail"


def test_the_door_fail_learns_whether_a_rule_refused() -> None:
    """Only `fail` and `interrupted` lead there as answers; whatever else `step.next` is was raised.

    Every state that may lead to Fail has a `step` by then, the very first one too.
    """
    payload = STATES["Fail"]["Parameters"]["Payload"]
    assert payload["answered.$"] == "$.step.next"
    assert payload["failedStep.$"] == "$.step.by"
    rules = {r["StringEquals"] for r in STATES["Route"]["Choices"] if r["Next"] == "Fail"}
    assert rules == {observe.FAIL, observe.INTERRUPTED}


def test_the_wait_ends_at_the_deadline_and_is_not_retried() -> None:
    """P14: the timeout is the expiry, not a fault."""
    wait = TASKS["AwaitCommand"]
    assert wait["Resource"].endswith(".waitForTaskToken")
    assert wait["TimeoutSecondsPath"] == "$.step.secondsToDeadline"
    assert "secondsToDeadline" in answer(Step(Next.AWAIT))
    assert wait["Retry"][0] == {"ErrorEquals": ["States.Timeout"], "MaxAttempts": 0}
    assert wait["Catch"][0]["ErrorEquals"] == ["States.Timeout"]
    late = STATES[wait["Catch"][0]["Next"]]["Result"]
    assert late == {**answer(Step(Next.EXPIRE)), "by": "await"}


@pytest.mark.parametrize("name", sorted(TASKS))
def test_payloads_hold_ids_only_and_the_doors_can_read_them(name: str) -> None:
    """History is readable: no names, codes or bytes; and a door parses what its state sends."""
    payload = TASKS[name]["Parameters"]["Payload"]
    names = {key.removesuffix(".$") for key in payload}
    assert names <= {
        *("firmId", "requestId", "generation", "commandId", "documentIds"),
        *("taskToken", "startedAt", "failedStep", "answered", "outcomes"),
    }
    given: dict[str, Any] = dict.fromkeys(names, "2026-11-23T09:00:00.000Z")
    given |= {"generation": 1}
    given |= {"outcomes": [{"next": "retry"}]} if "outcomes" in names else {}
    given |= {"documentIds": ["doc_1"]} if "documentIds" in names else {}
    assert StepInput.parse(given).firm_id


def test_an_execution_reads_its_start() -> None:
    """What starts an execution is what the doors take, with a step in the place of an answer."""
    given = start_input("frm_1", "sr_1", 3)
    assert StepInput.parse(given) == StepInput(firm_id="frm_1", request_id="sr_1", generation=3)
    assert DEFINITION["StartAt"] == "Launch"
    assert set(given["step"]) == {"next", "by"}
    assert given["step"]["next"] == str(Next.LAUNCH)


@pytest.mark.parametrize("name", sorted(set(TASKS) - {"Fail", "Close"}))
def test_every_step_says_who_answered(name: str) -> None:
    """`fail` has to name the step that failed, and Route to know which step came before."""
    selected = TASKS[name]["ResultSelector"]
    assert {key.removesuffix(".$") for key in selected} == {*answer(Step(Next.END)), "by"}
    assert TASKS[name]["ResultPath"] == "$.step"
    assert TASKS[name]["Next"] == "Route"


def _rule(state: str) -> list[dict[str, Any]]:
    """What has to hold for Route to go there."""
    (rule,) = (r for r in STATES["Route"]["Choices"] if r["Next"] == state)
    conditions: list[dict[str, Any]] = rule.get("And", [rule])
    return conditions


@pytest.mark.parametrize(("many", "one"), [("SignAll", "Sign"), ("SealAll", "Seal")])
def test_one_document_needs_no_map(many: str, one: str) -> None:
    """Three transitions less; several documents are still done each on its own."""
    names = [rule["Next"] for rule in STATES["Route"]["Choices"]]
    assert names.index(many) < names.index(one)
    assert {"Variable": "$.step.documentIds[1]", "IsPresent": True} in _rule(many)
    assert TASKS[one]["Parameters"]["Payload"]["documentIds.$"] == "$.step.documentIds"


def test_closing_a_completed_request_after_its_evidence_is_the_end() -> None:
    assert {"Variable": "$.step.by", "StringEquals": "evidence"} in _rule("Close")
    assert TASKS["Close"]["Parameters"]["FunctionName"] == "${Complete}"
    assert TASKS["Close"]["End"] is True
    names = [rule["Next"] for rule in STATES["Route"]["Choices"]]
    assert names.index("Close") < names.index("Complete")


def test_history_never_runs_out() -> None:
    """25,000 events: even if every retry is used in every step, and 50 documents come last.

    A commit costs at most one step that commits and one wait after it.
    """
    plain = [TASK + RETRY * _retries(t) for n, t in TASKS.items() if n != "AwaitCommand"]
    waiting = TOKEN_TASK + TOKEN_RETRY * _retries(TASKS["AwaitCommand"]) + 2 * PASSED
    signing = MAP + TASK + RETRY * _retries(TASKS["ApplySignature"])
    commit = max(*plain, signing) + PASSED + waiting
    document = ITERATION + TASK + RETRY * _retries(SIGN_DOCUMENT) + PASSED
    unit = max(commit, document)
    assert unit <= 80
    last = 1 + MOST_DOCUMENTS
    assert (SPENT + last) * unit + PASSED + TASK < HISTORY_LIMIT
