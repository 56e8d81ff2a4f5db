"""Have all pages drawn and compared in processes of their own, and tell what came of it."""

from __future__ import annotations

import os
from contextlib import closing
from itertools import pairwise
from typing import TYPE_CHECKING

from paraphe.adapters.requests.inspection import sandbox
from paraphe.domain.requests.inspection import RefusalReason

if TYPE_CHECKING:
    from pathlib import Path

    from paraphe.adapters.requests.inspection.limits import Limits


def compare(
    upload: Path, normal: Path, draft: Path, pages: int, pictures: Path | None, limits: Limits
) -> RefusalReason | None:
    """Compare an upload, its normal form and the copy that was signed on trial, on all pages.

    With `pictures`, a folder, each page's picture and text go there: `0001.png` and `0001.json`
    (`number`, `drawn`, `text`), and so on; they are those of the normal form.

    Args:
        upload: what came.
        normal: what people will sign; the same path when it came signed.
        draft: the name that the trial's copy and the facts are named after.
        pages: how many there are.
        pictures: where to draw.
        limits: what it may cost.

    Returns:
        Why the file must not be signed, None when it may. What could not be looked at whole and
        in time must not be signed either.

    """
    rest = [] if pictures is None else [str(pictures)]
    runs = _runs(pages, _at_once(pages, limits))
    jobs = [(str(draft), str(first), str(end), *rest) for first, end in runs]
    paths = (upload, normal)
    with closing(
        sandbox.run_side_by_side("look", paths, limits, limits.draw_wall, jobs)
    ) as outcomes:
        # In the order of the pages: the first page that is refused says why, however many children.
        reasons = (_reason(outcome) for outcome in outcomes)
        return next((reason for reason in reasons if reason is not None), None)


def _at_once(pages: int, limits: Limits) -> int:
    """As many children as there are processors, and only where pages outweigh a child's start."""
    processors = len(os.sched_getaffinity(0))
    return max(1, min(limits.draw_at_once, processors, pages // limits.draw_pages_each))


def _runs(pages: int, children: int) -> list[tuple[int, int]]:
    """Return neighbouring runs of pages, from 0, of nearly the same length."""
    ends = [pages * n // children for n in range(children + 1)]
    return list(pairwise(ends))


def _reason(outcome: sandbox.Outcome) -> RefusalReason | None:
    answer = outcome.lines[0] if outcome.lines else {}
    if "refused" in answer:
        return RefusalReason(str(answer["refused"]))
    if outcome.death is RefusalReason.DAMAGED or not (answer or outcome.death):
        return RefusalReason.NOT_DRAWABLE
    return outcome.death
