"""Have all pages drawn and compared in a process of its own, and tell what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraphe.adapters.requests.inspection import sandbox
from paraphe.domain.requests.inspection import RefusalReason

if TYPE_CHECKING:
    from pathlib import Path

    from paraphe.adapters.requests.inspection.limits import Limits


def compare(
    upload: Path, normal: Path, draft: Path, pictures: Path | None, limits: Limits
) -> RefusalReason | None:
    """Compare an upload, its normal form and the copy that was signed on trial, on all pages.

    With `pictures`, a folder, each page's picture and text go there: `0001.png` and `0001.json`
    (`number`, `drawn`, `text`), and so on; they are those of the normal form.

    Args:
        upload: what came.
        normal: what people will sign; the same path when it came signed.
        draft: the name that the trial's copy and the facts are named after.
        pictures: where to draw.
        limits: what it may cost.

    Returns:
        Why the file must not be signed, None when it may. What could not be looked at whole and
        in time must not be signed either.

    """
    rest = [str(draft)] if pictures is None else [str(draft), str(pictures)]
    outcome = sandbox.run("look", (upload, normal), limits, limits.draw_wall, *rest)
    answer = outcome.lines[0] if outcome.lines else {}
    if "refused" in answer:
        return RefusalReason(str(answer["refused"]))
    if outcome.death is RefusalReason.DAMAGED or not (answer or outcome.death):
        return RefusalReason.NOT_DRAWABLE
    return outcome.death
