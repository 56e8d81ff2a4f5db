"""RFC 3161: asking for a time-stamp and believing the answer only after checking it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.x509.oid import ExtendedKeyUsageOID

from paraphe.adapters.trust.pades.cms import der
from paraphe.adapters.trust.pades.cms.errors import TrustServiceRefusedError
from paraphe.adapters.trust.pades.cms.signed_data import parse_signed_data

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

SHA256 = "2.16.840.1.101.3.4.2.1"
_TST_INFO = "1.2.840.113549.1.9.16.1.4"
_GRANTED = (0, 1)  # granted, grantedWithMods: RFC 3161 §2.4.2
_MAX_CHAIN = 6


@dataclass(frozen=True, slots=True)
class TimestampToken:
    """A checked token.

    Attributes:
        der: the ContentInfo.
        at: genTime, UTC.
        policy: the service's policy, dotted.
        imprint: the SHA-256 digest that was stamped.
        chain: signer's certificate first, a trusted root last.

    """

    der: bytes
    at: datetime
    policy: str
    imprint: bytes
    chain: tuple[x509.Certificate, ...]


def build_request(digest: bytes, nonce: int, policy: str | None = None) -> bytes:
    """TimeStampReq over a SHA-256 digest, asking for the certificates (RFC 3161 §2.4.1)."""
    return der.sequence(
        der.integer(1),
        der.sequence(der.sequence(der.oid(SHA256), der.null()), der.octets(digest)),
        der.oid(policy) if policy else b"",
        der.integer(nonce),
        der.boolean(value=True),
    )


def token_from_response(response: bytes) -> bytes:
    """The token of a TimeStampResp.

    Raises:
        TrustServiceRefusedError: the service rejected the request, or sent something else.

    """
    try:
        status, *token = der.parse(response).children(1)
        code = status.children(1)[0].as_int()
        if code not in _GRANTED or not token:
            message = f"the time-stamp service answered status {code}"
            raise TrustServiceRefusedError(message)
        return token[0].raw
    except der.DerError as error:
        message = "the time-stamp service's answer is not RFC 3161"
        raise TrustServiceRefusedError(message) from error


def response_with(token: bytes) -> bytes:
    """The TimeStampResp that grants a token: what `openssl ts -verify -in` reads as a file."""
    return der.sequence(der.sequence(der.integer(0)), token)


@dataclass(frozen=True, slots=True)
class ReadToken:
    """A token whose signature holds over the digest; nobody has vouched for its signer yet.

    Attributes:
        at: genTime, UTC.
        policy: the service's policy, dotted.
        signer: its certificate, made for time-stamping only.
        certificates: what the token brings along.

    """

    at: datetime
    policy: str
    signer: x509.Certificate
    certificates: tuple[x509.Certificate, ...]


def verify_token(
    token: bytes,
    digest: bytes,
    roots: Sequence[x509.Certificate],
    *,
    nonce: int | None = None,
    policy: str | None = None,
) -> TimestampToken:
    """Check everything RFC 3161 §2.4.2 asks of a client.

    Raises:
        TrustServiceRefusedError: with what did not hold.

    """
    read = read_token(token, digest, nonce=nonce, policy=policy)
    chain = find_chain(read.signer, read.certificates, roots, read.at)
    return TimestampToken(token, read.at, read.policy, digest, chain)


def read_token(
    token: bytes, digest: bytes, *, nonce: int | None = None, policy: str | None = None
) -> ReadToken:
    """Check all of that but trust.

    Raises:
        TrustServiceRefusedError: with what did not hold.

    """
    try:
        signed = parse_signed_data(token)
        info = _TstInfo.parse(signed.content)
    except (der.DerError, ValueError) as error:
        message = "malformed time-stamp token"
        raise TrustServiceRefusedError(message) from error
    _require(signed.content_type == _TST_INFO, "not a time-stamp token")
    _require(info.hash_oid == SHA256 and info.imprint == digest, "another digest was stamped")
    _require(nonce is None or info.nonce == nonce, "nonce differs")
    _require(policy is None or info.policy == policy, "policy differs")
    try:
        signer = signed.verify()
    except (InvalidSignature, UnsupportedAlgorithm, ValueError) as error:
        message = "the time-stamp token's signature is wrong"
        raise TrustServiceRefusedError(message) from error
    _require_purpose(signer)
    return ReadToken(info.at, info.policy, signer, tuple(signed.certificates))


def find_chain(
    leaf: x509.Certificate,
    pool: Iterable[x509.Certificate],
    roots: Sequence[x509.Certificate],
    at: datetime,
) -> tuple[x509.Certificate, ...]:
    """From `leaf` up to one of `roots`, every certificate valid at `at`.

    Raises:
        TrustServiceRefusedError: there is no such way.

    """
    candidates, chain = [*roots, *pool], [leaf]
    while len(chain) <= _MAX_CHAIN:
        last = chain[-1]
        _require(
            last.not_valid_before_utc <= at <= last.not_valid_after_utc,
            "a certificate is out of its validity",
        )
        if last in roots:
            return tuple(chain)
        issuer = next((c for c in candidates if _issued(c, last)), None)
        if issuer is None:
            break
        chain.append(issuer)
    message = "the certificate leads to no trusted root"
    raise TrustServiceRefusedError(message)


def _issued(issuer: x509.Certificate, subject: x509.Certificate) -> bool:
    return issuer.subject == subject.issuer and issuer != subject and _signed(issuer, subject)


@lru_cache(maxsize=256)
def _signed(issuer: x509.Certificate, subject: x509.Certificate) -> bool:
    """Whether an authority's key signed a certificate: two that never change, so asked once."""
    try:
        subject.verify_directly_issued_by(issuer)
        constraints = issuer.extensions.get_extension_for_class(x509.BasicConstraints)
    except (
        ValueError,
        TypeError,
        InvalidSignature,
        UnsupportedAlgorithm,
        x509.ExtensionNotFound,
    ):
        return False
    return constraints.value.ca


def _require_purpose(signer: x509.Certificate) -> None:
    try:
        purpose = signer.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except (ValueError, x509.ExtensionNotFound) as error:
        message = "not a time-stamping certificate"
        raise TrustServiceRefusedError(message) from error
    only = list(purpose.value) == [ExtendedKeyUsageOID.TIME_STAMPING]
    _require(only and purpose.critical, "not a time-stamping certificate")


def _require(held: bool, otherwise: str) -> None:  # noqa: FBT001 - reads as an assertion
    if not held:
        raise TrustServiceRefusedError(otherwise)


@dataclass(frozen=True, slots=True)
class _TstInfo:
    policy: str
    hash_oid: str
    imprint: bytes
    at: datetime
    nonce: int | None

    @classmethod
    def parse(cls, content: bytes) -> _TstInfo:
        fields = der.parse(content).expect(der.SEQUENCE).children(5)
        algorithm, imprint = fields[2].children(2)
        nonce = next((f.as_int() for f in fields[5:] if f.tag == der.INTEGER), None)
        return cls(
            policy=fields[1].as_oid(),
            hash_oid=algorithm.children(1)[0].as_oid(),
            imprint=imprint.value,
            at=fields[4].expect(der.GENERALIZED_TIME).as_time(),
            nonce=nonce,
        )


def sha256(data: bytes) -> bytes:
    """The digest that is stamped here, always."""
    return hashlib.sha256(data).digest()
