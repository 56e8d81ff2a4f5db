"""Proof that the certificates of a chain are not revoked, fetched and kept until it is stale."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID

from paraphe.adapters.trust.pades.cms import http
from paraphe.adapters.trust.pades.cms.encoded import der_of
from paraphe.adapters.trust.pades.cms.errors import (
    TrustServiceRefusedError,
    TrustServiceUnavailableError,
)
from paraphe.adapters.trust.pades.cms.signed_data import verify_with

if TYPE_CHECKING:
    from collections.abc import Sequence

# What `cryptography` raises beside ValueError about answers that prove nothing.
_UNBELIEVABLE = (
    InvalidSignature,
    TypeError,
    UnsupportedAlgorithm,
    x509.ExtensionNotFound,
    x509.InvalidVersion,
)


@dataclass(frozen=True, slots=True)
class Proof:
    """Lists and answers, DER, ready to be embedded (ETSI EN 319 142-1 §5.4)."""

    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()

    def __add__(self, other: Proof) -> Proof:
        """Both, without repeats."""
        return Proof(
            tuple(dict.fromkeys(self.crls + other.crls)),
            tuple(dict.fromkeys(self.ocsps + other.ocsps)),
        )


class RevocationSource(Protocol):
    """Finds proof for foreign chains, a time-stamp service's above all."""

    def proof_for(self, chain: Sequence[x509.Certificate], now: datetime) -> Proof:
        """Proof for every certificate but the last, which is the anchor.

        Raises:
            TrustServiceUnavailableError: it could not be fetched now.
            TrustServiceRefusedError: a certificate is revoked, or says nowhere where to ask.

        """
        ...


@dataclass(slots=True)
class HttpRevocationSource:
    """CRL first (one fetch serves every signature until it is stale), then OCSP."""

    exchange: http.Exchange = http.exchange
    _kept: dict[bytes, tuple[datetime, Proof]] = field(default_factory=dict)

    def proof_for(self, chain: Sequence[x509.Certificate], now: datetime) -> Proof:
        """Proof for every certificate but the last."""
        proof = Proof()
        for certificate, issuer in itertools.pairwise(chain):
            key = der_of(certificate)
            stale_at, kept = self._kept.get(key, (datetime.min.replace(tzinfo=UTC), Proof()))
            if now >= stale_at:
                stale_at, kept = self._fetch(certificate, issuer, now)
                self._kept[key] = (stale_at, kept)
            proof += kept
        return proof

    def _fetch(
        self, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime
    ) -> tuple[datetime, Proof]:
        failure: Exception | None = None
        for url in crl_urls(certificate):
            try:
                return self._crl(url, certificate, issuer, now)
            except (TrustServiceUnavailableError, ValueError) as error:
                failure = error
        for url in ocsp_urls(certificate):
            try:
                next_update, body = ask(self.exchange, url, certificate, issuer, now)
            except (TrustServiceUnavailableError, ValueError) as error:
                failure = error
            else:
                return next_update, Proof(ocsps=(body,))
        message = f"no revocation information for certificate {certificate.serial_number}"
        if failure is None:
            raise TrustServiceRefusedError(message)
        raise TrustServiceUnavailableError(message) from failure

    def _crl(
        self, url: str, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime
    ) -> tuple[datetime, Proof]:
        body = self.exchange(url, None, {"Accept": "application/pkix-crl"})
        crl = read_crl(body)
        if not crl.is_signature_valid(issuer.public_key()):  # type: ignore[arg-type] # CA key kinds
            message = "a revocation list is not its issuer's"
            raise ValueError(message)
        next_update = _fresh(crl.next_update_utc, now)
        if crl.get_revoked_certificate_by_serial_number(certificate.serial_number) is not None:
            _refuse_revoked(certificate)
        return next_update, Proof(crls=(crl.public_bytes(serialization.Encoding.DER),))


def ask(
    exchange: http.Exchange,
    url: str,
    certificate: x509.Certificate,
    issuer: x509.Certificate,
    now: datetime,
) -> tuple[datetime, bytes]:
    """One question to an OCSP responder; its nextUpdate and its answer, DER, which says "good".

    Raises:
        TrustServiceUnavailableError: it could not be reached.
        TrustServiceRefusedError: the certificate is revoked.
        ValueError: no answer, or none that proves anything: unsigned, stale, "unknown".

    """
    request = (
        ocsp.OCSPRequestBuilder()
        .add_certificate(certificate, issuer, hashes.SHA1())  # noqa: S303 - RFC 6960 §4.3
        .build()
        .public_bytes(serialization.Encoding.DER)
    )
    body = exchange(url, request, {"Content-Type": "application/ocsp-request"})
    answer = ocsp.load_der_ocsp_response(body)
    if answer.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        message = "the OCSP responder gave no answer"
        raise ValueError(message)
    _check_responder(answer, issuer)
    if answer.serial_number != certificate.serial_number:
        message = "the OCSP answer is about another certificate"
        raise ValueError(message)
    if answer.certificate_status is ocsp.OCSPCertStatus.REVOKED:
        _refuse_revoked(certificate)
    if answer.certificate_status is not ocsp.OCSPCertStatus.GOOD:
        message = "the OCSP responder does not know the certificate"
        raise ValueError(message)
    return _fresh(answer.next_update_utc, now), body


def next_update(proof: Proof) -> datetime:
    """Until when the last of it speaks."""
    answers = (ocsp.load_der_ocsp_response(data).next_update_utc for data in proof.ocsps)
    lists = (x509.load_der_x509_crl(data).next_update_utc for data in proof.crls)
    return max(at for at in (*answers, *lists) if at is not None)


def responders(answer: bytes, issuer: x509.Certificate) -> tuple[x509.Certificate, ...]:
    """Certificates that an answer brings along because not the issuer itself signed it."""
    brought = ocsp.load_der_ocsp_response(answer).certificates
    return tuple(certificate for certificate in brought if certificate != issuer)


def crl_urls(certificate: x509.Certificate) -> list[str]:
    """HTTP addresses of the lists that speak for a certificate."""
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return []
    names = [name for point in points for name in point.full_name or ()]
    return [name.value for name in names if _is_http(name)]


def ocsp_urls(certificate: x509.Certificate) -> list[str]:
    """HTTP addresses of the responders that speak for a certificate."""
    try:
        access = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess)
    except x509.ExtensionNotFound:
        return []
    return [
        item.access_location.value
        for item in access.value
        if item.access_method == AuthorityInformationAccessOID.OCSP
        and _is_http(item.access_location)
    ]


def read_crl(body: bytes) -> x509.CertificateRevocationList:
    """A list in DER or PEM, as servers send either.

    Raises:
        ValueError: neither.

    """
    try:
        if body.lstrip().startswith(b"-----BEGIN"):
            return x509.load_pem_x509_crl(body)
        return x509.load_der_x509_crl(body)
    except x509.InvalidVersion as error:
        raise ValueError(str(error)) from error


def _is_http(name: x509.GeneralName) -> bool:
    return isinstance(name, x509.UniformResourceIdentifier) and name.value.startswith("http")


def _fresh(next_update: datetime | None, now: datetime) -> datetime:
    if next_update is None or next_update <= now:
        message = "the revocation information is stale"
        raise ValueError(message)
    return next_update


def _refuse_revoked(certificate: x509.Certificate) -> None:
    message = f"certificate {certificate.serial_number} is revoked"
    raise TrustServiceRefusedError(message)


def _check_responder(answer: ocsp.OCSPResponse, issuer: x509.Certificate) -> None:
    """The issuer itself, or a responder that it certified for this (RFC 6960 §4.2.2.2)."""
    responder = issuer
    try:
        algorithm = answer.signature_hash_algorithm
        for certificate in answer.certificates:
            if certificate == issuer:
                continue
            certificate.verify_directly_issued_by(issuer)
            purpose = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
            if ExtendedKeyUsageOID.OCSP_SIGNING in purpose.value:
                responder = certificate
        verify_with(
            responder, answer.signature, answer.tbs_response_bytes, algorithm or hashes.SHA256()
        )
    except _UNBELIEVABLE as error:
        raise ValueError("the OCSP answer is not its issuer's") from error
