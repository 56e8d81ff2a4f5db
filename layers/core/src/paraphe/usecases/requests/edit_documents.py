"""Put documents into a draft, take them out, fetch the signed originals."""

from dataclasses import dataclass
from datetime import datetime

from paraphe.domain.errors import ConflictError, NotFoundError
from paraphe.domain.firms.member import Capability
from paraphe.domain.firms.principal import Principal
from paraphe.domain.ids import RANDOM_BYTES, new_id
from paraphe.domain.requests import acting, draft_changes, drafts, endings
from paraphe.domain.requests.decision import Decision, find_document
from paraphe.domain.requests.document import Document, DocumentState, signed_name
from paraphe.domain.requests.model import SignatureRequest
from paraphe.ports.files import Files, Uploads
from paraphe.ports.requests import RequestRef, Requests, UploadRef
from paraphe.ports.system import Entropy
from paraphe.ports.upload_forms import Upload
from paraphe.usecases.optimistic_commit import change
from paraphe.usecases.requests.wake_execution import ref_of

DOWNLOAD_SECONDS = 300


def record_upload(
    requests: Requests,
    files: Files,
    uploads: Uploads,
    upload: UploadRef,
    now: datetime,
) -> SignatureRequest:
    """Take over an inspected upload: copy the file first, then point to it (P4).

    Safe to run twice; a document that was removed meanwhile raises NotFoundError.
    """
    ref, document_id = upload.request, upload.document_id
    report = uploads.report(upload)
    request = requests.load(ref)
    document = find_document(request, document_id)
    key: str | None = None
    if not drafts.awaits(request, document, upload.form):
        return request  # the event came twice, or too late
    accepted = drafts.usable(report, document)
    if accepted is not None:
        kept = accepted.original_sha256 if accepted.removed else None
        key = files.adopt_inspected(ref, document, accepted.sha256, len(accepted.pages), kept)
    return change(
        requests,
        ref,
        lambda r: drafts.record_inspection(r, document_id, report, key, now, upload.form),
        request,
    )


def download_url(
    files: Files,
    request: SignatureRequest,
    document_id: str,
    now: datetime,
    *,
    as_sent: bool = False,
) -> str:
    """Return a short-lived URL of the signed original, or of the file as it was sent (P12, P16).

    Raises:
        NotFoundError: no such document; `nothing_removed`: it is signed as it was sent.
        GoneError, ConflictError: as `endings.check_downloadable`.

    """
    document = find_document(request, document_id)
    endings.check_downloadable(request, now)
    if document.retained_key is None:
        raise ConflictError("not_completed", "The document is not there yet.")
    if as_sent:
        if not document.removed:
            raise NotFoundError("nothing_removed", "Nothing was removed from this document.")
        key = files.original_key(ref_of(request), document)
        return files.presign_download(key, document.name, DOWNLOAD_SECONDS)
    return files.presign_download(
        document.retained_key, signed_name(document.name), DOWNLOAD_SECONDS
    )


def load(requests: Requests, ref: RequestRef) -> SignatureRequest:
    """Read one request.

    Raises:
        NotFoundError: there is none of this id in this firm, or it is a deleted draft.

    """
    request = requests.load(ref)
    acting.check_there(request)
    return request


__all__ = [
    "download_url",
    "load",
    "record_upload",
    "ref_of",
]


@dataclass(frozen=True, slots=True)
class EditDocuments:
    """Puts documents into a draft, and takes them out."""

    requests: Requests
    files: Files
    entropy: Entropy

    def add(
        self,
        principal: Principal,
        ref: RequestRef,
        name: str,
        now: datetime,
        *,
        remove_active_content: bool = False,
    ) -> tuple[Document, Upload]:
        """Make a place for a PDF and allow its upload; say whether active content may be removed.

        Raises:
            ForbiddenError: `not_permitted` without the capability `prepare`.
            ConflictError: not a draft. InvalidError: there are 50 already (P5).

        """
        document_id = new_id("doc", now, self.entropy(RANDOM_BYTES))

        def decide(request: SignatureRequest) -> Decision:
            by = acting.allow(principal, Capability.PREPARE, request)
            return drafts.add_document(
                request, document_id, name, now, by, remove_active_content=remove_active_content
            )

        request = change(self.requests, ref, decide)
        form = new_id("upl", now, self.entropy(RANDOM_BYTES))
        return find_document(request, document_id), self._form(ref, document_id, form, now)

    def forms(
        self, principal: Principal, request: SignatureRequest, now: datetime
    ) -> dict[str, Upload]:
        """Return a form for each document of a draft that waits for its file, by its id."""
        ref = ref_of(request)
        acting.allow(principal, Capability.PREPARE, request)
        return {
            d.id: self._form(ref, d.id, new_id("upl", now, self.entropy(RANDOM_BYTES)), now)
            for d in request.documents
            if d.state is not DocumentState.READY
        }

    def _form(self, ref: RequestRef, document_id: str, form: str, now: datetime) -> Upload:
        return self.files.presign_upload(
            UploadRef(ref.firm_id, ref.request_id, document_id, form), now
        )

    def renew_upload(
        self,
        principal: Principal,
        ref: RequestRef,
        document_id: str,
        now: datetime,
        *,
        remove_active_content: bool | None = None,
        replace: bool = False,
    ) -> Upload:
        """Allow the upload again: the form ran out, the file was refused, or is to be replaced.

        `remove_active_content` says from now on whether scripts and actions may be taken out of it;
        None leaves that as it was. With `replace` an accepted file is taken out first.

        Raises:
            ForbiddenError: `not_permitted` without the capability `prepare`.
            ConflictError: not a draft; `already_uploaded` without `replace`.
            NotFoundError: no such document.

        """
        form = new_id("upl", now, self.entropy(RANDOM_BYTES))

        def decide(request: SignatureRequest) -> Decision:
            by = acting.allow(principal, Capability.PREPARE, request)
            taken = draft_changes.replace_file(request, document_id, form, now, by)
            base = taken if replace else Decision(request)
            before = find_document(request, document_id).remove_active_content
            allowed = before if remove_active_content is None else remove_active_content
            decision = drafts.allow_removal(base.request, document_id, now, by, allowed=allowed)
            return Decision(decision.request, (*base.events, *decision.events))

        change(self.requests, ref, decide)
        return self._form(ref, document_id, form, now)

    def remove(
        self, principal: Principal, ref: RequestRef, document_id: str, now: datetime
    ) -> SignatureRequest:
        """Take a document out of a draft.

        Raises:
            ForbiddenError: `not_permitted` without the capability `prepare`.
            ConflictError, NotFoundError: see `drafts.remove_document`.

        """

        def decide(request: SignatureRequest) -> Decision:
            by = acting.allow(principal, Capability.PREPARE, request)
            return drafts.remove_document(request, document_id, now, by)

        return change(self.requests, ref, decide)
