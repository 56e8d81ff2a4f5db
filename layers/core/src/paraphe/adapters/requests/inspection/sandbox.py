"""Run the child process that reads a stranger's PDF, and outlive whatever becomes of it."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from paraphe.domain.requests.inspection import RefusalReason

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Sequence
    from pathlib import Path

    from paraphe.adapters.requests.inspection.limits import Limits

_CHILD = "paraphe.adapters.requests.inspection.child"
_OUT_OF_TIME = frozenset({signal.SIGPROF, signal.SIGXCPU, signal.SIGKILL})


@dataclass(frozen=True, slots=True)
class Outcome:
    """The lines that the child answered, and why it died if it died.

    `peak` is the most memory, in bytes, that any child of this process has held so far.
    """

    lines: list[dict[str, object]]
    death: RefusalReason | None
    peak: int


def run(mode: str, paths: Sequence[Path], limits: Limits, wall: float, *rest: str) -> Outcome:
    """Run the child for at most `wall` seconds and return what it said.

    It gets no environment but the module path: in particular no credentials. It needs neither
    shared memory nor semaphores, which AWS Lambda does not have.
    """
    (outcome,) = run_side_by_side(mode, paths, limits, wall, [rest])
    return outcome


def run_side_by_side(
    mode: str, paths: Sequence[Path], limits: Limits, wall: float, jobs: Iterable[Sequence[str]]
) -> Generator[Outcome]:
    """Run a child for each job at the same time, `wall` seconds for all; give outcomes in order.

    Each child has the bounds of one. Those that nobody asks for any more are ended.
    """
    end = time.monotonic() + wall
    children = [_start(mode, paths, limits, rest) for rest in jobs]
    try:
        for child in children:
            yield _outcome(child, max(0.0, end - time.monotonic()))
    finally:
        for child in children:
            if child.returncode is None:
                _end(child)


def _start(
    mode: str, paths: Sequence[Path], limits: Limits, rest: Sequence[str]
) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-S", "-P", "-m", _CHILD, mode, *map(str, paths)]
    command += [json.dumps(asdict(limits)), *rest]
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(),
        start_new_session=True,
        close_fds=True,
    )


def _outcome(child: subprocess.Popen[bytes], wall: float) -> Outcome:
    late = False
    try:
        out, _ = child.communicate(timeout=wall)
    except subprocess.TimeoutExpired:
        late = True
        out = _end(child)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    return Outcome(_lines(out), _death(child.returncode, late=late), peak)


def _end(child: subprocess.Popen[bytes]) -> bytes:
    with contextlib.suppress(ProcessLookupError):  # it has just ended by itself
        os.killpg(child.pid, signal.SIGKILL)
    return child.communicate()[0]


def _environment() -> dict[str, str]:
    """Return the child's environment: where its modules are, and one malloc arena."""
    return {
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "PYTHONDONTWRITEBYTECODE": "1",
        "LD_LIBRARY_PATH": os.environ.get("LD_LIBRARY_PATH", ""),
        "LC_ALL": "C.UTF-8",
        "MALLOC_ARENA_MAX": "1",
    }


def _lines(out: bytes) -> list[dict[str, object]]:
    """Return the whole lines of JSON objects in an answer; a torn last line does not count."""
    lines: list[dict[str, object]] = []
    for line in out.splitlines():
        try:
            value = json.loads(line)
        except ValueError:
            break
        if isinstance(value, dict):
            lines.append(value)
    return lines


def _death(code: int, *, late: bool) -> RefusalReason | None:
    """Say why the child ended, None when it ended as it should."""
    if late or -code in _OUT_OF_TIME:
        return RefusalReason.TIMEOUT
    if -code == signal.SIGABRT:
        return RefusalReason.OUT_OF_MEMORY
    return RefusalReason.DAMAGED if code else None
