"""Which roots a reader trusts, and which ones a file only brings along."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from asn1crypto import x509

from paraphe.adapters.trust.pades.cms import bundle
from paraphe.adapters.trust.pades.cms.bundle import Purpose
from paraphe.adapters.trust.pades.validation import certificate_purposes
from paraphe.domain.trust.verdict import Person, Root

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Anchors:
    """What a reader trusts, and for what: chains may end here.

    Attributes:
        signing: vouch for signatures and seals.
        stamping: vouch for time-stamps.
        unsorted: nobody said for which of the two; `settled` finds out.
        guessed: those of `signing` that only `settled` put there.

    """

    signing: tuple[x509.Certificate, ...] = ()
    stamping: tuple[x509.Certificate, ...] = ()
    unsorted: tuple[x509.Certificate, ...] = ()
    guessed: tuple[x509.Certificate, ...] = ()

    @property
    def all(self) -> tuple[x509.Certificate, ...]:
        """Every one of them, once."""
        every = (*self.signing, *self.stamping, *self.unsorted)
        return tuple({one.dump(): one for one in every}.values())

    def settled(self, inside: Iterable[x509.Certificate]) -> Anchors:
        """Sort what is unsorted, by the certificates of the file that is validated.

        A root that a time-stamping certificate names as its end vouches for time-stamps, and for
        no signature. The others are guessed to be for signatures: `guessed` asks for more (see
        `file_validation`). Names decide: a wrong name can only take trust away.
        """
        if not self.unsorted:
            return self
        pool = list(inside)
        wanted = {one.issuer.dump() for one in pool if certificate_purposes.is_stamper(one)}
        names: set[bytes] = set()
        while wanted:
            names |= wanted
            wanted = {c.issuer.dump() for c in pool if c.subject.dump() in wanted} - names
        stamping = tuple(one for one in self.unsorted if one.subject.dump() in names)
        guessed = tuple(one for one in self.unsorted if one not in stamping)
        return Anchors((*self.signing, *guessed), (*self.stamping, *stamping), guessed=guessed)

    def signing_root(self, certificate: x509.Certificate) -> Root:
        """The end of a signer's chain, and whether it is trusted for signatures."""
        return _root(certificate, self.signing)

    def stamping_root(self, certificate: x509.Certificate) -> Root:
        """The end of a time-stamp's chain, and whether it is trusted for time-stamps."""
        return _root(certificate, self.stamping)


def has(certificates: Iterable[x509.Certificate], one: x509.Certificate) -> bool:
    """Whether a certificate is among others, byte for byte."""
    encoded = one.dump()
    return any(other.dump() == encoded for other in certificates)


def load_roots(files: Iterable[bytes], stamp_files: Iterable[bytes] = ()) -> Anchors:
    """Certificates from PEM (any number in one file) or DER.

    What a file says of a certificate (`pades.cms.bundle`) decides. Where it says
    nothing, those of `files` are for signatures and those of `stamp_files` for time-stamps. Several
    of `files` with nothing anywhere that is for time-stamps are unsorted: so were all bundles once.

    Raises:
        ValueError: there is no certificate in a file, or it says an unknown purpose.

    """
    signing: list[x509.Certificate] = []
    stamping: list[x509.Certificate] = []
    silent: list[x509.Certificate] = []
    given = [*((one, silent) for one in files), *((one, stamping) for one in stamp_files)]
    for data, otherwise in given:
        for encoded, said in bundle.read(data):
            certificate = _certificate(encoded)
            if not said:
                otherwise.append(certificate)
            if Purpose.SIGNATURES in said:
                signing.append(certificate)
            if Purpose.TIME_STAMPS in said:
                stamping.append(certificate)
    silent = _once(silent)
    if stamping or len(silent) < 2:  # noqa: PLR2004 - one alone needs no sorting
        return Anchors(tuple(_once([*signing, *silent])), tuple(_once(stamping)))
    return Anchors(tuple(_once(signing)), (), tuple(silent))


def _certificate(encoded: bytes) -> x509.Certificate:
    certificate = x509.Certificate.load(encoded)
    if not isinstance(certificate.subject, x509.Name):
        raise ValueError("not a certificate")  # noqa: TRY004 - one error for callers
    return certificate


def _once(certificates: list[x509.Certificate]) -> list[x509.Certificate]:
    return list({one.dump(): one for one in certificates}.values())


def _root(certificate: x509.Certificate, known: Iterable[x509.Certificate]) -> Root:
    return Root(name_of(certificate.subject), fingerprint(certificate), has(known, certificate))


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
