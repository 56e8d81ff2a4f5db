"""What the evidence file says: the whole account of one request, as plain values (P19).

Pure: it is made from the stored request, its audit trail and what lies in the signed files. The
shape is docs/evidence.schema.json. Codes are never in it, only when and how they were sent.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from paraphe.domain import times
from paraphe.domain.evidence import acts, statements
from paraphe.domain.evidence.audit import all_of
from paraphe.domain.evidence.events.drafts import RemovalAllowed
from paraphe.domain.evidence.participants import participant, text_of
from paraphe.domain.firms.sending_settings import Sending
from paraphe.domain.requests.recipient import Role

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from paraphe.domain.evidence.audit import Event
    from paraphe.domain.requests.document import Document, Revision
    from paraphe.domain.requests.model import SignatureRequest
    from paraphe.domain.requests.recipient import Recipient

Json: TypeAlias = dict[str, Any]
SCHEMA = "paraphe-evidence/1"


class IncompleteError(ValueError):
    """The request was not loaded whole: the account would lack signatures. Names the document."""


@dataclass(frozen=True, slots=True)
class SignatureProof:
    """One signature of ours, base64 of DER.

    Attributes:
        cms: the whole of it, its certificates and its time-stamp inside.
        certificate: the signer's, from the CMS.
        ocsps: the answers about it, from the security store.
        timestamp_token: over the signature (RFC 3161), from the CMS.

    """

    cms: str
    certificate: str
    ocsps: tuple[str, ...] = ()
    timestamp_token: str | None = None


@dataclass(frozen=True, slots=True)
class Validation:
    """What was found about one signature in a file, anybody's, when the evidence was made.

    Attributes:
        field: the signature field.
        indication: `total-passed`, `total-failed` or `indeterminate` (ETSI EN 319 102-1 §5.1.3).
        report: the whole finding, XML (ETSI TS 119 102-2).

    """

    field: str
    indication: str
    report: str


@dataclass(frozen=True, slots=True)
class FileProof:
    """What a signed file holds beside its pages, and what was found about it.

    Attributes:
        signatures: of each of our fields, by field name.
        validations: of every signature in the file, in the order of signing.
        certificates: of the security store, base64 of DER.
        ocsps: its OCSP answers, likewise.
        crls: its revocation lists, likewise.
        proven_until: when the first certificate behind the newest time-stamp of the file ends.

    """

    signatures: Mapping[str, SignatureProof] = field(default_factory=dict)
    validations: tuple[Validation, ...] = ()
    certificates: tuple[str, ...] = ()
    ocsps: tuple[str, ...] = ()
    crls: tuple[str, ...] = ()
    proven_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class About:
    """Who made the evidence.

    Attributes:
        software: its name and version, and what judged the signatures.
        policy: the certificate policy (an OID).
        policy_version: of the policy's text.
        terms_version: of what signers are asked to agree to; what each one did agree to is told
            with their consent.

    """

    software: Mapping[str, str]
    policy: str
    policy_version: str = ""
    terms_version: str = ""


def canonical(evidence: Mapping[str, Any]) -> bytes:
    """Return the bytes that the seal covers: JSON, sorted keys, no spaces, UTF-8."""
    return json.dumps(evidence, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def written(whole: Mapping[str, Any]) -> bytes:
    """Return the file's bytes: the account under `evidence`, its seal under `seal`.

    There is one form: sorted keys, one space for each level, UTF-8, no line end at the end. A
    verifier refuses every other one.

    Raises:
        ValueError: a text holds half of a surrogate pair.

    """
    return json.dumps(whole, sort_keys=True, indent=1, ensure_ascii=False).encode()


def build(
    request: SignatureRequest,
    events: tuple[Event, ...],
    proofs: Mapping[str, FileProof],
    about: About,
    now: datetime,
) -> Json:
    """Tell everything about an ended request.

    Args:
        request: as stored, ended.
        events: its whole audit trail up to `request.audit_seq`, in order.
        proofs: by document id, of every document that was signed.
        about: software and policy.
        now: the instant.

    """
    return {
        "schema": SCHEMA,
        "made_at": times.to_text(now),
        "request": {
            **_request(request),
            "prepared_by": acts.prepared_by(events),
            "acts": acts.told(events),
        },
        "firm": {"id": request.firm_id, "name": request.firm_name},
        "settings": settings_of(request),
        "documents": [
            _document(d, proofs.get(d.id, FileProof()), events) for d in request.documents
        ],
        "recipients": [participant(request, r, events) for r in request.recipients],
        "events": [event_json(event) for event in events],
        "chain": {"count": request.audit_seq, "head": request.audit_head},
        "statement": dict(statements.statement(request)),
        "software": dict(about.software),
        "policy": about.policy,
        "versions": {
            "schema": SCHEMA,
            "software": about.software.get("version", ""),
            "policy": about.policy_version,
            "terms": about.terms_version,
        },
    }


def settings_of(request: SignatureRequest) -> Json:
    """Tell which of the firm's settings the request was made with."""
    return {
        "code_minutes": request.otp_minutes,
        "reminder_days": list(request.reminder_days),
        "notice_hour": request.notice_hour,
        "originals": "attached" if request.attach_originals else "link",
        "evidence_years": request.evidence_years,
        "phone_countries": list((request.sending or Sending()).countries),
        "shown_as": request.shown_firm,
    }


def excerpt(evidence: Json, recipient_id: str) -> Json:
    """Return what concerns one recipient: nothing that tells who the others are."""
    mine = next(r for r in evidence["recipients"] if r["id"] == recipient_id)
    documents = []
    for document in evidence["documents"]:
        own = [r for r in document["revisions"] if r["recipient"] == recipient_id]
        fields = {r["field"] for r in own}
        seen = [v for v in document["validations"] if v["field"] in fields]
        documents.append({**document, "revisions": own, "validations": seen})
    kept = {key: evidence[key] for key in ("schema", "made_at", "firm", "statement", "software")}
    left_out = {"sender", "prepared_by", "acts"}
    request = {k: v for k, v in evidence["request"].items() if k not in left_out}
    return {**kept, "request": request, "documents": documents, "recipients": [mine]}


def attested(request: SignatureRequest) -> tuple[Recipient, ...]:
    """Return the people who signed: each gets an attestation of their own."""
    return tuple(r for r in request.recipients if r.role is Role.SIGNER and r.signed_at is not None)


def _request(request: SignatureRequest) -> Json:
    mode = {"mode": str(request.mode)} if request.is_test else {}
    return {
        **mode,
        "id": request.id,
        "external_id": request.external_id,
        "title": request.title,
        "message": request.message,
        "state": str(request.state),
        "sender": {
            "id": request.sender.id,
            "name": request.sender.name,
            "email": request.sender.email,
        },
        "created_at": text_of(request.created_at),
        "launched_at": text_of(request.launched_at),
        "deadline": text_of(request.deadline),
        "ended_at": text_of(request.ended_at),
        "documents_digest": request.documents_digest,
    }


def _document(document: Document, proof: FileProof, events: tuple[Event, ...]) -> Json:
    if len(document.revisions) != len(document.signers):
        raise IncompleteError(document.id)
    revisions = [_revision(revision, proof) for revision in document.revisions]
    return {
        "id": document.id,
        "name": document.name,
        "original_sha256": document.original_sha256,
        "sha256": document.sha256,
        "size": document.size,
        "pages": len(document.pages),
        "already_signed": document.already_signed,
        "removed": _removed(document, events),
        "revisions": revisions,
        "validations": [
            {"field": v.field, "indication": v.indication, "report": v.report}
            for v in proof.validations
        ],
        "dss": {
            "certs": list(proof.certificates),
            "ocsps": list(proof.ocsps),
            "crls": list(proof.crls),
        },
    }


def _removed(document: Document, events: tuple[Event, ...]) -> Json | None:
    """Tell what was taken out of what was uploaded, and when its sender had allowed that (P4)."""
    if not document.removed:
        return None
    allowed = [at for at, what in all_of(events, RemovalAllowed) if what.document == document.id]
    return {
        "kinds": list(document.removed),
        "allowed_at": text_of(allowed[-1] if allowed else None),
    }


def _revision(revision: Revision, proof: FileProof) -> Json:
    record = json.loads(revision.record)
    held = proof.signatures.get(revision.field)
    told = (
        *("level", "timestamp_at", "archive_timestamp_at", "certificate_serial"),
        *("certificate_sha256", "byte_range", "previous_sha256"),
    )
    return {
        "sha256": revision.sha256,
        "size": revision.size,
        "recipient": revision.recipient_id,
        "field": revision.field,
        "signed_at": text_of(revision.signed_at),
        "cms": held and held.cms,
        "certificate": held and held.certificate,
        "ocsps": list(held.ocsps) if held else [],
        "timestamp_token": held and held.timestamp_token,
        **{name: record.get(name) for name in told},
    }


def event_json(event: Event) -> Json:
    """Return an event with all that its hash covers, and the hash."""
    return {
        "request": event.request_id,
        "seq": event.seq,
        "at": times.to_text(event.at),
        "kind": event.kind,
        "actor": {"kind": event.actor.kind, "id": event.actor.id},
        "data": dict(event.data),
        "previous": event.previous,
        "hash": event.hash,
    }
