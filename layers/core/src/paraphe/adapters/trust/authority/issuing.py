"""What every authority of ours does alike: which certificate for whom, and when one may sign."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from paraphe.adapters.trust.authority import profiles, subject_names
from paraphe.adapters.trust.pades.cms.errors import (
    CertificateExpiredError,
    TrustServiceRefusedError,
)
from paraphe.adapters.trust.pades.cms.keys import KeySigner, RemoteKey

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from cryptography.x509.oid import ObjectIdentifier

    from paraphe.adapters.trust.authority.chain import CaChain
    from paraphe.adapters.trust.authority.revocations import RevocationStore
    from paraphe.adapters.trust.pades.cms.credential import Credential
    from paraphe.domain.trust.identities import SealIdentity, SignerIdentity


class IssuingAuthority(ABC):
    """Keeps `CertificateAuthority` with two things that differ: how to certify, how to prove.

    Attributes:
        chain: the published certificates.
        keys: holds the keys of enrolled persons and seals.
        revocations: what was revoked.
        one_time_lifetime: of a co-signer's certificate.

    """

    __slots__ = ()
    chain: CaChain
    keys: KeySigner
    revocations: RevocationStore
    one_time_lifetime: timedelta

    @abstractmethod
    def _issue(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        policy: ObjectIdentifier,
        validity: tuple[datetime, datetime],
        email: str | None = None,
    ) -> x509.Certificate:
        """An end certificate of our profile for a key."""

    @abstractmethod
    def _credential(
        self, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey, now: datetime
    ) -> Credential:
        """The certificate with fresh proof of its status."""

    def issue_one_time(self, identity: SignerIdentity, now: datetime) -> Credential:
        """A fresh key in memory, certified for one signer and one act, and its proof."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._issue(
            subject_names.person_name(identity),
            key,
            profiles.ONE_TIME_POLICY,
            (now, now + self.one_time_lifetime),
            identity.email,
        )
        return self._credential(certificate, key, now)

    def enroll(self, identity: SignerIdentity, key_id: str, now: datetime) -> x509.Certificate:
        """A 3-year certificate for a person's key in KMS (P1)."""
        return self._issue(
            subject_names.person_name(identity),
            RemoteKey(self.keys, key_id),
            profiles.ENROLLED_POLICY,
            (now, now + profiles.ENROLLED_LIFETIME),
            identity.email,
        )

    def certify_seal(self, identity: SealIdentity, key_id: str, now: datetime) -> x509.Certificate:
        """A 3-year certificate for a firm's seal (P21, ETSI EN 319 412-3)."""
        return self._issue(
            subject_names.seal_name(identity),
            RemoteKey(self.keys, key_id),
            profiles.SEAL_POLICY,
            (now, now + profiles.ENROLLED_LIFETIME),
        )

    def credential(self, certificate: x509.Certificate, key_id: str, now: datetime) -> Credential:
        """A stored certificate with fresh proof of its status (see the port)."""
        require_issuer(certificate, self.chain.issuing)
        if certificate.serial_number in self.revocations.all():
            message = f"certificate {certificate.serial_number} is revoked"
            raise TrustServiceRefusedError(message)
        if now >= certificate.not_valid_after_utc:
            message = f"certificate {certificate.serial_number} has expired"
            raise CertificateExpiredError(message)
        credential = self._credential(certificate, RemoteKey(self.keys, key_id), now)
        credential.require_valid(now)
        return credential

    def _within(self, now: datetime, not_after: datetime) -> datetime:
        """No certificate outlives its issuer's.

        Raises:
            CertificateExpiredError: the issuer's is over.

        """
        limit = self.chain.issuing.not_valid_after_utc
        if now >= limit:
            message = "the issuing certificate has expired"
            raise CertificateExpiredError(message)
        return min(not_after, limit)


def require_issuer(certificate: x509.Certificate, issuing: x509.Certificate) -> None:
    """A certificate of before the authority was changed has to be replaced: certify its key again.

    Compares names and key identifiers only: it was ours to store, and a P-384 check takes 1 ms.

    Raises:
        TrustServiceRefusedError: `issuing` is not its issuer's.

    """
    try:
        by = certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
        own = issuing.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
        same = certificate.issuer == issuing.subject and by.key_identifier == own.digest
    except (ValueError, x509.ExtensionNotFound):
        same = False
    if not same:
        message = f"certificate {certificate.serial_number} is another authority's"
        raise TrustServiceRefusedError(message)
