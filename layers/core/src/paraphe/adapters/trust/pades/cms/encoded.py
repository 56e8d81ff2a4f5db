"""Certificates and their DER, each worked out once: a signature needs the same few many times.

`cryptography` writes the DER anew at each `public_bytes` (20 µs) and `fingerprint` (30 µs).
Certificates cannot change, so what was written once holds.
"""

from __future__ import annotations

from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

_MOST = 256
# By identity, which is cheaper than equality; the certificate is kept so that no other gets its id.
_kept: dict[int, tuple[x509.Certificate, bytes]] = {}


def der_of(certificate: x509.Certificate) -> bytes:
    """The DER of a certificate."""
    known = _kept.get(id(certificate))
    if known is not None:
        return known[1]
    encoded = certificate.public_bytes(Encoding.DER)
    if len(_kept) >= _MOST:
        _kept.clear()
    _kept[id(certificate)] = (certificate, encoded)
    return encoded


@lru_cache(maxsize=_MOST)
def load(encoded: bytes) -> x509.Certificate:
    """The certificate of these bytes, the same object each time.

    Raises:
        ValueError: they are none.

    """
    try:
        return x509.load_der_x509_certificate(encoded)
    except x509.InvalidVersion as error:  # no ValueError, as everything else that is wrong is
        raise ValueError(str(error)) from error
