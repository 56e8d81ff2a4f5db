"""Signed PDFs made in this process: an authority, a time-stamp service and clocks to choose."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from infra.local.journey import sample_pdf
from paraphe.adapters.trust.authority import profiles, subject_names, tsa
from paraphe.adapters.trust.authority.built_in import BuiltInAuthority
from paraphe.adapters.trust.authority.chain import CaChain
from paraphe.adapters.trust.authority.revocations import build_crl
from paraphe.adapters.trust.pades.cms import tsp
from paraphe.adapters.trust.pades.cms.bundle import Purpose, label
from paraphe.adapters.trust.pades.cms.keys import InMemoryKeys, RemoteKey
from paraphe.adapters.trust.pades.cms.revocation import Proof
from paraphe.adapters.trust.pades.writer import archive, signing
from paraphe.adapters.trust.pades.writer.trust import Trust
from paraphe.domain.trust.identities import SealIdentity, SignerIdentity
from paraphe.domain.trust.signatures import FieldBox, SignatureField

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cryptography import x509

BEGIN = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
SIREN = "732829320"


@dataclass(slots=True)
class Clock:
    """The instant that every service of a test sees."""

    now: datetime


@dataclass(slots=True)
class LocalStamps:
    """The laptop's time-stamp service without its HTTP."""

    authority: tsa.TimestampAuthority
    clock: Clock

    def stamp(self, digest: bytes) -> tsp.TimestampToken:
        """A checked token at the clock's instant."""
        request = tsp.build_request(digest, 1)
        token = tsp.token_from_response(self.authority.respond(request, self.clock.now))
        return tsp.verify_token(token, digest, (self.authority.root,), nonce=1)


@dataclass(slots=True)
class LocalProof:
    """The time-stamp root's list, fresh at each instant."""

    authority: tsa.TimestampAuthority

    def proof_for(self, chain: Sequence[x509.Certificate], now: datetime) -> Proof:  # noqa: ARG002
        """One list speaks for the whole chain."""
        return Proof(crls=(self.authority.crl(now),))


@dataclass(slots=True)
class House:
    """A firm's whole signing house, its keys in memory."""

    clock: Clock
    keys: InMemoryKeys
    authority: BuiltInAuthority
    stamps: tsa.TimestampAuthority
    trust: Trust

    @property
    def roots(self) -> tuple[x509.Certificate, ...]:
        """What a verifier is told to trust: the authority and the time-stamp service."""
        return (self.authority.chain.root, self.stamps.root)

    @property
    def roots_pem(self) -> bytes:
        """The same as one PEM file, which says what each is for."""
        signing = self.authority.chain.root.public_bytes(Encoding.PEM)
        return label(signing, Purpose.SIGNATURES) + self.stamps.root_pem()


def house(at: datetime = BEGIN) -> House:
    """New keys and certificates, made just before `at`."""
    clock, keys = Clock(at), InMemoryKeys()
    for name in ("root", "issuing"):
        keys.create(name, ec.SECP384R1())
    publication = profiles.Publication("http://pki.example.org")
    root_issuer = profiles.Issuer(
        subject_names.ca_name("Test Root CA", "Paraphe"), RemoteKey(keys, "root")
    )
    root = profiles.root_certificate(root_issuer, at)
    issuing = profiles.issuing_certificate(
        root_issuer,
        subject_names.ca_name("Test Issuing CA", "Paraphe"),
        keys.public_key("issuing"),
        publication,
        at,
        root.not_valid_after_utc,
    )
    root_crl = build_crl(root_issuer, {}, at, timedelta(days=400)).public_bytes(Encoding.DER)
    authority = BuiltInAuthority(CaChain(root, issuing, (root_crl,)), keys, "issuing", publication)
    stamps = tsa.create("http://tsa.example.org/root.crl", at)
    trust = Trust(LocalStamps(stamps, clock), LocalProof(stamps))
    return House(clock, keys, authority, stamps, trust)


def prepared(
    place: House, pdf: bytes, signers: int, *, seal: bool = True, visible: bool = True
) -> io.BytesIO:
    """A PDF with a field per signer and one for the seal, time-stamped."""
    boxes = [FieldBox(1, 40 + 130 * n, 700, 120, 50) for n in range(signers)]
    fields = [
        SignatureField(f"{n:02d}-signature", boxes[n] if visible else None) for n in range(signers)
    ]
    if seal:
        fields.append(SignatureField("firm-seal", None, is_seal=True))
    file = io.BytesIO(pdf)
    archive.prepare(file, fields, place.authority.chain, place.trust, place.clock.now)
    return file


def sign(place: House, file: io.BytesIO, number: int, name: str = "Zoé Müller") -> None:
    """One person's signature with a one-time certificate, at the clock's instant."""
    now = place.clock.now
    identity = SignerIdentity(name, f"cmd_{number}", f"signer{number}@example.org")
    credential = place.authority.issue_one_time(identity, now)
    act = signing.Act(f"{number:02d}-signature", name, credential, now)
    signing.sign(file, act, place.trust)


def seal(place: House, file: io.BytesIO) -> None:
    """The firm's seal with an archive time-stamp, at the clock's instant."""
    now = place.clock.now
    place.keys.create("seal")
    certificate = place.authority.certify_seal(SealIdentity("Cabinet Martin", SIREN), "seal", now)
    credential = place.authority.credential(certificate, "seal", now)
    signing.seal(file, signing.Act("firm-seal", "Cabinet Martin", credential, now), place.trust)


def signed(
    place: House,
    pdf: bytes | None = None,
    *,
    signers: int = 2,
    sealed: bool = True,
    days_apart: float = 0.0,
) -> list[bytes]:
    """Every stored revision: prepared, one per signer, and the seal's."""
    pdf = sample_pdf(["Lettre de mission", "Honoraires : 1000 EUR"]) if pdf is None else pdf
    file = prepared(place, pdf, signers, seal=sealed)
    revisions = [file.getvalue()]
    for number in range(signers):
        sign(place, file, number, f"Signataire {number}")
        revisions.append(file.getvalue())
        place.clock.now += timedelta(days=days_apart)
    if sealed:
        seal(place, file)
        revisions.append(file.getvalue())
    return revisions
