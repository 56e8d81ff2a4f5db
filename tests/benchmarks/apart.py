"""Commands whose memory is measured: started by a small process.

On Linux a child's peak begins with the size of whoever forked it, so a large benchmark would
measure itself.
"""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_STARTER = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=sys.stderr)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def run(command: Sequence[str | Path]) -> tuple[float, str]:
    """Run a command; its peak resident size in MB, and what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", _STARTER, *command], check=True, capture_output=True, text=True
    )
    return int(done.stdout) / 1024, done.stderr
