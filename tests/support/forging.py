"""A forger's workshop: certificates, CMS and signed PDFs with any one thing wrong in them.

Everything else is as a validator wants it, so that a verdict is about the one thing.
"""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID, ObjectIdentifier

from paraphe.adapters.trust.authority.profiles import Issuer
from paraphe.adapters.trust.authority.revocations import build_crl
from paraphe.adapters.trust.pades.cms.bundle import Purpose, label
from paraphe.adapters.trust.pades.writer import dss
from paraphe.adapters.trust.pades.writer.document import open_document
from paraphe.adapters.trust.pades.writer.fields import add_fields, find_field
from paraphe.adapters.trust.pades.writer.increment import Increment, Placeholder
from paraphe.adapters.trust.pades.writer.syntax import Name
from paraphe.domain.trust.signatures import SignatureField

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from paraphe.adapters.trust.pades.cms.ocsp import Revocation
    from tests.support import signed

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

DOCUMENTS = "1.3.6.1.5.5.7.3.36"
ADOBE = "1.2.840.113583.1.1.5"
MICROSOFT = "1.3.6.1.4.1.311.10.3.12"
MAIL, SERVER, CLIENT = (f"1.3.6.1.5.5.7.3.{n}" for n in (4, 1, 2))
CODE, STAMPS, OCSP = (f"1.3.6.1.5.5.7.3.{n}" for n in (3, 8, 9))
ANY = "2.5.29.37.0"
ROOM = 24_576


@dataclass
class Party:
    """A certificate with its key, and those above it."""

    certificate: x509.Certificate
    key: Key
    above: tuple[x509.Certificate, ...] = ()

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        """Its own first, the root last."""
        return (self.certificate, *self.above)

    def crl(self, at: datetime, revoked: dict[int, Revocation] | None = None) -> bytes:
        """Its list as an authority, good for 400 days."""
        assert isinstance(self.key, ec.EllipticCurvePrivateKey)
        issuer = Issuer(self.certificate.subject, self.key)
        made = build_crl(issuer, revoked or {}, at, timedelta(days=400))
        return made.public_bytes(Encoding.DER)


@dataclass(frozen=True)
class Wish:
    """What a certificate is to be like.

    Attributes:
        name: common name.
        usages: key usages, as `x509.KeyUsage` calls them; None for no such extension.
        purposes: extended key usages; None for no such extension.
        ca: basicConstraints.
        path_length: likewise.
        days: life, before and after `at`.
        more: other extensions with their criticality.

    """

    name: str = "Marie Laurent"
    usages: tuple[str, ...] | None = ("digital_signature", "content_commitment")
    purposes: tuple[str, ...] | None = (DOCUMENTS,)
    ca: bool = False
    path_length: int | None = None
    days: tuple[float, float] = (30, 365)
    more: tuple[tuple[x509.ExtensionType, bool], ...] = ()


AUTHORITY = Wish("Other CA", ("key_cert_sign", "crl_sign"), None, ca=True)
_USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


def certify(
    wish: Wish,
    at: datetime,
    by: Party | None = None,
    key: Key | None = None,
    *,
    subject: x509.Name | None = None,
) -> Party:
    """A certificate, self-signed unless somebody issues it."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    subject = subject or x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, wish.name)])
    signer = by or Party(None, key)  # type: ignore[arg-type] # only its key is used
    before, after = (timedelta(days=days) for days in wish.days)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - before)
        .not_valid_after(at + after)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.key.public_key()),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(wish.ca, wish.path_length), critical=True)
    )
    if wish.usages is not None:
        flags = {usage: usage in wish.usages for usage in _USAGES}
        builder = builder.add_extension(x509.KeyUsage(**flags), critical=True)
    if wish.purposes is not None:
        purposes = x509.ExtendedKeyUsage([ObjectIdentifier(one) for one in wish.purposes])
        builder = builder.add_extension(purposes, critical=wish.purposes == (STAMPS,))
    for extension, critical in wish.more:
        builder = builder.add_extension(extension, critical=critical)
    made = builder.sign(signer.key, hashes.SHA256())
    return Party(made, key, by.chain if by else ())


def stamping_root(place: signed.House) -> Party:
    """The time-stamp service's root, in the forger's hands."""
    return Party(place.stamps.root, place.stamps.root_key)


def signing_root(at: datetime, name: str = "Other root") -> Party:
    """A root that the reader trusts for signatures."""
    return certify(replace(AUTHORITY, name=name, days=(400, 4000)), at)


def trusting(place: signed.House, *roots: Party, stamps: Sequence[Party] = ()) -> bytes:
    """The house's roots and others, each labelled."""
    signing = b"".join(label(pem(one), Purpose.SIGNATURES) for one in roots)
    stamping = b"".join(label(pem(one), Purpose.TIME_STAMPS) for one in stamps)
    return place.roots_pem + signing + stamping


def pem(party: Party) -> bytes:
    """A certificate."""
    return party.certificate.public_bytes(Encoding.PEM)


def with_field(data: bytes, name: str) -> bytes:
    """An empty, invisible signature field more."""
    increment = Increment(open_document(io.BytesIO(data)))
    add_fields(increment, [SignatureField(name)])
    return data + increment.unsigned()


def embed(
    data: bytes,
    make: Callable[[bytes], bytes],
    *,
    material: dss.Material | None = None,
    sub_filter: str = "ETSI.CAdES.detached",
    kind: str = "Sig",
    name: str = "00-signature",
    covered: Callable[[tuple[int, int, int, int]], tuple[int, ...]] | None = None,
) -> bytes:
    """Put a signature into a field, made by `make` of the SHA-256 of what is covered."""
    document = open_document(io.BytesIO(data))
    increment = Increment(document)
    if material is not None:
        dss.extend(increment, material)
    entries = {"Type": Name(kind), "Filter": Name("Adobe.PPKLite"), "SubFilter": Name(sub_filter)}
    value = increment.add(Placeholder({**entries, "M": b"D:20261102090000Z"}, ROOM))
    ref, found = find_field(document, name)
    increment.replace(ref, {**found, "V": value})
    section = increment.signed()
    tail = section.tail
    numbers = section.byte_range
    if covered is not None:
        written = re.search(rb"/ByteRange \[[0-9 ]+\] *", tail)
        assert written is not None
        other = b"/ByteRange [%s]" % b" ".join(b"%d" % n for n in covered(numbers))
        tail = tail.replace(written[0], other.ljust(len(written[0])), 1)
    whole = data + section.head + b"0" * section.reserved + tail
    spans = covered(numbers) if covered is not None else numbers
    parts = [whole[a : a + b] for a, b in zip(spans[::2], spans[1::2], strict=False)]
    contents = make(hashlib.sha256(b"".join(parts)).digest())
    digits = contents.hex().upper().encode().ljust(section.reserved - 2, b"0")
    return data + section.head + b"<" + digits + b">" + tail
