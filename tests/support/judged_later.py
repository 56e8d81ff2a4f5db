"""pyHanko's long-term verdict at a later time: Debian's `faketime` moves the clock of a process."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta

_REPOSITORY = Path(__file__).resolve().parents[2]


def judged_later(
    shift: timedelta, pdf: bytes, roots: bytes, fetched: Mapping[str, bytes], folder: Path
) -> list[dict[str, Any]]:
    """Judge a PDF; `fetched` is what addresses in certificates serve then, `*.crl` and `*.ocsp`."""
    for name, content in {"signed.pdf": pdf, "roots.pem": roots, **fetched}.items():
        (folder / name).write_bytes(content)
    done = subprocess.run(
        [
            *("faketime", "-f", f"+{int(shift.total_seconds())}s"),
            *(sys.executable, "-m", "tests.support.ades"),
            *(folder / name for name in ("signed.pdf", "roots.pem", *fetched)),
        ],
        cwd=_REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    found: list[dict[str, Any]] = json.loads(done.stdout)["signed.pdf"]
    return found
