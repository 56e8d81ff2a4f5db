"""OCSP requests of strangers (RFC 6960 §4.1), read strictly.

`cryptography` reads requests about one certificate only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from paraphe.adapters.trust.pades.cms import der
from paraphe.adapters.trust.pades.cms.ocsp import HASHES, NONCE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_QUESTIONS = 20
MAX_NONCE = 128  # RFC 9654 §2.1
_VERSION, _REQUESTOR, _EXTENSIONS, _SIGNATURE, _SINGLE_EXTENSIONS = 0xA0, 0xA1, 0xA2, 0xA0, 0xA0
_HASH_NAMES = {der.oid(dotted): name for name, dotted in HASHES.items()}


class MalformedRequestError(ValueError):
    """It is no OCSPRequest, or one that must not be answered."""


@dataclass(frozen=True, slots=True)
class Question:
    """One certificate that is asked about.

    Attributes:
        cert_id: DER, to be repeated in the answer.
        hash_name: how the issuer is named; None when it is by a hash that we do not know.
        issuer: hashes of its name and key.
        serial: the certificate's number.

    """

    cert_id: bytes
    hash_name: str | None
    issuer: tuple[bytes, bytes]
    serial: int


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked, in order, and the nonce to repeat. Who signed the request does not matter."""

    questions: tuple[Question, ...]
    nonce: bytes | None


def read(request: bytes) -> Request:
    """Read an OCSPRequest, DER.

    Raises:
        MalformedRequestError: as its name says; also for more than 20 certificates, for a nonce
            that is empty or longer than 128 octets, and for unknown critical extensions.

    """
    try:
        return _read(request)
    except (ValueError, IndexError) as error:  # DerError is a ValueError
        raise MalformedRequestError("not an OCSP request") from error


def _read(request: bytes) -> Request:
    whole = der.parse(request).expect(der.SEQUENCE)
    if whole.end != len(request):
        raise MalformedRequestError("something follows the request")
    asked, *signature = whole.children(1)
    _require(not signature or [node.tag for node in signature] == [_SIGNATURE])
    parts = asked.expect(der.SEQUENCE).children(1)
    if parts[0].tag == _VERSION:
        _require([node.as_int() for node in parts.pop(0)] == [0])
    if parts and parts[0].tag == _REQUESTOR:
        parts.pop(0)
    _require(bool(parts))
    questions = parts.pop(0).expect(der.SEQUENCE).children(1)
    _require(len(questions) <= MAX_QUESTIONS)
    nonce = _nonce(parts.pop(0).expect(_EXTENSIONS)) if parts else None
    _require(not parts)
    return Request(tuple(_question(node) for node in questions), nonce)


def _question(node: der.Node) -> Question:
    cert_id, *extensions = node.expect(der.SEQUENCE).children(1)
    if extensions:
        _require(len(extensions) == 1)
        _refuse_critical(_extensions(extensions[0].expect(_SINGLE_EXTENSIONS)))
    named, name, key, serial, *more = cert_id.expect(der.SEQUENCE).children(4)
    _require(not more)
    algorithm = named.expect(der.SEQUENCE).children(1)[0].expect(der.OID)
    _require(bool(serial.expect(der.INTEGER).value))
    return Question(
        cert_id.raw,
        _HASH_NAMES.get(algorithm.raw),
        (name.expect(der.OCTET_STRING).value, key.expect(der.OCTET_STRING).value),
        serial.as_int(),
    )


def _nonce(wrapped: der.Node) -> bytes | None:
    found: list[bytes] = []
    others = []
    for oid, critical, value in _extensions(wrapped):
        if oid == der.oid(NONCE):
            found.append(value)
        else:
            others.append((oid, critical, value))
    _refuse_critical(others)
    if not found:
        return None
    _require(len(found) == 1)
    inner = der.parse(found[0]).expect(der.OCTET_STRING)
    _require(inner.end == len(found[0]) and 1 <= len(inner.value) <= MAX_NONCE)
    return inner.value


def _extensions(wrapped: der.Node) -> Iterator[tuple[bytes, bool, bytes]]:
    (listed,) = wrapped.children(1)
    for entry in listed.expect(der.SEQUENCE):
        oid, *critical, value = entry.expect(der.SEQUENCE).children(2)
        _require(len(critical) <= 1)
        is_critical = any(node.expect(der.BOOLEAN).value != b"\0" for node in critical)
        yield oid.expect(der.OID).raw, is_critical, value.expect(der.OCTET_STRING).value


def _refuse_critical(extensions: Iterable[tuple[bytes, bool, bytes]]) -> None:
    """What must be understood and is not (RFC 6960 §4.4)."""
    _require(not any(critical for _, critical, _ in extensions))


def _require(holds: bool) -> None:  # noqa: FBT001 - read as an assertion
    if not holds:
        raise MalformedRequestError("not an OCSP request")
