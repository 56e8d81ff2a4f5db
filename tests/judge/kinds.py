"""A file of every kind that the platform signs, by the adapters that its doors use."""

from __future__ import annotations

import io
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.serialization import Encoding

from infra.local import tsa_authority
from infra.local.journey import sample_pdf
from paraphe.adapters.requests.inspection.upload import inspect_pdf
from paraphe.adapters.trust.authority.tsa import create
from paraphe.adapters.trust.pades.cms import revocation
from paraphe.adapters.trust.pades.writer import archive, signing
from paraphe.adapters.trust.pades.writer.trust import Trust
from paraphe.domain.requests.inspection import Accepted
from paraphe.domain.requests.recipient import Placement, Role
from paraphe.domain.trust.identities import SignerIdentity
from paraphe.domain.trust.signatures import Raster, SignatureField, Strokes, Typed
from tests.support import strange_pdfs
from tests.support.elsewhere import signed_elsewhere
from tests.support.requested import apply, party, request_of, sign_in_turn
from tests.support.trust import CRL_URL, TrustWorld, make_pdf

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from paraphe.adapters.trust.authority.tsa import TimestampAuthority
    from paraphe.domain.requests.recipient import Recipient
    from paraphe.domain.trust.signatures import Look

APART = timedelta(hours=20)
UNDRAWN = "annotation-square"  # without an appearance
_OTHER = "http://other.test/root.crl"
T, LT, LTA = "PAdES_BASELINE_T", "PAdES_BASELINE_LT", "PAdES_BASELINE_LTA"


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed file and what a judge needs.

    Attributes:
        name: what kind it is.
        pdf: the file.
        signers: PEM roots for signers and seals.
        stamps: PEM roots for time-stamps.
        levels: of our signatures, in order.
        theirs: fields that were signed before the file came to us.
        world: the services as they are now.

    """

    name: str
    pdf: bytes
    signers: bytes
    stamps: bytes
    levels: tuple[str, ...]
    theirs: tuple[str, ...] = ()
    world: TrustWorld = field(kw_only=True, repr=False)

    @property
    def signatures(self) -> int:
        """How many, theirs included."""
        return len(self.levels) + len(self.theirs)


class Maker:
    """Makes them, in one house, over the days that end now."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.start = datetime.now(UTC) - timedelta(days=4)
        self.world = TrustWorld(self.start)

    def all(self) -> Iterator[Signed]:
        """Every kind."""
        for name, parties in _ORDERS.items():
            yield self._signed(name, parties, sample_pdf(["Lettre de mission", "1000 EUR"]))
        yield self._marked()
        yield self._partly()
        yield self._elsewhere()
        yield self._vouched_by_a_responder()
        yield self._renewed("renewed")
        yield self._renewed("renewed-twice", twice=True)
        for name, pdf in _uploads().items():
            yield self.sealed(f"upload-{name}", self.accepted(pdf))

    def sealed(self, name: str, pdf: bytes) -> Signed:
        """Two people's signatures and the firm's seal on one file."""
        return self._signed(name, _ORDERS["seal-at-end"], pdf)

    def _signed(self, name: str, parties: Sequence[Recipient], pdf: bytes) -> Signed:
        file = self._file(pdf)
        sign_in_turn(self.world, parties, file, APART)
        return self._result(name, file.read_bytes(), (LTA,) * len(parties))

    def _marked(self) -> Signed:
        """Typed, drawn and pasted, and a seal with a stamp, all on one page."""
        looks: list[Look | None] = [
            Typed("Zoé"),
            Strokes((((0, 0), (40, 30), (90, 5)), ((10, 20), (70, 20)))),
            Raster(2, 2, bytes(range(16))),
            None,
        ]
        roles = [Role.SIGNER, Role.SIGNER, Role.SIGNER, Role.SEAL]
        parties = [
            replace(
                party(number, role),
                placements=(Placement("doc_1", 1, 60, 60 + 80 * number, 180, 60),),
            )
            for number, role in enumerate(roles, start=1)
        ]
        file = self._file(sample_pdf(["Lettre de mission", "1000 EUR"]))
        request = request_of(self.world, parties)
        for recipient, look in zip(parties, looks, strict=True):
            request, _ = apply(self.world, request, recipient, file, look=look)
        return self._result("visible-marks", file.read_bytes(), (LTA,) * len(parties))

    def _partly(self) -> Signed:
        """Two of three: nothing follows the second signature yet."""
        parties = [party(1), party(2), party(3)]
        file = self._file(make_pdf())
        request = request_of(self.world, parties)
        for recipient in parties[:2]:
            request, _ = apply(self.world, request, recipient, file)
        return self._result("partly", file.read_bytes(), (LT, T))

    def _elsewhere(self) -> Signed:
        """Signed by another vendor, with a text field that it left open; then by us."""
        file = self._file(self.accepted(signed_elsewhere(self.world)))
        sign_in_turn(self.world, _ORDERS["seal-at-end"], file)
        return self._result("signed-before", file.read_bytes(), (LTA,) * 3, ("Elsewhere",))

    def _vouched_by_a_responder(self) -> Signed:
        """Another authority's: each signature is followed by a time-stamp."""
        world, file = self.world, io.BytesIO(make_pdf())
        world.prepare(file, [SignatureField("A-signature"), SignatureField("B-signature")])
        for name in ("A-signature", "B-signature"):
            person = SignerIdentity("Zoé", name, "zoe@example.org")
            credential = world.authority.issue_one_time(person, world.now)
            request = world.ask(credential.certificate)
            answer = world.responder().answer(request, world.now).body
            issuer = world.authority.chain.issuing
            brought = revocation.responders(answer, issuer)
            vouched = replace(credential, ocsp=(answer,), responders=brought)
            signing.sign(file, signing.Act(name, "Zoé", vouched, world.now), world.trust())
            world.now += timedelta(hours=1)
        return self._result("other-authority", file.getvalue(), (LTA, LTA))

    def _renewed(self, name: str, *, twice: bool = False) -> Signed:
        """Newer time-stamps, the last by another service, before the older ones' end."""
        world, life = TrustWorld(datetime.now(UTC) - timedelta(days=500)), timedelta(days=300)
        first, file = world.tsa, self._file(make_pdf())
        world.tsa = tsa_authority.certified(first, CRL_URL, world.now, life)
        sign_in_turn(world, [party(1), party(2, Role.SEAL, 2)], file)
        if twice:
            world.now += timedelta(days=150)
            world.tsa = tsa_authority.certified(first, CRL_URL, world.now, life)
            self._renew(world, first, file)
        world.now += timedelta(days=200)
        world.tsa = create(_OTHER, world.now, "Autre")
        self._renew(world, first, file)
        signers = world.authority.chain.root.public_bytes(Encoding.PEM)
        roots = first.root_pem() + world.tsa.root_pem()
        return Signed(name, file.read_bytes(), signers, roots, (LTA, LTA), world=world)

    @staticmethod
    def _renew(world: TrustWorld, first: TimestampAuthority, file: Path) -> None:
        lists = {_OTHER: world.tsa, CRL_URL: first}
        source = revocation.HttpRevocationSource(lambda url, *_: lists[url].crl(world.now))
        trust = Trust(world.trust().timestamps, source)
        with file.open("r+b") as opened:
            archive.renew(opened, trust, world.now, (first.root,))

    def accepted(self, pdf: bytes) -> bytes:
        """What is signed of an upload; AssertionError when it is refused."""
        upload, target = self.folder / "upload.pdf", self.folder / "normal.pdf"
        upload.write_bytes(pdf)
        said = inspect_pdf(upload, target)
        assert isinstance(said, Accepted), said
        return target.read_bytes()

    def _file(self, pdf: bytes) -> Path:
        self.world.now = self.start
        file = self.folder / "document.pdf"
        file.write_bytes(pdf)
        return file

    def _result(
        self, name: str, pdf: bytes, levels: tuple[str, ...], theirs: tuple[str, ...] = ()
    ) -> Signed:
        signers = self.world.authority.chain.root.public_bytes(Encoding.PEM)
        stamps = self.world.tsa.root_pem()
        return Signed(name, pdf, signers, stamps, levels, theirs, world=self.world)


_ORDERS: dict[str, list[Recipient]] = {
    "one-signer": [party(1)],
    "three-in-order": [party(1, order=1), party(2, order=2), party(3, order=3)],
    "parallel": [party(1), party(2), party(3)],
    "seal-at-end": [party(1), party(2), party(3, Role.SEAL, 2)],
    "seal-first": [party(1, Role.SEAL), party(2, order=2), party(3, order=2)],
    "batch-seal": [party(1, Role.SEAL)],
}


def _uploads() -> dict[str, bytes]:
    """Uploads with what signing has to live with: forms, annotations, streams of objects."""
    specimens = strange_pdfs.specimens()
    chosen = ("form-kids", "field-text-drawn", "form-indirect-list", UNDRAWN)
    return {
        **{name: specimens[name] for name in chosen},
        "object-streams": make_pdf(object_streams=True),
    }


NAMES = (
    *_ORDERS,
    *("visible-marks", "partly", "signed-before", "other-authority"),
    *("renewed", "renewed-twice"),
    *(f"upload-{name}" for name in _uploads()),
)
