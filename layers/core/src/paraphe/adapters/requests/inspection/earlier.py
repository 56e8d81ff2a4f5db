"""Are the signatures that a file brings still good? Asked before anybody signs on top of them.

The verdict is that of `paraphe verify`, difference analysis included: checking the cryptography
alone lets every shadow attack through. Who signed, and whether one trusts them, is not asked: the
file may come from anywhere. What was changed and what cannot be judged are told apart.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from paraphe.adapters.requests.inspection.refuse import RefuseError
from paraphe.adapters.trust.pades.validation import file_validation
from paraphe.adapters.trust.pades.validation.trust_anchors import Anchors
from paraphe.domain.requests.inspection import RefusalReason
from paraphe.domain.trust.verdict import Change, Coverage, Problem, State

if TYPE_CHECKING:
    from paraphe.domain.trust.verdict import SignatureVerdict

_NOW = datetime(2026, 1, 1, tzinfo=UTC)  # trust in certificates, which needs it, is not asked
_ALLOWED = {Change.NOTHING, Change.LATER_SIGNATURES, Change.FORM_FILLING}
_BROKEN = {Problem.DIGEST, Problem.CRYPTOGRAPHY, Problem.MALFORMED}


def check(data: bytes) -> None:
    """Refuse a file with a signature that does not hold, or that cannot be judged.

    Raises:
        RefuseError: with INVALID_SIGNATURE or UNJUDGED_SIGNATURE.
    """
    verdict = file_validation.verify(data, Anchors(), _NOW)
    if verdict.state is State.UNREADABLE or Problem.INTERNAL in verdict.problems:
        raise RefuseError(RefusalReason.UNJUDGED_SIGNATURE)
    reasons = {_reason(one) for one in verdict.signatures}
    for reason in (RefusalReason.INVALID_SIGNATURE, RefusalReason.UNJUDGED_SIGNATURE):
        if reason in reasons:
            raise RefuseError(reason)


def _reason(one: SignatureVerdict) -> RefusalReason | None:
    """Say why a signature's file is refused, None when it holds and allows what came after it."""
    changed = one.coverage is Coverage.PARTIAL or one.changes.kind not in _ALLOWED
    if one.intact and not changed:
        return None
    if _BROKEN.intersection(one.problems) or (one.intact and changed):
        return RefusalReason.INVALID_SIGNATURE
    return RefusalReason.UNJUDGED_SIGNATURE
