"""A request's documents signed by the adapters that the doors use, in an order to choose."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from paraphe.adapters.trust.document_signer import (
    PadesDocumentSealer,
    PadesDocumentSigner,
    SealKey,
)
from paraphe.domain.requests.document import Document, DocumentState
from paraphe.domain.requests.model import RequestState, Sender, SignatureRequest
from paraphe.domain.requests.recipient import Recipient, Role

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from paraphe.domain.requests.document import Revision
    from paraphe.domain.trust.signatures import Look
    from tests.support.trust import TrustWorld


def party(number: int, role: Role = Role.SIGNER, order: int = 1) -> Recipient:
    """Somebody who signs, or the firm's seal."""
    name = f"Zoé {number}" if role is Role.SIGNER else "Cabinet Démo"
    return Recipient(f"rcp_{number}", f"slot-{number}", role, order, name, f"z{number}@example.org")


def request_of(
    world: TrustWorld, parties: Sequence[Recipient], documents: int = 1
) -> SignatureRequest:
    """A launched request, nothing signed yet."""
    return SignatureRequest(
        firm_id="frm_1",
        id="sr_1",
        title="Lettre",
        sender=Sender("usr_1", "Claire", "claire@example.org"),
        created_at=world.now,
        updated_at=world.now,
        state=RequestState.ACTIVE,
        documents=tuple(
            Document(f"doc_{n}", f"{n}.pdf", n, DocumentState.READY)
            for n in range(1, documents + 1)
        ),
        recipients=tuple(parties),
    )


def apply(
    world: TrustWorld,
    request: SignatureRequest,
    recipient: Recipient,
    pdf: Path,
    document: int = 0,
    look: Look | None = None,
) -> tuple[SignatureRequest, Revision]:
    """One signature or seal, now, as the doors `sign` and `seal` have it made."""
    trust, authority = world.trust(), world.authority
    signer = (
        PadesDocumentSigner(authority, trust)
        if recipient.role is Role.SIGNER
        else PadesDocumentSealer(
            authority, trust, lambda _: SealKey(world.seal_certificate, "seal")
        )
    )
    chosen = request.documents[document]
    made = signer.sign(request, chosen, recipient, f"cmd-{recipient.id}", pdf, world.now, look)
    signed = chosen.with_revision(made, is_seal=recipient.role is Role.SEAL)
    documents = tuple(signed if d.id == signed.id else d for d in request.documents)
    return replace(request, documents=documents), made


def sign_in_turn(
    world: TrustWorld,
    parties: Sequence[Recipient],
    pdf: Path,
    apart: timedelta = timedelta(0),
) -> SignatureRequest:
    """Everybody, one after the other, so far apart; the clock stands at the last one."""
    request = request_of(world, parties)
    for number, recipient in enumerate(parties):
        world.now += apart if number else timedelta(0)
        request, _ = apply(world, request, recipient, pdf)
    return request
