"""How long a cold start imports: every door in a fresh interpreter, as Lambda starts it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.benchmarks.result import Result

FUNCTIONS = Path(__file__).resolve().parents[2] / "functions"
# Milliseconds, on a machine of two cores (docs/ARCHITECTURE.md).
WITHOUT_PDF = 250.0
WITH_PDF = 600.0
# What these load at their first call; Lambda's user waits for it all the same.
PDF_DOORS = {
    "inspect_upload": "paraphe.adapters.pdf.inspect.child",
    "sign": "paraphe.adapters.pdf.sign.signing",
}
ROUNDS = 5

_CLOCK = (
    "import time; start = time.perf_counter(); import {modules}; "
    "print((time.perf_counter() - start) * 1000)"
)


def measure(*, short: bool) -> list[Result]:
    """The best of a few rounds for every door: what the code costs, not what else ran."""
    return [
        Result(f"import {door}", _best(door, 3 if short else ROUNDS), "ms", _budget(door))
        for door in doors()
    ]


def doors() -> list[str]:
    """Every package that is one Lambda function."""
    return sorted(path.parent.name for path in FUNCTIONS.glob("*/handler.py"))


def _budget(door: str) -> float:
    return WITH_PDF if door in PDF_DOORS else WITHOUT_PDF


def _best(door: str, rounds: int) -> float:
    modules = [f"{door}.handler", *filter(None, [PDF_DOORS.get(door)])]
    program = _CLOCK.format(modules=", ".join(modules))
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(FUNCTIONS),
        "AWS_DEFAULT_REGION": "eu-west-3",
    }
    return min(
        float(
            subprocess.run(
                [sys.executable, "-c", program],
                env=environment,
                capture_output=True,
                text=True,
                check=True,
            ).stdout
        )
        for _ in range(rounds + 1)  # the first one may compile
    )
