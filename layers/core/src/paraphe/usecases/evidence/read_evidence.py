"""Links to a request's evidence: for the firm, and to each signer their own attestation (P19)."""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from paraphe.domain import times
from paraphe.domain.errors import ConflictError, GoneError, NotFoundError
from paraphe.domain.evidence.audit import Actor, Event
from paraphe.domain.requests.decision import find_recipient
from paraphe.domain.requests.model import SignatureRequest
from paraphe.domain.requests.recipient import RecipientState, Role
from paraphe.ports.evidence import EvidenceFiles
from paraphe.ports.requests import RequestRef, Requests

LINK_SECONDS = 300
JSON, PDF = "evidence.json", "evidence.pdf"


def evidence_url(kept: EvidenceFiles, request: SignatureRequest, name: str) -> str:
    """Return a short-lived URL of the account (`evidence.json`) or its pages (`evidence.pdf`).

    It works until the evidence's own retention is over, long after the documents are erased (P16).

    Raises:
        ConflictError: `evidence_not_ready`.

    """
    return kept.presign(_key(request, name), f"{request.id}-{name}", LINK_SECONDS)


def _digest(content: bytes) -> set[str]:
    return {hashlib.sha256(content).hexdigest()}


def kept_events(
    requests: Requests,
    kept: EvidenceFiles,
    ref: RequestRef,
    digests: Callable[[bytes], set[str]] = _digest,
) -> tuple[Event, ...]:
    """Read the events off a request's evidence file; none when there is no file, or another one.

    `digests` gives a file's SHA-256 as it is, and as it was before its seal was renewed.

    Raises:
        ValueError, KeyError, TypeError: the file of that digest is not what we write.

    """
    try:
        request = requests.load(ref)
        content = kept.read(request.evidence_key) if request.evidence_key else b""
    except (NotFoundError, GoneError):
        return ()
    if request.evidence_sha256 not in digests(content):
        return ()
    return tuple(_event(item) for item in json.loads(content)["evidence"]["events"])


def _event(item: Mapping[str, Any]) -> Event:
    """Read what `account.event_json` wrote."""
    return Event(
        request_id=item["request"],
        seq=item["seq"],
        at=times.from_text(item["at"]),
        kind=item["kind"],
        actor=Actor(item["actor"]["kind"], item["actor"]["id"]),
        data=item["data"],
        previous=item["previous"],
        hash=item["hash"],
    )


def has_attestation(request: SignatureRequest, recipient_id: str) -> bool:
    """Tell whether a recipient's attestation is there: they signed, and it is stored."""
    recipient = find_recipient(request, recipient_id)
    signed = recipient.state is RecipientState.SIGNED and recipient.role is Role.SIGNER
    return signed and request.evidence_key is not None


def attestation_url(kept: EvidenceFiles, request: SignatureRequest, recipient_id: str) -> str:
    """Return a short-lived URL of one signer's attestation.

    Raises:
        ConflictError: `evidence_not_ready`, also for who has not signed.

    """
    if not has_attestation(request, recipient_id):
        raise _not_ready()
    key = _key(request, f"attestation-{recipient_id}.pdf")
    return kept.presign(key, f"attestation-{request.id}.pdf", LINK_SECONDS)


def _key(request: SignatureRequest, name: str) -> str:
    if request.evidence_key is None:
        raise _not_ready()
    return f"{request.evidence_key.rpartition('/')[0]}/{name}"


def _not_ready() -> ConflictError:
    return ConflictError(
        "evidence_not_ready", "The evidence is made when the request has ended; try again then."
    )
