"""One recipient's PAdES signature with a one-time key (docs/SIGNING.md, step 10)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from paraphe.adapters.pdf.sign.archive import prepare
from paraphe.adapters.pdf.sign.signing import Act, sign
from paraphe.domain import times
from paraphe.domain.model import Recipient, RecipientState, Revision, Role
from paraphe.domain.signing import (
    FieldBox,
    Locale,
    SignatureField,
    SignatureRecord,
    SignerIdentity,
    VisibleMark,
)

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from paraphe.adapters.pdf.sign.trust import Trust
    from paraphe.adapters.pki.authority import CertificateAuthority
    from paraphe.adapters.pki.chain import CaChain
    from paraphe.domain.model import Document, SignatureRequest


@dataclass(frozen=True, slots=True)
class PadesDocumentSigner:
    """Signs with a fresh key and certificate for each recipient and document.

    Attributes:
        authority: issues the one-time certificates.
        trust: timestamps and proof about their service.
        chain: the authority's certificates, stamped before the first signature.

    """

    authority: CertificateAuthority
    trust: Trust
    chain: CaChain

    def sign(
        self,
        request: SignatureRequest,
        document: Document,
        recipient: Recipient,
        command_id: str,
        pdf: Path,
        now: datetime,
    ) -> Revision:
        """Sign in place, preparing every field first when none of ours is there (see the port)."""
        field = field_name(recipient.slot)
        identity = SignerIdentity(
            display_name=recipient.name, transaction_id=command_id, email=recipient.email
        )
        mark = VisibleMark(recipient.name, Locale(recipient.locale))
        with pdf.open("r+b") as file:
            if not document.revisions:
                fields = signature_fields(request, document)
                prepare(file, fields, self.authority.chain, self.trust, now)
            credential = self.authority.issue_one_time(identity, now)
            record = sign(file, Act(field, recipient.name, credential, now, mark), self.trust)
        return Revision(
            recipient_id=recipient.id,
            command_id=command_id,
            field=field,
            sha256=record.revision_sha256,
            key="",
            size=record.revision_size,
            signed_at=now,
            record=summary(record),
        )


def field_name(slot: str) -> str:
    """Name the field of a recipient's slot: of one length, so that none is another's prefix."""
    return f"{hashlib.sha256(slot.encode()).hexdigest()[:16]}-signature"


def signature_fields(request: SignatureRequest, document: Document) -> tuple[SignatureField, ...]:
    """Give every signature field of a document, with the boxes that were chosen (P8).

    All are of one order for their locks: who waits can still be reordered after the first
    signature (P6). Their real order is enforced where a signature is accepted and made (P5).
    """
    return tuple(
        SignatureField(field_name(r.slot), _box(r, document))
        for r in request.recipients
        if r.role is Role.SIGNER and r.state is not RecipientState.REPLACED
    )


def _box(recipient: Recipient, document: Document) -> FieldBox | None:
    for placement in recipient.placements:
        if placement.document_id == document.id:
            return FieldBox(
                placement.page, placement.x, placement.y, placement.width, placement.height
            )
    return None


def summary(record: SignatureRecord) -> str:
    """Give what the table keeps of a signature; the certificates themselves are in the file."""
    return json.dumps(
        {
            "level": str(record.level),
            "timestamp_at": times.to_text(record.timestamp_at),
            "certificate_serial": record.certificate_serial,
            "certificate_sha256": record.certificate_sha256,
            "byte_range": list(record.byte_range),
            "previous_sha256": record.previous_sha256,
        },
        separators=(",", ":"),
    )
