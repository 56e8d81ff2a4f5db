"""Rename and move the documents of a draft (P5, P6)."""

from dataclasses import dataclass
from datetime import datetime

from paraphe.domain.errors import check_version
from paraphe.domain.firms.member import Capability
from paraphe.domain.firms.principal import Principal
from paraphe.domain.requests import acting, draft_changes
from paraphe.domain.requests.decision import Decision
from paraphe.domain.requests.model import SignatureRequest
from paraphe.ports.requests import RequestRef, Requests
from paraphe.usecases.optimistic_commit import change


@dataclass(frozen=True, slots=True)
class ArrangeDocuments:
    """Renames and moves documents."""

    requests: Requests

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
        """Rename or move a document; `seen` is the request's version that was seen.

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
