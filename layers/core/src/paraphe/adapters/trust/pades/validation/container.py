"""The parts of a CMS that no signature covers, held to what RFC 5652 says of them.

A time-stamp at the end of a file is covered by nothing later. So whatever is in its container and
not signed must be consistent with what is: else it was changed after it was made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from asn1crypto import core
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, padding, rsa

if TYPE_CHECKING:
    from asn1crypto import cms
    from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes

_VERSIONS = {"v0", "v1", "v2", "v3", "v4", "v5"}
_LONG_FORM, _INDEFINITE = 0x80, 0x80


class ContainerError(Exception):
    """Something unsigned does not fit what is signed."""


def check(encoded: bytes, message: cms.ContentInfo) -> None:
    """Check padding, version, digest list and certificates.

    Raises:
        ContainerError: what does not fit.

    """
    if encoded[_length(encoded) :].strip(b"\x00"):
        raise ContainerError("something follows the CMS in /Contents")
    signed = message["content"]
    signer = signed["signer_infos"][0]
    digest = signer["digest_algorithm"]["algorithm"].native
    if digest not in {one["algorithm"].native for one in signed["digest_algorithms"]}:
        raise ContainerError("the digest algorithm is not announced")
    by_key = signer["sid"].name == "subject_key_identifier"
    if signer["version"].native != ("v3" if by_key else "v1"):
        raise ContainerError("the signer's version is wrong")
    if signed["version"].native not in _VERSIONS - {"v0", "v2"}:
        raise ContainerError("the container's version is wrong")
    check_certificates([c.dump() for c in signed["certificates"] if c.name == "certificate"])


def is_absent(value: core.Asn1Value) -> bool:
    """Whether an optional field is not there; asn1crypto's `native` would parse all of it."""
    return isinstance(value, core.Void)


def check_content(signed: cms.SignedData, content_type: str, *, attached: bool) -> None:
    """Check that what is signed is of a kind, and inside or not.

    Raises:
        ContainerError: it is not.

    """
    inner = signed["encap_content_info"]
    if inner["content_type"].native != content_type:
        raise ContainerError("something of another kind is signed")
    if is_absent(inner["content"]) is attached:
        raise ContainerError("content inside" if not attached else "no content inside")


def check_attributes(signer: cms.SignerInfo, required: frozenset[str]) -> None:
    """Check that no signed attribute is there twice or has two values, and some are there.

    Of `required`, `signing_certificate` stands for either of its versions (RFC 5035).

    Raises:
        ContainerError: what does not fit.

    """
    names = [str(one["type"].native).removesuffix("_v2") for one in signer["signed_attrs"]]
    single = {"content_type", "message_digest", "signing_time", "signing_certificate"}
    types = [one["type"].dotted for one in signer["signed_attrs"]]
    if len(set(types)) != len(types):
        raise ContainerError("a signed attribute is there twice")
    for one, name in zip(signer["signed_attrs"], names, strict=True):
        if name in single and len(one["values"]) != 1:
            raise ContainerError(f"{name} has not exactly one value")
    missing = sorted(required - set(names))
    if missing:
        raise ContainerError(f"the signed attribute {missing[0]} is missing")


def check_certificates(encoded: list[bytes]) -> None:
    """Every certificate (DER) whose issuer is there too must be signed by it.

    Raises:
        ContainerError: one is not, or cannot be read.

    """
    certificates = []
    for one in encoded:
        try:
            certificates.append(x509.load_der_x509_certificate(one))
        except (ValueError, x509.InvalidVersion) as error:
            raise ContainerError("a certificate inside cannot be read") from error
    for certificate in certificates:
        issuers = [c for c in certificates if _is_meant(c, certificate)]
        if issuers and not any(_issued(issuer, certificate) for issuer in issuers):
            raise ContainerError("a certificate inside is not its issuer's")


def _is_meant(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    """Whether a certificate names the other as its issuer, by name or by key."""
    if issuer.subject == certificate.issuer:
        return True
    try:
        named = certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier)
        own = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    except (x509.ExtensionNotFound, ValueError):
        return False
    return named.value.key_identifier == own.value.digest


def is_issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    """Whether a certificate names the other as its issuer, and was signed by it."""
    return issuer.subject == certificate.issuer and _issued(issuer, certificate)


def _issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    """Whether the issuer's key signed it, with SHA-1 or MD5 too: old is not the same as altered."""
    try:
        digest = certificate.signature_hash_algorithm
        if isinstance(digest, hashes.SHA1 | hashes.MD5):
            body, signature = certificate.tbs_certificate_bytes, certificate.signature
            _check(issuer.public_key(), body, signature, digest)
        else:
            certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        return False
    return True


def _check(
    key: CertificatePublicKeyTypes, body: bytes, signature: bytes, digest: hashes.HashAlgorithm
) -> None:
    """Check a signature that `cryptography` calls unsupported in a certificate.

    Raises:
        InvalidSignature, TypeError: it does not hold; no such key.

    """
    if isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, body, padding.PKCS1v15(), digest)
    elif isinstance(key, dsa.DSAPublicKey):
        key.verify(signature, body, digest)
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, body, ec.ECDSA(digest))
    else:
        raise TypeError("an unusual key")


def _length(encoded: bytes) -> int:
    """How long the DER value is; everything when its length is indefinite (BER)."""
    if len(encoded) < 2 or encoded[1] == _INDEFINITE:  # noqa: PLR2004 - tag and length
        return len(encoded)
    if encoded[1] < _LONG_FORM:
        return 2 + encoded[1]
    octets = encoded[1] & ~_LONG_FORM
    return 2 + octets + int.from_bytes(encoded[2 : 2 + octets], "big")
