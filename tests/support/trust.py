"""Trust services in memory that really sign: an authority, time-stamps, and PDFs to sign."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, BinaryIO

import pikepdf
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from paraphe.adapters.trust.authority import profiles, subject_names, tsa
from paraphe.adapters.trust.authority.built_in import BuiltInAuthority
from paraphe.adapters.trust.authority.chain import ISSUING, CaChain
from paraphe.adapters.trust.authority.publishing import publish_responder
from paraphe.adapters.trust.authority.responder import DelegatedResponder
from paraphe.adapters.trust.authority.revocations import build_crl
from paraphe.adapters.trust.pades.cms.bundle import Purpose, label
from paraphe.adapters.trust.pades.cms.keys import InMemoryKeys, RemoteKey
from paraphe.adapters.trust.pades.cms.revocation import HttpRevocationSource
from paraphe.adapters.trust.pades.cms.timestamps import HttpTimestampService
from paraphe.adapters.trust.pades.writer import archive, signing
from paraphe.adapters.trust.pades.writer.trust import Trust
from paraphe.domain.trust.identities import SealIdentity, SignerIdentity
from paraphe.domain.trust.signatures import SignatureField, SignatureRecord, VisibleMark
from tests.support.fakes.status import FakePublicFiles

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

LAUNCH = datetime(2026, 10, 24, 9, 30, 0, 250_000, tzinfo=UTC)
TSA_URL = "http://tsa.test/tsa"
CRL_URL = "http://tsa.test/root.crl"
FIRM = SealIdentity("Cabinet Démo", "123456782")
FIELDS = (
    SignatureField("A-signature"),
    SignatureField("B-signature", order=1),
    SignatureField("C-seal", order=2, is_seal=True),
)


@dataclass
class TrustWorld:
    """An authority and a time-stamp service whose time is `now`; `calls` counts HTTP exchanges."""

    now: datetime = LAUNCH
    calls: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        born = self.now - timedelta(days=30)
        self.keys = InMemoryKeys()
        for name in ("root", "issuing"):
            self.keys.create(name, ec.SECP384R1())
        for name in ("seal", "ocsp"):
            self.keys.create(name)
        self.publication = profiles.Publication("http://pki.test")
        self.root_issuer = profiles.Issuer(
            subject_names.ca_name("Test Root CA", "Test"), RemoteKey(self.keys, "root")
        )
        root = profiles.root_certificate(self.root_issuer, born)
        issuing = profiles.issuing_certificate(
            self.root_issuer,
            subject_names.ca_name("Test Issuing CA", "Test"),
            self.keys.public_key("issuing"),
            self.publication,
            born,
            root.not_valid_after_utc,
        )
        self.authority = BuiltInAuthority(
            CaChain(root, issuing, (self.root_crl(born),)), self.keys, "issuing", self.publication
        )
        self.tsa = tsa.create(CRL_URL, born)
        self.seal_certificate = self.authority.certify_seal(FIRM, "seal", self.now)
        self.files = FakePublicFiles()
        self.files.files[ISSUING] = issuing.public_bytes(Encoding.DER)
        publish_responder(self.authority, self.files, "ocsp", self.now)

    def responder(self) -> DelegatedResponder:
        """The OCSP responder as a new process has it."""
        return DelegatedResponder(self.files.read, self.keys, "ocsp", self.authority.revocations)

    def ask(
        self,
        certificate: x509.Certificate,
        *,
        nonce: bytes | None = None,
        by: hashes.HashAlgorithm | None = None,
    ) -> bytes:
        """An OCSP request about a certificate of this authority, DER."""
        builder = ocsp.OCSPRequestBuilder().add_certificate(
            certificate, self.authority.chain.issuing, by or hashes.SHA256()
        )
        if nonce is not None:
            builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
        return builder.build().public_bytes(Encoding.DER)

    def status(self, certificate: x509.Certificate) -> ocsp.OCSPResponse:
        """What the responder says now."""
        said = self.responder().answer(self.ask(certificate), self.now)
        return ocsp.load_der_ocsp_response(said.body)

    def root_crl(self, at: datetime) -> bytes:
        """The root's list, as the ceremony would publish it at an instant."""
        made = build_crl(self.root_issuer, {}, at, timedelta(days=400))
        return made.public_bytes(Encoding.DER)

    def exchange(self, url: str, body: bytes | None, headers: Mapping[str, str]) -> bytes:
        """Speak HTTP without a socket."""
        self.calls.append(url)
        assert headers
        if url == TSA_URL and body is not None:
            return self.tsa.respond(body, self.now)
        assert url == CRL_URL
        return self.tsa.crl(self.now)

    def trust(self) -> Trust:
        """Services as a new process has them."""
        stamps = HttpTimestampService(TSA_URL, (self.tsa.root,), exchange=self.exchange)
        return Trust(stamps, HttpRevocationSource(self.exchange))

    def roots_pem(self) -> bytes:
        """What a validator is told to trust, and for what."""
        signing = self.authority.chain.root.public_bytes(Encoding.PEM)
        return label(signing, Purpose.SIGNATURES) + self.tsa.root_pem()

    def sign(
        self,
        file: BinaryIO,
        name: str,
        *,
        trust: Trust | None = None,
        mark: VisibleMark | None = None,
        person: str = "Zoé Łukasz",
    ) -> SignatureRecord:
        """One person's signature, now, with a certificate of its own."""
        identity = SignerIdentity(person, "cmd_01", "zoe@example.org")
        credential = self.authority.issue_one_time(identity, self.now)
        act = signing.Act(name, person, credential, self.now, mark)
        return signing.sign(file, act, trust or self.trust())

    def seal(self, file: BinaryIO, name: str) -> SignatureRecord:
        """The firm's seal, now."""
        credential = self.authority.credential(self.seal_certificate, "seal", self.now)
        act = signing.Act(name, FIRM.firm_name, credential, self.now)
        return signing.seal(file, act, self.trust())

    def prepare(self, file: BinaryIO, fields: Sequence[SignatureField] = FIELDS) -> datetime:
        """The update before the first signature."""
        return archive.prepare(file, fields, self.authority.chain, self.trust(), self.now)

    def sign_over_days(self, pdf: bytes) -> bytes:
        """Two people two days apart, then the seal a day later."""
        file = io.BytesIO(pdf)
        self.prepare(file)
        self.sign(file, "A-signature")
        self.now += timedelta(days=2)
        self.sign(file, "B-signature")
        self.now += timedelta(days=1)
        self.seal(file, "C-seal")
        return file.getvalue()


def make_pdf(
    change: Callable[[pikepdf.Pdf], None] | None = None, *, object_streams: bool = False
) -> bytes:
    """A one-page A4 document, changed as the test likes."""
    mode = pikepdf.ObjectStreamMode
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        if change is not None:
            change(pdf)
        out = io.BytesIO()
        pdf.save(
            out,
            object_stream_mode=mode.generate if object_streams else mode.disable,
            fix_metadata_version=False,
        )
    return out.getvalue()
