"""Links to a request's evidence: for the firm, and to each signer their own attestation (P19)."""

from paraphe.domain.edit import find_recipient
from paraphe.domain.errors import ConflictError
from paraphe.domain.model import RecipientState, Role, SignatureRequest
from paraphe.ports import EvidenceFiles

LINK_SECONDS = 300
JSON, PDF = "evidence.json", "evidence.pdf"


def evidence_url(kept: EvidenceFiles, request: SignatureRequest, name: str) -> str:
    """Give a short-lived URL of the account (`evidence.json`) or its pages (`evidence.pdf`).

    It works until the evidence's own retention is over, long after the documents are erased (P16).

    Raises:
        ConflictError: `evidence_not_ready`.

    """
    return kept.presign(_key(request, name), f"{request.id}-{name}", LINK_SECONDS)


def has_attestation(request: SignatureRequest, recipient_id: str) -> bool:
    """Tell whether a recipient's attestation is there: they signed, and it is stored."""
    recipient = find_recipient(request, recipient_id)
    signed = recipient.state is RecipientState.SIGNED and recipient.role is Role.SIGNER
    return signed and request.evidence_key is not None


def attestation_url(kept: EvidenceFiles, request: SignatureRequest, recipient_id: str) -> str:
    """Give a short-lived URL of one signer's attestation.

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
