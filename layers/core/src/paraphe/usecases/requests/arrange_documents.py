"""Rename, move and replace the documents of a draft (P5, P6)."""

from dataclasses import dataclass
from datetime import datetime

from paraphe.domain.errors import check_version
from paraphe.domain.firms.member import Capability
from paraphe.domain.firms.principal import Principal
from paraphe.domain.ids import RANDOM_BYTES, new_id
from paraphe.domain.requests import acting, draft_changes, drafts
from paraphe.domain.requests.decision import Decision, find_document
from paraphe.domain.requests.model import SignatureRequest
from paraphe.ports.files import Files, Upload
from paraphe.ports.requests import RequestRef, Requests, UploadRef
from paraphe.ports.system import Entropy
from paraphe.usecases.optimistic_commit import change


@dataclass(frozen=True, slots=True)
class ArrangeDocuments:
    """Renames, moves and replaces documents."""

    requests: Requests
    files: Files
    entropy: Entropy

    def arrange(
        self,
        principal: Principal,
        ref: RequestRef,
        document_id: str,
        now: datetime,
        *,
        name: str | None = None,
        position: int | None = None,
        seen: int | None = None,
    ) -> SignatureRequest:
        """Give a document another name or place; `seen` is the request's version that was seen.

        Raises:
            ForbiddenError: `not_permitted` without the capability `prepare`.
            ChangedError: it is another version by now.
            ConflictError, InvalidError, NotFoundError: see `draft_changes.arrange_document`.

        """

        def decide(request: SignatureRequest) -> Decision:
            by = acting.allow(principal, Capability.PREPARE, request)
            check_version(request.version, seen)
            return draft_changes.arrange_document(
                request, document_id, now, by, name=name, position=position
            )

        return change(self.requests, ref, decide)

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
        """Allow an upload again: the form ran out, the file was refused, or is to be replaced.

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
        return self.files.presign_upload(
            UploadRef(ref.firm_id, ref.request_id, document_id, form), now
        )
