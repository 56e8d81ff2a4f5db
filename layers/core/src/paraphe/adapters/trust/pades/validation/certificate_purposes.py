"""What a certificate was made for: key usage and extended key usage (RFC 5280 §4.2.1.3, §4.2.1.12).

Certificates that sign documents have no extended key usage, or one of several: the one of RFC 9336,
Adobe's, Microsoft's, or that for e-mail, which most authorities give to people. One for servers,
clients, time-stamps or OCSP answers alone was never meant to stand for anybody's will. Between the
two are purposes that only their makers know, and code signing, which some readers accept.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from asn1crypto import x509

# Dotted: names differ by which of asn1crypto's and pyHanko's modules were imported.
_PKIX = "1.3.6.1.5.5.7.3"
_ANY = "2.5.29.37.0"
_STAMPING, _ANSWERING = f"{_PKIX}.8", f"{_PKIX}.9"
_DOCUMENTS = frozenset(
    {
        f"{_PKIX}.36",  # RFC 9336
        "1.2.840.113583.1.1.5",  # Adobe's authentic documents
        "1.3.6.1.4.1.311.10.3.12",  # Microsoft's document signing
    }
)
_SIGNING = _DOCUMENTS | {_ANY, f"{_PKIX}.4"}  # e-mail
_NEVER = frozenset(
    {
        f"{_PKIX}.1",  # TLS server
        f"{_PKIX}.2",  # TLS client
        *(f"{_PKIX}.{n}" for n in (5, 6, 7, 17)),  # IPsec
        _STAMPING,
        _ANSWERING,
        *(f"{_PKIX}.{n}" for n in (13, 14)),  # EAP
        *(f"{_PKIX}.{n}" for n in (21, 22)),  # SSH
        "1.3.6.1.5.5.8.2.2",  # IKE
        "1.3.6.1.5.2.3.4",  # Kerberos client
        "1.3.6.1.5.2.3.5",  # Kerberos server
        "1.3.6.1.4.1.311.20.2.2",  # Microsoft's smart card logon
        "1.3.6.1.4.1.311.10.3.2",  # Microsoft's time-stamps
        "1.3.6.1.4.1.311.10.3.3",  # Microsoft's server gated crypto
        "2.16.840.1.113730.4.1",  # Netscape's
        *(f"1.3.6.1.4.1.311.10.3.4{more}" for more in ("", ".1")),  # file encryption
        "2.16.840.1.101.3.6.8",  # card authentication
    }
)
_CLIENT = frozenset({f"{_PKIX}.2"})
_KEY_USAGES = frozenset({"digital_signature", "non_repudiation"})


class Fitness(IntEnum):
    """Whether a certificate may sign documents, from yes to no."""

    FIT = 0
    UNCLEAR = 1
    UNFIT = 2


def of_signer(signer: x509.Certificate, above: Iterable[x509.Certificate] = ()) -> Fitness:
    """Of a signer's certificate, and of the authorities above it, the root left out.

    An authority that may only issue for servers makes nobody a signer, whatever it writes.
    """
    usage = signer.key_usage_value
    if usage is not None and not _KEY_USAGES & usage.native:
        return Fitness.UNFIT
    own = _purposes(signer)
    if own is Fitness.UNFIT and _extended(signer) == set(_CLIENT) and _commits(signer):
        own = Fitness.UNCLEAR  # some authorities give clientAuth alone to people who sign
    return max(own, *(_purposes(one) for one in above), Fitness.FIT)


def of_stamper(signer: x509.Certificate, above: Iterable[x509.Certificate] = ()) -> bool:
    """Whether a certificate is for time-stamps and nothing else (RFC 3161 §2.3)."""
    usage = signer.key_usage_value
    if usage is not None and not _KEY_USAGES & usage.native:
        return False
    allowed = {_STAMPING, _ANY}
    return _extended(signer) == {_STAMPING} and all(
        (said := _extended(one)) is None or said & allowed for one in above
    )


def is_stamper(certificate: x509.Certificate) -> bool:
    """Whether a certificate speaks of time-stamps at all; what cannot be read does not."""
    try:
        return _STAMPING in (_extended(certificate) or ())
    except (ValueError, TypeError, KeyError):  # asn1crypto parses when asked, and fails then
        return False


def is_responder(certificate: x509.Certificate) -> bool:
    """Whether a certificate may answer for its issuer by OCSP; what cannot be read may not."""
    try:
        return _ANSWERING in (_extended(certificate) or ())
    except (ValueError, TypeError, KeyError):
        return False


def is_for_documents(signer: x509.Certificate) -> bool:
    """Whether a certificate says that it signs documents, and not only allows it."""
    return bool(_DOCUMENTS & (_extended(signer) or set()))


def _commits(certificate: x509.Certificate) -> bool:
    usage = certificate.key_usage_value
    return usage is not None and "non_repudiation" in usage.native


def _purposes(certificate: x509.Certificate) -> Fitness:
    said = _extended(certificate)
    if said is None or said & _SIGNING:
        return Fitness.FIT
    return Fitness.UNFIT if said <= _NEVER else Fitness.UNCLEAR


def _extended(certificate: x509.Certificate) -> set[str] | None:
    value = certificate.extended_key_usage_value
    return None if value is None else {one.dotted for one in value}
