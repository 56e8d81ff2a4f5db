"""What passes between the steps of the workflow: ids only, because history is readable.

Plain dataclasses: pydantic's import would take more than half of a task door's budget, and what
comes in here was written by our own state machine.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from paraphe.domain import times
from paraphe.domain.errors import InvalidError
from paraphe.domain.requests.actor import Next, Step


def _text(event: Mapping[str, Any], name: str) -> str:
    value = event.get(name)
    if not isinstance(value, str) or not value:
        raise InvalidError("bad_step", f"The step needs {name}.", field=name)
    return value


def _optional(event: Mapping[str, Any], name: str) -> str | None:
    return None if event.get(name) is None else _text(event, name)


def _number(event: Mapping[str, Any], name: str, default: int) -> int:
    value = event.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise InvalidError("bad_step", f"The step's {name} is no whole number.", field=name)
    return value


def _texts(event: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = event.get(name, [])
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise InvalidError("bad_step", f"The step's {name} is no list of ids.", field=name)
    return tuple(value)


def _outcomes(event: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = event.get(name, [])
    if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
        raise InvalidError("bad_step", f"The step's {name} is no list of answers.", field=name)
    return tuple(_text(one, "next") for one in value)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepInput:
    """What every task of the state machine is given.

    `task_token` and `started_at` come to `await_command` only: the token to answer with, and since
    when the execution runs. `document_ids` comes where a command's documents are done in one run:
    none or one. `failed_step` comes to `fail` only: the last step that answered; and `answered`,
    what it answered: `fail` when a rule refused, else the step whose retries were used up.
    `outcomes` comes after a Map: what was answered for each document, `retry` when nothing but
    faults came. Definitions of earlier releases send less.
    """

    firm_id: str
    request_id: str
    generation: int = 1
    command_id: str | None = None
    document_id: str | None = None
    document_ids: tuple[str, ...] = ()
    task_token: str | None = None
    started_at: datetime | None = None
    failed_step: str = "unknown"
    answered: str | None = None
    outcomes: tuple[str, ...] = ()

    @classmethod
    def parse(cls, event: Mapping[str, Any]) -> Self:
        """Read a task's input; what is not known is ignored.

        Raises:
            InvalidError: `bad_step`, naming the field, never its value.

        """
        started = _optional(event, "startedAt")
        return cls(
            firm_id=_text(event, "firmId"),
            request_id=_text(event, "requestId"),
            generation=_number(event, "generation", 1),
            command_id=_optional(event, "commandId"),
            document_id=_optional(event, "documentId"),
            document_ids=_texts(event, "documentIds"),
            task_token=_optional(event, "taskToken"),
            started_at=times.from_text(started) if started else None,
            failed_step=_optional(event, "failedStep") or "unknown",
            answered=_optional(event, "answered"),
            outcomes=_outcomes(event, "outcomes"),
        )


def answer(step: Step) -> dict[str, Any]:
    """Return a step as the JSON that Route reads: `next`, `secondsToDeadline` and the ids."""
    return {
        "next": str(step.next),
        "secondsToDeadline": max(1, step.seconds_to_deadline),
        "commandId": step.command_id,
        "documentIds": list(step.document_ids),
    }


def start_input(firm_id: str, request_id: str, generation: int) -> dict[str, Any]:
    """Return what an execution is started with; `StepInput.parse` reads it back.

    `step` is what the state machine finds in the place of an answer before there is one.
    """
    return {
        "firmId": firm_id,
        "requestId": request_id,
        "generation": generation,
        "step": {"next": str(Next.LAUNCH), "by": "start"},
    }
