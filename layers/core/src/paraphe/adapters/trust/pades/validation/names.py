"""Distinguished names are compared once for each pair of encodings.

asn1crypto prepares every string of both names at each comparison (RFC 4518), and validating one
file compares the same few names hundreds of times: a tenth of the whole time. The answer depends
on the encodings alone, so it is remembered. Which names are equal stays asn1crypto's to say.
"""

from __future__ import annotations

import functools
from typing import Any

from asn1crypto import x509

_compare = x509.Name.__eq__
_REMEMBERED = 2048
_LARGEST = 2048  # octets; a stranger's longer names are compared each time


def install() -> None:
    """Take effect in this process; a second time changes nothing."""
    x509.Name.__eq__ = _equal


def _equal(self: Any, other: Any) -> bool:  # noqa: ANN401 - asn1crypto brings no types
    if not isinstance(other, x509.Name):
        return False
    # Of what is chosen: a name may stand in a tag of its own (GeneralName), which is no part of it.
    mine, theirs = self.chosen.dump(), other.chosen.dump()
    if mine == theirs:
        return True
    if len(mine) + len(theirs) > _LARGEST:
        return bool(_compare(self, other))
    return _same(mine, theirs)


@functools.lru_cache(_REMEMBERED)
def _same(one: bytes, other: bytes) -> bool:
    return bool(x509.RDNSequence.load(one) == x509.RDNSequence.load(other))
