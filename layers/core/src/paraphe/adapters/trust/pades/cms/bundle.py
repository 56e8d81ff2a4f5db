"""Roots to trust in one PEM file that says what each is trusted for.

PEM leaves room for text before each certificate (RFC 7468 §5.2). A line of it says the purposes of
the certificate that follows, and of no other, so that bundles may be joined in any order:

    Trust: signatures
    -----BEGIN CERTIFICATE-----

Purposes are `signatures`, `time-stamps`, or both with a comma. Every other tool reads past the line
as it reads past any text.
"""

from __future__ import annotations

import base64
import binascii
import re
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_BLOCK = re.compile(
    rb"-----BEGIN CERTIFICATE-----[ \t]*\r?\n(.*?)-----END CERTIFICATE-----", re.DOTALL
)
_LABEL = re.compile(rb"^[# \t]*Trust:(.*)$", re.MULTILINE | re.IGNORECASE)


class Purpose(StrEnum):
    """What a root may vouch for."""

    SIGNATURES = "signatures"
    TIME_STAMPS = "time-stamps"


def read(data: bytes) -> list[tuple[bytes, frozenset[Purpose]]]:
    """Each certificate (DER) with the purposes said of it; none said is an empty set.

    A file without PEM is one DER certificate.

    Raises:
        ValueError: an unknown purpose, a purpose without a certificate, or broken PEM.

    """
    if b"-----BEGIN" not in data:
        return [(data, frozenset())]
    found = list(_blocks(data))
    if not found:
        raise ValueError("there is no certificate in the PEM file")
    return found


def label(data: bytes, purpose: Purpose) -> bytes:
    """A bundle with this purpose said of every certificate of which none is said.

    Raises what `read` raises.
    """
    return b"".join(
        b"Trust: %s\n%s" % (", ".join(sorted(said or {purpose})).encode(), _pem(der))
        for der, said in read(data)
    )


def _blocks(data: bytes) -> Iterator[tuple[bytes, frozenset[Purpose]]]:
    at = 0
    for block in _BLOCK.finditer(data):
        said = _purposes(data[at : block.start()])
        try:
            der = base64.b64decode(b"".join(block[1].split()), validate=True)
        except binascii.Error as error:
            raise ValueError("a certificate in the PEM file is not base64") from error
        yield der, said
        at = block.end()
    if _LABEL.search(data, at):
        raise ValueError("a line “Trust:” has no certificate after it")


def _purposes(text: bytes) -> frozenset[Purpose]:
    said: set[Purpose] = set()
    for line in _LABEL.finditer(text):
        for word in line[1].decode("utf-8", "replace").split(","):
            try:
                said.add(Purpose(word.strip().lower()))
            except ValueError as error:
                known = " or ".join(Purpose)
                raise ValueError(f"“Trust:” says {known}, not “{word.strip()[:40]}”") from error
    return frozenset(said)


def _pem(der: bytes) -> bytes:
    lines = base64.encodebytes(der).replace(b"\n", b"")
    wrapped = b"\n".join(lines[at : at + 64] for at in range(0, len(lines), 64))
    return b"-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n" % wrapped
