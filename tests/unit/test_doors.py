"""What a cold start may not load (docs/ARCHITECTURE.md): weight that a door does not need."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

FUNCTIONS = Path(__file__).resolve().parents[2] / "functions"
DOORS = sorted(path.parent.name for path in FUNCTIONS.glob("*/handler.py"))
PDF_DOORS = {"evidence", "inspect_upload", "seal", "sign"}
HEAVY = {"pyhanko", "pyhanko_certvalidator", "pikepdf", "pypdfium2", "PIL", "lxml", "aiohttp"}


@pytest.mark.parametrize("door", DOORS)
def test_a_door_loads_only_what_it_needs(door: str) -> None:
    """No PDF machinery where no PDF is touched; no door reads AWS or the network when imported."""
    program = f"import sys, {door}.handler; print(*{{name.split('.')[0] for name in sys.modules}})"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(FUNCTIONS)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split())
    if door not in PDF_DOORS:
        assert not loaded & HEAVY
    assert "boto3" not in loaded, "clients are made at the first call, by wiring"
