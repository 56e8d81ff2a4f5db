"""A PDF and, when there is one, its evidence file: one verdict on both. Or evidence by itself."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from paraphe.adapters.trust.pades.validation import pyhanko_offline  # noqa: F401 - goes first

# isort: split
from paraphe.adapters.evidence.verification.check_against_heads import Heads, verify_heads
from paraphe.adapters.evidence.verification.check_evidence import verify_evidence
from paraphe.adapters.trust.pades.validation.file_source import Source
from paraphe.adapters.trust.pades.validation.file_validation import store_of, verify
from paraphe.adapters.trust.pades.validation.trust_anchors import load_roots
from paraphe.domain.trust.evidence_verdict import Verdict
from paraphe.domain.trust.verdict import State, whole

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from paraphe.adapters.trust.pades.validation.trust_anchors import Anchors


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
    """Validate as of `now`, trusting the certificates in the files (PEM or DER) and nothing else.

    `roots` are for signatures, `stamp_roots` for time-stamps, unless a file says otherwise
    (`trust_anchors.load_roots`).

    An evidence file in the place of `pdf`, and none beside it, is validated by itself. `heads` are
    a day's chain heads, for the evidence to be held against.

    Raises:
        ValueError: a root is no certificate, or a file says an unknown purpose.

    """
    trusted = load_roots(roots, stamp_roots)
    if evidence is None and is_evidence(pdf):
        verdict, evidence = _by_itself(pdf, trusted, now), pdf
    else:
        verdict = Verdict.of(verify(pdf, trusted, now, reports=reports))
        if evidence is None:
            return verdict
        verdict = _with_evidence(verdict, pdf, evidence, trusted, now)
    if heads is None:
        return verdict
    held = verify_heads(heads, evidence, trusted)
    return replace(verdict, heads=held, state=_joined(verdict.state, held.state))


def is_evidence(data: bytes) -> bool:
    """Whether a file is JSON and no PDF, by its first character."""
    return data[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")


def _by_itself(evidence: bytes, trusted: Anchors, now: datetime) -> Verdict:
    for name in ("pyhanko", "pyhanko_certvalidator"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    told = verify_evidence(evidence, None, trusted, now)
    digest = hashlib.sha256(evidence).hexdigest()
    return Verdict(told.state, now, digest, len(evidence), evidence=told)


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
