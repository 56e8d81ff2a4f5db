"""Which roots a reader trusts, and which ones a file only brings along."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from asn1crypto import pem, x509

from paraphe.domain.verdict import Person, Root

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True)
class Anchors:
    """Certificates that chains may end in.

    Attributes:
        known: what the reader trusts.
        brought: self-signed certificates of the file itself; nobody vouches for them.

    """

    known: tuple[x509.Certificate, ...]
    brought: tuple[x509.Certificate, ...] = ()

    def root(self, certificate: x509.Certificate) -> Root:
        """The end of a chain, and whether it is trusted."""
        known = any(certificate.dump() == one.dump() for one in self.known)
        return Root(name_of(certificate.subject), fingerprint(certificate), known)


def load_roots(files: Iterable[bytes]) -> tuple[x509.Certificate, ...]:
    """Certificates from PEM (any number in one file) or DER.

    Raises:
        ValueError: there is no certificate in a file.

    """
    roots: list[x509.Certificate] = []
    for data in files:
        encoded = (
            [der for kind, _, der in pem.unarmor(data, multiple=True)]
            if (pem.detect(data))
            else [data]
        )
        for der in encoded:
            certificate = x509.Certificate.load(der)
            if not isinstance(certificate.subject, x509.Name):
                raise ValueError("not a certificate")  # noqa: TRY004 - one error for callers
            roots.append(certificate)
    return tuple(roots)


def self_signed(certificates: Iterable[x509.Certificate]) -> tuple[x509.Certificate, ...]:
    """Those that name themselves as issuer and may issue; what cannot be read is left out."""
    found = {}
    for certificate in certificates:
        try:
            if certificate.subject.dump() == certificate.issuer.dump() and certificate.ca:
                found[certificate.dump()] = certificate
        except (ValueError, TypeError, KeyError):  # asn1crypto parses when asked, and fails then
            continue
    return tuple(found.values())


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256, hex."""
    return hashlib.sha256(certificate.dump()).hexdigest()


def name_of(name: x509.Name) -> str:
    """What to call a subject: common name, else organization, else everything."""
    parts = _parts(name)
    return parts.get("common_name") or parts.get("organization_name") or name.human_friendly


def person_of(certificate: x509.Certificate) -> Person:
    """Whom a certificate names."""
    parts = _parts(certificate.subject)
    alternative = certificate.subject_alt_name_value
    emails = [n.native for n in alternative or () if n.name == "rfc822_name"]
    return Person(
        name=name_of(certificate.subject),
        organization=parts.get("organization_name", ""),
        organization_id=parts.get("organization_identifier", ""),
        email=emails[0] if emails else "",
        serial=parts.get("serial_number", ""),
        issuer=name_of(certificate.issuer),
        certificate_sha256=fingerprint(certificate),
    )


def _parts(name: x509.Name) -> dict[str, str]:
    parts: dict[str, str] = {}
    for relative in name.chosen:
        for pair in relative:
            parts[pair["type"].native] = str(pair["value"].native)
    return parts
