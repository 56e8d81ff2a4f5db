"""The little DER (ITU-T X.690) that CMS, OCSP and RFC 3161 need.

asn1crypto costs 100 ms of import and most of the time of a signature; what is built and read here
is a dozen fixed shapes. Certificates, CRLs and OCSP responses are parsed by `cryptography`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, NULL, OID = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06
ENUMERATED, UTC_TIME, GENERALIZED_TIME = 0x0A, 0x17, 0x18
SEQUENCE, SET = 0x30, 0x31
_LONG_FORM = 0x80
_HIGH_TAG = 0x1F
_CONSTRUCTED, _CLASS = 0x20, 0xC0
_CONTAINERS = {SEQUENCE & _HIGH_TAG, SET & _HIGH_TAG}
_SHORT_HEAD = 2


class DerError(ValueError):
    """The bytes are not the DER that was expected."""


def tlv(tag: int, *parts: bytes) -> bytes:
    """One element: tag, definite length, the parts joined."""
    body = b"".join(parts)
    size = len(body)
    if size < _LONG_FORM:
        return bytes((tag, size)) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, _LONG_FORM | len(length))) + length + body


def sequence(*parts: bytes) -> bytes:
    """SEQUENCE of ready elements."""
    return tlv(SEQUENCE, *parts)


def set_of(*parts: bytes) -> bytes:
    """SET OF, in DER's order (X.690 §11.6)."""
    return tlv(SET, *sorted(parts))


def explicit(number: int, *parts: bytes) -> bytes:
    """A context-specific constructed element [number]."""
    return tlv(0xA0 | number, *parts)


def integer(value: int) -> bytes:
    """INTEGER in two's complement."""
    return tlv(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def octets(value: bytes) -> bytes:
    """OCTET STRING."""
    return tlv(OCTET_STRING, value)


def bits(value: bytes) -> bytes:
    """BIT STRING of whole bytes."""
    return tlv(BIT_STRING, b"\0", value)


def boolean(*, value: bool) -> bytes:
    """BOOLEAN."""
    return tlv(BOOLEAN, b"\xff" if value else b"\0")


def null() -> bytes:
    """NULL."""
    return b"\x05\0"


def generalized_time(at: datetime) -> bytes:
    """GeneralizedTime, UTC, whole seconds."""
    return tlv(GENERALIZED_TIME, f"{at.astimezone(UTC):%Y%m%d%H%M%SZ}".encode())


def utc_time(at: datetime) -> bytes:
    """UTCTime, whole seconds; GeneralizedTime from 2050 on (RFC 5652 §11.3)."""
    text = f"{at.astimezone(UTC):%Y%m%d%H%M%SZ}"
    return tlv(UTC_TIME, text[2:].encode()) if text < "2050" else generalized_time(at)


@cache
def oid(dotted: str) -> bytes:
    """OBJECT IDENTIFIER from its dotted form."""
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    return tlv(OID, *(_base128(arc) for arc in (first * 40 + second, *rest)))


def _base128(arc: int) -> bytes:
    out = [arc & 0x7F]
    while arc := arc >> 7:
        out.append(arc & 0x7F | 0x80)
    return bytes(reversed(out))


@dataclass(slots=True, eq=False)  # not frozen: that takes four times as long to make
class Node:
    """One element of parsed DER: a window on the bytes it came from; never changed."""

    data: bytes
    start: int
    body: int
    end: int

    @property
    def tag(self) -> int:
        """The identifier octet (all tags used here are low)."""
        return self.data[self.start]

    @property
    def raw(self) -> bytes:
        """Tag, length and value."""
        return self.data[self.start : self.end]

    @property
    def value(self) -> bytes:
        """The value only."""
        return self.data[self.body : self.end]

    def expect(self, tag: int) -> Node:
        """Return self, or raise DerError when the tag is another."""
        if self.tag != tag:
            message = f"expected tag {tag:#04x}, found {self.tag:#04x}"
            raise DerError(message)
        return self

    def __iter__(self) -> Iterator[Node]:
        """The elements inside, lazily."""
        at = self.body
        while at < self.end:
            node = _read(self.data, at, self.end)
            yield node
            at = node.end

    def children(self, at_least: int = 0) -> list[Node]:
        """The elements inside.

        Raises:
            DerError: there are fewer than expected, or they are malformed.

        """
        found = list(self)
        if len(found) < at_least:
            message = f"expected {at_least} elements, found {len(found)}"
            raise DerError(message)
        return found

    def as_int(self) -> int:
        """The value of an INTEGER or ENUMERATED."""
        return int.from_bytes(self.value, "big", signed=True)

    def as_oid(self) -> str:
        """The dotted form of an OBJECT IDENTIFIER."""
        self.expect(OID)
        return _dotted(self.value)

    def as_time(self) -> datetime:
        """The instant of a UTCTime or GeneralizedTime in UTC.

        Raises:
            DerError: the text is no time.

        """
        try:
            text = self.value.decode("ascii").removesuffix("Z")
            if self.tag == UTC_TIME:
                text = ("19" if text >= "50" else "20") + text
            whole, _, fraction = text.partition(".")
            at = datetime.strptime(whole, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
            return at.replace(microsecond=int(fraction[:6].ljust(6, "0"))) if fraction else at
        except ValueError as error:
            message = "malformed time"
            raise DerError(message) from error


@lru_cache(maxsize=256)
def _dotted(value: bytes) -> str:
    arcs, arc = [], 0
    for octet in value:
        arc = arc << 7 | octet & 0x7F
        if not octet & 0x80:
            arcs.append(arc)
            arc = 0
    if not arcs:
        message = "empty object identifier"
        raise DerError(message)
    first = min(arcs[0] // 40, 2)
    return ".".join(str(n) for n in (first, arcs[0] - 40 * first, *arcs[1:]))


def parse(data: bytes) -> Node:
    """The first element of `data`; trailing bytes are left alone (PDF pads with zeros).

    Raises:
        DerError: truncated or not DER.

    """
    return _read(data, 0, len(data))


def check(data: bytes) -> None:
    """Check that bytes are one element in DER, spelled in no other way (X.690 §8, §10, §11).

    Inside strings of octets nothing is checked.

    Raises:
        DerError: what is not.

    """
    stack = [(0, len(data))]
    root = _read(data, 0, len(data))
    if root.end != len(data):
        raise DerError("something follows the element")
    while stack:
        at, end = stack.pop()
        while at < end:
            node = _read(data, at, end)
            _check_element(node)
            if node.tag & _CONSTRUCTED:
                stack.append((node.body, node.end))
            at = node.end


def _check_element(node: Node) -> None:
    size = node.end - node.body
    if node.body - node.start > _SHORT_HEAD and not _is_minimal(node, size):
        raise DerError("a length is spelled in another way")
    number = node.tag & _HIGH_TAG
    if not node.tag & _CLASS and bool(node.tag & _CONSTRUCTED) is not (number in _CONTAINERS):
        raise DerError("an element is made of others, or not, as it must not be")
    value = node.value
    if node.tag == BOOLEAN and value not in {b"\0", b"\xff"}:
        raise DerError("a boolean is spelled in another way")
    if node.tag in {INTEGER, ENUMERATED} and (
        not value
        or (size > 1 and value[0] in {0, 0xFF} and (value[0] ^ value[1]) & _LONG_FORM == 0)
    ):
        raise DerError("a number is spelled in another way")
    if node.tag == NULL and value:
        raise DerError("a null is not empty")


def _is_minimal(node: Node, size: int) -> bool:
    octets = node.body - node.start - 2
    return size >= _LONG_FORM and octets == (size.bit_length() + 7) // 8


def _read(data: bytes, at: int, limit: int) -> Node:
    if at + 2 > limit or data[at] & _HIGH_TAG == _HIGH_TAG:
        message = "truncated or unsupported element"
        raise DerError(message)
    size, body = data[at + 1], at + 2
    if size == _LONG_FORM:
        message = "indefinite length is not DER"
        raise DerError(message)
    if size > _LONG_FORM:
        body += size - _LONG_FORM
        size = int.from_bytes(data[at + 2 : body], "big")
    if body + size > limit:
        message = "element longer than its container"
        raise DerError(message)
    return Node(data, at, body, body + size)
