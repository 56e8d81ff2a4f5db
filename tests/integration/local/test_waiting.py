"""What the actor relies on, and the embedded AWS does only with our patches: waits and failures."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from infra.local import deploy, emulator

if TYPE_CHECKING:
    from collections.abc import Iterator

TEMPLATE = Path(__file__).parent / "waiting" / "template.yaml"
PATIENCE = 120.0


class Waiting:
    """The deployed stack of `waiting/template.yaml`."""

    def __init__(self, aws: emulator.Emulator) -> None:
        """Deploy it."""
        self.outputs = deploy.deploy(aws, TEMPLATE, {"Stage": "local"}, stack="waiting")
        self.workflow = deploy.client(aws, "stepfunctions")
        self.table = deploy.client(aws, "dynamodb")

    def start(self, name: str, seconds: int, *, fail: bool = False) -> str:
        """Start an execution; its ARN."""
        arn: str = self.workflow.start_execution(
            stateMachineArn=self.outputs["Flow"],
            input=json.dumps({"id": name, "seconds": seconds, "fail": fail}),
        )["executionArn"]
        return arn

    def token(self, name: str) -> str:
        """The token that the function parked."""
        limit = time.monotonic() + PATIENCE
        while time.monotonic() < limit:
            found = self.table.get_item(TableName=self.outputs["Table"], Key={"PK": {"S": name}})
            if "Item" in found:
                token: str = found["Item"]["token"]["S"]
                return token
            time.sleep(0.05)
        raise TimeoutError(name)

    def output(self, execution: str) -> Any:  # noqa: ANN401 - JSON
        """What a successful execution ended with."""
        return json.loads(self.ended(execution)["output"])

    def ended(self, execution: str) -> dict[str, Any]:
        """How an execution ended."""
        limit = time.monotonic() + PATIENCE
        while time.monotonic() < limit:
            found: dict[str, Any] = self.workflow.describe_execution(executionArn=execution)
            if found["status"] != "RUNNING":
                return found
            time.sleep(0.05)
        raise TimeoutError(execution)


@pytest.fixture(scope="module")
def waiting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Waiting]:
    """An embedded AWS of its own."""
    with emulator.running(tmp_path_factory.mktemp("waiting")) as aws:
        yield Waiting(aws)


def test_a_wait_ends_when_its_input_says_so(waiting: Waiting) -> None:
    """`TimeoutSecondsPath` is the deadline (P14)."""
    assert waiting.output(waiting.start("ends", 1)) == "timed out"


def test_a_wait_is_answered_by_its_token(waiting: Waiting) -> None:
    """Fifteen days are no problem; an answer ends them."""
    execution = waiting.start("answered", 15 * 86_400)
    waiting.workflow.send_task_success(taskToken=waiting.token("answered"), output='{"next":"x"}')
    assert waiting.output(execution) == {"next": "x"}


def test_a_function_that_raises_fails_its_wait(waiting: Waiting) -> None:
    """Not one second of the fifteen days is spent on a function that failed."""
    assert waiting.output(waiting.start("raises", 15 * 86_400, fail=True)) == "failed"


def test_a_timeout_that_is_no_number_is_an_error(waiting: Waiting) -> None:
    """As on AWS: the execution fails, it does not wait for ever."""
    ended = waiting.ended(waiting.start("nonsense", 0))
    assert (ended["status"], ended["error"]) == ("FAILED", "States.Runtime")
