"""`Executions` on Step Functions: one execution per request and generation."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from paraphe.adapters.faults import ServiceRefusedError, calling
from paraphe.contracts.workflow_steps import answer, start_input

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_stepfunctions import SFNClient

    from paraphe.domain.requests.actor import Step
    from paraphe.ports.requests import RequestRef

_DEAD_TOKEN = frozenset({"TaskDoesNotExist", "TaskTimedOut", "InvalidToken"})
_ARN_PARTS = 7


class StepFunctionsExecutions:
    """Keeps `Executions`.

    Args:
        client: Step Functions.
        state_machine: gives the ARN of the state machine, or of an alias of it. Asked only by
            what needs it: a task of the machine cannot know the ARN, and only wakes.

    """

    def __init__(self, client: SFNClient, state_machine: Callable[[], str]) -> None:
        self._client = client
        self._state_machine = state_machine

    def start(self, ref: RequestRef, generation: int) -> None:
        """Keep `Executions.start`."""
        given = start_input(ref.firm_id, ref.request_id, generation)
        try:
            with calling("states:StartExecution"):
                self._client.start_execution(
                    stateMachineArn=self._state_machine(),
                    name=execution_name(ref, generation),
                    input=json.dumps(given),
                )
        except ServiceRefusedError as refused:
            if refused.code != "ExecutionAlreadyExists":
                raise

    def is_running(self, ref: RequestRef, generation: int) -> bool:
        """Keep `Executions.is_running`."""
        arn = execution_arn(self._state_machine(), execution_name(ref, generation))
        try:
            with calling("states:DescribeExecution"):
                found = self._client.describe_execution(executionArn=arn)
        except ServiceRefusedError as refused:
            if refused.code == "ExecutionDoesNotExist":
                return False
            raise
        return found["status"] in {"RUNNING", "PENDING_REDRIVE"}

    def wake(self, token: str, step: Step) -> bool:
        """Keep `Executions.wake`."""
        try:
            with calling("states:SendTaskSuccess"):
                self._client.send_task_success(taskToken=token, output=json.dumps(answer(step)))
        except ServiceRefusedError as refused:
            if refused.code in _DEAD_TOKEN:
                return False
            raise
        return True


def execution_name(ref: RequestRef, generation: int) -> str:
    """Name an execution: unique per request and generation, so a second start is refused."""
    return f"{ref.request_id}-{generation}"


def execution_arn(state_machine: str, name: str) -> str:
    """Return an execution's ARN from that of its state machine; an alias is not part of it."""
    parts = state_machine.split(":")
    if len(parts) < _ARN_PARTS:
        raise ValueError("not the ARN of a state machine")
    return ":".join([*parts[:5], "execution", parts[6], name])
