"""Verification in a child process with limits, for files of strangers."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paraphe.adapters.trust.pades.validation import internal_errors
from paraphe.contracts.trust.verdicts import decode
from paraphe.domain import times
from paraphe.domain.trust.evidence_verdict import Verdict
from paraphe.domain.trust.verdict import Problem, State

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from paraphe.adapters.evidence.verification.check_against_heads import Heads

_CHILD = "paraphe.adapters.trust.verification.child"
MEGABYTE = 1024 * 1024
NO_MEMORY = 75
# Time is up, killed by whoever watches memory, or Python had none left.
_LIMITS = {-signal.SIGPROF, -signal.SIGXCPU, -signal.SIGKILL, NO_MEMORY}


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one verification may cost: bytes of memory, seconds of processor and of waiting."""

    address_space: int = 1536 * MEGABYTE
    cpu: float = 20.0
    wall: float = 25.0


DEFAULT = Bounds()


def check(
    pdf: bytes,
    evidence: bytes | None,
    roots: Iterable[bytes],
    now: datetime,
    *,
    stamp_roots: Iterable[bytes] = (),
    reports: bool = False,
    heads: Heads | None = None,
    bounds: Bounds = DEFAULT,
) -> Verdict:
    """Validate like `check.check`; a file that takes too much is UNREADABLE with `TOO_MUCH`.

    A child that fails of itself makes the verdict INDETERMINATE, with the id of a line in the log;
    what it logged is logged here. It gets no environment but the module path: no credentials in
    particular.
    """
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        (here / "signed.pdf").write_bytes(pdf)
        if evidence is not None:
            (here / "evidence.json").write_bytes(evidence)
        if heads is not None:
            (here / "heads.json").write_bytes(heads.content)
            (here / "heads.tsr").write_bytes(heads.token)
        for number, root in enumerate(roots):
            (here / f"{number:03d}.root").write_bytes(root)
        for number, root in enumerate(stamp_roots):
            (here / f"{number:03d}.stamp-root").write_bytes(root)
        answer = _run(here, times.to_text(now), bounds, reports=reports)
    if isinstance(answer, dict) and "usage" in answer:
        raise ValueError(answer["usage"])
    blank = Verdict(State.UNREADABLE, now, hashlib.sha256(pdf).hexdigest(), len(pdf))
    if answer is None:
        return replace(blank, problems=(Problem.TOO_MUCH,))
    if "verdict" not in answer:
        error_id = str(answer.get("error_id") or internal_errors.note_end(str(answer["ended"])))
        return replace(
            blank, state=State.INDETERMINATE, problems=(Problem.INTERNAL,), error_id=error_id
        )
    return decode(answer["verdict"])


def _run(folder: Path, now: str, bounds: Bounds, *, reports: bool) -> dict[str, Any] | None:
    """The child's answer; None when a limit ended it, `ended` when something else did."""
    command = [sys.executable, "-S", "-P", "-m", _CHILD, str(folder), now]
    command += ["reports" if reports else "plain", json.dumps(asdict(bounds))]
    child = subprocess.Popen(  # noqa: S603 - our own interpreter and module
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
            "PYTHONDONTWRITEBYTECODE": "1",
            "LD_LIBRARY_PATH": os.environ.get("LD_LIBRARY_PATH", ""),
            "LC_ALL": "C.UTF-8",
        },
        start_new_session=True,
        close_fds=True,
    )
    try:
        out, _ = child.communicate(timeout=bounds.wall)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.communicate()
        return None
    if child.returncode in _LIMITS:
        return None
    try:
        answer = json.loads(out)
    except ValueError:
        answer = None
    if not isinstance(answer, dict) or not {"verdict", "usage", "error_id"} & answer.keys():
        return {"ended": f"the child ended with {child.returncode}"}
    internal_errors.repeat(answer.get("log"))
    return answer
