"""From recorded calls (`infra.local.recording`) to amounts of what AWS has a price for."""

from __future__ import annotations

import json
from collections import defaultdict
from statistics import median
from typing import TYPE_CHECKING, Any

from infra.cost.bill import Amounts
from infra.template.table import doors

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path

    from infra.cost.prices import Assumed

ADMINISTRATOR = "administrator"
GB = 1e9
_CURVES = frozenset({"GetPublicKey", "Sign", "Verify"})
_S3_READS = frozenset({"GET", "HEAD"})
# What S3's notices and the table's stream start: each run is a trace of its own.
BY_EVENT = frozenset(door.name for door in doors() if door.trigger in {"event", "stream"})
STAMPING = frozenset({"evidence", "seal", "sign"})
# Free: deletions, and what Step Functions, S3's notices and DynamoDB's streams do by themselves.
_S3_FREE = frozenset({"DELETE", "OPTIONS"})
_FREE = frozenset({"cognito-idp", "events", "scheduler", "states", "sts", "logs", "monitoring"})


def read(file: Path, offset: int = 0) -> tuple[list[dict[str, Any]], int]:
    """Read what was recorded from an offset on; the lines, and where the next ones begin."""
    with file.open("rb") as log:
        log.seek(offset)
        content = log.read()
    whole = content[: content.rfind(b"\n") + 1]
    return [json.loads(line) for line in whole.splitlines()], offset + len(whole)


def door(function: str) -> str:
    """The door of a function's full name: `paraphe-local-sign` is `sign`."""
    return function.split("-", 2)[-1]


def used(lines: Iterable[Mapping[str, Any]], assumed: Assumed) -> Amounts:
    """Amounts of all that was recorded, except what the administrator (a test) did.

    Functions are counted as if warm; `cold_starts` has what starting them takes.

    Raises:
        LookupError: a call of a service that nothing is known of.
    """
    amounts = Amounts()
    waiting: defaultdict[str, float] = defaultdict(float)
    runs: list[Mapping[str, Any]] = []
    for line in lines:
        if line["kind"] == "run":
            runs.append(line)
        elif line["kind"] == "gateway":
            amounts["API Gateway: REST requests"] += 1
            amounts["Data out: GB"] += line["out"] / GB
            amounts["CloudWatch: GB of logs"] += assumed.access_log_bytes / GB
            amounts["X-Ray: traces"] += assumed.traced
        elif line["kind"] == "mail":
            amounts["SES: mails"] += 1
            amounts["SES: GB of mail"] += line["bytes"] / GB
            waiting[door(line["by"])] += assumed.wait_ms["ses"]
        elif line["by"] != ADMINISTRATOR:
            amounts.add(_call(line))
            waiting[door(line["by"])] += assumed.wait_ms.get(line["service"], 0)
    amounts.add(_runs(runs, waiting, assumed))
    return amounts


def _call(line: Mapping[str, Any]) -> Amounts:
    service, operation = line["service"], line["operation"]
    found = Amounts()
    if service == "dynamodb":
        found["DynamoDB: write units"] = line.get("write_units", 0)
        found["DynamoDB: read units"] = line.get("read_units", 0)
    elif service == "s3" and operation not in _S3_FREE:
        kind = "S3: reads" if operation in _S3_READS else "S3: writes and lists"
        found[kind] = 1
        if line["by"] == "public":
            found["Data out: GB"] = line["out"] / GB
    elif service == "kms":
        curve = operation in _CURVES
        found["KMS: elliptic-curve calls" if curve else "KMS: symmetric and HMAC calls"] = 1
    elif service == "sns" and operation == "Publish":
        found["SNS: SMS to France"] = line["sms_parts"]
    elif service != "s3" and service not in _FREE:
        raise LookupError(f"what does {service} {operation} cost?")
    return found


def _runs(
    runs: Collection[Mapping[str, Any]], waiting: Mapping[str, float], assumed: Assumed
) -> Amounts:
    """Invocations, their GB-seconds and logs; what an event starts is a trace of its own."""
    found = Amounts()
    warm = warm_ms(runs)
    for run in runs:
        name = door(run["function"])
        cpu = warm.get(name, run["cpu_ms"]) if run["cold"] else run["cpu_ms"]
        found["Lambda: invocations"] += 1
        found["Lambda: GB-seconds, arm64"] += gb_seconds(run["memory"], cpu, 0, assumed)
        found["CloudWatch: GB of logs"] += (run["log"] + assumed.runs_log_bytes) / GB
        found["X-Ray: traces"] += assumed.traced if name in BY_EVENT else 0
    memory = {door(run["function"]): run["memory"] for run in runs}
    for name, ms in waiting.items():
        if name in memory:
            found["Lambda: GB-seconds, arm64"] += gb_seconds(memory[name], 0, ms, assumed)
    return found


def gb_seconds(memory: float, cpu_ms: float, wait_ms: float, assumed: Assumed) -> float:
    """What a run is billed for: its work takes longer the less memory it has; waiting does not."""
    slower = assumed.core_slowness * max(1.0, assumed.full_core_mb / memory)
    return memory / 1024 * (cpu_ms * slower + wait_ms) / 1000


def stamping(lines: Iterable[Mapping[str, Any]], stamps: int, assumed: Assumed) -> float:
    """GB-seconds of waiting for time-stamps; whoever waits is taken for the largest that runs."""
    memory = max((line["memory"] for line in lines if _ran(line) in STAMPING), default=0)
    return gb_seconds(memory, 0, stamps * assumed.time_stamp_ms, assumed) if memory else 0.0


def _ran(line: Mapping[str, Any]) -> str:
    """The door that ran; nothing for other lines."""
    return door(line["function"]) if line["kind"] == "run" else ""


def warm_ms(runs: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    """Median processor time of each door's runs that did not start cold."""
    times: defaultdict[str, list[float]] = defaultdict(list)
    for run in runs:
        if not run["cold"]:
            times[door(run["function"])].append(run["cpu_ms"])
    return {name: median(found) for name, found in times.items()}


def cold_starts(
    lines: Iterable[Mapping[str, Any]], doors: Collection[str], assumed: Assumed
) -> float:
    """GB-seconds of starting some doors once: what cold runs took beyond warm ones."""
    runs = [line for line in lines if line["kind"] == "run"]
    warm = warm_ms(runs)
    extra: dict[str, float] = {}
    for run in runs:
        name = door(run["function"])
        if run["cold"] and name in doors:
            cpu = max(0.0, run["cpu_ms"] - warm.get(name, 0))
            taken = gb_seconds(run["memory"], cpu, 0, assumed)
            extra[name] = min(taken, extra.get(name, taken))
    return sum(extra.values()) * assumed.cold_starts


def metrics(lines: Iterable[Mapping[str, Any]]) -> set[str]:
    """Custom metrics that the runs told of."""
    return {name for line in lines if line["kind"] == "run" for name in line["metrics"]}
