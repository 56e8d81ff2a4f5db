"""AWS Private CA as the authority: its keys, its OCSP and its lists; our profile and our checks.

The profile goes into `IssueCertificate` as ApiPassthrough of a blank template, and each certificate
that comes back is compared with what was asked for. Proof of its status is fetched from where AWS
says in the certificate. docs/decisions/0013-other-authorities.md says what that costs.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from cryptography import x509

from paraphe.adapters.faults import ServiceRefusedError, calling
from paraphe.adapters.trust.authority import private_ca_request, profiles
from paraphe.adapters.trust.authority.chain import CaChain, chain_of
from paraphe.adapters.trust.authority.issuing import IssuingAuthority
from paraphe.adapters.trust.authority.revocations import InMemoryRevocations, RevocationStore
from paraphe.adapters.trust.pades.cms import http, revocation
from paraphe.adapters.trust.pades.cms.credential import Credential
from paraphe.adapters.trust.pades.cms.errors import (
    CertificateEndsTooSoonError,
    TrustServiceRefusedError,
    TrustServiceUnavailableError,
)
from paraphe.adapters.trust.pades.cms.ocsp import Revocation

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ObjectIdentifier
    from mypy_boto3_acm_pca import ACMPCAClient
    from mypy_boto3_acm_pca.literals import RevocationReasonType

    from paraphe.adapters.trust.authority.profiles import Publication
    from paraphe.adapters.trust.pades.cms.keys import KeySigner

ONE_TIME_LIFETIME = timedelta(days=8)
# Before another try, in seconds: AWS issues within a second or so, and tells OCSP a little later.
_PAUSES = (0.1, 0.2, 0.4, 0.8, 1.6, 3.2)
_REASONS: dict[int, RevocationReasonType] = {
    0: "UNSPECIFIED",
    1: "KEY_COMPROMISE",
    2: "CERTIFICATE_AUTHORITY_COMPROMISE",
    3: "AFFILIATION_CHANGED",
    4: "SUPERSEDED",
    5: "CESSATION_OF_OPERATION",
}


@dataclass(frozen=True, slots=True)
class PrivateCaAuthority(IssuingAuthority):
    """A `CertificateAuthority` whose issuing key is AWS Private CA's, in general-purpose mode.

    Attributes:
        client: boto3's `acm-pca`.
        arn: of the issuing authority.
        chain: its certificates, as the ceremony published them.
        keys: holds the keys of enrolled persons and seals (KMS).
        publication: where the certificate policy is published.
        revocations: what was revoked here: AWS's OCSP may take an hour to say so.
        one_time_lifetime: of a co-signer's certificate; its OCSP answer must not outlive it.
        proof: finds what says that the authority's own certificates are not revoked.
        exchange: how HTTP is spoken to the OCSP responder.
        pause: waits, in seconds.

    """

    client: ACMPCAClient
    arn: str
    chain: CaChain
    keys: KeySigner
    publication: Publication
    revocations: RevocationStore = field(default_factory=InMemoryRevocations)
    one_time_lifetime: timedelta = ONE_TIME_LIFETIME
    proof: revocation.RevocationSource = field(default_factory=revocation.HttpRevocationSource)
    exchange: http.Exchange = http.exchange
    pause: Callable[[float], None] = time.sleep

    def revoke(self, serial: int, reason: int, now: datetime) -> None:
        """Refuse it here from now on, then tell AWS; a second time changes nothing.

        Raises:
            TransientError, ServiceRefusedError: AWS does not know it yet; revoke it again.

        """
        self.revocations.add(serial, Revocation(now, reason))
        try:
            with calling("acm-pca:RevokeCertificate"):
                self.client.revoke_certificate(
                    CertificateAuthorityArn=self.arn,
                    CertificateSerial=_hexadecimal(serial),
                    RevocationReason=_REASONS[reason],
                )
        except ServiceRefusedError as error:
            if error.code != "RequestAlreadyProcessedException":
                raise

    def _issue(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        policy: ObjectIdentifier,
        validity: tuple[datetime, datetime],
        email: str | None = None,
    ) -> x509.Certificate:
        now, not_after = validity
        limit = self._within(now, not_after)
        wanted = private_ca_request.Wanted(
            subject,
            key,
            profiles.end_extensions(policy, self.publication, email),
            profiles.whole_seconds(now - profiles.BACKDATE),
            profiles.whole_seconds(limit),
        )
        request = private_ca_request.build(self.arn, self.chain.issuing, wanted)
        with calling("acm-pca:IssueCertificate"):
            arn = self.client.issue_certificate(**request)["CertificateArn"]
        pem = self._fetch(arn)
        return private_ca_request.read(pem, self.chain.issuing, wanted)

    def _fetch(self, arn: str) -> str:
        for seconds in _PAUSES:
            try:
                with calling("acm-pca:GetCertificate"):
                    return self._get(arn)
            except _InProgress:
                self.pause(seconds)
        message = "acm-pca:GetCertificate: still in progress"
        raise TrustServiceUnavailableError(message)

    def _get(self, arn: str) -> str:
        try:
            answer = self.client.get_certificate(
                CertificateAuthorityArn=self.arn, CertificateArn=arn
            )
        except self.client.exceptions.RequestInProgressException:
            raise _InProgress from None
        return answer.get("Certificate", "")

    def _credential(
        self, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey, now: datetime
    ) -> Credential:
        until, answer = self._status(certificate, now)
        if until > certificate.not_valid_after_utc:
            # docs/PADES.md's trap: such a signature is valid only until its certificate ends.
            message = (
                f"certificate {certificate.serial_number} ends "
                f"{until - certificate.not_valid_after_utc} before its OCSP answer does; "
                f"certificates must live longer than {until - now}"
            )
            raise CertificateEndsTooSoonError(message)
        above = self.proof.proof_for(self.chain.certificates, now)
        return Credential(
            certificate,
            self.chain.certificates,
            key,
            (answer, *above.ocsps),
            above.crls,
            revocation.responders(answer, self.chain.issuing),
        )

    def _status(self, certificate: x509.Certificate, now: datetime) -> tuple[datetime, bytes]:
        urls = revocation.ocsp_urls(certificate)
        if not urls:
            message = "the private authority has no OCSP: turn it on in its revocation settings"
            raise TrustServiceRefusedError(message)
        failure: Exception | None = None
        for seconds in _PAUSES:
            try:
                return self._ask(urls, certificate, now)
            except (TrustServiceUnavailableError, ValueError) as error:
                failure = error
                self.pause(seconds)
        message = f"no OCSP answer about certificate {certificate.serial_number}"
        raise TrustServiceUnavailableError(message) from failure

    def _ask(
        self, urls: Sequence[str], certificate: x509.Certificate, now: datetime
    ) -> tuple[datetime, bytes]:
        return revocation.ask(self.exchange, urls[0], certificate, self.chain.issuing, now)


def fetch_chain(client: ACMPCAClient, arn: str) -> CaChain:
    """The authority's certificates as AWS has them, for the ceremony to publish.

    Raises:
        ValueError: it is not active, or the answer is no chain.
        TransientError, ServiceRefusedError: what AWS answered.

    """
    with calling("acm-pca:GetCertificateAuthorityCertificate"):
        answer = client.get_certificate_authority_certificate(CertificateAuthorityArn=arn)
    pem = "\n".join((answer.get("Certificate", ""), answer.get("CertificateChain", "")))
    return chain_of(x509.load_pem_x509_certificates(pem.encode()))


class _InProgress(Exception):  # noqa: N818 - a turn of a loop, not an error
    """AWS has not issued it yet."""


def _hexadecimal(serial: int) -> str:
    digits = f"{serial:x}"
    return bytes.fromhex(digits.zfill(len(digits) + len(digits) % 2)).hex(":")
