"""PDF objects (ISO 32000-1 §7.3) read from bytes and written back.

Dictionaries are `dict` with names without the slash, arrays `list`, null `None`; booleans and
integers are themselves. pyHanko's reader costs 430 ms of import; a signature touches five objects.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator


class PdfError(Exception):
    """The file is not what can be signed safely; the message says which rule it breaks."""


class TruncatedError(PdfError):
    """The bytes ended inside an object: a larger window may hold it."""


class Name(str):
    """A PDF name, decoded, without its slash."""

    __slots__ = ()


class Real(str):
    """A real number in its own spelling, so that it is written back unchanged."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Ref:
    """An indirect reference."""

    number: int
    generation: int = 0


@dataclass(slots=True)
class Stream:
    """A stream: its dictionary and its bytes as they are in the file."""

    entries: Dictionary
    raw: bytes = field(repr=False)


Value: TypeAlias = (
    "bool | int | Real | Name | bytes | Ref | Raw | Stream | list[Value] | Dictionary | None"
)
Dictionary: TypeAlias = "dict[str, Value]"


@dataclass(frozen=True, slots=True)
class Raw:
    """Ready PDF syntax, written as it is."""

    text: bytes


_SPACE: Final = re.compile(rb"(?:[\x00\t\n\x0c\r ]+|%[^\r\n]*[\r\n])*")
_SKIPPED: Final = frozenset(b"\x00\t\n\x0c\r %")
_TOKEN: Final = re.compile(rb"[^\x00\t\n\x0c\r ()<>\[\]{}/%]+")
_NAME: Final = re.compile(rb"/[^\x00\t\n\x0c\r ()<>\[\]{}/%]*")
_REF: Final = re.compile(
    rb"(\d{1,10})[\x00\t\n\x0c\r ]+(\d{1,5})[\x00\t\n\x0c\r ]+R(?![^\x00\t\n\x0c\r ()<>\[\]{}/%])"
)
_INT: Final = re.compile(rb"[+-]?\d{1,20}\Z")
_REAL: Final = re.compile(rb"[+-]?(?:\d+\.?\d*|\.\d+)\Z")
_HEX: Final = re.compile(rb"<([0-9A-Fa-f\x00\t\n\x0c\r ]*)>")
_STRING_PART: Final = re.compile(rb"[^()\\]*")
_ESCAPED_NAME: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_PLAIN_IN_NAME: Final = re.compile(rb"[!-~]\Z(?<![()<>\[\]{}/%#])")
# What a reference looks like when the data ends before its R.
_REF_BEGUN: Final = re.compile(rb"\d+[\x00\t\n\f\r ]+(?:\d+[\x00\t\n\f\r ]*)?\Z")
# What most objects are made of, when nothing about it is unusual: a reference, a name, a
# hexadecimal string or an integer, and after it something that shows that it ends there.
_PLAIN: Final = re.compile(
    rb"[\x00\t\n\x0c\r ]*(?:"
    rb"(\d{1,10})[\x00\t\n\x0c\r ]+(\d{1,5})[\x00\t\n\x0c\r ]+R(?=[\x00\t\n\x0c\r ()<>\[\]{}/%])"
    rb"|(/[^\x00\t\n\x0c\r ()<>\[\]{}/%]*)(?=[\x00\t\n\x0c\r ()<>\[\]{}/%])"
    rb"|<([0-9A-Fa-f]*)>"
    rb"|([+-]?\d{1,20})(?=[()<>\[\]{}/%]|[\x00\t\n\x0c\r ]+[^\x00\t\n\x0c\r \d]))"
)
_KEYWORDS: Final[dict[bytes, Value]] = {b"true": True, b"false": False, b"null": None}
_ESCAPES: Final = {
    b"n": b"\n",
    b"r": b"\r",
    b"t": b"\t",
    b"b": b"\b",
    b"f": b"\f",
    b"(": b"(",
    b")": b")",
    b"\\": b"\\",
}
_MAX_DEPTH: Final = 64
_A_REFERENCE, _A_NAME, _A_STRING = 2, 3, 4  # the last group of _PLAIN that is there


def skip(data: bytes, at: int) -> int:
    """The next position that is neither white space nor comment."""
    if at < len(data) and data[at] not in _SKIPPED:
        return at
    found = _SPACE.match(data, at)
    return found.end() if found else at


def parse(  # noqa: PLR0911 - one line per kind of object
    data: bytes, at: int, depth: int = 0
) -> tuple[Value, int]:
    """One direct object or reference at `at`; also where it ends.

    Raises:
        TruncatedError: the data ends inside it.
        PdfError: it is not PDF syntax.

    """
    if depth > _MAX_DEPTH:
        raise PdfError("objects are nested too deeply")
    plain = _PLAIN.match(data, at)
    if plain is not None:
        return _read_plain(plain), plain.end()
    at = skip(data, at)
    lead = data[at : at + 1]
    if lead == b"/":
        return _parse_name(data, at)
    if lead == b"(":
        return _parse_literal(data, at)
    if lead == b"[":
        return _parse_array(data, at + 1, depth)
    if lead == b"<":
        if data[at + 1 : at + 2] == b"<":
            return _parse_dictionary(data, at + 2, depth)
        return _parse_hex(data, at)
    return _parse_token(data, at)


def _read_plain(found: re.Match[bytes]) -> Value:
    kind = found.lastindex
    if kind == _A_REFERENCE:
        return Ref(int(found[1]), int(found[2]))
    if kind == _A_NAME:
        return _read_name(found[3])
    if kind == _A_STRING:
        digits = found[4]
        return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))
    return int(found[5])


def _parse_token(data: bytes, at: int) -> tuple[Value, int]:
    if (reference := _REF.match(data, at)) is not None:
        return Ref(int(reference[1]), int(reference[2])), reference.end()
    found = _TOKEN.match(data, at)
    if found is None:
        if at >= len(data):
            raise TruncatedError("an object is cut off")
        raise PdfError("unexpected character in an object")
    if found.end() == len(data) or _REF_BEGUN.match(data, at):
        raise TruncatedError("an object is cut off")
    word = found[0]
    if word in _KEYWORDS:
        return _KEYWORDS[word], found.end()
    if _INT.match(word):
        return int(word), found.end()
    if _REAL.match(word):
        return Real(word.decode("ascii")), found.end()
    raise PdfError("unknown word in an object")


def _parse_name(data: bytes, at: int) -> tuple[Name, int]:
    found = _NAME.match(data, at)
    if found is None or found.end() == len(data):
        raise TruncatedError("a name is cut off")
    return _read_name(found[0]), found.end()


@lru_cache(maxsize=1024)
def _read_name(written: bytes) -> Name:
    text = _ESCAPED_NAME.sub(lambda code: bytes((int(code[1], 16),)), written[1:])
    return Name(text.decode("latin-1"))


def _parse_hex(data: bytes, at: int) -> tuple[bytes, int]:
    found = _HEX.match(data, at)
    if found is None:
        if data.find(b">", at) < 0:
            raise TruncatedError("a hexadecimal string is cut off")
        raise PdfError("malformed hexadecimal string")
    try:
        return bytes.fromhex(found[1].decode("ascii")), found.end()  # white space between pairs
    except ValueError:
        digits = re.sub(rb"[^0-9A-Fa-f]", b"", found[1])
    return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii")), found.end()


def _parse_literal(data: bytes, at: int) -> tuple[bytes, int]:
    out, level, at = bytearray(), 1, at + 1
    while level:
        part = _STRING_PART.match(data, at)
        end = part.end() if part else at
        out += data[at:end]
        mark, at = data[end : end + 1], end + 1
        if mark == b"":
            raise TruncatedError("a string is cut off")
        if mark == b"\\":
            at = _unescape(data, at, out)
            continue
        level += 1 if mark == b"(" else -1
        if level:
            out += mark
    return bytes(out), at


def _unescape(data: bytes, at: int, out: bytearray) -> int:
    if (octal := re.compile(rb"[0-7]{1,3}").match(data, at)) is not None:
        out.append(int(octal[0], 8) & 0xFF)
        return octal.end()
    if data[at : at + 2] == b"\r\n":
        return at + 2
    code = data[at : at + 1]
    if code not in {b"\r", b"\n"}:
        out += _ESCAPES.get(code, code)
    return at + 1


def _parse_array(data: bytes, at: int, depth: int) -> tuple[list[Value], int]:
    items: list[Value] = []
    while True:
        at = skip(data, at)
        if data[at : at + 1] == b"]":
            return items, at + 1
        item, at = parse(data, at, depth + 1)
        items.append(item)


def _parse_dictionary(data: bytes, at: int, depth: int) -> tuple[Dictionary, int]:
    entries: Dictionary = {}
    while True:
        at = skip(data, at)
        if data[at : at + 2] == b">>":
            return entries, at + 2
        if data[at : at + 2] not in {b"", b">"} and data[at : at + 1] != b"/":
            raise PdfError("a dictionary key is not a name")
        key, at = _parse_name(data, at)
        entries[str(key)], at = parse(data, at, depth + 1)


def serialize(value: Value) -> bytes:  # noqa: PLR0911 - one line per kind of object
    """PDF syntax of a value; strings as hexadecimal, which needs no escapes."""
    if value is None:
        return b"null"
    if isinstance(value, bool):
        return b"true" if value else b"false"
    if isinstance(value, Name):
        return _write_name(value)
    if isinstance(value, (int, Real)):
        return str(value).encode("ascii")
    if isinstance(value, bytes):
        return b"<" + value.hex().encode("ascii") + b">"
    if isinstance(value, Ref):
        return b"%d %d R" % (value.number, value.generation)
    if isinstance(value, Raw):
        return value.text
    if isinstance(value, list):
        return b"[" + b" ".join(map(serialize, value)) + b"]"
    if isinstance(value, Stream):
        entries = {**value.entries, "Length": len(value.raw)}
        return serialize(entries) + b"\nstream\n" + value.raw + b"\nendstream"
    return b"<<" + b" ".join(_write_name(k) + b" " + serialize(v) for k, v in value.items()) + b">>"


@lru_cache(maxsize=1024)
def _write_name(name: str) -> bytes:
    out = bytearray(b"/")
    for octet in name.encode("latin-1"):
        if _PLAIN_IN_NAME.match(bytes((octet,))):
            out.append(octet)
        else:
            out += b"#%02X" % octet
    return bytes(out)


def text_string(text: str) -> bytes:
    """A text string (§7.9.2.2): ASCII as it is, anything else as UTF-16."""
    return text.encode("ascii") if text.isascii() else b"\xfe\xff" + text.encode("utf-16-be")


def number(amount: float) -> Raw:
    """A coordinate, to a thousandth of a point, without an exponent."""
    text = f"{amount:.3f}".rstrip("0").rstrip(".")
    return Raw(b"0" if text in {"-0", ""} else text.encode("ascii"))


def references_in(value: Value) -> Iterator[Ref]:
    """Every reference in a value."""
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, Ref):
            yield item
        elif isinstance(item, list):
            pending += item
        elif isinstance(item, dict):
            pending += item.values()
        elif isinstance(item, Stream):
            pending += item.entries.values()
