"""A PDF and, when there is one, its evidence file: one verdict on both."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from paraphe.adapters.pdf.verify.anchors import load_roots
from paraphe.adapters.pdf.verify.evidence import verify_evidence
from paraphe.adapters.pdf.verify.judging import store_of, verify
from paraphe.adapters.pdf.verify.source import Source
from paraphe.domain.verdict import State, Verdict, whole

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


def check(
    pdf: bytes,
    evidence: bytes | None,
    roots: Iterable[bytes],
    now: datetime,
    *,
    reports: bool = False,
) -> Verdict:
    """Judge as of `now`, trusting the certificates in `roots` (PEM or DER) and nothing else.

    Raises:
        ValueError: a root is no certificate.

    """
    trusted = load_roots(roots)
    verdict = verify(pdf, trusted, now, reports=reports)
    if evidence is None:
        return verdict
    told = verify_evidence(evidence, Source(pdf), trusted, now, store_of(pdf))
    state = verdict.state
    if state not in {State.UNREADABLE, State.UNSIGNED} or told.state is State.INVALID:
        both = (told.state,) if state in {State.UNREADABLE, State.UNSIGNED} else (state, told.state)
        state = whole(both)
    return replace(verdict, evidence=told, state=state)
