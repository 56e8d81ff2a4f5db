"""Nothing personal leaves a door beside its purpose: not in a log line, a metric, an exception."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def played() -> tuple[str, list[str]]:
    """All that a whole play wrote, and every name, address, phone, token and code in it."""
    path = os.pathsep.join(str(ROOT / part) for part in ("functions", "layers/core/src", "."))
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.doors"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": path, "LOG_LEVEL": "DEBUG"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    *lines, secrets = done.stdout.splitlines()
    return "\n".join([*lines, done.stderr]), json.loads(secrets)


def test_the_play_is_worth_looking_at(played: tuple[str, list[str]]) -> None:
    """It went through the doors to the end, and there was something to hide."""
    written, secrets = played
    for door in ("inspect_upload", "record_upload", "launch", "issue_otp", "sign", "complete"):
        assert f'"service":"{door}"' in written
    for metric in (
        "CodesSent",
        "SignaturesMade",
        "TimeToSign",
        "MailsBounced",
        "RequestsCompleted",
    ):
        assert f'"{metric}"' in written
    assert '"RequestsDeclined"' in written
    assert "door failed" in written
    assert len(secrets) > 15


def test_no_line_metric_or_exception_holds_a_secret(played: tuple[str, list[str]]) -> None:
    """Names, e-mails, phones, tokens, codes, titles, reasons; even from libraries' own texts."""
    written, secrets = played
    assert [secret for secret in secrets if secret in written] == []


def test_every_line_is_json_with_the_request_s_id(played: tuple[str, list[str]]) -> None:
    """Structured, and found again by the request's id."""
    lines = [line for line in played[0].splitlines() if line.startswith('{"level"')]
    entries = [json.loads(line) for line in lines]
    assert len(entries) > 30
    steps = [entry for entry in entries if entry["message"] == "step done"]
    assert steps
    assert all(entry["correlation_id"].startswith("sr_") for entry in steps)
