"""A time-stamp authority in memory: real RFC 3161 tokens, keys of its own, trusted by nobody.

For rehearsals (`adapters/requests/inspection/rehearsal.py`), the laptop and the tests.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from paraphe.adapters.trust.authority import profiles, subject_names
from paraphe.adapters.trust.authority.revocations import build_crl
from paraphe.adapters.trust.pades.cms import bundle, der, signed_data, tsp

if TYPE_CHECKING:
    from datetime import datetime

    from cryptography import x509

POLICY = f"{profiles.POLICY_ARC}.9"
_TST_INFO = "1.2.840.113549.1.9.16.1.4"
_CRL_LIFETIME = timedelta(days=2)
_BAD_ALGORITHM, _BAD_FORMAT = 0, 5


@dataclass(frozen=True, slots=True)
class TimestampAuthority:
    """Root, time-stamping certificate and their keys."""

    root: x509.Certificate
    root_key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def respond(self, request: bytes, now: datetime) -> bytes:
        """TimeStampResp to a TimeStampReq; a rejection when it is not one over SHA-256."""
        try:
            fields = der.parse(request).expect(der.SEQUENCE).children(2)
            algorithm, _ = fields[1].children(2)
            if algorithm.children(1)[0].as_oid() != tsp.SHA256:
                return _rejection(_BAD_ALGORITHM)
            nonce = next((f.raw for f in fields[2:] if f.tag == der.INTEGER), b"")
        except der.DerError:
            return _rejection(_BAD_FORMAT)
        token = self._token(fields[1].raw, nonce, now)
        return der.sequence(der.sequence(der.integer(0)), token)

    def crl(self, now: datetime) -> bytes:
        """The root's list: nothing is revoked."""
        issuer = profiles.Issuer(self.root.subject, self.root_key)
        listed = build_crl(issuer, {}, now, _CRL_LIFETIME)
        return listed.public_bytes(serialization.Encoding.DER)

    def root_pem(self) -> bytes:
        """The certificate to trust, and for what."""
        pem = self.root.public_bytes(serialization.Encoding.PEM)
        return bundle.label(pem, bundle.Purpose.TIME_STAMPS)

    def _token(self, imprint: bytes, nonce: bytes, now: datetime) -> bytes:
        milliseconds = now.microsecond // 1000
        fraction = f".{milliseconds:03d}".rstrip("0").rstrip(".")
        instant = f"{now:%Y%m%d%H%M%S}{fraction}Z".encode()
        info = der.sequence(
            der.integer(1),
            der.oid(POLICY),
            imprint,
            der.integer(secrets.randbits(64)),
            der.tlv(der.GENERALIZED_TIME, instant),
            der.sequence(der.integer(1)),  # accuracy: one second
            nonce,
        )
        attributes = signed_data.signed_attributes(
            hashlib.sha256(info).digest(), self.certificate, content_type=_TST_INFO
        )
        signature = self.key.sign(attributes, ec.ECDSA(hashes.SHA256()))
        return signed_data.assemble(
            attributes, signature, (self.certificate, self.root), content=(_TST_INFO, info)
        )


def create(crl_url: str, now: datetime, organization: str = "Paraphe local") -> TimestampAuthority:
    """New keys and certificates of 15 years (shorter ones break the archive: docs/PADES.md)."""
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    issuer = profiles.Issuer(
        subject_names.ca_name("Paraphe local time-stamp root (test)", organization), root_key
    )
    root = profiles.root_certificate(issuer, now)
    certificate = profiles.timestamp_certificate(
        issuer,
        subject_names.ca_name("Paraphe local time-stamps (test)", organization),
        key.public_key(),
        crl_url,
        now,
        root.not_valid_after_utc,
    )
    return TimestampAuthority(root, root_key, certificate, key)


def _rejection(failure: int) -> bytes:
    bits = der.tlv(der.BIT_STRING, bytes((7 - failure % 8,)), bytes((0x80 >> failure % 8,)))
    return der.sequence(der.sequence(der.integer(2), bits))
