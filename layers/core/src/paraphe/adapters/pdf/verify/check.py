"""A PDF and, when there is one, its evidence file: one verdict on both."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from paraphe.adapters.pdf.verify.anchors import load_roots
from paraphe.adapters.pdf.verify.evidence import verify_evidence
from paraphe.adapters.pdf.verify.heads import Heads, verify_heads
from paraphe.adapters.pdf.verify.judging import store_of, verify
from paraphe.adapters.pdf.verify.source import Source
from paraphe.domain.verdict import State, Verdict, whole

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from paraphe.adapters.pdf.verify.anchors import Anchors


def check(
    pdf: bytes,
    evidence: bytes | None,
    roots: Iterable[bytes],
    now: datetime,
    *,
    stamp_roots: Iterable[bytes] = (),
    reports: bool = False,
    heads: Heads | None = None,
) -> Verdict:
    """Judge as of `now`, trusting the certificates in the files (PEM or DER) and nothing else.

    `roots` are for signatures, `stamp_roots` for time-stamps, unless a file says otherwise
    (`anchors.load_roots`).

    `heads` are a day's chain heads, for the evidence to be held against.

    Raises:
        ValueError: a root is no certificate, or a file says an unknown purpose.

    """
    trusted = load_roots(roots, stamp_roots)
    verdict = verify(pdf, trusted, now, reports=reports)
    if evidence is None:
        return verdict
    verdict = _with_evidence(verdict, pdf, evidence, trusted, now)
    if heads is None:
        return verdict
    held = verify_heads(heads, evidence, trusted)
    return replace(verdict, heads=held, state=_joined(verdict.state, held.state))


def _with_evidence(
    verdict: Verdict,
    pdf: bytes,
    evidence: bytes,
    trusted: Anchors,
    now: datetime,
) -> Verdict:
    told = verify_evidence(evidence, Source(pdf), trusted, now, store_of(pdf))
    return replace(verdict, evidence=told, state=_joined(verdict.state, told.state))


def _joined(pdf: State, other: State) -> State:
    """The worse of both; beside a PDF without signature only what is wrong counts."""
    if pdf in {State.UNREADABLE, State.UNSIGNED}:
        return other if other is State.INVALID else pdf
    return whole((pdf, other))
