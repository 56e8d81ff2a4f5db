"""Cold import of every door, against docs/ARCHITECTURE.md's budget.

Each door is imported by fresh interpreters, all doors in turn, so that what else the machine does
falls on all of them alike. Bytecode is there, as in the layers; the interpreter's own start is left
out. The figure is processor time, which an import is made of, because wall-clock time on a shared
machine also measures its other users; the least wall-clock time stands beside it.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.result import Result

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
FUNCTIONS = ROOT / "functions"
PDF_DOORS = frozenset({"evidence", "inspect_upload", "seal", "sign"})
BUDGET, PDF_BUDGET = 250.0, 600.0
RUNS, SHORT_RUNS = 9, 3
PROGRAM = """
import time
wall, cpu = time.perf_counter(), time.process_time()
import {door}.handler
print(1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - cpu))
"""


def doors() -> list[str]:
    """Names of all doors."""
    return sorted(path.parent.name for path in FUNCTIONS.glob("*/handler.py"))


def measure(*, short: bool) -> Iterator[Result]:
    """Import each door several times, in turns; one run more at the start only warms the disk."""
    found: dict[str, list[tuple[float, float]]] = {door: [] for door in doors()}
    for turn in range(1 + (SHORT_RUNS if short else RUNS)):
        for door, times in found.items():
            taken = _import(door)
            if turn:
                times.append(taken)
    for door, times in found.items():
        cpu = statistics.median(cpu for _, cpu in times)
        budget = PDF_BUDGET if door in PDF_DOORS else BUDGET
        yield Result(f"import {door}, processor", cpu, "ms", budget)
        yield Result(f"import {door}, wall clock, least", min(wall for wall, _ in times), "ms")


def _import(door: str) -> tuple[float, float]:
    path = os.pathsep.join([str(FUNCTIONS), str(ROOT / "layers" / "core" / "src")])
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(door=door)],
        env={"PATH": os.environ.get("PATH", os.defpath), "PYTHONPATH": path},
        capture_output=True,
        check=True,
        text=True,
    )
    wall, cpu = done.stdout.split()
    return float(wall), float(cpu)
