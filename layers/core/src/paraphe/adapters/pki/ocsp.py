"""OCSP responses (RFC 6960), built by hand because their times are ours to say.

`cryptography` writes the machine's clock into producedAt; here `now` is a parameter everywhere.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from paraphe.adapters.pki import der
from paraphe.adapters.pki.keys import hash_for

if TYPE_CHECKING:
    from datetime import datetime

    from cryptography import x509

_HASHES = {
    "sha1": "1.3.14.3.2.26",  # names the issuer only; every client understands it (RFC 6960 §4.3)
    "sha256": "2.16.840.1.101.3.4.2.1",
}
_BASIC = "1.3.6.1.5.5.7.48.1.1"
_NONCE = "1.3.6.1.5.5.7.48.1.2"
_ECDSA = {"sha256": "1.2.840.10045.4.3.2", "sha384": "1.2.840.10045.4.3.3"}
_GOOD = b"\x80\x00"


@dataclass(frozen=True, slots=True)
class Revocation:
    """Since when a certificate is revoked, and why (CRLReason, RFC 5280 §5.3.1)."""

    at: datetime
    reason: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What to say about one certificate.

    Attributes:
        serial: the certificate's number.
        this_update: the instant for which it is said.
        next_update: not later than the certificate's end, or a long-term verdict fails as soon as
            the certificate has expired (PADES.md, traps).
        revocation: None when it is good.
        hash_name: how the question named the issuer, `sha1` or `sha256`.

    """

    serial: int
    this_update: datetime
    next_update: datetime
    revocation: Revocation | None = None
    hash_name: str = "sha1"


def respond(
    issuer: x509.Certificate,
    key: ec.EllipticCurvePrivateKey,
    answer: Answer,
    nonce: bytes | None = None,
) -> bytes:
    """A successful response signed by the issuing authority itself, DER."""
    data = _response_data(issuer, answer, nonce)
    algorithm = hash_for(key.public_key())
    digest_signature = key.sign(data, ec.ECDSA(algorithm))
    basic = der.sequence(
        data, der.sequence(der.oid(_ECDSA[algorithm.name])), der.bits(digest_signature)
    )
    return der.sequence(
        der.tlv(der.ENUMERATED, b"\0"),
        der.explicit(0, der.sequence(der.oid(_BASIC), der.octets(basic))),
    )


def failure(status: int) -> bytes:
    """An unsigned error response: 1 malformed request, 2 internal error, 6 unauthorized."""
    return der.sequence(der.tlv(der.ENUMERATED, bytes((status,))))


def _response_data(issuer: x509.Certificate, answer: Answer, nonce: bytes | None) -> bytes:
    name_hash, key_hash = issuer_hashes(issuer, answer.hash_name)
    responder = der.explicit(2, der.octets(issuer_hashes(issuer, "sha1")[1]))
    single = der.sequence(
        der.sequence(
            der.sequence(der.oid(_HASHES[answer.hash_name]), der.null()),
            der.octets(name_hash),
            der.octets(key_hash),
            der.integer(answer.serial),
        ),
        _status(answer),
        der.generalized_time(answer.this_update),
        der.explicit(0, der.generalized_time(answer.next_update)),
    )
    extensions = b""
    if nonce is not None:
        entry = der.sequence(der.oid(_NONCE), der.octets(nonce))
        extensions = der.explicit(1, der.sequence(entry))
    return der.sequence(
        responder, der.generalized_time(answer.this_update), der.sequence(single), extensions
    )


def _status(answer: Answer) -> bytes:
    if answer.revocation is None:
        return _GOOD
    reason = der.explicit(0, der.tlv(der.ENUMERATED, bytes((answer.revocation.reason,))))
    return der.tlv(0xA1, der.generalized_time(answer.revocation.at), reason)


def issuer_hashes(issuer: x509.Certificate, hash_name: str) -> tuple[bytes, bytes]:
    """How a CertID names an issuer: digests of its name and of its public key (RFC 6960 §4.1.1)."""
    parts = (issuer.subject.public_bytes(), _public_bits(issuer))
    name, key = (hashlib.new(hash_name, part, usedforsecurity=False).digest() for part in parts)
    return name, key


def _public_bits(certificate: x509.Certificate) -> bytes:
    spki = certificate.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return der.parse(spki).children(2)[1].value[1:]
