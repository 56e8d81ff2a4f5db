"""The normal form, read once more as others will read it: nothing in it may need mending."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pikepdf

from paraphe.adapters.requests.inspection import checks, depth, raw
from paraphe.adapters.requests.inspection.refuse import RefuseError
from paraphe.domain.requests.inspection import RefusalReason

if TYPE_CHECKING:
    from pathlib import Path

    from paraphe.adapters.requests.inspection.limits import Limits


def check(normal: Path, limits: Limits) -> bool:
    """Refuse a normal form that a reader would have to repair; say whether it has long chains.

    Raises:
        RefuseError: with DAMAGED.
    """
    try:
        with pikepdf.open(normal, attempt_recovery=False, suppress_warnings=True) as pdf:
            objects = checks.reachable(pdf, limits)
            long = depth.may_be_long(pdf, objects)
            warned = bool(pdf.get_warnings())
    except pikepdf.PdfError as error:
        raise RefuseError(RefusalReason.DAMAGED) from error
    if warned or not raw.revisions(normal.read_bytes()).sound:
        raise RefuseError(RefusalReason.DAMAGED)
    return long
