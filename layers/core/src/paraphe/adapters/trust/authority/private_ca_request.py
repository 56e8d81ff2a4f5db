"""What is asked of AWS Private CA for one certificate, and whether that is what came back."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from paraphe.adapters.trust.pades.cms.errors import TrustServiceRefusedError

if TYPE_CHECKING:
    from datetime import datetime

    from mypy_boto3_acm_pca.literals import SigningAlgorithmType
    from mypy_boto3_acm_pca.type_defs import IssueCertificateRequestTypeDef

# Nothing in it but critical basicConstraints CA:FALSE, the key identifiers and where AWS answers
# for the certificate; everything else is ours to pass.
_TEMPLATE = "template/BlankEndEntityCertificate_CriticalBasicConstraints_APIPassthrough/V1"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One certificate to be issued.

    Attributes:
        subject: whom it names.
        key: what it certifies; signs the request.
        extensions: with their criticality.
        not_before: whole seconds.
        not_after: whole seconds.

    """

    subject: x509.Name
    key: ec.EllipticCurvePrivateKey
    extensions: tuple[tuple[x509.ExtensionType, bool], ...]
    not_before: datetime
    not_after: datetime


def build(arn: str, issuing: x509.Certificate, wanted: Wanted) -> IssueCertificateRequestTypeDef:
    """The parameters of `IssueCertificate`.

    The token makes a repeated call within five minutes find the first one's certificate.
    """
    request = x509.CertificateSigningRequestBuilder().subject_name(wanted.subject)
    csr = request.sign(wanted.key, hashes.SHA256()).public_bytes(Encoding.PEM)
    return {
        "CertificateAuthorityArn": arn,
        "Csr": csr,
        "SigningAlgorithm": _algorithm(issuing),
        "TemplateArn": f"arn:{arn.split(':')[1]}:acm-pca:::{_TEMPLATE}",
        "Validity": {"Type": "ABSOLUTE", "Value": int(wanted.not_after.timestamp())},
        "ValidityNotBefore": {"Type": "ABSOLUTE", "Value": int(wanted.not_before.timestamp())},
        "IdempotencyToken": hashlib.sha256(csr).hexdigest()[:32],
        "ApiPassthrough": {
            "Subject": {"CustomAttributes": _attributes(wanted.subject)},
            "Extensions": _extensions(wanted),
        },
    }


def _attributes(subject: x509.Name) -> Any:  # noqa: ANN401 - boto3's TypedDicts
    """Every attribute by number: AWS takes its own names or numbers, never both."""
    return [{"ObjectIdentifier": a.oid.dotted_string, "Value": str(a.value)} for a in subject]


def _extensions(wanted: Wanted) -> Any:  # noqa: ANN401 - as above
    """Key usage and policy go as DER: AWS's own fields know no criticality and no notice."""
    found: dict[str, Any] = {"CustomExtensions": []}
    for extension, critical in wanted.extensions:
        if isinstance(extension, x509.ExtendedKeyUsage):
            found["ExtendedKeyUsage"] = [
                {"ExtendedKeyUsageObjectIdentifier": oid.dotted_string} for oid in extension
            ]
        elif isinstance(extension, x509.SubjectAlternativeName):
            emails = extension.get_values_for_type(x509.RFC822Name)
            found["SubjectAlternativeNames"] = [{"Rfc822Name": email} for email in emails]
        else:
            found["CustomExtensions"].append(
                {
                    "ObjectIdentifier": extension.oid.dotted_string,
                    "Value": b64encode(extension.public_bytes()).decode(),
                    "Critical": critical,
                }
            )
    return found


def _algorithm(issuing: x509.Certificate) -> SigningAlgorithmType:
    key = issuing.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return "SHA256WITHRSA"
    if isinstance(key, ec.EllipticCurvePublicKey):
        known: dict[str, SigningAlgorithmType] = {
            "secp256r1": "SHA256WITHECDSA",
            "secp384r1": "SHA384WITHECDSA",
            "secp521r1": "SHA512WITHECDSA",
        }
        if key.curve.name in known:
            return known[key.curve.name]
    message = "the private authority's kind of key is not used here: choose ECDSA or RSA"
    raise TrustServiceRefusedError(message)


def read(pem: str, issuing: x509.Certificate, wanted: Wanted) -> x509.Certificate:
    """The certificate, only if it is `issuing`'s and says exactly what was wanted.

    Raises:
        TrustServiceRefusedError: with what differs.

    """
    try:
        certificate = x509.load_pem_x509_certificate(pem.encode())
        certificate.verify_directly_issued_by(issuing)
        differs = _difference(certificate, wanted)
    except (ValueError, TypeError, InvalidSignature, x509.DuplicateExtension) as error:
        message = "the private authority's answer is no certificate of its own"
        raise TrustServiceRefusedError(message) from error
    if differs:
        message = f"the private authority issued another {differs} than was asked for"
        raise TrustServiceRefusedError(message)
    return certificate


def _difference(certificate: x509.Certificate, wanted: Wanted) -> str:
    if certificate.public_key() != wanted.key.public_key():
        return "key"
    if list(certificate.subject) != list(wanted.subject):
        return "subject"
    begins_late = certificate.not_valid_before_utc > wanted.not_before
    if begins_late or certificate.not_valid_after_utc != wanted.not_after:
        return "validity"
    leaf = x509.BasicConstraints(ca=False, path_length=None)
    for extension, critical in (*wanted.extensions, (leaf, True)):
        try:
            found = certificate.extensions.get_extension_for_oid(extension.oid)
        except x509.ExtensionNotFound:
            return extension.oid.dotted_string
        if found.value != extension or found.critical is not critical:
            return extension.oid.dotted_string
    return ""
