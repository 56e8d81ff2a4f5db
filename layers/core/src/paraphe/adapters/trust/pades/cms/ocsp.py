"""OCSP responses (RFC 6960), built by hand because their times are ours to say.

`cryptography` writes the machine's clock into producedAt; here `now` is a parameter everywhere.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from paraphe.adapters.trust.pades.cms import der
from paraphe.adapters.trust.pades.cms.keys import hash_for

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cryptography import x509

# How a question may name an issuer. SHA-1 only names; every client understands it (RFC 6960 §4.3).
HASHES = {
    "sha1": "1.3.14.3.2.26",
    "sha256": "2.16.840.1.101.3.4.2.1",
    "sha384": "2.16.840.1.101.3.4.2.2",
    "sha512": "2.16.840.1.101.3.4.2.3",
}
NONCE = "1.3.6.1.5.5.7.48.1.2"
_BASIC = "1.3.6.1.5.5.7.48.1.1"
_ECDSA = {"sha256": "1.2.840.10045.4.3.2", "sha384": "1.2.840.10045.4.3.3"}
_GOOD, _UNKNOWN = b"\x80\x00", b"\x82\x00"


@dataclass(frozen=True, slots=True)
class Revocation:
    """Since when a certificate is revoked, and why (CRLReason, RFC 5280 §5.3.1)."""

    at: datetime
    reason: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What to say about one certificate.

    Attributes:
        cert_id: how the question named it (CertID, DER), repeated octet by octet.
        this_update: the instant for which it is said.
        next_update: in an answer that a signature carries, not later than the certificate's end,
            or a long-term verdict fails as soon as the certificate has expired.
        revocation: None when it is not revoked.
        is_known: False says `unknown`.

    """

    cert_id: bytes
    this_update: datetime
    next_update: datetime
    revocation: Revocation | None = None
    is_known: bool = True


def respond(issuer: x509.Certificate, key: ec.EllipticCurvePrivateKey, answer: Answer) -> bytes:
    """A successful response signed by the issuing authority itself, DER."""
    data = response_data(key_hash(issuer), answer.this_update, (answer,))
    algorithm = hash_for(key.public_key())
    return successful(data, algorithm.name, key.sign(data, ec.ECDSA(algorithm)))


def successful(
    data: bytes, hash_name: str, signature: bytes, certificates: Sequence[bytes] = ()
) -> bytes:
    """Put an ECDSA signature beside the ResponseData that it signs; return OCSPResponse, DER.

    Args:
        data: ResponseData, DER.
        hash_name: sha256 or sha384.
        signature: ECDSA-Sig-Value, DER.
        certificates: DER; the responder's, unless the issuer itself has signed.

    """
    carried = der.explicit(0, der.sequence(*certificates)) if certificates else b""
    basic = der.sequence(
        data, der.sequence(der.oid(_ECDSA[hash_name])), der.bits(signature), carried
    )
    return der.sequence(
        der.tlv(der.ENUMERATED, b"\0"),
        der.explicit(0, der.sequence(der.oid(_BASIC), der.octets(basic))),
    )


def response_data(
    responder_key_hash: bytes,
    produced_at: datetime,
    answers: Sequence[Answer],
    nonce: bytes | None = None,
) -> bytes:
    """ResponseData, DER (RFC 6960 §4.2.1): what is signed."""
    extensions = b""
    if nonce is not None:
        entry = der.sequence(der.oid(NONCE), der.octets(der.octets(nonce)))
        extensions = der.explicit(1, der.sequence(entry))
    return der.sequence(
        der.explicit(2, der.octets(responder_key_hash)),
        der.generalized_time(produced_at),
        der.sequence(*(_single(answer) for answer in answers)),
        extensions,
    )


def cert_id(issuer: x509.Certificate, serial: int, hash_name: str = "sha1") -> bytes:
    """Name a certificate as questions do (CertID, DER)."""
    name, key = issuer_hashes(issuer, hash_name)
    return der.sequence(
        der.sequence(der.oid(HASHES[hash_name]), der.null()),
        der.octets(name),
        der.octets(key),
        der.integer(serial),
    )


@lru_cache(maxsize=64)
def issuer_hashes(issuer: x509.Certificate, hash_name: str) -> tuple[bytes, bytes]:
    """How a CertID names an issuer: digests of its name and of its public key (RFC 6960 §4.1.1)."""
    parts = (issuer.subject.public_bytes(), _public_bits(issuer))
    name, key = (hashlib.new(hash_name, part, usedforsecurity=False).digest() for part in parts)
    return name, key


@lru_cache(maxsize=64)
def key_hash(certificate: x509.Certificate) -> bytes:
    """How a ResponderID names a responder by its key: SHA-1 (RFC 6960 §4.2.1)."""
    return hashlib.sha1(_public_bits(certificate), usedforsecurity=False).digest()


def _single(answer: Answer) -> bytes:
    return der.sequence(
        answer.cert_id,
        _status(answer),
        der.generalized_time(answer.this_update),
        der.explicit(0, der.generalized_time(answer.next_update)),
    )


def _status(answer: Answer) -> bytes:
    if not answer.is_known:
        return _UNKNOWN
    if answer.revocation is None:
        return _GOOD
    # "unspecified" is said by saying nothing (RFC 5280 §5.3.1).
    reason = b""
    if answer.revocation.reason:
        reason = der.explicit(0, der.tlv(der.ENUMERATED, bytes((answer.revocation.reason,))))
    return der.tlv(0xA1, der.generalized_time(answer.revocation.at), reason)


def _public_bits(certificate: x509.Certificate) -> bytes:
    spki = certificate.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return der.parse(spki).children(2)[1].value[1:]
