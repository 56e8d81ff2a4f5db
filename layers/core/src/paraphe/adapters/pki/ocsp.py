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

_SHA1 = "1.3.14.3.2.26"  # names the issuer only; every client understands it (RFC 6960 §4.3)
_BASIC = "1.3.6.1.5.5.7.48.1.1"
_NONCE = "1.3.6.1.5.5.7.48.1.2"
_ECDSA = {"sha256": "1.2.840.10045.4.3.2", "sha384": "1.2.840.10045.4.3.3"}
_GOOD = b"\x80\x00"
_UNKNOWN = b"\x82\x00"


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
        known: False for a number that was never issued.

    """

    serial: int
    this_update: datetime
    next_update: datetime
    revocation: Revocation | None = None
    known: bool = True


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
    key_bits = _public_bits(issuer)
    responder = der.explicit(2, der.octets(_sha1(key_bits)))
    single = der.sequence(
        der.sequence(
            der.sequence(der.oid(_SHA1), der.null()),
            der.octets(_sha1(issuer.subject.public_bytes())),
            der.octets(_sha1(key_bits)),
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
    if not answer.known:
        return _UNKNOWN
    if answer.revocation is None:
        return _GOOD
    reason = der.explicit(0, der.tlv(der.ENUMERATED, bytes((answer.revocation.reason,))))
    return der.tlv(0xA1, der.generalized_time(answer.revocation.at), reason)


def _public_bits(certificate: x509.Certificate) -> bytes:
    spki = certificate.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return der.parse(spki).children(2)[1].value[1:]


def _sha1(data: bytes) -> bytes:
    return hashlib.sha1(data, usedforsecurity=False).digest()
