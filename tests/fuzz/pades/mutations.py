"""Ways to break a PDF; each takes a source of chance, so that the same seed breaks alike."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

# Anchored and bounded: a signature's room is tens of thousands of zeros.
_OBJECT = re.compile(rb"(?<!\d)\d{1,10} \d{1,5} obj.*?endobj", re.DOTALL)
_REFERENCE = re.compile(rb"(?<!\d)\d{1,10} 0 R")
_NUMBERED = re.compile(
    rb"/(?:Size|Prev|Length|Count|N|First|Columns|Predictor|Rotate|Ff|F|P|XRefStm)\s*(-?\d+)"
)
_ODD_NUMBERS = (
    b"0",
    b"-1",
    b"1",
    b"65536",
    b"2147483648",
    b"99999999999999999999",
    b"1.5",
    b"null",
)
_TOKENS = (b"<<", b">>", b"[", b"]", b"(", b")", b"<", b">", b"%", b"\x00", b"/", b" R", b"obj")
_WORDS = (b"endobj", b"endstream", b"stream", b"xref", b"trailer", b"startxref", b"%%EOF", b"obj")
_TAILS = (b"\n%%EOF\n", b"\x00" * 3000, b"\nstartxref\n0\n%%EOF\n", b"<html></html>", b"1 0 obj\n")


def flip(chance: random.Random, data: bytes) -> bytes:
    """One to four bytes become others."""
    made = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        made[chance.randrange(len(made))] ^= chance.randint(1, 255)
    return bytes(made)


def _span(chance: random.Random, data: bytes) -> tuple[int, int]:
    start = chance.randrange(len(data))
    return start, min(len(data), start + int(10 ** chance.uniform(0, 4)))


def cut(chance: random.Random, data: bytes) -> bytes:
    """A piece is missing."""
    start, end = _span(chance, data)
    return data[:start] + data[end:]


def double(chance: random.Random, data: bytes) -> bytes:
    """A piece is there twice, the second time anywhere."""
    start, end = _span(chance, data)
    at = chance.randrange(len(data))
    return data[:at] + data[start:end] + data[at:]


def truncate(chance: random.Random, data: bytes) -> bytes:
    """The end is missing."""
    return data[: chance.randrange(1, max(2, len(data)))]


def blank(chance: random.Random, data: bytes) -> bytes:
    """A piece is zeros, as after a broken download."""
    start, end = _span(chance, data)
    return data[:start] + bytes(end - start) + data[end:]


def swap(chance: random.Random, data: bytes) -> bytes:
    """Two objects change places."""
    found = list(_OBJECT.finditer(data))
    if len(found) < 2:
        return flip(chance, data)
    one, other = sorted(chance.sample(found, 2), key=lambda match: match.start())
    between = data[one.end() : other.start()]
    return data[: one.start()] + other[0] + between + one[0] + data[other.end() :]


def number(chance: random.Random, data: bytes) -> bytes:
    """A size, count, offset or flag is something else."""
    found = list(_NUMBERED.finditer(data))
    if not found:
        return flip(chance, data)
    one = chance.choice(found)
    return data[: one.start(1)] + chance.choice(_ODD_NUMBERS) + data[one.end(1) :]


def reference(chance: random.Random, data: bytes) -> bytes:
    """A reference leads elsewhere."""
    found = list(_REFERENCE.finditer(data))
    if not found:
        return flip(chance, data)
    one, other = chance.choice(found), chance.choice(found)
    return data[: one.start()] + other[0] + data[one.end() :]


def offset(chance: random.Random, data: bytes) -> bytes:
    """An offset of a table, or the table's own, is wrong."""
    found = list(re.finditer(rb"(\d{10}) \d{5} [nf]|startxref\s+(\d+)", data))
    if not found:
        return flip(chance, data)
    one = chance.choice(found)
    group = 1 if one[1] else 2
    moved = max(0, int(one[group]) + chance.choice((-20, -1, 1, 7, 9_999)))
    return data[: one.start(group)] + b"%0*d" % (len(one[group]), moved) + data[one.end(group) :]


def token(chance: random.Random, data: bytes) -> bytes:
    """A delimiter too many."""
    at = chance.randrange(len(data))
    return data[:at] + chance.choice(_TOKENS) * chance.choice((1, 1, 1, 300)) + data[at:]


def word(chance: random.Random, data: bytes) -> bytes:
    """A keyword is missing."""
    found = list(re.finditer(b"|".join(_WORDS), data))
    if not found:
        return flip(chance, data)
    one = chance.choice(found)
    return data[: one.start()] + data[one.end() :]


def name(chance: random.Random, data: bytes) -> bytes:
    """One name stands where another was."""
    found = list(re.finditer(rb"/[A-Za-z]{1,20}", data))
    if not found:
        return flip(chance, data)
    one, other = chance.choice(found), chance.choice(found)
    return data[: one.start()] + other[0] + data[one.end() :]


def head(chance: random.Random, data: bytes) -> bytes:
    """Something comes before the header."""
    return chance.choice((b"\n", b"HTTP/1.1 200 OK\r\n\r\n", b"\xef\xbb\xbf", b"x" * 900)) + data


def tail(chance: random.Random, data: bytes) -> bytes:
    """Something follows the end."""
    return data + chance.choice(_TAILS)


def ends(chance: random.Random, data: bytes) -> bytes:
    """Line ends are changed, as by a mail gateway."""
    before, after = chance.choice(((b"\n", b"\r\n"), (b"\n", b"\r"), (b"\r\n", b"\n")))
    return data.replace(before, after)


def update(chance: random.Random, data: bytes) -> bytes:
    """An object is written once more, with a table of its own, as an editor does."""
    found = list(_OBJECT.finditer(data))
    starts = re.findall(rb"startxref\s+(\d{1,9})", data)
    roots = re.findall(rb"/Root\s*(\d+ \d+ R)", data)
    if not found or not starts or not roots:
        return tail(chance, data)
    body = chance.choice(MUTATIONS[:4])(chance, chance.choice(found)[0])
    match = re.match(rb"(\d{1,9}) (\d{1,5}) obj", body)
    begun = (int(match[1]), int(match[2])) if match else (4, 0)
    table = b"xref\n%d 1\n%010d %05d n \n" % (begun[0], len(data) + 1, begun[1])
    trailer = b"trailer\n<</Size 100/Root %s/Prev %s>>\n" % (roots[-1], starts[-1])
    start = len(data) + len(body) + 2
    return data + b"\n" + body + b"\n" + table + trailer + b"startxref\n%d\n%%%%EOF\n" % start


MUTATIONS: tuple[Callable[[random.Random, bytes], bytes], ...] = (
    flip,
    number,
    reference,
    name,
    cut,
    double,
    truncate,
    blank,
    swap,
    offset,
    token,
    word,
    head,
    tail,
    ends,
    update,
)
