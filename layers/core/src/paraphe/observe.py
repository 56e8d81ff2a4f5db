"""Logs, metrics and traces of every door: ids only, never an event, a message or a value.

What a door lets out when it fails names the kind of the fault and where it happened. An
exception's own text stays inside, because a library's text may quote what it was given.
"""

import functools
import os
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeAlias

from aws_lambda_powertools import Logger, Metrics

from paraphe import clock
from paraphe.contracts.workflow_steps import StepInput, answer
from paraphe.domain.errors import ParapheError, RaceLostError
from paraphe.domain.requests.actor import Next, Step, step_of_execution
from paraphe.ports.requests import RequestRef
from paraphe.ports.system import TransientError

if TYPE_CHECKING:
    from datetime import datetime

    from aws_lambda_powertools import Tracer
    from aws_lambda_powertools.metrics import MetricUnit

    from paraphe.domain.requests.model import SignatureRequest

NAMESPACE = "Paraphe"
FAIL = "fail"
SERVER_ERROR = 500
INTERRUPTED = "interrupted"
_COUNTING = threading.Lock()
Handler: TypeAlias = Callable[[dict[str, Any], object], Any]
Task: TypeAlias = "Callable[[StepInput, datetime], SignatureRequest | Step]"


class DoorFailedError(Exception):
    """A door gave up; holds the name of the fault's kind, not its text."""


@functools.cache
def logger(door: str) -> Logger:
    """Return the door's logger: one JSON object a line."""
    return Logger(service=door, level=os.environ.get("LOG_LEVEL", "INFO"))


@functools.cache
def metrics(door: str) -> Metrics:
    """Return the door's metrics, written to the log as embedded metrics when its run ends."""
    found = Metrics(namespace=NAMESPACE, service=door)
    found.set_default_dimensions(stage=os.environ.get("STAGE", "local"))
    return found


@functools.cache
def tracer(door: str) -> "Tracer":
    """Return the door's tracer. Slow to import: ask only for runs that are traced."""
    from aws_lambda_powertools import Tracer  # noqa: PLC0415 (0.4 s: see above)

    return Tracer(service=door, auto_patch=True, patch_modules=["botocore"])


def is_traced() -> bool:
    """Tell whether X-Ray samples this run."""
    return "Sampled=1" in os.environ.get("_X_AMZN_TRACE_ID", "")


def count(door: str, name: str, value: float = 1, unit: "MetricUnit | str" = "Count") -> None:
    """Add to one of the door's metrics, from any thread."""
    with _COUNTING:
        metrics(door).add_metric(name=name, unit=unit, value=value)


def count_happened(door: str, done: Mapping[str, float]) -> None:
    """Add what is not 0 to the door's metrics.

    CloudWatch bills a metric for each hour in which it is told, and the alarms on these take its
    absence for 0: a door that runs by the clock tells what happened, not what did not.
    """
    for name, value in done.items():
        if value:
            count(door, name, value)


def fault_of(error: BaseException) -> dict[str, Any]:
    """Describe a fault by its kind and place, without its text."""
    found: dict[str, Any] = {
        "fault": type(error).__name__,
        "at": [
            f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)[-6:]
        ],
    }
    response = getattr(error, "response", None)  # botocore's ClientError, without importing it
    if isinstance(response, dict):
        found["fault_code"] = str(response.get("Error", {}).get("Code", ""))
        found["operation"] = str(getattr(error, "operation_name", ""))
    if isinstance(error, ParapheError):
        found["fault_code"] = error.code
    return found


def closed_fault(error: Exception) -> Exception:
    """Return what may leave a door in the place of `error`."""
    if isinstance(error, TransientError):
        return TransientError("a service did not answer")
    fault = fault_of(error)
    code = fault.get("fault_code")
    return DoorFailedError(f"{fault['fault']} {code}" if code else fault["fault"])


@contextmanager
def _traced(door: str) -> Iterator[None]:
    if not is_traced():
        yield
        return
    with tracer(door).provider.in_subsegment(name=f"## {door}"):
        yield


def correlate(door: str, *, request_id: str, firm_id: str) -> None:
    """Name the request in every further line, and in the trace."""
    log = logger(door)
    log.set_correlation_id(request_id)
    log.append_keys(firm_id=firm_id)
    if is_traced():
        tracer(door).put_annotation("request_id", request_id)


def door(name: str) -> Callable[[Handler], Handler]:
    """Make a function a door: logged, measured, traced; faults leave it without their text.

    Args:
        name: the door's, as its package is called.

    """

    def wrap(handle: Handler) -> Handler:
        @functools.wraps(handle)
        def handler(event: dict[str, Any], context: object) -> Any:  # noqa: ANN401
            log = logger(name)
            log.append_keys(run=getattr(context, "aws_request_id", None))
            started = time.perf_counter()
            fault: Exception | None = None
            answered: Any = None
            try:
                with _traced(name):
                    answered = handle(event, context)
            except Exception as error:  # noqa: BLE001 (whatever it is, its text stays here)
                fault = closed_fault(error)
                log.error("door failed", **fault_of(error))  # noqa: TRY400 (no text, no values)
            else:
                _count_fault(name, answered)
                took = round((time.perf_counter() - started) * 1000)
                log.info("door done", duration_ms=took)
            finally:
                _flush(name)
                log.remove_keys(["run", "firm_id", "correlation_id"])
            if fault is not None:
                # Raised here, outside of the handler above, so that it carries no context.
                raise fault
            return answered

        return handler

    return wrap


def _count_fault(name: str, answered: object) -> None:
    """Count an HTTP answer of 5xx: for Lambda it is a success, so its own metric stays silent."""
    status = answered.get("statusCode") if isinstance(answered, dict) else None
    if isinstance(status, int) and status >= SERVER_ERROR:
        count(name, "ServerErrors")


def _flush(name: str) -> None:
    if metrics(name).provider.metric_set:
        metrics(name).flush_metrics()


def task(name: str) -> Callable[[Task], Handler]:
    """Make a use case's call a task of the state machine: its answer says what comes next.

    A domain error is an outcome, not a fault to retry: it is answered as `fail`. A lost race and
    a service that does not answer are raised, and retried by the state machine.

    Args:
        name: the door's.

    """

    def wrap(apply: Task) -> Handler:
        @door(name)
        @functools.wraps(apply)
        def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
            step = StepInput.parse(event)
            correlate(name, request_id=step.request_id, firm_id=step.firm_id)
            now = clock.now()
            try:
                reached = apply(step, now)
            except RaceLostError:
                raise
            except ParapheError as error:
                outcome = _outcome(step, error)
                logger(name).error("refused by a rule", outcome=outcome, **fault_of(error))
                return {**answer(Step(Next.END)), "next": outcome}
            found = reached if isinstance(reached, Step) else step_of_execution(reached, now)
            logger(name).info("step done", next=str(found.next))
            return answer(found)

        return handler

    return wrap


def _outcome(step: StepInput, error: ParapheError) -> str:
    """Tell a refusal, which a person has to see to, from what faults have left undone."""
    faults_only = "retry" in step.outcomes and FAIL not in step.outcomes
    return INTERRUPTED if error.code == "documents_unsigned" and faults_only else FAIL


def ref_of(step: StepInput) -> RequestRef:
    """Return the reference of the step's request."""
    return RequestRef(step.firm_id, step.request_id)
