"""The deployed platform for tests: started once, thrown away at the end."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from infra.local import stack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.local.stack import LocalStack

# Where CI looks for the logs of a run that failed.
KEPT_LOGS = Path(__file__).resolve().parents[2] / "out" / "test-logs"


@contextlib.contextmanager
def deployed(folder: Path, *, template: Path = stack.TEMPLATE) -> Iterator[LocalStack]:
    """Run the platform in `folder`; its logs are kept in `out/test-logs`."""
    try:
        with stack.running(folder, template=template) as running:
            yield running
    finally:
        KEPT_LOGS.mkdir(parents=True, exist_ok=True)
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        for log in folder.rglob("*.log"):
            shutil.copyfile(log, KEPT_LOGS / f"{worker}-{log.name}")
