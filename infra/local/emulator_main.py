"""Starts MiniStack with guarded start-up patches; run by `infra.local.emulator`.

MiniStack 1.5.33 differs from AWS in four ways that matter here:

1. `TimeoutSecondsPath` of a task is ignored, so the 15-day wait would never end (P14).
2. A Lambda function that raises under `.waitForTaskToken` is swallowed, so the execution would hang
   until its timeout instead of taking its `Retry` and `Catch`.
3. Attachments of e-mails are dropped. Here every accepted e-mail is kept, as it was sent, in
   the folder `MAIL_DIR`, where the inbox finds it.

4. Over a restart the table's streams lose their records, but who reads them keeps its place: behind
   records that are not there any more. So nothing that follows would reach it, e-mails included.

A fifth patch writes down which permission each role has used, and which it was denied, in the file
`PERMISSIONS_LOG`: so tests can tell a permission that nothing needs from one that is missing.
`infra.local.recording` has more, which write down what AWS would bill, in the file `CALLS_LOG`.

Each patch wraps, and none copies, what it changes. It was written against a known text of the
functions it wraps; if an upgrade changes that text, this module refuses to start.
"""

from __future__ import annotations

import contextvars
import hashlib
import inspect
import json
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ministack import app
from ministack.core import iam_evaluator, lambda_runtime
from ministack.services import dynamodb, lambda_svc, ses_v2, stepfunctions

from infra.local import recording

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# SHA-256 of the source text that each wrapper below was written against.
KNOWN_SOURCES = {
    "stepfunctions._execute_task": (
        "53c818d247dba62c49b82c78ad185f18083422f2bc30168836d7b4f2dae28d9a"
    ),
    "stepfunctions._invoke_with_callback": (
        "bbb38423156a0d3d46c6fe19292640055cfa72e929d2356153f3a8a6c2c023d9"
    ),
    "stepfunctions._call_lambda": (
        "25830369b12636da09a4e4650489842a507f43aa952b5186a47458ff6f3c47d5"
    ),
    "iam_evaluator.enforce": ("cf64b1ee5b099c8f705e919a43bd7b354e4772f150edb89f8218c930b8550c8c"),
    "iam_evaluator.evaluate": ("2a5dd6932d1aca6a6e0759dca046354fdde705da759f8ea7fed9487e3bc49825"),
    "lambda_svc._restore_esm_positions": (
        "13262db1ad7997de1e2c5d45e18b2cc29357bc696422536f35639866e79a5dbf"
    ),
    "dynamodb.get_state": "ce90690a6033950f9aaac39a8225ef7ce8e55fe1c3abc80e2df51e1098e7f9f3",
    "ses_v2.handle_request": ("cab4023919ec58ca72851f3493f7d8f7e64139a8f8ad2a91b71177cdc6e07f3a"),
}

_evaluated: contextvars.ContextVar[list[Any] | None] = contextvars.ContextVar(
    "evaluated", default=None
)
_waiting_token: contextvars.ContextVar[str | None] = contextvars.ContextVar("token", default=None)


class UpstreamChangedError(RuntimeError):
    """MiniStack is not the version that the patches were written for."""


def guard(known_sources: Mapping[str, str] = KNOWN_SOURCES) -> None:
    """Compare MiniStack's functions with the text they had when the patches were written.

    Raises:
        UpstreamChangedError: naming the functions to look at again.
    """
    modules = {
        "app": app,
        "lambda_runtime": lambda_runtime,
        "stepfunctions": stepfunctions,
        "ses_v2": ses_v2,
        "iam_evaluator": iam_evaluator,
        "lambda_svc": lambda_svc,
        "dynamodb": dynamodb,
    }
    changed = []
    for name, known in known_sources.items():
        module, function = name.split(".")
        source = inspect.getsource(getattr(modules[module], function))
        if hashlib.sha256(source.encode()).hexdigest() != known:
            changed.append(name)
    if changed:
        msg = f"MiniStack changed {', '.join(changed)}: read them again, then update {__file__}"
        raise UpstreamChangedError(msg)


def patch_timeouts() -> None:
    """Make `TimeoutSecondsPath` work: it becomes the `TimeoutSeconds` that MiniStack knows."""
    upstream: Callable[..., Any] = stepfunctions._execute_task  # noqa: SLF001 - the patched part

    def execute_task(
        state: dict[str, Any], raw_input: object, execution: object, ctx: object
    ) -> object:
        path = state.get("TimeoutSecondsPath")
        if path is not None:
            seconds = stepfunctions._resolve_path_or_ctx(path, raw_input, ctx)  # noqa: SLF001
            if isinstance(seconds, bool) or not isinstance(seconds, int) or seconds <= 0:
                error = f"TimeoutSecondsPath {path} must select a positive integer"
                raise stepfunctions._ExecutionError("States.Runtime", error)  # noqa: SLF001
            state = {**state, "TimeoutSeconds": seconds}
        return upstream(state, raw_input, execution, ctx)

    stepfunctions._execute_task = execute_task  # noqa: SLF001


def patch_callback_errors() -> None:
    """Let a Lambda function that raises under `.waitForTaskToken` fail its task, as on AWS."""
    upstream_wait: Callable[..., Any] = stepfunctions._invoke_with_callback  # noqa: SLF001
    upstream_call: Callable[..., Any] = stepfunctions._call_lambda  # noqa: SLF001

    def invoke_with_callback(resource: str, data: object, token: str, state: object) -> object:
        mark = _waiting_token.set(token)
        try:
            return upstream_wait(resource, data, token, state)
        finally:
            _waiting_token.reset(mark)

    def call_lambda(function: str, event: object) -> object:
        token = _waiting_token.get()
        try:
            return upstream_call(function, event)
        except stepfunctions._ExecutionError as error:  # noqa: SLF001
            waiting = stepfunctions._task_tokens.get(token) if token else None  # noqa: SLF001
            if waiting is not None and not waiting["event"].is_set():
                waiting["error"] = {"Error": error.error, "Cause": error.cause}
                waiting["event"].set()
            raise

    stepfunctions._invoke_with_callback = invoke_with_callback  # noqa: SLF001
    stepfunctions._call_lambda = call_lambda  # noqa: SLF001


def patch_mail(folder: Path) -> None:
    """Keep every accepted e-mail, as it was sent, as `<nanoseconds>.json` in `folder`."""
    upstream: Callable[..., Any] = ses_v2.handle_request
    folder.mkdir(parents=True, exist_ok=True)

    async def handle_request(
        method: str, path: str, headers: object, body: bytes, query: object
    ) -> tuple[int, Any, Any]:
        status, answer_headers, answer = await upstream(method, path, headers, body, query)
        sent = method == "POST" and path.rstrip("/").endswith("/outbound-emails")
        if sent and status == 200:
            record = {"sent_at": time.time(), "request": json.loads(body)}
            partial = folder / f"{time.time_ns()}.part"
            partial.write_text(json.dumps(record), encoding="utf-8")
            partial.rename(partial.with_suffix(".json"))
        return status, answer_headers, answer

    ses_v2.handle_request = handle_request


def patch_stream_places() -> None:
    """After a restart, let readers of the table's streams begin anew: the streams do, too."""
    upstream: Callable[..., Any] = lambda_svc._restore_esm_positions  # noqa: SLF001

    def restore_esm_positions(store: object, positions: object) -> None:
        if store is not lambda_svc._dynamodb_stream_positions:  # noqa: SLF001
            upstream(store, positions)

    lambda_svc._restore_esm_positions = restore_esm_positions  # noqa: SLF001


def patch_permissions(file: Path) -> None:
    """Write each decision about a role once, as a line of JSON.

    `sid` names the statement of the role's own policies that allowed it; `prefix` is the one that a
    listing of S3 asks for. What the resource's policy says is part of `decision` only.
    """
    enforce_upstream: Callable[..., Any] = iam_evaluator.enforce
    evaluate_upstream: Callable[..., Any] = iam_evaluator.evaluate
    seen: set[str] = set()
    file.touch()

    def evaluate(context: Any, policies: object, *limits: object) -> Any:  # noqa: ANN401
        result = evaluate_upstream(context, policies, *limits)
        evaluated = _evaluated.get()
        if evaluated is not None:
            evaluated.append((context, result))
        return result

    def enforce(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        evaluated: list[tuple[Any, Any]] = []
        mark = _evaluated.set(evaluated)
        try:
            denied = enforce_upstream(*args, **kwargs)
        finally:
            _evaluated.reset(mark)
        # The role's own policies come first; nothing is evaluated for the administrator.
        if evaluated and evaluated[0][0].principal_type == "AssumedRole":
            line = _permission_line(*evaluated[0], allowed=denied is None)
            if line not in seen:
                seen.add(line)
                with file.open("a", encoding="utf-8") as log:
                    log.write(line)
        return denied

    iam_evaluator.evaluate = evaluate
    iam_evaluator.enforce = enforce


def _permission_line(context: Any, own: Any, *, allowed: bool) -> str:  # noqa: ANN401
    entry = {
        "role": context.principal_arn.split("/")[1],
        "action": context.action,
        "resource": context.resource_arn,
        "prefix": context.service_context.get("s3:prefix"),
        "decision": "Allow" if allowed else "Deny",
        "sid": own.matched_sid,
    }
    return json.dumps(entry) + "\n"


def main() -> None:
    """Check, patch, serve until SIGTERM."""
    guard()
    guard(recording.KNOWN_SOURCES)
    patch_timeouts()
    patch_callback_errors()
    patch_stream_places()
    patch_mail(Path(os.environ["MAIL_DIR"]))
    patch_permissions(Path(os.environ["PERMISSIONS_LOG"]))
    recording.patch_calls(Path(os.environ["CALLS_LOG"]))
    app.main()


if __name__ == "__main__":
    main()
