"""What signs: a certificate, its way up, proof that it was not revoked, and a key to call.

The key may live anywhere: in memory, in AWS KMS, at a remote signing provider.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from paraphe.adapters.trust.pades.cms.errors import CertificateExpiredError

if TYPE_CHECKING:
    from datetime import datetime

    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec


class AuthorityChain(Protocol):
    """What is known of an authority before anybody signs with its certificates."""

    @property
    def certificates(self) -> tuple[x509.Certificate, ...]:
        """Issuing first, root last."""
        ...

    @property
    def crls(self) -> tuple[bytes, ...]:
        """Lists about them, DER; empty when proof comes with each signature."""
        ...


@dataclass(frozen=True, slots=True)
class Credential:
    """One signature's worth of trust material.

    Attributes:
        certificate: of the signer or the seal.
        chain: the certificates above it, issuing first, root last.
        key: in memory for one-time certificates, else a name for a key in its service.
        ocsp: responses about `certificate`, DER.
        crls: lists about `chain`, DER.
        responders: certificates of OCSP responders other than the authority itself. A validator
            wants to see that they existed before `certificate` ended (ETSI EN 319 102-1 §5.6.2.4):
            a document time-stamp has to follow the signature. For the authority itself the one
            before the first signature does that.

    """

    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    key: ec.EllipticCurvePrivateKey
    ocsp: tuple[bytes, ...]
    crls: tuple[bytes, ...]
    responders: tuple[x509.Certificate, ...] = ()

    def require_valid(self, now: datetime) -> None:
        """An expired certificate never signs, nor one whose authority has expired.

        Raises:
            CertificateExpiredError: `now` is outside a validity.

        """
        for certificate in (self.certificate, *self.chain):
            if not (certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc):
                message = f"certificate {certificate.serial_number} is not valid at this instant"
                raise CertificateExpiredError(message)
