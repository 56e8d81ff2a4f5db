"""The services that make a signature last: time-stamps, and proof about their own certificates."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from paraphe.adapters.trust.pades.writer.dss import Material

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from cryptography import x509

    from paraphe.adapters.trust.pades.cms.credential import Credential
    from paraphe.adapters.trust.pades.cms.revocation import RevocationSource
    from paraphe.adapters.trust.pades.cms.timestamps import TimestampService
    from paraphe.adapters.trust.pades.cms.tsp import TimestampToken

_PROBE = bytes(32)


@dataclass(slots=True)
class Trust:
    """Time-stamps with what a validator needs about them.

    The security store is inside what gets signed, so the service's certificates must be known
    before its token over the signature exists: they are remembered from the last token; the first
    signature of a process asks for one token more.

    Attributes:
        timestamps: the RFC 3161 service.
        revocations: proof about the service's chain.

    """

    timestamps: TimestampService
    revocations: RevocationSource
    _chain: tuple[x509.Certificate, ...] = field(default=())

    def stamp(self, digest: bytes) -> TimestampToken:
        """A checked token over a SHA-256 digest; raises what the service raises."""
        token = self.timestamps.stamp(digest)
        self._chain = token.chain
        return token

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        """The service's certificates, its root last."""
        if not self._chain:
            self.stamp(_PROBE)
        return self._chain

    @property
    def ends_at(self) -> datetime:
        """When the first of the service's certificates ends, and its time-stamps' proof with it."""
        return ends_at(self.chain)

    def material(self, now: datetime) -> Material:
        """Certificates and fresh proof of the time-stamp service."""
        chain = self.chain
        proof = self.revocations.proof_for(chain, now)
        return Material.of(chain, proof.ocsps, proof.crls)


def material_of(credential: Credential) -> Material:
    """Certificates and proof of a signer or a seal."""
    return Material.of(
        (credential.certificate, *credential.chain, *credential.responders),
        credential.ocsp,
        credential.crls,
    )


def ends_at(chain: Iterable[x509.Certificate]) -> datetime:
    """When the first certificate of a chain ends."""
    return min(certificate.not_valid_after_utc for certificate in chain)
