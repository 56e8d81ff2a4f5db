"""Certificate profiles: which fields each kind of certificate has (docs/CERTIFICATE_POLICY.md)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.x509.oid import (
    AuthorityInformationAccessOID,
    ExtendedKeyUsageOID,
    ObjectIdentifier,
)

from paraphe.adapters.trust.authority.subject_names import responder_name
from paraphe.adapters.trust.pades.cms.keys import hash_for

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import ec

# A UUID-derived arc (ITU-T X.667) needs no registration: our policy, then one arc per profile.
POLICY_ARC = "2.25.103506785990203039626587215254872700684"
POLICY_VERSION = "2026-11"  # of docs/CERTIFICATE_POLICY.md
ONE_TIME_POLICY = ObjectIdentifier(f"{POLICY_ARC}.1")
ENROLLED_POLICY = ObjectIdentifier(f"{POLICY_ARC}.2")
SEAL_POLICY = ObjectIdentifier(f"{POLICY_ARC}.3")
DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")  # RFC 9336
NOTICE = "Certificat non qualifie / Not a qualified certificate (eIDAS)"

CA_LIFETIME = timedelta(days=15 * 365 + 4)
ENROLLED_LIFETIME = timedelta(days=3 * 365 + 1)
ONE_TIME_LIFETIME = timedelta(hours=1)
RESPONDER_LIFETIME = timedelta(days=90)
BACKDATE = timedelta(
    minutes=1
)  # clocks of validators and of the time-stamp service differ a little
_SERIAL_MARK, _SERIAL_SIZE = b"Pa", 20


@dataclass(frozen=True, slots=True)
class Publication:
    """Where validators find what they need; one public base URL, without a trailing slash."""

    base_url: str

    @property
    def issuing_certificate(self) -> str:
        """CaIssuers of end certificates."""
        return f"{self.base_url}/issuing.cer"

    @property
    def root_certificate(self) -> str:
        """CaIssuers of the issuing certificate."""
        return f"{self.base_url}/root.cer"

    @property
    def root_crl(self) -> str:
        """The list that speaks for the issuing certificate."""
        return f"{self.base_url}/root.crl"

    @property
    def issuing_crl(self) -> str:
        """The list that speaks for end certificates."""
        return f"{self.base_url}/issuing.crl"

    @property
    def ocsp(self) -> str:
        """The OCSP door."""
        return f"{self.base_url}/ocsp"

    @property
    def policy(self) -> str:
        """The certificate policy for people."""
        return f"{self.base_url}/policy"


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who signs a certificate: a name and a key (possibly in KMS)."""

    name: x509.Name
    key: ec.EllipticCurvePrivateKey


def whole_seconds(at: datetime) -> datetime:
    """X.509 instants have no fractions."""
    return at.astimezone(UTC).replace(microsecond=0)


def new_serial(not_after: datetime) -> int:
    """A serial number that says when its certificate ends: positive, 20 octets, 104 random bits.

    The OCSP responder sees nothing of a certificate but this number (RFC 5280 §4.1.2.2).
    """
    seconds = int(whole_seconds(not_after).timestamp())
    parts = (_SERIAL_MARK, seconds.to_bytes(5, "big"), secrets.token_bytes(13))
    return int.from_bytes(b"".join(parts), "big")


def end_of(serial: int) -> datetime | None:
    """When the certificate of a serial number ends; None when the number is not one of ours."""
    if serial < 0 or (serial.bit_length() + 7) // 8 != _SERIAL_SIZE:
        return None
    octets = serial.to_bytes(_SERIAL_SIZE, "big")
    if not octets.startswith(_SERIAL_MARK):
        return None
    try:
        return datetime.fromtimestamp(int.from_bytes(octets[2:7], "big"), UTC)
    except (OverflowError, ValueError):
        return None


def root_certificate(issuer: Issuer, now: datetime) -> x509.Certificate:
    """The self-signed anchor, 15 years."""
    builder = _base(issuer, issuer.name, issuer.key.public_key(), now, now + CA_LIFETIME)
    return _sign(_as_ca(builder, path_length=1), issuer)


def issuing_certificate(
    issuer: Issuer,
    subject: x509.Name,
    key: ec.EllipticCurvePublicKey,
    publication: Publication,
    now: datetime,
    not_after: datetime,
) -> x509.Certificate:
    """The authority that issues to people and firms; never outlives the root."""
    builder = _as_ca(_base(issuer, subject, key, now, not_after), path_length=0)
    builder = builder.add_extension(_crl_at(publication.root_crl), critical=False)
    builder = builder.add_extension(
        x509.AuthorityInformationAccess(
            [_access(AuthorityInformationAccessOID.CA_ISSUERS, publication.root_certificate)]
        ),
        critical=False,
    )
    any_policy = x509.PolicyInformation(ObjectIdentifier("2.5.29.32.0"), None)
    return _sign(
        builder.add_extension(x509.CertificatePolicies([any_policy]), critical=False), issuer
    )


def end_certificate(
    issuer: Issuer,
    subject: x509.Name,
    key: ec.EllipticCurvePublicKey,
    policy: ObjectIdentifier,
    publication: Publication,
    validity: tuple[datetime, datetime],
    email: str | None = None,
) -> x509.Certificate:
    """A certificate that signs documents: contentCommitment only, RFC 9336 purpose, our policy.

    A one-time certificate names no list: it has ended before the next one is issued, and a list
    that is good for longer than a certificate spoils long-term verdicts (ADR 8).
    """
    builder = _base(issuer, subject, key, *validity).add_extension(
        x509.BasicConstraints(ca=False, path_length=None), critical=True
    )
    for extension, critical in end_extensions(policy, publication, email):
        builder = builder.add_extension(extension, critical=critical)
    if policy != ONE_TIME_POLICY:
        builder = builder.add_extension(_crl_at(publication.issuing_crl), critical=False)
    return _sign(builder.add_extension(_end_access(publication), critical=False), issuer)


def end_extensions(
    policy: ObjectIdentifier, publication: Publication, email: str | None = None
) -> tuple[tuple[x509.ExtensionType, bool], ...]:
    """What says that a certificate signs documents, whoever issues it, each with its criticality.

    An address that is not ASCII is left out (RFC 5280 §4.2.1.6).
    """
    always: tuple[tuple[x509.ExtensionType, bool], ...] = (
        (_key_usage(commitment=True), True),
        (x509.ExtendedKeyUsage([DOCUMENT_SIGNING]), False),
        (_policies(policy, publication), False),
    )
    if email is None or not email.isascii():
        return always
    return (*always, (x509.SubjectAlternativeName([x509.RFC822Name(email)]), False))


def timestamp_certificate(
    issuer: Issuer,
    subject: x509.Name,
    key: ec.EllipticCurvePublicKey,
    crl_url: str,
    now: datetime,
    not_after: datetime,
) -> x509.Certificate:
    """A certificate for time-stamps (RFC 3161 §2.3: one critical purpose); the laptop's service."""
    builder = (
        _base(issuer, subject, key, now, not_after)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(signature=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .add_extension(_crl_at(crl_url), critical=False)
    )
    return _sign(builder, issuer)


def responder_certificate(
    issuer: Issuer, key: ec.EllipticCurvePublicKey, validity: tuple[datetime, datetime]
) -> x509.Certificate:
    """A certificate that signs OCSP answers and nothing else (RFC 6960 §4.2.2.2).

    Nobody asks whether it is revoked (id-pkix-ocsp-nocheck), so it is short-lived.
    """
    builder = (
        _base(issuer, responder_name(issuer.name), key, *validity)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(signature=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]), critical=False)
        .add_extension(x509.OCSPNoCheck(), critical=False)
    )
    return _sign(builder, issuer)


def _base(
    issuer: Issuer,
    subject: x509.Name,
    key: ec.EllipticCurvePublicKey,
    now: datetime,
    not_after: datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.name)
        .public_key(key)
        .serial_number(new_serial(not_after))
        .not_valid_before(whole_seconds(now - BACKDATE))
        .not_valid_after(whole_seconds(not_after))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()),
            critical=False,
        )
    )


def _as_ca(builder: x509.CertificateBuilder, *, path_length: int) -> x509.CertificateBuilder:
    constraints = x509.BasicConstraints(ca=True, path_length=path_length)
    return builder.add_extension(constraints, critical=True).add_extension(
        _key_usage(ca=True), critical=True
    )


def _sign(builder: x509.CertificateBuilder, issuer: Issuer) -> x509.Certificate:
    return builder.sign(issuer.key, hash_for(issuer.key.public_key()))


@lru_cache(maxsize=16)
def _key_usage(
    *, commitment: bool = False, signature: bool = False, ca: bool = False
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signature,
        content_commitment=commitment,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )


def _crl_at(url: str) -> x509.CRLDistributionPoints:
    point = x509.DistributionPoint(
        full_name=[x509.UniformResourceIdentifier(url)],
        relative_name=None,
        reasons=None,
        crl_issuer=None,
    )
    return x509.CRLDistributionPoints([point])


def _access(method: ObjectIdentifier, url: str) -> x509.AccessDescription:
    return x509.AccessDescription(method, x509.UniformResourceIdentifier(url))


@lru_cache(maxsize=16)
def _end_access(publication: Publication) -> x509.AuthorityInformationAccess:
    return x509.AuthorityInformationAccess(
        [
            _access(AuthorityInformationAccessOID.OCSP, publication.ocsp),
            _access(AuthorityInformationAccessOID.CA_ISSUERS, publication.issuing_certificate),
        ]
    )


@lru_cache(maxsize=16)
def _policies(policy: ObjectIdentifier, publication: Publication) -> x509.CertificatePolicies:
    qualifiers: list[str | x509.UserNotice] = [
        publication.policy,
        x509.UserNotice(notice_reference=None, explicit_text=NOTICE),
    ]
    return x509.CertificatePolicies([x509.PolicyInformation(policy, qualifiers)])
