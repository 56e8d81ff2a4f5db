"""The process that reads one stranger's PDF: run with limits, then gone.

Started as `python -m paraphe.adapters.requests.inspection.child MODE SOURCE TARGET LIMITS [...]`.
Its answer goes to the descriptor that was its standard output, one line of JSON at a time; whatever
libraries print goes nowhere.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from paraphe.adapters.requests.inspection import budget
from paraphe.adapters.requests.inspection.limits import FACTS, REHEARSAL, Limits
from paraphe.adapters.requests.inspection.refuse import RefuseError
from paraphe.domain.requests.inspection import RefusalReason

if TYPE_CHECKING:
    from collections.abc import Callable

    from paraphe.adapters.requests.inspection.normalise import Findings

_STARVED = ("bad_alloc", "allocate memory", "out of memory")


def _inspect(
    source: Path, target: Path, limits: Limits, tell: Callable[[dict[str, object]], None]
) -> dict[str, object]:
    """Judge a file and return the answer as JSON values.

    Earlier answers go to `tell`: each counts if the process is ended before the next one.
    """
    size = source.stat().st_size
    budget.bound(limits, limits.data(size), limits.cpu(size), 2 * size + limits.unpacked_structure)
    from paraphe.adapters.requests.inspection import normalise  # noqa: PLC0415 - within the bounds

    try:
        findings = normalise.examine(source, target, limits, lambda sure: tell(_answer(sure)))
    except RefuseError as refusal:
        return {"refused": refusal.reason}
    except MemoryError:
        return {"refused": RefusalReason.OUT_OF_MEMORY}
    except RecursionError:
        return {"refused": RefusalReason.TOO_COMPLEX}
    except Exception as error:  # noqa: BLE001 - a stranger's file may break any library anyhow
        starved = any(word in str(error) for word in _STARVED)
        reason = RefusalReason.OUT_OF_MEMORY if starved else RefusalReason.DAMAGED
        return {"refused": reason, "error": type(error).__name__}
    return _answer(findings)


def _answer(sure: Findings | RefusalReason) -> dict[str, object]:
    """Put an answer into JSON values."""
    if isinstance(sure, RefusalReason):
        return {"refused": sure}
    return {"accepted": asdict(sure)}


def _look(upload: Path, normal: Path, limits: Limits, rest: list[str]) -> dict[str, object]:
    """Draw and compare some pages.

    `rest` are the draft's name, the first page from 0, the page behind the last, and, perhaps, the
    pictures' folder.
    """
    budget.bound(limits, limits.draw_data, limits.draw_page_cpu, limits.picture_bytes)
    from paraphe.adapters.requests.inspection import facts, looking  # noqa: PLC0415 - within the bounds

    name, first, end, *pictures = rest
    draft, pages = Path(name), range(int(first), int(end))
    rehearsed = draft.with_name(draft.name + REHEARSAL)
    files = looking.Files(upload, normal, rehearsed, Path(pictures[0]) if pictures else None)
    try:
        looking.compare(files, facts.read(draft.with_name(draft.name + FACTS)), limits, pages)
    except RefuseError as refusal:
        return {"refused": refusal.reason}
    except MemoryError:
        return {"refused": RefusalReason.OUT_OF_MEMORY}
    return {"looked": True}


def main(arguments: list[str]) -> None:
    """Do one job and answer."""
    mode, source, target, given, *rest = arguments
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    limits = Limits(**json.loads(given))

    def tell(line: dict[str, object]) -> None:
        print(json.dumps(line), file=answer, flush=True)

    if mode == "inspect":
        tell(_inspect(Path(source), Path(target), limits, tell))
    else:
        tell(_look(Path(source), Path(target), limits, rest))
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
