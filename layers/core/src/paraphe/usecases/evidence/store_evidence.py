"""The actor's `evidence`: the account of an ended request, sealed and kept (P19)."""

from datetime import datetime

from paraphe.domain.evidence import account
from paraphe.domain.evidence.account import FileProof
from paraphe.domain.requests import after_end
from paraphe.domain.requests.document import Document
from paraphe.domain.requests.model import RequestState, SignatureRequest
from paraphe.ports.evidence import EvidenceFiles, EvidenceMaker
from paraphe.ports.files import Files, Workspace
from paraphe.ports.requests import RequestRef, Requests
from paraphe.usecases.optimistic_commit import change


def store_evidence(
    requests: Requests,
    files: Files,
    maker: EvidenceMaker,
    kept: EvidenceFiles,
    workspace: Workspace,
    ref: RequestRef,
    now: datetime,
) -> SignatureRequest:
    """Make the evidence of an ended request, store it, then point to it.

    The files lie in a folder that holds the digest of the sealed account: a second run stores
    beside the first, and the pointer says which counts. A request that owes none is left as it is.

    Raises:
        TransientError: a service did not answer; retry.

    """
    request = requests.load_whole(ref)
    if not after_end.owes_evidence(request):
        return request
    events = requests.events(ref)[: request.audit_seq]
    proofs = {d.id: _proof(files, maker, workspace, d, now) for d in request.documents if d.signers}
    told = account.build(request, events, proofs, maker.about, now)
    sealed, sha256 = maker.seal(told, now)
    with workspace() as directory:
        paper = directory / "evidence.pdf"
        ends = [maker.write(told, sealed, paper, now)]
        kept.store_file(ref, sha256, "evidence.pdf", paper)
        for recipient in account.attested(request):
            paper = directory / "attestation.pdf"
            ends.append(maker.write(account.excerpt(told, recipient.id), None, paper, now))
            kept.store_file(ref, sha256, f"attestation-{recipient.id}.pdf", paper)
    key = kept.store(ref, sha256, "evidence.json", sealed)  # the last one, because it is pointed to
    if request.state is RequestState.COMPLETED:
        ends += [p.proven_until for p in proofs.values() if p.proven_until is not None]
    return change(
        requests,
        ref,
        lambda r: after_end.store_evidence(r, key, sha256, now, proven_until=min(ends)),
    )


def _proof(
    files: Files, maker: EvidenceMaker, workspace: Workspace, document: Document, now: datetime
) -> FileProof:
    newest = document.revisions[-1]
    with workspace() as directory:
        pdf = directory / "document.pdf"
        files.fetch(newest.key, pdf, newest.sha256)  # erased only once the evidence is stored
        return maker.read(pdf, document, now)
