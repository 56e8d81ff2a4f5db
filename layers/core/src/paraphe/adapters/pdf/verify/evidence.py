"""An evidence file, checked without asking whoever made it (P19, PADES.md)."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from asn1crypto import cms, x509
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.validation import generic_cms

from paraphe.adapters.pdf.verify.anchors import Anchors, person_of, self_signed
from paraphe.adapters.pdf.verify.court import Court, Ruling, Stamp
from paraphe.adapters.pdf.verify.found import Store
from paraphe.adapters.pdf.verify.longterm import Archives, archives_of
from paraphe.domain import times
from paraphe.domain.audit import Actor, Event, first_break
from paraphe.domain.verdict import EvidenceProblem, EvidenceVerdict, State

if TYPE_CHECKING:
    from datetime import datetime

    from paraphe.adapters.pdf.verify.source import Source
    from paraphe.adapters.pki.cades import Cades

_SIGNATURE_VALUE = re.compile(r"<ds:SignatureValue[^>]*>([A-Za-z0-9+/=\s]+)</ds:SignatureValue>")
_BAD = {
    EvidenceProblem.MALFORMED,
    EvidenceProblem.CHAIN,
    EvidenceProblem.DOCUMENT,
    EvidenceProblem.REVISION,
    EvidenceProblem.REPORT,
    EvidenceProblem.SEAL,
}


@dataclass(slots=True)
class _Findings:
    problems: list[EvidenceProblem] = field(default_factory=list)
    details: list[str] = field(default_factory=list)

    def add(self, problem: EvidenceProblem, detail: str = "") -> None:
        self.problems.append(problem)
        if detail:
            self.details.append(detail)


def canonical(evidence: object) -> bytes:
    """The bytes that the seal covers: JSON, sorted keys, no spaces, UTF-8."""
    return json.dumps(evidence, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def verify_evidence(
    data: bytes,
    pdf: Source | None,
    roots: tuple[x509.Certificate, ...],
    now: datetime,
    store: Store | None = None,
) -> EvidenceVerdict:
    """Check chain, hashes and seal; never raises for what is in the file.

    `store` is the PDF's security store, which may help the seal's chain.
    """
    try:
        whole = json.loads(data, object_pairs_hook=_without_repeats)
        evidence, seal = whole["evidence"], whole.get("seal")
        if not isinstance(evidence, dict):
            raise TypeError("evidence is not an object")  # noqa: TRY301 - one boundary
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        return EvidenceVerdict(
            State.INVALID, (EvidenceProblem.MALFORMED,), detail=f"{type(error).__name__}: {error}"
        )
    found = _Findings()
    count, broken = _chain(evidence, found)
    document, revisions = _documents(evidence, pdf, found) if pdf is not None else ("", 0)
    reports = _reports(evidence, found)
    heard = _seal(seal, canonical(evidence), roots, now, store, found)
    ruling, anchors = (heard.ruling, heard.anchors) if heard else (None, None)
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
        root=anchors.root(ruling.root) if ruling and ruling.root and anchors else None,
        detail="; ".join(found.details)[:500],
    )


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A repeated key would be read differently by different programs."""
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key is written twice")
    return made


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
    seal: object,
    content: bytes,
    roots: tuple[x509.Certificate, ...],
    now: datetime,
    store: Store | None,
    found: _Findings,
) -> _Heard | None:
    if not isinstance(seal, Mapping) or not isinstance(seal.get("cms"), str):
        found.add(EvidenceProblem.SEAL_MISSING)
        return None
    try:
        encoded = base64.b64decode(seal["cms"], validate=True)
        signed = cms.ContentInfo.load(encoded)["content"]
        archives = archives_of(encoded)
        material = _material(seal, archives.seal, store)
        heard = asyncio.run(_hear(signed, content, roots, now, material, archives))
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - strangers' files break any library anyhow
        found.add(EvidenceProblem.SEAL, f"{type(error).__name__}: {error}"[:200])
        return None
    _judge_seal(heard, found)
    return heard


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


async def _hear(
    signed: cms.SignedData,
    content: bytes,
    roots: tuple[x509.Certificate, ...],
    now: datetime,
    store: Store,
    archives: Archives,
) -> _Heard:
    signer = signed["signer_infos"][0]
    digest = hashlib.new(signer["digest_algorithm"]["algorithm"].native, content).digest()
    inside = [choice.chosen for choice in signed["certificates"] if choice.name == "certificate"]
    for token in generic_cms.extract_tst_data_iter(signer, signed=False):
        inside += [c.chosen for c in token["certificates"] if c.name == "certificate"]
    inside += [x509.Certificate.load(encoded) for encoded in store.certificates]
    inside += archives.certificates
    anchors = Anchors(roots, self_signed(inside))

    async def rule(trusted: tuple[x509.Certificate, ...]) -> tuple[Ruling, tuple[Stamp, ...]]:
        court = Court(trusted, store, now)
        archived = await archives.hear(court, content)
        return await court.hear_cms(signed, digest), archived

    everybody = (*roots, *anchors.brought)
    ruling, archived = await rule(roots or everybody)
    if roots and not ruling.passed:
        ruling, archived = await rule(everybody)
    certificate = extract_certificate_info(signed).signer_cert
    return _Heard(certificate, ruling, anchors, archived)


def _judge_seal(heard: _Heard, found: _Findings) -> None:
    ruling, anchors = heard.ruling, heard.anchors
    status = ruling.result.api_status
    if status is None or not (status.intact and status.valid):
        found.add(EvidenceProblem.SEAL, "the seal is not over this evidence")
        return
    if ruling.stamp is None or not ruling.stamp.holds:
        problem = EvidenceProblem.SEAL_TIME
        broken = ruling.stamp is not None and ruling.stamp.broken
        found.add(EvidenceProblem.SEAL if broken else problem)
    if any(stamp.broken for stamp in heard.archived):
        found.add(EvidenceProblem.SEAL, "an archive time-stamp is over something else")
    ends = [ruling.root, ruling.stamp.root if ruling.stamp else None]
    ends += [stamp.root for stamp in heard.archived if stamp.holds]
    if any(end is None or not anchors.root(end).known for end in ends):
        found.add(EvidenceProblem.SEAL_TRUST)
    if not ruling.passed and ruling.stamp is not None and ruling.stamp.holds:
        found.add(EvidenceProblem.SEAL_TIME, str(ruling.indication.standard_name))


def _material(seal: Mapping[str, Any], held: Cades, store: Store | None) -> Store:
    """What helps the seal's chain: listed beside it, inside the CMS, and in the PDF."""
    listed = {
        key: tuple(base64.b64decode(item) for item in seal.get(key, ()) if isinstance(item, str))
        if isinstance(seal.get(key, ()), Sequence)
        else ()
        for key in ("certificates", "ocsps", "crls")
    }
    more = store or Store()
    return Store(
        listed["certificates"] + held.certificates + more.certificates,
        listed["ocsps"] + held.ocsps + more.ocsps,
        listed["crls"] + held.crls + more.crls,
    )


def _state(problems: list[EvidenceProblem]) -> State:
    if _BAD.intersection(problems):
        return State.INVALID
    if {EvidenceProblem.SEAL_MISSING, EvidenceProblem.SEAL_TIME}.intersection(problems):
        return State.INDETERMINATE
    return State.UNKNOWN_TRUST if problems else State.VALID
