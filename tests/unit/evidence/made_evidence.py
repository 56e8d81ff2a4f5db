"""Requests whose evidence is to be made, signed in memory and signed as files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from paraphe.domain.evidence import account
from paraphe.domain.evidence.account import About, FileProof, SignatureProof, Validation
from tests.support.requested import party, sign_in_turn
from tests.support.trust import TrustWorld, make_pdf
from tests.support.world import World

if TYPE_CHECKING:
    from pathlib import Path

    from paraphe.domain.requests.document import Document
    from paraphe.ports.requests import RequestRef

ABOUT = About({"name": "paraphe", "version": "0.1.0"}, "2.25.1")


def signed(world: World | None = None) -> tuple[World, RequestRef]:
    """A request that two people have signed, its evidence not yet made."""
    made = world or World()
    ref = made.launched(people=(1, 2), copies=1)
    made.sign_all(ref)
    return made, ref


def told_of(world: World, ref: RequestRef) -> dict[str, Any]:
    """The account of a request."""
    request = world.load(ref)
    proofs = {
        d.id: FileProof(
            {r.field: SignatureProof("AAAA", "AAAA", ("AAAA",), "AAAA") for r in d.revisions},
            tuple(Validation(r.field, "total-passed", "<x/>") for r in d.revisions),
            ("AAAA",),
            ("AAAA",),
            ("AAAA",),
        )
        for d in request.documents
    }
    events = world.requests.events(ref)[: request.audit_seq]
    return account.build(request, events, proofs, ABOUT, world.now)


def signed_file(services: TrustWorld, folder: Path) -> tuple[Path, Document]:
    """A file that two people have signed, as the doors leave it."""
    pdf = folder / "signed.pdf"
    pdf.write_bytes(make_pdf())
    return pdf, sign_in_turn(services, [party(1), party(2)], pdf).documents[0]
