"""What certificates of the stand-in for AWS Private CA are made of, and what it refuses."""

from __future__ import annotations

from base64 import b64decode
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import (
    NameOID,
    ObjectIdentifier,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


CaKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


class RefusalError(Exception):
    """An answer that is one of the service's exceptions."""

    def __init__(self, code: str, status: int = 400) -> None:
        super().__init__(code)
        self.code = code
        self.status = status


@dataclass
class Issued:
    """One certificate, and what was asked since."""

    certificate: x509.Certificate
    polls: int = 0
    ocsp_asked: int = 0


def named(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Exemple"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def key_usage(*, ca: bool, commitment: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not commitment,
        content_commitment=commitment,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )


def pem_of(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(Encoding.PEM).decode()


def issued_by(key: CaKey) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())


def list_at(url: str) -> x509.CRLDistributionPoints:
    where = [x509.UniformResourceIdentifier(url)]
    return x509.CRLDistributionPoints([x509.DistributionPoint(where, None, None, None)])


def instant_of(validity: dict[str, Any] | None, otherwise: datetime) -> datetime:
    if validity is None:
        return otherwise.replace(microsecond=0)
    if validity["Type"] != "ABSOLUTE":
        raise RefusalError("InvalidArgsException")  # the others are not used here
    return datetime.fromtimestamp(validity["Value"], UTC)


def subject_of(passed: dict[str, Any], csr: x509.CertificateSigningRequest) -> x509.Name:
    wanted = passed.get("Subject")
    if wanted is None:
        return csr.subject
    if set(wanted) != {"CustomAttributes"}:
        raise RefusalError("InvalidArgsException")  # "cannot be used in combination"
    return x509.Name(
        [
            x509.NameAttribute(ObjectIdentifier(one["ObjectIdentifier"]), one["Value"])
            for one in wanted["CustomAttributes"]
        ]
    )


def passed_extensions(passed: dict[str, Any]) -> Iterator[tuple[x509.ExtensionType, bool]]:
    if purposes := passed.get("ExtendedKeyUsage"):
        oids = [ObjectIdentifier(one["ExtendedKeyUsageObjectIdentifier"]) for one in purposes]
        yield x509.ExtendedKeyUsage(oids), False
    if names := passed.get("SubjectAlternativeNames"):
        yield x509.SubjectAlternativeName([x509.RFC822Name(n["Rfc822Name"]) for n in names]), False
    for one in passed.get("CustomExtensions", ()):
        oid, value = ObjectIdentifier(one["ObjectIdentifier"]), b64decode(one["Value"])
        yield x509.UnrecognizedExtension(oid, value), one.get("Critical", False)
