"""An evidence file held against a day's time-stamped chain heads (P19).

The evidence's own chain shows that it was not changed since it was sealed. The heads show that the
history in it is the one that was written down at the time, by a service that is not ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from asn1crypto import x509
from cryptography import x509 as plain_x509
from cryptography.hazmat.primitives.serialization import Encoding

from paraphe.adapters.evidence.verification import canonical_form
from paraphe.adapters.evidence.verification.evidence_digests import first_digests
from paraphe.adapters.trust.pades.cms import tsp
from paraphe.adapters.trust.pades.cms.errors import TrustServiceRefusedError
from paraphe.adapters.trust.pades.validation.trust_anchors import Anchors, self_signed
from paraphe.domain.evidence import heads
from paraphe.domain.trust.evidence_verdict import HeadsProblem, HeadsVerdict
from paraphe.domain.trust.verdict import Root, State

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from paraphe.domain.evidence.heads import Head

_BAD = {
    HeadsProblem.MALFORMED,
    HeadsProblem.TOKEN,
    HeadsProblem.HISTORY,
    HeadsProblem.EVIDENCE,
}
_OPEN = {HeadsProblem.LATE, HeadsProblem.NOT_LISTED, HeadsProblem.NOT_COMPARABLE}


@dataclass(frozen=True, slots=True)
class Heads:
    """A day's file and the RFC 3161 answer over it."""

    content: bytes
    token: bytes


def verify_heads(given: Heads, evidence: bytes, anchors: Anchors) -> HeadsVerdict:
    """Check the time-stamp under what is trusted for them, find the request, compare.

    Never raises for what is in the files.
    """
    try:
        told = heads.from_bytes(given.content)
    except ValueError as error:
        detail = f"chain heads: {error}"[:200]
        return HeadsVerdict(State.INVALID, (HeadsProblem.MALFORMED,), detail=detail)
    problems, stamped_at, root, detail = _stamp(given, anchors)
    head, compared = _compared(told, evidence)
    if stamped_at is not None and heads.is_late(told.day, stamped_at):
        problems += (HeadsProblem.LATE,)
    problems += compared
    return HeadsVerdict(
        state=_state(problems),
        problems=problems,
        day=told.day.isoformat(),
        seq=head.seq if head else 0,
        stamped_at=stamped_at,
        root=root,
        detail=detail,
    )


def _stamp(
    given: Heads, anchors: Anchors
) -> tuple[tuple[HeadsProblem, ...], datetime | None, Root | None, str]:
    """The time-stamp: holds, under whose root, else why not."""
    try:
        token = tsp.token_from_response(given.token)
        read = tsp.read_token(token, tsp.sha256(given.content))
        brought = [_old(c) for c in read.certificates]
    except (TrustServiceRefusedError, ValueError) as error:
        return (HeadsProblem.TOKEN,), None, None, str(error)[:200]
    anchors = anchors.settled(brought)
    untrusted = ""
    known, inside = _plain(anchors.stamping), _plain(self_signed(brought))
    for ends in (known, inside):
        try:
            chain = tsp.find_chain(read.signer, read.certificates, ends, read.at)
        except TrustServiceRefusedError as error:
            untrusted = untrusted or str(error)
            continue
        root = anchors.stamping_root(_old(chain[-1]))
        return (() if root.known else (HeadsProblem.TOKEN_TRUST,)), read.at, root, untrusted
    return (HeadsProblem.TOKEN_TRUST,), read.at, None, untrusted


def _plain(certificates: Iterable[x509.Certificate]) -> list[plain_x509.Certificate]:
    return [plain_x509.load_der_x509_certificate(one.dump()) for one in certificates]


def _old(certificate: plain_x509.Certificate) -> x509.Certificate:
    return x509.Certificate.load(certificate.public_bytes(Encoding.DER))


def _compared(
    told: heads.DayHeads, evidence: bytes
) -> tuple[Head | None, tuple[HeadsProblem, ...]]:
    """Find the evidence's request among the heads, and hold both against each other.

    What the heads say of events that come after the evidence was made is not in it; then the
    evidence file's own digest was written down with them.
    """
    try:
        account, _ = canonical_form.read(evidence)
        request_id, firm_id = account["request"]["id"], account.get("firm", {}).get("id")
        hashes = {event["seq"]: event["hash"] for event in account["events"]}
    except (canonical_form.NotCanonicalError, ValueError, KeyError, TypeError, AttributeError):
        return None, (HeadsProblem.NOT_LISTED,)  # its own verdict says more
    head = told.head(request_id) if firm_id in {None, told.firm_id} else None
    if head is None:
        return None, (HeadsProblem.NOT_LISTED,)
    problems: list[HeadsProblem] = []
    if head.seq in hashes and hashes[head.seq] != head.hash:
        problems.append(HeadsProblem.HISTORY)
    if head.evidence_sha256 not in {None, *first_digests(evidence)}:
        problems.append(HeadsProblem.EVIDENCE)
    if head.seq not in hashes and head.evidence_sha256 is None:
        problems.append(HeadsProblem.NOT_COMPARABLE)
    return head, tuple(problems)


def _state(problems: tuple[HeadsProblem, ...]) -> State:
    if _BAD.intersection(problems):
        return State.INVALID
    if _OPEN.intersection(problems):
        return State.INDETERMINATE
    return State.UNKNOWN_TRUST if problems else State.VALID
