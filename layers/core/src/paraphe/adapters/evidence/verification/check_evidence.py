"""An evidence file, checked without asking whoever made it (P19, docs/PADES.md)."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from asn1crypto import cms

from paraphe.adapters.evidence.verification import canonical_form
from paraphe.adapters.evidence.verification.evidence_problems import Problems
from paraphe.adapters.evidence.verification.seal_validation import validate_seal
from paraphe.adapters.trust.pades.validation.trust_anchors import (
    Anchors,
    person_of,
)
from paraphe.domain import times
from paraphe.domain.evidence.account import canonical
from paraphe.domain.evidence.audit import Actor, Event, first_break
from paraphe.domain.trust.evidence_verdict import EvidenceProblem, EvidenceVerdict
from paraphe.domain.trust.verdict import State

if TYPE_CHECKING:
    from datetime import datetime

    from paraphe.adapters.trust.pades.validation.embedded_signature import Store
    from paraphe.adapters.trust.pades.validation.file_source import Source

_SIGNATURE_VALUE = re.compile(r"<ds:SignatureValue[^>]*>([A-Za-z0-9+/=\s]+)</ds:SignatureValue>")
_BAD = {
    EvidenceProblem.MALFORMED,
    EvidenceProblem.CHAIN,
    EvidenceProblem.DOCUMENT,
    EvidenceProblem.REVISION,
    EvidenceProblem.REPORT,
    EvidenceProblem.SEAL,
    EvidenceProblem.SEAL_PURPOSE,
    EvidenceProblem.UNSEALED_CONTENT,
}
_OPEN = {EvidenceProblem.SEAL_MISSING, EvidenceProblem.SEAL_TIME, EvidenceProblem.INTERNAL}


def verify_evidence(
    data: bytes,
    pdf: Source | None,
    anchors: Anchors,
    now: datetime,
    store: Store | None = None,
) -> EvidenceVerdict:
    """Check form, chain, hashes and seal; never raises for what is in the file.

    `store` is the PDF's security store, which may help the seal's chain.
    """
    try:
        evidence, seal = canonical_form.read(data)
    except canonical_form.NotCanonicalError as error:
        return EvidenceVerdict(State.INVALID, (error.problem,), detail=str(error))
    problems = Problems()
    count, broken = _chain(evidence, problems)
    document, revisions = _documents(evidence, pdf, problems) if pdf is not None else ("", 0)
    reports = _reports(evidence, problems)
    sealed = validate_seal(seal, canonical(evidence), anchors, now, store, problems)
    result = sealed.result if sealed else None
    return EvidenceVerdict(
        state=_state(problems.kinds),
        problems=tuple(dict.fromkeys(problems.kinds)),
        events=count,
        first_break=broken,
        document=document,
        revisions=revisions,
        reports=reports,
        sealed_by=person_of(sealed.certificate) if sealed else None,
        sealed_at=result.stamp.at if result and result.stamp and result.stamp.holds else None,
        archived_at=sealed.archived_at if sealed else None,
        root=sealed.root if sealed else None,
        detail="; ".join(problems.details)[:500],
        error_id=problems.error_id,
    )


def _chain(evidence: Mapping[str, Any], problems: Problems) -> tuple[int, int | None]:
    try:
        events = [_event(item, evidence) for item in evidence["events"]]
        count, head = int(evidence["chain"]["count"]), str(evidence["chain"]["head"])
        broken = first_break(events, count=count, head=head)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        problems.add(EvidenceProblem.CHAIN, f"the events cannot be read ({type(error).__name__})")
        return 0, 1
    if broken is not None:
        problems.add(EvidenceProblem.CHAIN, f"event {broken} does not fit")
    return len(events), broken


def _event(item: Mapping[str, Any], evidence: Mapping[str, Any]) -> Event:
    request = item.get("request") or item.get("request_id") or _request_id(evidence)
    return Event(
        request_id=str(request),
        seq=int(item["seq"]),
        at=times.from_text(item["at"]),
        kind=str(item["kind"]),
        actor=Actor(str(item["actor"]["kind"]), str(item["actor"]["id"])),
        data=dict(item["data"]),
        previous=str(item["previous"]),
        hash=str(item["hash"]),
    )


def _request_id(evidence: Mapping[str, Any]) -> object:
    request = evidence.get("request")
    return request.get("id") if isinstance(request, Mapping) else evidence.get("request_id")


def _documents(evidence: Mapping[str, Any], pdf: Source, problems: Problems) -> tuple[str, int]:
    """Find the PDF among the documents, and every revision recorded of it inside the PDF."""
    try:
        for document in evidence["documents"]:
            recorded = [str(document["sha256"])]
            recorded += [str(one["sha256"]) for one in document.get("revisions", ())]
            if pdf.sha256 in recorded or _begins_with(pdf, document):
                return str(document.get("id", "")), _revisions(document, pdf, problems)
    except (KeyError, TypeError, AttributeError) as error:
        problems.add(
            EvidenceProblem.DOCUMENT, f"the documents cannot be read ({type(error).__name__})"
        )
        return "", 0
    problems.add(EvidenceProblem.DOCUMENT, "the PDF is none of the documents")
    return "", 0


def _begins_with(pdf: Source, document: Mapping[str, Any]) -> bool:
    """Whether the PDF continues a recorded revision (its archive time-stamp was renewed)."""
    hashes = {str(one["sha256"]) for one in document.get("revisions", ())}
    return any(pdf.prefix_sha256(end) in hashes for end in _possible_ends(pdf.data))


def _revisions(document: Mapping[str, Any], pdf: Source, problems: Problems) -> int:
    """Every recorded revision must be a byte prefix of the PDF, each longer than the one before."""
    ends = _possible_ends(pdf.data)
    at, seen = 0, 0
    for revision in document.get("revisions", ()):
        wanted = str(revision["sha256"])
        size = revision.get("size")
        tried = [size] if isinstance(size, int) and 0 < size <= len(pdf.data) else ends
        end = next((e for e in tried if e > at and pdf.prefix_sha256(e) == wanted), None)
        if end is None:
            problems.add(EvidenceProblem.REVISION, f"revision {seen + 1} is not in the PDF")
            return seen
        at, seen = end, seen + 1
    return seen


def _reports(evidence: Mapping[str, Any], problems: Problems) -> int:
    """Every recorded signature must have a report of its own; older accounts have none at all."""
    told = 0
    try:
        for document in evidence["documents"]:
            if "validations" not in document:
                continue
            spoken = {str(one["field"]): str(one["report"]) for one in document["validations"]}
            for revision in document["revisions"]:
                if _is_about(spoken.get(str(revision["field"]), ""), str(revision["cms"])):
                    told += 1
                else:
                    problems.add(
                        EvidenceProblem.REPORT, f"no report about {revision['field']}"[:80]
                    )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        problems.add(EvidenceProblem.REPORT, f"the reports cannot be read ({type(error).__name__})")
    return told


def _is_about(report: str, encoded: str) -> bool:
    stated = _SIGNATURE_VALUE.search(report)
    if stated is None:
        return False
    message = cms.ContentInfo.load(base64.b64decode(encoded, validate=True))
    value = message["content"]["signer_infos"][0]["signature"].native
    return bool(base64.b64decode("".join(stated[1].split())) == value)


def _possible_ends(data: bytes) -> list[int]:
    """Where a revision may end: after every %%EOF, with and without the line end, and the end."""
    ends: list[int] = []
    at = data.find(b"%%EOF")
    while at >= 0 and len(ends) < 1000:  # noqa: PLR2004 - bounded work on strangers' files
        end = at + 5
        ends += [end, *(end + n for n in (1, 2) if data[end : end + n].strip(b"\r\n") == b"")]
        at = data.find(b"%%EOF", end)
    return [end for end in ends if end <= len(data)] + [len(data)]


def _state(problems: list[EvidenceProblem]) -> State:
    if _BAD.intersection(problems):
        return State.INVALID
    if _OPEN.intersection(problems):
        return State.INDETERMINATE
    return State.UNKNOWN_TRUST if problems else State.VALID
