"""CMS SignedData (RFC 5652) with one signer: as PAdES asks for it, and read back."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

from paraphe.adapters.trust.pades.cms import der
from paraphe.adapters.trust.pades.cms.encoded import der_of, load

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from cryptography import x509

SIGNED_DATA = "1.2.840.113549.1.7.2"
DATA = "1.2.840.113549.1.7.1"
CONTENT_TYPE = "1.2.840.113549.1.9.3"
MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
SIGNING_TIME = "1.2.840.113549.1.9.5"
SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.12"
SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"
COMMITMENT_TYPE = "1.2.840.113549.1.9.16.2.16"
TIMESTAMP_TOKEN = "1.2.840.113549.1.9.16.2.14"  # noqa: S105 - an attribute's number
PROOF_OF_ORIGIN = "1.2.840.113549.1.9.16.6.1"
PROOF_OF_APPROVAL = "1.2.840.113549.1.9.16.6.5"
ECDSA_SHA256 = "1.2.840.10045.4.3.2"
_ECDSA_WITH_SHA2 = "1.2.840.10045.4.3"
_RSA_PSS = "1.2.840.113549.1.1.10"
_CONTEXT_0, _CONTEXT_1 = 0xA0, 0xA1
_DIGESTS: dict[str, Callable[[], hashes.HashAlgorithm]] = {
    "1.3.14.3.2.26": hashes.SHA1,  # only old foreign time-stamps name it
    "2.16.840.1.101.3.4.2.1": hashes.SHA256,
    "2.16.840.1.101.3.4.2.2": hashes.SHA384,
    "2.16.840.1.101.3.4.2.3": hashes.SHA512,
}
_SHA256 = "2.16.840.1.101.3.4.2.1"


def signed_attributes(
    digest: bytes,
    certificate: x509.Certificate | bytes,
    content_type: str = DATA,
    commitment: str | None = None,
    signing_time: datetime | None = None,
) -> bytes:
    """The SET that is signed: CAdES baseline attributes (ETSI EN 319 122-1 §5.1, §5.2).

    `signing_time` is for CAdES alone: PAdES forbids it (ETSI EN 319 142-1 §6.3).
    """
    encoded = certificate if isinstance(certificate, bytes) else der_of(certificate)
    issued_to = der.sequence(der.octets(hashlib.sha256(encoded).digest()), _issuer_serial(encoded))
    attributes = [
        _attribute(CONTENT_TYPE, der.oid(content_type)),
        _attribute(MESSAGE_DIGEST, der.octets(digest)),
        _attribute(SIGNING_CERTIFICATE_V2, der.sequence(der.sequence(issued_to))),
    ]
    if commitment is not None:
        attributes.append(_attribute(COMMITMENT_TYPE, der.sequence(der.oid(commitment))))
    if signing_time is not None:
        attributes.append(_attribute(SIGNING_TIME, der.utc_time(signing_time)))
    return der.set_of(*attributes)


def assemble(
    attributes: bytes,
    signature: bytes,
    certificates: Sequence[x509.Certificate],
    *,
    timestamp: bytes | None = None,
    content: tuple[str, bytes] | None = None,
) -> bytes:
    """ContentInfo of a SHA-256, ECDSA signature by the first certificate; detached unless told."""
    encoded = [der_of(certificate) for certificate in certificates]
    algorithm = der.sequence(der.oid(_SHA256))
    unsigned = b""
    if timestamp is not None:
        unsigned = der.explicit(1, _attribute(TIMESTAMP_TOKEN, timestamp))
    signer = der.sequence(
        der.integer(1),
        _issuer_and_serial(encoded[0]),
        algorithm,
        b"\xa0" + attributes[1:],
        der.sequence(der.oid(ECDSA_SHA256)),
        der.octets(signature),
        unsigned,
    )
    inner = der.sequence(der.oid(DATA))
    if content is not None:
        inner = der.sequence(der.oid(content[0]), der.explicit(0, der.octets(content[1])))
    signed = der.sequence(
        der.integer(1 if content is None else 3),
        der.set_of(algorithm),
        inner,
        der.explicit(0, *sorted(encoded)),
        der.set_of(signer),
    )
    return der.sequence(der.oid(SIGNED_DATA), der.explicit(0, signed))


@dataclass(frozen=True, slots=True)
class SignedData:
    """One signer's CMS, read but not yet believed."""

    content_type: str
    content: bytes
    certificates: tuple[x509.Certificate, ...]
    signed_attrs: bytes
    attributes: dict[str, der.Node]
    unsigned: dict[str, der.Node]
    digest_oid: str
    algorithm: der.Node
    signature: bytes

    def verify(self, content_digest: bytes | None = None) -> x509.Certificate:
        """Check digest, signing-certificate attribute and signature; return the signer.

        `content_digest` is the digest of detached content; by default the content inside is hashed.

        Raises:
            InvalidSignature: the signature or a digest is wrong.
            ValueError: something needed is missing or unknown.

        """
        algorithm = _digest_for(self.digest_oid)
        if content_digest is None:
            content_digest = hashlib.new(algorithm.name, self.content).digest()
        stated = self._attribute(MESSAGE_DIGEST).value
        kind = self._attribute(CONTENT_TYPE).as_oid()
        if stated != content_digest or kind != self.content_type:
            raise InvalidSignature
        signer = self.signer
        scheme = self.algorithm.children(1)[0].as_oid()
        verify_with(
            signer,
            self.signature,
            self.signed_attrs,
            _ecdsa_digest(scheme) or algorithm,
            pss=scheme == _RSA_PSS,
        )
        return signer

    def _attribute(self, oid: str) -> der.Node:
        if oid not in self.attributes:
            message = f"signed attribute {oid} is missing"
            raise ValueError(message)
        return self.attributes[oid]

    @property
    def signer(self) -> x509.Certificate:
        """The certificate that the signing-certificate attribute names; believed by `verify` only.

        Raises:
            ValueError: it is not inside.

        """
        if SIGNING_CERTIFICATE_V2 in self.attributes:
            identifiers = self.attributes[SIGNING_CERTIFICATE_V2].children(1)[0]
            fields = identifiers.children(1)[0].children(1)
            algorithm: hashes.HashAlgorithm = hashes.SHA256()
            if fields[0].tag == der.SEQUENCE:
                algorithm = _digest_for(fields.pop(0).children(1)[0].as_oid())
        else:
            identifiers = self._attribute(SIGNING_CERTIFICATE).children(1)[0]
            fields = identifiers.children(1)[0].children(1)
            algorithm = hashes.SHA1()  # noqa: S303 - RFC 2634 fixes it; only picks a certificate
        for certificate in self.certificates:
            if hashlib.new(algorithm.name, der_of(certificate)).digest() == fields[0].value:
                return certificate
        message = "the signer's certificate is not inside"
        raise ValueError(message)


def parse_signed_data(data: bytes) -> SignedData:
    """Read a ContentInfo with exactly one signer.

    Raises:
        der.DerError: malformed.
        ValueError: a certificate inside cannot be read.

    """
    kind, wrapped = der.parse(data).expect(der.SEQUENCE).children(2)
    if kind.as_oid() != SIGNED_DATA:
        message = "not SignedData"
        raise der.DerError(message)
    fields = wrapped.children(1)[0].children(4)
    inner = fields[2].children(1)
    content = inner[1].children(1)[0].value if len(inner) > 1 else b""
    certificates = next((f for f in fields if f.tag == _CONTEXT_0), None)
    infos = fields[-1].expect(der.SET).children(1)
    signer = infos[0].children(5)
    if len(infos) != 1 or signer[3].tag != _CONTEXT_0:
        message = "one signer with signed attributes is expected"
        raise der.DerError(message)
    unsigned = next((f for f in signer[6:] if f.tag == _CONTEXT_1), None)
    return SignedData(
        content_type=inner[0].as_oid(),
        content=content,
        certificates=tuple(
            load(node.raw) for node in certificates or () if node.tag == der.SEQUENCE
        ),
        signed_attrs=b"\x31" + signer[3].raw[1:],
        attributes=_attributes(signer[3]),
        unsigned=_attributes(unsigned) if unsigned is not None else {},
        digest_oid=signer[2].children(1)[0].as_oid(),
        algorithm=signer[4],
        signature=signer[5].value,
    )


def _attributes(node: der.Node) -> dict[str, der.Node]:
    pairs = (attribute.children(2) for attribute in node)
    return {kind.as_oid(): values.children(1)[0] for kind, values in pairs}


def _attribute(oid: str, value: bytes) -> bytes:
    return der.sequence(der.oid(oid), der.tlv(der.SET, value))


def verify_with(
    certificate: x509.Certificate,
    signature: bytes,
    message: bytes,
    digest: hashes.HashAlgorithm,
    *,
    pss: bool = False,
) -> None:
    """Check one signature: ECDSA, RSA (PKCS #1 v1.5 or PSS) or Ed25519.

    Raises:
        InvalidSignature: it is wrong.
        ValueError: the key is of another kind.

    """
    key = certificate.public_key()
    if isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, message, ec.ECDSA(digest))
    elif isinstance(key, rsa.RSAPublicKey):
        scheme = padding.PSS(padding.MGF1(digest), padding.PSS.AUTO) if pss else padding.PKCS1v15()
        key.verify(signature, message, scheme, digest)
    elif isinstance(key, ed25519.Ed25519PublicKey):
        key.verify(signature, message)
    else:
        raise ValueError("unknown kind of key")  # noqa: TRY004 - callers know one error


def _ecdsa_digest(scheme: str) -> hashes.HashAlgorithm | None:
    """ecdsa-with-SHA256/384/512 name their own hash (RFC 5758 §3.2)."""
    arc, _, last = scheme.rpartition(".")
    known: dict[str, Callable[[], hashes.HashAlgorithm]] = {
        "2": hashes.SHA256,
        "3": hashes.SHA384,
        "4": hashes.SHA512,
    }
    return known[last]() if arc == _ECDSA_WITH_SHA2 and last in known else None


def _digest_for(oid: str) -> hashes.HashAlgorithm:
    if oid not in _DIGESTS:
        message = f"unknown digest {oid}"
        raise ValueError(message)
    return _DIGESTS[oid]()


def _tbs(encoded: bytes) -> list[der.Node]:
    fields = der.parse(encoded).children(3)[0].children(6)
    return fields[1:] if fields[0].tag == _CONTEXT_0 else fields


def _issuer_and_serial(encoded: bytes) -> bytes:
    fields = _tbs(encoded)
    return der.sequence(fields[2].raw, fields[0].raw)


def _issuer_serial(encoded: bytes) -> bytes:
    """IssuerSerial of RFC 5035: a GeneralNames with the directory name."""
    fields = _tbs(encoded)
    return der.sequence(der.sequence(der.explicit(4, fields[2].raw)), fields[0].raw)
