"""An evidence file, checked without asking whoever made it (P19, docs/PADES.md)."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from asn1crypto import cms, x509
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.general import extract_certificate_info

from paraphe.adapters.evidence.verification import canonical_form, evidence_seal
from paraphe.adapters.trust.pades.validation import conclusions, internal_errors
from paraphe.adapters.trust.pades.validation.certificate_purposes import Fitness
from paraphe.adapters.trust.pades.validation.embedded_signature import Store
from paraphe.adapters.trust.pades.validation.signature_validation import Court, Ruling, Stamp
from paraphe.adapters.trust.pades.validation.trust_anchors import (
    Anchors,
    has,
    person_of,
    self_signed,
)
from paraphe.domain import times
from paraphe.domain.evidence.account import canonical
from paraphe.domain.evidence.audit import Actor, Event, first_break
from paraphe.domain.trust.verdict import EvidenceProblem, EvidenceVerdict, State

if TYPE_CHECKING:
    from datetime import datetime

    from paraphe.adapters.evidence.verification.evidence_seal import Seal
    from paraphe.adapters.trust.pades.validation.file_source import Source
    from paraphe.domain.trust.verdict import Root

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


@dataclass(slots=True)
class _Findings:
    problems: list[EvidenceProblem] = field(default_factory=list)
    details: list[str] = field(default_factory=list)
    error_id: str = ""

    def add(self, problem: EvidenceProblem, detail: str = "") -> None:
        self.problems.append(problem)
        if detail:
            self.details.append(detail)


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
    found = _Findings()
    count, broken = _chain(evidence, found)
    document, revisions = _documents(evidence, pdf, found) if pdf is not None else ("", 0)
    reports = _reports(evidence, found)
    heard = _seal(seal, canonical(evidence), anchors, now, store, found)
    ruling = heard.ruling if heard else None
    return EvidenceVerdict(
        state=_state(found.problems),
        problems=tuple(dict.fromkeys(found.problems)),
        events=count,
        first_break=broken,
        document=document,
        revisions=revisions,
        reports=reports,
        sealed_by=person_of(heard.certificate) if heard else None,
        sealed_at=ruling.stamp.at if ruling and ruling.stamp and ruling.stamp.holds else None,
        archived_at=heard.archived_at if heard else None,
        root=heard.root if heard else None,
        detail="; ".join(found.details)[:500],
        error_id=found.error_id,
    )


def _chain(evidence: Mapping[str, Any], found: _Findings) -> tuple[int, int | None]:
    try:
        events = [_event(item, evidence) for item in evidence["events"]]
        count, head = int(evidence["chain"]["count"]), str(evidence["chain"]["head"])
        broken = first_break(events, count=count, head=head)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        found.add(EvidenceProblem.CHAIN, f"the events cannot be read ({type(error).__name__})")
        return 0, 1
    if broken is not None:
        found.add(EvidenceProblem.CHAIN, f"event {broken} does not fit")
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


def _documents(evidence: Mapping[str, Any], pdf: Source, found: _Findings) -> tuple[str, int]:
    """Find the PDF among the documents, and every revision recorded of it inside the PDF."""
    try:
        for document in evidence["documents"]:
            recorded = [str(document["sha256"])]
            recorded += [str(one["sha256"]) for one in document.get("revisions", ())]
            if pdf.sha256 in recorded or _begins_with(pdf, document):
                return str(document.get("id", "")), _revisions(document, pdf, found)
    except (KeyError, TypeError, AttributeError) as error:
        found.add(
            EvidenceProblem.DOCUMENT, f"the documents cannot be read ({type(error).__name__})"
        )
        return "", 0
    found.add(EvidenceProblem.DOCUMENT, "the PDF is none of the documents")
    return "", 0


def _begins_with(pdf: Source, document: Mapping[str, Any]) -> bool:
    """Whether the PDF continues a recorded revision (its archive time-stamp was renewed)."""
    hashes = {str(one["sha256"]) for one in document.get("revisions", ())}
    return any(pdf.prefix_sha256(end) in hashes for end in _possible_ends(pdf.data))


def _revisions(document: Mapping[str, Any], pdf: Source, found: _Findings) -> int:
    """Every recorded revision must be a byte prefix of the PDF, each longer than the one before."""
    ends = _possible_ends(pdf.data)
    at, seen = 0, 0
    for revision in document.get("revisions", ()):
        wanted = str(revision["sha256"])
        size = revision.get("size")
        tried = [size] if isinstance(size, int) and 0 < size <= len(pdf.data) else ends
        end = next((e for e in tried if e > at and pdf.prefix_sha256(e) == wanted), None)
        if end is None:
            found.add(EvidenceProblem.REVISION, f"revision {seen + 1} is not in the PDF")
            return seen
        at, seen = end, seen + 1
    return seen


def _reports(evidence: Mapping[str, Any], found: _Findings) -> int:
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
                    found.add(EvidenceProblem.REPORT, f"no report about {revision['field']}"[:80])
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        found.add(EvidenceProblem.REPORT, f"the reports cannot be read ({type(error).__name__})")
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


def _seal(
    seal: Mapping[str, Any] | None,
    content: bytes,
    given: Anchors,
    now: datetime,
    store: Store | None,
    found: _Findings,
) -> _Heard | None:
    if seal is None:
        found.add(EvidenceProblem.SEAL_MISSING)
        return None
    read = _read_seal(seal, content, found)
    if read is None:
        return None
    try:
        heard = asyncio.run(_hear(read, content, given, now, store or Store()))
        _judge_seal(heard, found)
    except MemoryError:
        raise
    except conclusions.OF_THE_FILE as error:
        found.add(EvidenceProblem.SEAL, str(error)[:200])
    except Exception as error:  # noqa: BLE001 - ours, if the seal can be read at all
        if conclusions.is_unreadable(base64.b64decode(seal["cms"])):
            found.add(EvidenceProblem.SEAL, type(error).__name__)
        else:
            found.error_id = internal_errors.note(error)
            found.add(EvidenceProblem.INTERNAL)
    else:
        return heard
    return None


def _read_seal(seal: Mapping[str, Any], content: bytes, found: _Findings) -> Seal | None:
    """The seal, when it is over this account and everything beside it belongs to it."""
    try:
        read = evidence_seal.read(seal)
        evidence_seal.check_digest(read, _digest(read.signed, content))
        evidence_seal.check_material(read)
    except evidence_seal.UnsealedError as error:
        found.add(EvidenceProblem.UNSEALED_CONTENT, str(error))
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - of strangers' bytes, which any library may trip on
        found.add(EvidenceProblem.SEAL, f"{type(error).__name__}: {error}"[:200])
    else:
        return read
    return None


@dataclass(frozen=True, slots=True)
class _Heard:
    """What a court said of the seal and of its archive time-stamps, the newest first."""

    certificate: x509.Certificate
    ruling: Ruling
    anchors: Anchors
    archived: tuple[Stamp, ...]

    @property
    def archived_at(self) -> datetime | None:
        return next((stamp.at for stamp in self.archived[:1] if stamp.holds), None)

    @property
    def is_guess(self) -> bool:
        return conclusions.is_guess(self.ruling, self.certificate, self.anchors)

    @property
    def root(self) -> Root | None:
        if self.ruling.root is None:
            return None
        root = self.anchors.signing_root(self.ruling.root)
        return replace(root, known=False) if self.is_guess else root


def _digest(signed: cms.SignedData, content: bytes) -> bytes:
    algorithm = signed["signer_infos"][0]["digest_algorithm"]["algorithm"].native
    return hashlib.new(algorithm, content).digest()


async def _hear(seal: Seal, content: bytes, given: Anchors, now: datetime, more: Store) -> _Heard:
    inside = [x509.Certificate.load(encoded) for encoded in seal.all_certificates]
    anchors = given.settled(inside)
    digest = _digest(seal.signed, content)
    store = Store(
        seal.certificates + more.certificates, seal.ocsps + more.ocsps, seal.crls + more.crls
    )

    async def rule(trusted: Anchors) -> _Heard:
        court = Court(trusted, store, now)
        archived = await seal.archives.hear(court, content)
        ruling = await court.hear_cms(seal.signed, digest)
        certificate = extract_certificate_info(seal.signed).signer_cert
        return _Heard(certificate, ruling, anchors, archived)

    if anchors.signing:
        heard = await rule(anchors)
        if heard.ruling.passed:
            return heard
    anybody = (*anchors.all, *self_signed(inside))
    return await rule(Anchors(anybody, anybody))


def _judge_seal(heard: _Heard, found: _Findings) -> None:
    ruling, anchors = heard.ruling, heard.anchors
    status = ruling.result.api_status
    if status is None or not (status.intact and status.valid):
        found.add(EvidenceProblem.SEAL, "the seal is not over this evidence")
        return
    if ruling.fitness is not Fitness.FIT:
        found.add(EvidenceProblem.SEAL_PURPOSE)
    stamp = ruling.stamp
    if stamp is None or not stamp.holds:
        broken = stamp is not None and stamp.broken
        found.add(EvidenceProblem.SEAL if broken else EvidenceProblem.SEAL_TIME)
    known = ruling.root is not None and has(anchors.signing, ruling.root) and not heard.is_guess
    if not known or stamp is None or not _is_known(stamp, anchors):
        found.add(EvidenceProblem.SEAL_TRUST)
    _judge_archives(heard, found)
    if ruling.indication is not AdESPassed.OK and stamp is not None and stamp.holds:
        found.add(EvidenceProblem.SEAL_TIME, str(ruling.indication.standard_name))


def _judge_archives(heard: _Heard, found: _Findings) -> None:
    """None may be about something else, nor by a service that the reader does not know."""
    for stamp in heard.archived:
        if stamp.broken:
            found.add(EvidenceProblem.SEAL, "an archive time-stamp is over something else")
        elif not _is_known(stamp, heard.anchors):
            found.add(EvidenceProblem.SEAL_TRUST)
        elif not stamp.holds:
            found.add(EvidenceProblem.SEAL_TIME)


def _is_known(stamp: Stamp, anchors: Anchors) -> bool:
    return stamp.root is not None and has(anchors.stamping, stamp.root)


def _state(problems: list[EvidenceProblem]) -> State:
    if _BAD.intersection(problems):
        return State.INVALID
    if _OPEN.intersection(problems):
        return State.INDETERMINATE
    return State.UNKNOWN_TRUST if problems else State.VALID
