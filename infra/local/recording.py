"""Writes down what the embedded AWS is asked to do, as AWS would bill it (`infra.cost` reads it).

One JSON object a line, in the file `CALLS_LOG`:

- `call`: one call of a service: who called, its operation, bytes, DynamoDB's units;
- `run`: one invocation of a function: processor time and wall time, whether it started cold, bytes
  of its log and the metrics in it;
- `gateway`: one request through API Gateway, with the bytes that went out;
- `mail`: one e-mail that SES took, with its bytes.

Write units are MiniStack's, which counts a table and its indexes item by item; read units are
counted here, from the sizes of what was read.
"""

from __future__ import annotations

import base64
import contextvars
import json
import math
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from ministack import app
from ministack.core import lambda_runtime
from ministack.services import dynamodb, ses_v2, sts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

# As `emulator_main.KNOWN_SOURCES`.
KNOWN_SOURCES = {
    "app._dispatch_service_request": (
        "17e5ef6dcfa0d4e6f646c075a4396cd5a0d306b5bcc1ecc48285855a57f92cc7"
    ),
    "app._handle_execute_api_request": (
        "77a20f6d604b17e37e4b39ee906ed2ae8bb3e54532442b24064590001dd62221"
    ),
    "dynamodb.handle_request": ("1201f2ac993ce1a07339816d280e7b86da8395988b41f91ce72caade86e12406"),
    "dynamodb._item_size_bytes": (
        "9be41cc11f947cdef198554a55cf6cd13ae579cc3d775a9dff26d2c0cea731b8"
    ),
    "lambda_runtime.Worker": ("a0bd1819a7040c1ee8674f18ef1a48c68ed88f66219cbb09547506ef12146215"),
}
READ_UNIT = 4096
_CPU_CLOCK = 2  # of a whole process, in clock_getcpuclockid(3)'s numbering on Linux

_units: contextvars.ContextVar[dict[str, float] | None] = contextvars.ContextVar(
    "units", default=None
)


def patch_calls(file: Path) -> None:
    """Append every call, run and request to a file from now on."""
    file.touch()

    def write(line: Mapping[str, Any]) -> None:
        text = json.dumps({"at": time.time(), **line}) + "\n"
        with file.open("a", encoding="utf-8") as log:
            log.write(text)

    _patch_services(write)
    _patch_units()
    _patch_gateway(write)
    _patch_functions(write)
    _patch_mail(write)


def _patch_services(write: Callable[[Mapping[str, Any]], None]) -> None:
    upstream: Callable[..., Any] = app._dispatch_service_request  # noqa: SLF001 - the patched part

    async def dispatch(
        method: str,
        path: str,
        headers: dict[str, str],
        body: bytes,
        query: dict[str, Any],
        request_id: str,
    ) -> Any:  # noqa: ANN401 - MiniStack's answer
        units: dict[str, float] = {}
        mark = _units.set(units)
        try:
            answer = await upstream(method, path, headers, body, query, request_id)
        finally:
            _units.reset(mark)
        service = app.detect_service(method, path, headers, {**_form(headers, body), **query})
        line = {
            "kind": "call",
            "by": _caller(headers, query),
            "service": service,
            "operation": _operation(service, method, path, headers, body, query),
            "status": answer[0],
            "in": len(body),
            "out": len(answer[2]) if isinstance(answer[2], bytes | str) else 0,
            **units,
        }
        if service == "sns" and line["operation"] == "Publish":
            message = _form(headers, body).get("Message", [""])[0]
            line["sms_parts"] = sms_parts(message)
        write(line)
        return answer

    app._dispatch_service_request = dispatch  # noqa: SLF001


def _patch_gateway(write: Callable[[Mapping[str, Any]], None]) -> None:
    upstream: Callable[..., Any] = app._handle_execute_api_request  # noqa: SLF001

    async def handle(host: str, path: str, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        answer = await upstream(host, path, *args, **kwargs)
        if answer is not None:
            write({"kind": "gateway", "status": answer[0], "out": len(answer[2] or b"")})
        return answer

    app._handle_execute_api_request = handle  # noqa: SLF001


def _patch_mail(write: Callable[[Mapping[str, Any]], None]) -> None:
    upstream: Callable[..., Any] = ses_v2.handle_request

    async def handle_request(
        method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]
    ) -> Any:  # noqa: ANN401 - MiniStack's answer
        answer = await upstream(method, path, headers, body, query)
        sent = method == "POST" and path.rstrip("/").endswith("/outbound-emails")
        if sent and answer[0] == 200:
            content = json.loads(body).get("Content", {})
            raw = base64.b64decode(content.get("Raw", {}).get("Data", ""))
            write({"kind": "mail", "by": _caller(headers, query), "bytes": len(raw) or len(body)})
        return answer

    ses_v2.handle_request = handle_request


def _patch_functions(write: Callable[[Mapping[str, Any]], None]) -> None:
    upstream: Callable[..., Any] = lambda_runtime.Worker.invoke

    def invoke(worker: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        before, started = _cpu(worker), time.monotonic()
        result = upstream(worker, *args, **kwargs)
        log = str(result.get("log") or "")
        cold = bool(result.get("cold_start"))
        line = {
            "kind": "run",
            "function": worker.func_name,
            "memory": int(worker.config.get("MemorySize", 128)),
            "ms": (time.monotonic() - started) * 1000,
            "cpu_ms": _cpu(worker) - (0 if cold else before),
            "cold": cold,
            "log": len(log.encode()),
            "metrics": sorted(metrics(log)),
        }
        write(line)
        return result

    lambda_runtime.Worker.invoke = invoke


def _patch_units() -> None:
    upstream: Callable[..., Any] = dynamodb.handle_request

    async def handle_request(
        method: str, path: str, headers: dict[str, str], body: bytes, query: object
    ) -> Any:  # noqa: ANN401 - MiniStack's answer
        asked = json.loads(body or b"{}")
        operation = headers.get("x-amz-target", "").rpartition(".")[2]
        writes = operation in WRITES
        if writes:
            body = json.dumps({**asked, "ReturnConsumedCapacity": "TOTAL"}).encode()
        answer = await upstream(method, path, headers, body, query)
        found, told = _units.get(), json.loads(answer[2])
        if found is not None and writes:
            found["write_units"] = written(asked, answer[0], told)
        elif found is not None and operation in READS and answer[0] == 200:
            found["read_units"] = read(operation, asked, told)
        return answer

    dynamodb.handle_request = handle_request


WRITES = frozenset({"DeleteItem", "PutItem", "TransactWriteItems", "UpdateItem"})
READS = frozenset({"BatchGetItem", "GetItem", "Query", "TransactGetItems"})


def written(asked: Mapping[str, Any], status: int, told: Mapping[str, Any]) -> float:
    """Write units of a call; one that was refused is billed as well, at least a unit an item."""
    if status == 200:
        consumed = told.get("ConsumedCapacity", [])
        parts = consumed if isinstance(consumed, list) else [consumed]
        return float(sum(part["CapacityUnits"] for part in parts))
    refused = str(told.get("__type", "")).rpartition("#")[2]
    if refused == "ConditionalCheckFailedException":
        return 1.0
    if refused == "TransactionCanceledException":
        return 2.0 * len(asked["TransactItems"])
    return 0.0


def read(operation: str, asked: Mapping[str, Any], told: Mapping[str, Any]) -> float:
    """Read units of a call: a query's items together, others' one by one (DynamoDB, "Capacity")."""
    if operation == "Query":
        return _read_unit(sum(map(item_size, told["Items"]))) * _share(asked)
    if operation == "GetItem":
        return _read_unit(item_size(told.get("Item"))) * _share(asked)
    if operation == "TransactGetItems":
        return sum(2.0 * _read_unit(item_size(one.get("Item"))) for one in told["Responses"])
    total = 0.0
    for table, wanted in asked["RequestItems"].items():
        items = told["Responses"].get(table, [])
        missing = max(0, len(wanted["Keys"]) - len(items))
        total += (sum(_read_unit(item_size(item)) for item in items) + missing) * _share(wanted)
    return total


# SMS's default alphabet and its extension, whose letters take two places (3GPP TS 23.038 §6.2.1).
_SMS_ALPHABET = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_SMS_EXTENSION = frozenset("^{}\\[~]|€\f")


def sms_parts(message: str) -> int:
    """How many SMS a message is sent as: each is billed."""
    if set(message) <= _SMS_ALPHABET | _SMS_EXTENSION:
        places = len(message) + sum(letter in _SMS_EXTENSION for letter in message)
        return 1 if places <= 160 else math.ceil(places / 153)
    units = len(message.encode("utf-16-be")) // 2
    return 1 if units <= 70 else math.ceil(units / 67)


def _share(asked: Mapping[str, Any]) -> float:
    return 1.0 if asked.get("ConsistentRead") else 0.5


def _read_unit(size: int) -> int:
    return max(1, math.ceil(size / READ_UNIT))


def item_size(item: Mapping[str, Any] | None) -> int:
    """Bytes of an item, as DynamoDB counts them; none is 0."""
    return int(dynamodb._item_size_bytes(item or {}))  # noqa: SLF001


def _caller(headers: Mapping[str, str], query: Mapping[str, Any]) -> str:
    """The function whose role signed the call, `public` behind a presigned form or address."""
    if "X-Amz-Signature" in query or "authorization" not in headers:
        return "public"
    key = app.extract_access_key_id(headers, query)
    session = sts._sessions.get(key)  # noqa: SLF001
    return str(session["Arn"]).rpartition("/")[2] if session else "administrator"


def _form(headers: Mapping[str, str], body: bytes) -> dict[str, list[str]]:
    if not headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return {}
    return parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)


def _operation(
    service: str,
    method: str,
    path: str,
    headers: Mapping[str, str],
    body: bytes,
    query: Mapping[str, Any],
) -> str:
    if target := headers.get("x-amz-target"):
        return target.rpartition(".")[2]
    if action := {**_form(headers, body), **query}.get("Action"):
        return str(action[0])
    if service == "s3":
        has_key = bool(path.strip("/").partition("/")[2])
        if method == "GET" and not has_key:
            return "LIST"
        return "DELETE" if method == "POST" and "delete" in query else method
    return f"{method} {path}"


def _cpu(worker: Any) -> float:  # noqa: ANN401 - MiniStack's
    """Processor time that a function's process has used so far, in ms; 0 where none can be had."""
    process = worker._proc  # noqa: SLF001
    if process is None:
        return 0.0
    try:
        return time.clock_gettime((~process.pid << 3) | _CPU_CLOCK) * 1000
    except OSError:
        return 0.0


def metrics(log: str) -> set[str]:
    """Names of the metrics in a log, each with its dimensions (CloudWatch, embedded format)."""
    found: set[str] = set()
    for line in log.splitlines():
        if '"_aws"' not in line:
            continue
        try:
            told = json.loads(line)
        except ValueError:
            continue
        for part in told["_aws"].get("CloudWatchMetrics", []):
            for names in part["Dimensions"]:
                dimensions = ",".join(f"{name}={told[name]}" for name in sorted(names))
                found |= {
                    f"{part['Namespace']} {one['Name']} {dimensions}" for one in part["Metrics"]
                }
    return found
