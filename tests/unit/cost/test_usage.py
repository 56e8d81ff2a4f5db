"""Recorded lines become amounts: each kind of call, summed by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from infra.cost import prices, usage

if TYPE_CHECKING:
    from pathlib import Path

WAITS = {"dynamodb": 5, "s3": 20, "kms": 10, "ses": 100, "sns": 50, "states": 30}
ASSUMED = replace(
    prices.load().assumed,
    full_core_mb=2048,
    core_slowness=2,
    cold_starts=0.5,
    runs_log_bytes=100,
    access_log_bytes=300,
    traced=1,
    wait_ms=WAITS,
    time_stamp_ms=200,
)


def _call(service: str, operation: str, by: str = "paraphe-local-sign", **more: Any) -> Any:  # noqa: ANN401
    return {"kind": "call", "service": service, "operation": operation, "by": by, "out": 0, **more}


def _run(door: str, cpu_ms: float, *, memory: int = 1024, cold: bool = False) -> Any:  # noqa: ANN401
    return {
        "kind": "run",
        "function": f"paraphe-local-{door}",
        "memory": memory,
        "cpu_ms": cpu_ms,
        "cold": cold,
        "log": 900,
        "metrics": [f"Paraphe {door}"],
    }


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            _call("dynamodb", "TransactWriteItems", write_units=16.0),
            {"DynamoDB: write units": 16, "DynamoDB: read units": 0},
        ),
        (
            _call("dynamodb", "Query", read_units=1.5),
            {"DynamoDB: write units": 0, "DynamoDB: read units": 1.5},
        ),
        (_call("s3", "PUT"), {"S3: writes and lists": 1}),
        (_call("s3", "LIST"), {"S3: writes and lists": 1}),
        (_call("s3", "GET"), {"S3: reads": 1}),
        (_call("s3", "DELETE"), {}),
        (_call("s3", "GET", "public", out=500), {"S3: reads": 1, "Data out: GB": 500 / 1e9}),
        (_call("kms", "Sign"), {"KMS: elliptic-curve calls": 1}),
        (_call("kms", "GetPublicKey"), {"KMS: elliptic-curve calls": 1}),
        (_call("kms", "GenerateMac"), {"KMS: symmetric and HMAC calls": 1}),
        (_call("sns", "Publish", sms_parts=2), {"SNS: SMS to France": 2}),
        (_call("states", "StartExecution"), {}),
        (_call("dynamodb", "PutItem", usage.ADMINISTRATOR, write_units=1.0), {}),
        (
            {"kind": "mail", "by": "paraphe-local-deliver", "bytes": 2000},
            {"SES: mails": 1, "SES: GB of mail": 2000 / 1e9},
        ),
        (
            {"kind": "gateway", "out": 4000},
            {
                "API Gateway: REST requests": 1,
                "Data out: GB": 4000 / 1e9,
                "CloudWatch: GB of logs": 300 / 1e9,
                "X-Ray: traces": 1,
            },
        ),
    ],
)
def test_a_line_is_what_aws_bills_for_it(line: Any, expected: dict[str, float]) -> None:  # noqa: ANN401
    assert usage.used([line], ASSUMED) == pytest.approx(expected)


def test_a_service_that_nobody_thought_of_is_noticed() -> None:
    with pytest.raises(LookupError, match="textract"):
        usage.used([_call("textract", "AnalyzeDocument")], ASSUMED)


def test_a_function_is_billed_for_its_work_and_its_waiting() -> None:
    """40 ms of work on a quarter of a core take 320 ms; waiting takes as long on any."""
    lines = [
        _run("sign", 40, memory=512),
        _call("kms", "Sign"),
        _call("s3", "GET"),
    ]
    found = usage.used(lines, ASSUMED)
    # Work 40 x 2 x 4, a signature 10 and a file 20: 350 ms with half a GB.
    assert found["Lambda: GB-seconds, arm64"] == pytest.approx(0.5 * 0.350)
    assert found["Lambda: invocations"] == 1
    assert found["CloudWatch: GB of logs"] == pytest.approx(1000 / 1e9)
    assert found["X-Ray: traces"] == 0  # it is part of the execution's


def test_waiting_for_time_stamps_is_billed_too() -> None:
    """Three of 200 ms, in the largest function that asks for any."""
    lines = [
        _run("sign", 1, memory=1024),
        _run("seal", 1, memory=2048),
        _run("api", 1, memory=4096),
    ]
    assert usage.stamping(lines, 3, ASSUMED) == pytest.approx(2 * 0.600)
    assert usage.stamping([_run("api", 1)], 0, ASSUMED) == 0


def test_what_an_event_starts_is_a_trace_of_its_own() -> None:
    assert usage.used([_run("deliver", 10)], ASSUMED)["X-Ray: traces"] == 1


def test_a_cold_run_counts_as_a_warm_one_and_its_start_apart() -> None:
    runs = [_run("web", 510, cold=True), _run("web", 10), _run("web", 30)]
    found = usage.used(runs, ASSUMED)
    # Warm runs take 20 ms in the middle: (20 + 10 + 30) x 2 x 2 with one GB.
    assert found["Lambda: GB-seconds, arm64"] == pytest.approx(0.240)
    # Starting takes 510 - 20 more, for half of the requests; other doors are not asked for.
    runs.append(_run("verify", 900, cold=True))
    assert usage.cold_starts(runs, {"web"}, ASSUMED) == pytest.approx(0.490 * 4 * 0.5)


def test_a_core_is_not_faster_with_more_memory_than_it_needs() -> None:
    assert usage.gb_seconds(4096, 100, 0, ASSUMED) == pytest.approx(4 * 0.200)


def test_metrics_are_told_apart_by_name() -> None:
    runs = [_run("web", 1), _run("web", 1), _run("sign", 1), {"kind": "gateway", "out": 0}]
    assert usage.metrics(runs) == {"Paraphe web", "Paraphe sign"}


def test_only_whole_lines_are_read_and_none_twice(tmp_path: Path) -> None:
    file = tmp_path / "calls.jsonl"
    file.write_text(json.dumps({"kind": "gateway", "out": 1}) + '\n{"kind": "gat', encoding="utf-8")
    lines, offset = usage.read(file)
    assert [line["out"] for line in lines] == [1]
    with file.open("a", encoding="utf-8") as log:
        log.write('eway", "out": 2}\n')
    lines, offset = usage.read(file, offset)
    assert [line["out"] for line in lines] == [2]
    assert usage.read(file, offset) == ([], offset)
