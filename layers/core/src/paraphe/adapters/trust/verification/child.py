"""The process that verifies one stranger's file: run with limits, then gone.

Started as `python -m paraphe.adapters.trust.verification.child FOLDER NOW reports|plain BOUNDS`.
It answers with one JSON object on what was its standard output; what libraries print goes nowhere.
"""

from __future__ import annotations

import json
import logging
import os
import resource
import signal
import sys
from pathlib import Path

from paraphe.adapters.trust.pades.validation import internal_errors
from paraphe.adapters.trust.verification.confined import NO_MEMORY
from paraphe.domain import times


def main(arguments: list[str]) -> None:
    """Do one job and answer."""
    folder, now, mode, given = arguments
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    bounds = json.loads(given)
    memory = int(bounds["address_space"])
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    signal.setitimer(signal.ITIMER_PROF, float(bounds["cpu"]))
    lines = _Lines()
    internal_errors.LOG.addHandler(lines)
    try:
        said = _validate(Path(folder), now, reports=mode == "reports")
    except MemoryError:
        os._exit(NO_MEMORY)
    except Exception as error:  # noqa: BLE001 - ours, whatever it is: the parent says it
        said = {"error_id": internal_errors.note(error)}
    print(json.dumps({**said, "log": lines.said}), file=answer, flush=True)
    os._exit(0)


class _Lines(logging.Handler):
    """What is logged here, for the parent to log."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line."""
        self.said.append(record.getMessage())


def _validate(folder: Path, now: str, *, reports: bool) -> dict[str, object]:
    # Only now, under the limits.
    from paraphe.adapters.evidence.verification.check_against_heads import Heads  # noqa: PLC0415
    from paraphe.adapters.trust.verification.check import check  # noqa: PLC0415
    from paraphe.contracts.trust.verdicts import encode  # noqa: PLC0415

    heads, token = folder / "heads.json", folder / "heads.tsr"
    evidence = folder / "evidence.json"
    try:
        verdict = check(
            (folder / "signed.pdf").read_bytes(),
            evidence.read_bytes() if evidence.exists() else None,
            [path.read_bytes() for path in sorted(folder.glob("*.root"))],
            times.from_text(now),
            stamp_roots=[path.read_bytes() for path in sorted(folder.glob("*.stamp-root"))],
            reports=reports,
            heads=Heads(heads.read_bytes(), token.read_bytes()) if heads.exists() else None,
        )
    except ValueError as error:
        return {"usage": str(error)[:200]}
    return {"verdict": encode(verdict)}


if __name__ == "__main__":
    main(sys.argv[1:])
