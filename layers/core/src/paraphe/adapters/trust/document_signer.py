"""One recipient's PAdES signature with a one-time key, or the firm's seal (docs/SIGNING.md)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from paraphe.adapters.trust.pades.cms.credential import Credential
from paraphe.adapters.trust.pades.cms.errors import CertificateExpiredError
from paraphe.adapters.trust.pades.writer.archive import prepare
from paraphe.adapters.trust.pades.writer.signing import Act, seal, sign
from paraphe.domain import times
from paraphe.domain.errors import ConflictError
from paraphe.domain.requests import signing_order
from paraphe.domain.requests.document import Revision
from paraphe.domain.requests.recipient import Recipient, Role
from paraphe.domain.trust.identities import SignerIdentity
from paraphe.domain.trust.signatures import (
    FieldBox,
    Locale,
    SignatureField,
    SignatureRecord,
    VisibleMark,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from cryptography import x509

    from paraphe.adapters.trust.authority.built_in import CertificateAuthority
    from paraphe.adapters.trust.pades.writer.trust import Trust
    from paraphe.domain.requests.document import Document
    from paraphe.domain.requests.model import SignatureRequest
    from paraphe.domain.trust.signatures import Look, Raster
    from paraphe.ports.signing import Issued


# Across every page, and before every name, of what is only a test.
TEST = "TEST"


def shown_name(request: SignatureRequest, recipient: Recipient) -> str:
    """Return the name in a certificate and a signature: nobody's, of what is only a test."""
    return f"{TEST} - {recipient.name}" if request.is_test else recipient.name


@dataclass(frozen=True, slots=True)
class PadesDocumentSigner:
    """Signs with a fresh key and certificate for each recipient and document.

    Attributes:
        authority: issues the one-time certificates.
        trust: timestamps and proof about their service.

    """

    authority: CertificateAuthority
    trust: Trust

    def issue(
        self, request: SignatureRequest, recipient: Recipient, command_id: str, now: datetime
    ) -> Credential:
        """Issue a one-time certificate with its OCSP answer (see the port)."""
        identity = SignerIdentity(
            display_name=shown_name(request, recipient),
            transaction_id=command_id,
            email=recipient.email,
        )
        return self.authority.issue_one_time(identity, now)

    def sign(
        self,
        request: SignatureRequest,
        document: Document,
        recipient: Recipient,
        command_id: str,
        pdf: Path,
        now: datetime,
        look: Look | None = None,
        issued: Issued | None = None,
    ) -> Revision:
        """Sign in place, preparing every field first when none of ours is there (see the port).

        The last signature that the document waits for is followed by a document time-stamp.
        """
        if recipient.role is not Role.SIGNER:
            raise WrongRoleError(recipient.role)
        field = field_name(recipient.slot)
        name = shown_name(request, recipient)
        mark = VisibleMark(name, Locale(recipient.locale), look)
        with pdf.open("r+b") as file:
            if not document.signers:
                fields = signature_fields(request, document)
                across = TEST if request.is_test else ""
                prepare(file, fields, self.authority.chain, self.trust, now, across)
            credential = (
                issued
                if isinstance(issued, Credential)
                else self.issue(request, recipient, command_id, now)
            )
            act = Act(field, name, credential, now, mark)
            last = signing_order.completes(request, document, recipient)
            record = sign(file, act, self.trust, last=last)
        return _revision(record, recipient, command_id)


@dataclass(frozen=True, slots=True)
class PadesDocumentSealer:
    """Seals with the firm's key in KMS and its certificate (P21).

    Attributes:
        authority: says that the certificate still holds.
        trust: timestamps and proof about their service.
        seal_of: the firm's certificate (PEM) and the name of its key.
        stamp_of: the picture that the firm's seal shows where it is placed, if it has one.

    """

    authority: CertificateAuthority
    trust: Trust
    seal_of: Callable[[str], SealKey]
    stamp_of: Callable[[str], Raster | None] = lambda _: None

    def issue(self, request: SignatureRequest, _: Recipient, __: str, now: datetime) -> Credential:
        """Read the firm's certificate, with fresh proof of its status (see the port).

        Raises:
            ConflictError: `seal_certificate_expired`: an expired certificate never signs.

        """
        return self._credential(self.seal_of(request.firm_id), now)

    def sign(
        self,
        request: SignatureRequest,
        document: Document,
        recipient: Recipient,
        command_id: str,
        pdf: Path,
        now: datetime,
        look: Look | None = None,
        issued: Issued | None = None,
    ) -> Revision:
        """Seal in place, preparing every field first when none of ours is there (see the port).

        Raises:
            ConflictError: `seal_certificate_expired`: an expired certificate never signs.

        """
        if recipient.role is not Role.SEAL:
            raise WrongRoleError(recipient.role)
        field = field_name(recipient.slot)
        if look is None and _box(recipient, document) is not None:
            look = self.stamp_of(request.firm_id)
        mark = VisibleMark(recipient.name, Locale(recipient.locale), look)
        credential = (
            issued
            if isinstance(issued, Credential)
            else self.issue(request, recipient, command_id, now)
        )
        with pdf.open("r+b") as file:
            if not document.signers:
                fields = signature_fields(request, document)
                prepare(file, fields, self.authority.chain, self.trust, now)
            record = seal(file, Act(field, recipient.name, credential, now, mark), self.trust)
        return _revision(record, recipient, command_id)

    def _credential(self, key: SealKey, now: datetime) -> Credential:
        try:
            return self.authority.credential(key.certificate, key.key_id, now)
        except CertificateExpiredError:
            # No retry cures it: a rule's answer, which makes the request `failed` at once.
            raise ConflictError(
                "seal_certificate_expired", "The certificate of the firm's seal has expired."
            ) from None


@dataclass(frozen=True, slots=True)
class SealKey:
    """A seal's certificate and the name of its key."""

    certificate: x509.Certificate
    key_id: str


class WrongRoleError(Exception):
    """A signer is asked for a seal, or a seal for a person's signature."""


def _revision(record: SignatureRecord, recipient: Recipient, command_id: str) -> Revision:
    return Revision(
        recipient_id=recipient.id,
        command_id=command_id,
        field=record.field,
        sha256=record.revision_sha256,
        key="",
        size=record.revision_size,
        signed_at=record.signed_at,
        record=summary(record),
    )


def field_name(slot: str) -> str:
    """Name the field of a recipient's slot: of one length, so that none is another's prefix."""
    return f"{hashlib.sha256(slot.encode()).hexdigest()[:16]}-signature"


def signature_fields(request: SignatureRequest, document: Document) -> tuple[SignatureField, ...]:
    """Return every signature field of a document, with the boxes that were chosen (P8).

    All are of one order for their locks: who waits can still be reordered after the first
    signature (P6). Their real order is enforced where a signature is accepted and made (P5). Only
    the seal that comes after everybody locks the whole document.
    """
    closing = signing_order.closing_seal(request)
    return tuple(
        SignatureField(field_name(r.slot), _box(r, document), is_seal=r == closing)
        for r in signing_order.parties(request)
    )


def _box(recipient: Recipient, document: Document) -> FieldBox | None:
    for placement in recipient.placements:
        if placement.document_id == document.id:
            return FieldBox(
                placement.page, placement.x, placement.y, placement.width, placement.height
            )
    return None


def summary(record: SignatureRecord) -> str:
    """Return what the table keeps of a signature; the certificates themselves are in the file."""
    return json.dumps(
        {
            "level": str(record.level),
            "timestamp_at": times.to_text(record.timestamp_at),
            "archive_timestamp_at": record.archive_timestamp_at
            and times.to_text(record.archive_timestamp_at),
            "certificate_serial": record.certificate_serial,
            "certificate_sha256": record.certificate_sha256,
            "byte_range": list(record.byte_range),
            "previous_sha256": record.previous_sha256,
        },
        separators=(",", ":"),
    )
