"""What passes between the steps of the workflow: ids only, because history is readable."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from paraphe.domain.actor import Step


class _Shape(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, frozen=True, extra="ignore"
    )


class StepInput(_Shape):
    """What every task of the state machine is given."""

    firm_id: str
    request_id: str
    generation: int = 1
    command_id: str | None = None
    document_id: str | None = None


class AwaitInput(StepInput):
    """What `await_command` is given besides: the token to answer with."""

    task_token: str
    rounds: int = 0


class FailInput(StepInput):
    """What `fail` is given: the name of the step whose retries were used up."""

    failed_step: str = "unknown"


class StepOutput(_Shape):
    """What every task answers."""

    next: str
    seconds_to_deadline: int = Field(default=1, ge=1)
    command_id: str | None = None
    document_ids: tuple[str, ...] = ()


def answer(step: Step) -> dict[str, Any]:
    """Give a step as the JSON that Route reads: `next`, `secondsToDeadline`, `commandId`, `documentIds`."""
    output = StepOutput(
        next=str(step.next),
        seconds_to_deadline=step.seconds_to_deadline,
        command_id=step.command_id,
        document_ids=step.document_ids,
    )
    return output.model_dump(by_alias=True, mode="json")
