"""The certificate authority as a port, and the built-in one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from cryptography.hazmat.primitives import serialization

from paraphe.adapters.trust.authority import profiles
from paraphe.adapters.trust.authority.issuing import IssuingAuthority
from paraphe.adapters.trust.authority.revocations import (
    InMemoryRevocations,
    RevocationStore,
    build_crl,
)
from paraphe.adapters.trust.pades.cms import ocsp
from paraphe.adapters.trust.pades.cms.credential import Credential
from paraphe.adapters.trust.pades.cms.keys import KeySigner, RemoteKey

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ObjectIdentifier

    from paraphe.adapters.trust.authority.chain import CaChain
    from paraphe.domain.trust.identities import SealIdentity, SignerIdentity

OCSP_LIFETIME = timedelta(days=3)
CRL_LIFETIME = timedelta(days=7)


class CertificateAuthority(Protocol):
    """Issues and revokes: `BuiltInAuthority`, or `PrivateCaAuthority` over AWS Private CA."""

    @property
    def chain(self) -> CaChain:
        """What every signature of this authority carries."""
        ...

    def issue_one_time(self, identity: SignerIdentity, now: datetime) -> Credential:
        """A key in memory and its certificate, for one signer and one act."""
        ...

    def enroll(self, identity: SignerIdentity, key_id: str, now: datetime) -> x509.Certificate:
        """A 3-year certificate for a person's key in KMS (P1)."""
        ...

    def certify_seal(self, identity: SealIdentity, key_id: str, now: datetime) -> x509.Certificate:
        """A 3-year certificate for a firm's seal key in KMS (P21)."""
        ...

    def credential(self, certificate: x509.Certificate, key_id: str, now: datetime) -> Credential:
        """A stored certificate with fresh proof of its status.

        Raises:
            CertificateExpiredError: it is over, or too near its end for what proves its status.
            TrustServiceRefusedError: it was revoked, or another authority issued it.

        """
        ...

    def revoke(self, serial: int, reason: int, now: datetime) -> None:
        """Revoke a certificate for good (CRLReason of RFC 5280 §5.3.1)."""
        ...


@dataclass(frozen=True, slots=True)
class BuiltInAuthority(IssuingAuthority):
    """An authority whose issuing key is wherever `keys` says (KMS in service).

    Attributes:
        chain: the published certificates.
        keys: holds the issuing key and the keys of enrolled persons and seals.
        issuing_key_id: the issuing key's name there.
        publication: the public addresses written into certificates.
        revocations: what was revoked.
        one_time_lifetime: of a co-signer's certificate.

    """

    chain: CaChain
    keys: KeySigner
    issuing_key_id: str
    publication: profiles.Publication
    revocations: RevocationStore = field(default_factory=InMemoryRevocations)
    one_time_lifetime: timedelta = profiles.ONE_TIME_LIFETIME

    def revoke(self, serial: int, reason: int, now: datetime) -> None:
        """Revoke for good."""
        self.revocations.add(serial, ocsp.Revocation(now, reason))

    def crl(self, now: datetime, earlier: int = 0) -> bytes:
        """The list of end certificates, DER; its number is higher than `earlier`."""
        revoked = self.revocations.all()
        listed = build_crl(self._issuer(), revoked, now, CRL_LIFETIME, earlier)
        return listed.public_bytes(serialization.Encoding.DER)

    def certify_responder(self, key_id: str, now: datetime) -> x509.Certificate:
        """A 90-day certificate for the key of the OCSP responder (RFC 6960 §4.2.2.2).

        Raises:
            CertificateExpiredError: the issuing certificate is over.

        """
        return profiles.responder_certificate(
            self._issuer(),
            self.keys.public_key(key_id),
            (now, self._within(now, now + profiles.RESPONDER_LIFETIME)),
        )

    def _issue(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        policy: ObjectIdentifier,
        validity: tuple[datetime, datetime],
        email: str | None = None,
    ) -> x509.Certificate:
        now, not_after = validity
        return profiles.end_certificate(
            self._issuer(),
            subject,
            key.public_key(),
            policy,
            self.publication,
            (now, self._within(now, not_after)),
            email,
        )

    def _credential(
        self, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey, now: datetime
    ) -> Credential:
        answer = ocsp.Answer(
            ocsp.cert_id(self.chain.issuing, certificate.serial_number),
            this_update=now,
            next_update=min(now + OCSP_LIFETIME, certificate.not_valid_after_utc),
        )
        response = ocsp.respond(self.chain.issuing, self._issuer().key, answer)
        return Credential(certificate, self.chain.certificates, key, (response,), self.chain.crls)

    def _issuer(self) -> profiles.Issuer:
        return profiles.Issuer(
            self.chain.issuing.subject, RemoteKey(self.keys, self.issuing_key_id)
        )
