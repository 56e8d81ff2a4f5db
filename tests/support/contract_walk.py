"""Walks through the HTTP API by the links of its OpenAPI document, every answer held against it.

Schemathesis makes the walks: it creates things, and follows the links of the answers to change,
read and delete them, nine times in ten with data that fits the document. A walk only ends when
enough calls were made or the time is up; what broke the contract is counted by kind.
"""

from __future__ import annotations

import contextlib
import random
import re
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import hypothesis
import schemathesis
from hypothesis import HealthCheck, Phase, settings, strategies
from hypothesis.errors import Flaky
from hypothesis.stateful import Bundle
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.generation.stateful.state_machine import StepInput
from schemathesis.specs.openapi.checks import (
    ensure_resource_availability,
    positive_data_acceptance,
    use_after_free,
)
from schemathesis.specs.openapi.stateful import transition

from infra import openapi

if TYPE_CHECKING:
    from schemathesis.checks import CheckFunction
    from schemathesis.core.transport import Response
    from schemathesis.generation.case import Case
    from schemathesis.generation.stateful.state_machine import APIStateMachine
    from schemathesis.schemas import APIOperation, BaseSchema

_ID = re.compile(r"([a-z]{2,4})_[0-9a-z]{8,40}")
_MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
_HTTP = re.compile(r"(?i)https?:")
SCENARIOS, STEPS = 25, 40


@dataclass
class Walk:
    """One run of walks: its bounds, and what it found.

    Attributes:
        calls: the most calls.
        seconds: the longest time.
        own_client: the API client that calls; it is never changed.
        requests: requests that are further than a walk brings one: launched, completed.
        webhook: where webhooks go, whatever address was made up.
        sent: what every call brings: a session, headers.
    """

    calls: int
    seconds: float
    own_client: str = ""
    requests: tuple[str, ...] = ()
    webhook: str = "http://127.0.0.1:9/"
    sent: dict[str, Any] = field(default_factory=dict)
    statuses: Counter[int] = field(default_factory=Counter)
    reached: Counter[str] = field(default_factory=Counter)
    breaches: dict[str, str] = field(default_factory=dict)
    ids: dict[str, deque[str]] = field(default_factory=dict)
    faults: int = 0
    started: float = field(default_factory=time.monotonic)

    @property
    def made(self) -> int:
        """How many calls were made."""
        return self.statuses.total()

    @property
    def over(self) -> bool:
        """Whether it is enough."""
        return self.made >= self.calls or time.monotonic() - self.started >= self.seconds

    def go(self, schema: BaseSchema, seed: int) -> None:
        """Walk until it is enough."""
        while not self.over:
            machine = hypothesis.seed(seed)(_machine(self, schema))
            machine.rule_order_seed = seed
            seed += 1
            with contextlib.suppress(Flaky):  # the platform remembers what the library forgets
                machine.run(settings=_SETTINGS)

    def told(self) -> str:
        """Return the figures, and each kind of breach with how to repeat it."""
        seconds = time.monotonic() - self.started
        statuses = ", ".join(
            f"{count} x {status}" for status, count in sorted(self.statuses.items())
        )
        lines = [
            f"{self.made} calls in {seconds:.0f} s: {statuses}",
            f"{len(self.reached)} operations succeeded",
            f"{self.faults} breaches of the contract, {len(self.breaches)} kinds",
        ]
        return "\n".join([*lines, *self.breaches.values()])


_SETTINGS = settings(
    max_examples=SCENARIOS,
    stateful_step_count=STEPS,
    phases=[Phase.generate],
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def schema_of(base_url: str | None = None) -> BaseSchema:
    """Return the document, ready for walks: only its own links are followed."""
    schema = schemathesis.openapi.from_dict(openapi.document())
    schema.config.phases.stateful.inference.algorithms = []
    # A list that is too long may make the body too large.
    schema.config.checks.negative_data_rejection.expected_statuses += ["413"]
    if base_url is not None:
        schema.config.update(base_url=base_url)
    return schema


def _machine(walk: Walk, schema: BaseSchema) -> type[APIStateMachine]:
    base: Any = schema.as_state_machine()

    class Machine(base):  # type: ignore[misc]
        """Counts, and goes on after a breach."""

        def step(self, input: StepInput) -> Any:  # noqa: A002, ANN401 - the library's
            return None if walk.over else super().step(input)

        def before_call(self, case: Case[Any]) -> None:
            _steer(walk, case)

        def get_call_kwargs(self, case: Case[Any]) -> dict[str, Any]:  # noqa: ARG002
            return dict(walk.sent)

        def validate_response(self, response: Response, case: Case[Any], **given: Any) -> None:  # noqa: ANN401
            _judge(walk, response, case, given, self.recorder)

    for operation in (
        result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)
    ):
        if "{" not in operation.path:  # the library only begins with some of them
            name = f"BEGIN_{operation.method}_{re.sub(r'[^a-z0-9]', '_', operation.path)}"
            setattr(Machine, name, _beginning(name, operation))
    return Machine


def _beginning(name: str, operation: APIOperation[Any, Any, Any, Any]) -> object:
    """Return a rule: this operation may be called at any time."""
    good, bad = (operation.as_strategy(generation_mode=mode) for mode in _MODES)
    cases = strategies.integers(0, 9).flatmap(lambda drawn: good if drawn else bad)
    return transition(
        name=name,
        target=Bundle("catch_all"),
        input=cases.map(StepInput.initial),
        precondition=lambda _: True,
    )


def _steer(walk: Walk, case: Case[Any]) -> None:
    """Keep the walk on this machine and able to go on, and bring it to what it cannot make."""
    path = case.path_parameters
    if walk.own_client and path.get("client_id") == walk.own_client:
        path["client_id"] = f"cli_{'0' * 26}"
    if walk.requests and "request_id" in path and random.random() < 0.2:  # noqa: S311
        path["request_id"] = random.choice(walk.requests)  # noqa: S311
    body = _with_ids(walk, case.body)
    if body != case.body:
        case.body = body


def _with_ids(walk: Walk, body: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return a body with ids of things that were answered, and addresses on this machine."""
    if isinstance(body, dict):
        return {key: _with_ids(walk, value) for key, value in body.items()}
    if isinstance(body, list):
        return [_with_ids(walk, value) for value in body]
    if not isinstance(body, str):
        return body
    if known := walk.ids.get(_prefix(body)):
        return random.choice(known)  # noqa: S311
    return walk.webhook if _HTTP.match(body) else body


def _prefix(text: str) -> str:
    found = _ID.fullmatch(text)
    return found[1] if found else ""


def _note(walk: Walk, answer: Any) -> None:  # noqa: ANN401 - any JSON
    """Remember the ids in an answer, the newest of each kind."""
    for item in [answer, *answer.get("items", ())]:
        found = item.get("id") if isinstance(item, dict) else None
        if isinstance(found, str) and (prefix := _prefix(found)):
            walk.ids.setdefault(prefix, deque(maxlen=20)).append(found)


def _judge(
    walk: Walk,
    response: Response,
    case: Case[Any],
    given: dict[str, Any],
    recorder: Any,  # noqa: ANN401
) -> None:
    label = case.operation.label
    walk.statuses[response.status_code] += 1
    if response.status_code < 300:
        if response.text:
            _note(walk, response.json())
        walk.reached[label] += 1
    excluded: list[CheckFunction] = [positive_data_acceptance]
    if case.method != "GET":  # what a body names may be missing, and is 404 as well
        excluded.append(ensure_resource_availability)
    if case.operation.path.endswith("/events"):  # the trail of a deleted draft stays
        excluded.append(use_after_free)
    try:
        case.validate_response(
            response,
            excluded_checks=excluded,
            transport_kwargs=given,
            recorder=recorder,
        )
    except FailureGroup as group:
        for failure in group.exceptions:
            walk.faults += 1
            kind = f"{label}: {response.status_code} {failure.title}"
            walk.breaches.setdefault(kind, f"{kind}\n  {_once(failure, response, case)}")


def _once(failure: Any, response: Response, case: Case[Any]) -> str:  # noqa: ANN401
    message = " ".join(str(failure.message).split())[:600]
    answer = response.text[:300]
    body = str(case.body)[:300]
    return f"{message}\n  {case.formatted_path} query={case.query} body={body}\n  {answer}"
