"""The actor's `sign`: one document after the other, then the command itself (P5, P11)."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from paraphe.domain.errors import ConflictError
from paraphe.domain.requests.decision import Decision, find_document, nothing
from paraphe.domain.requests.document import Document
from paraphe.domain.requests.model import SignatureRequest
from paraphe.domain.requests.recipient import Recipient
from paraphe.domain.signing import applied_signatures, visible_marks
from paraphe.domain.trust.signatures import Look
from paraphe.ports.files import Files, Workspace
from paraphe.ports.requests import RequestRef, Requests
from paraphe.ports.signing import DocumentSigner
from paraphe.ports.system import TransientError
from paraphe.usecases.optimistic_commit import change


def _look(files: Files, document: Document, recipient: Recipient, at: Path) -> Look | None:
    """Fetch what was chosen at acceptance, when the signature shows in this document (P8)."""
    if recipient.mark is None or all(p.document_id != document.id for p in recipient.placements):
        return None
    files.fetch(recipient.mark.key, at, recipient.mark.sha256)
    return visible_marks.look_of(recipient.mark.kind, at.read_bytes())


def finish_signature(
    requests: Requests,
    ref: RequestRef,
    command_id: str,
    now: datetime,
    known: SignatureRequest | None = None,
) -> SignatureRequest:
    """Take the command off the queue once every document holds its signature.

    Args:
        requests: the store.
        ref: which request.
        command_id: of the command, or of the seal's recipient.
        now: the instant.
        known: the request as this run has just stored it.

    Raises:
        ConflictError: `documents_unsigned`.

    """
    return change(requests, ref, lambda r: applied_signatures.finish(r, command_id, now), known)


@dataclass(frozen=True, slots=True)
class SignDocument:
    """Puts an accepted signature, or a seal, into one document."""

    requests: Requests
    files: Files
    signer: DocumentSigner
    workspace: Workspace

    def __call__(
        self, ref: RequestRef, *, command_id: str, document_id: str, now: datetime
    ) -> SignatureRequest:
        """Put the command's signature into one document: store the file, then point to it.

        A second run finds the signature in place and changes nothing; a crash before the pointer
        leaves a file that nothing names.

        Raises:
            ConflictError: `out_of_order` (P5), `hash_mismatch` when the stored file is not the one
                that was written down.
            TransientError: no answer, or another execution's signature was first; try again.

        """
        request = self.requests.load(ref)
        recipient = applied_signatures.signer_of(request, command_id)
        document = find_document(request, document_id)
        if recipient is None or document.signed_by(recipient.id):
            return request
        applied_signatures.check_order(request, recipient)
        if document.current_key is None or document.current_sha256 is None:
            raise ConflictError("document_missing", "The document has no stored file.")
        with self.workspace() as directory:
            pdf = directory / "document.pdf"
            # The certificate is issued beside the download. Leaving waits for it, whatever failed:
            # no thread outlives this. When the download fails, what was issued is dropped, unused.
            with ThreadPoolExecutor(1) as beside:
                issuing = beside.submit(self.signer.issue, request, recipient, command_id, now)
                self.files.fetch(document.current_key, pdf, document.current_sha256)
                look = _look(self.files, document, recipient, directory / "mark")
            issued = issuing.result()
            made = self.signer.sign(
                request, document, recipient, command_id, pdf, now, look, issued
            )
            key = self.files.store_revision(ref, document_id, len(document.signers) + 1, pdf)
        revision = replace(made, key=key)
        base = len(document.signers)

        def point(current: SignatureRequest) -> Decision:
            # Signed on top of `base` signatures: if there are more by now, another run was first.
            if len(find_document(current, document_id).signers) != base:
                return nothing(current)
            return applied_signatures.add_revision(current, document_id, revision, now)

        # Several documents are signed side by side: by now another's signature has been written.
        alone = request if len(request.documents) == 1 else None
        stored = change(self.requests, ref, point, alone)
        waits = applied_signatures.signer_of(stored, command_id) is not None
        if waits and not find_document(stored, document_id).signed_by(recipient.id):
            raise TransientError("another signature was stored first: sign again, on top of it")
        return stored
