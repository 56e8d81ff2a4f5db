"""System tools that tests use: a test that lacks one is not judged, and the run says so.

`make test` has looked for them before (`infra/local/prerequisites.py`); with CI=true a missing one
is a failure.
"""

from __future__ import annotations

import errno
import os
import shutil
from typing import TYPE_CHECKING

from infra.local.prerequisites import NEEDS

if TYPE_CHECKING:
    import pytest

NAMES = frozenset(need.name for need in NEEDS)
_PACKAGES = {need.name: need.debian for need in NEEDS}


class MissingToolError(FileNotFoundError):
    """A tool is not on this machine; the message has the line that installs it."""

    def __init__(self, name: str) -> None:
        install = f"apt-get install {_PACKAGES.get(name, name)}"
        super().__init__(errno.ENOENT, f"{name} is missing: {install}", name)


def tool(name: str) -> str:
    """The path of a system tool.

    Raises:
        MissingToolError: it is not here.
    """
    found = shutil.which(name)
    if found is None:
        raise MissingToolError(name)
    return found


def missing_tool(error: BaseException | None) -> str | None:
    """Name the tool for want of which something failed, if that is why."""
    seen = error
    while seen is not None:
        if isinstance(seen, FileNotFoundError) and seen.filename in NAMES:
            return str(seen.filename)
        seen = seen.__cause__ or seen.__context__
    return None


def leave_unjudged(report: pytest.TestReport, error: BaseException | None) -> None:
    """Turn a failure for want of a tool into a skip that names it; not in CI."""
    name = missing_tool(error) if report.failed else None
    if name is None or os.environ.get("CI") == "true":
        return
    report.outcome = "skipped"
    report.longrepr = (report.location[0], report.location[1] or 0, f"not judged: no {name}")
    report.user_properties.append(("not judged", name))
