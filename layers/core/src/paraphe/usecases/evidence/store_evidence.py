"""The actor's `evidence`: the account of an ended request, sealed and kept (P19)."""

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class StoreEvidence:
    """Makes and keeps the evidence of a request that has ended."""

    requests: Requests
    files: Files
    evidence_maker: EvidenceMaker
    evidence_files: EvidenceFiles
    workspace: Workspace

    def __call__(self, ref: RequestRef, now: datetime) -> SignatureRequest:
        """Make the evidence of an ended request, store it, then point to it.

        The files lie in a folder that holds the digest of the sealed account: a second run stores
        beside the first, and the pointer says which counts. A request that owes none is left alone.

        Raises:
            TransientError: a service did not answer; retry.

        """
        request = self.requests.load_whole(ref)
        if not after_end.owes_evidence(request):
            return request
        years = request.evidence_years
        events = self.requests.events(ref)[: request.audit_seq]
        proofs = {d.id: self._proof(d, now) for d in request.documents if d.signers}
        told = account.build(request, events, proofs, self.evidence_maker.about, now)
        sealed, sha256 = self.evidence_maker.seal(told, now)
        with self.workspace() as directory:
            paper = directory / "evidence.pdf"
            ends = [self.evidence_maker.write(told, sealed, paper, now)]
            self.evidence_files.store_file(ref, sha256, "evidence.pdf", paper, years)
            for recipient in account.attested(request):
                paper = directory / "attestation.pdf"
                ends.append(
                    self.evidence_maker.write(account.excerpt(told, recipient.id), None, paper, now)
                )
                self.evidence_files.store_file(
                    ref, sha256, f"attestation-{recipient.id}.pdf", paper, years
                )
        key = self.evidence_files.store(
            ref, sha256, "evidence.json", sealed, years
        )  # the last one, because it is pointed to
        if request.state is RequestState.COMPLETED:
            ends += [p.proven_until for p in proofs.values() if p.proven_until is not None]
        return change(
            self.requests,
            ref,
            lambda r: after_end.store_evidence(r, key, sha256, now, proven_until=min(ends)),
        )

    def _proof(self, document: Document, now: datetime) -> FileProof:
        newest = document.revisions[-1]
        with self.workspace() as directory:
            pdf = directory / "document.pdf"
            self.files.fetch(
                newest.key, pdf, newest.sha256
            )  # erased only once the evidence is stored
            return self.evidence_maker.read(pdf, document, now)
