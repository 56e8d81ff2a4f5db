"""Change what a request says of itself, and delete a draft (P6)."""

from dataclasses import dataclass
from datetime import datetime

from paraphe.domain.errors import check_version
from paraphe.domain.firms.member import Capability
from paraphe.domain.firms.principal import Principal
from paraphe.domain.requests import acting, draft_changes
from paraphe.domain.requests.decision import Decision
from paraphe.domain.requests.draft_changes import RequestChange
from paraphe.domain.requests.model import SignatureRequest
from paraphe.ports.requests import RequestRef, Requests
from paraphe.usecases.optimistic_commit import change


@dataclass(frozen=True, slots=True)
class EditRequest:
    """Changes and deletes requests."""

    requests: Requests

    def change(
        self,
        principal: Principal,
        ref: RequestRef,
        changes: RequestChange,
        now: datetime,
        *,
        seen: int | None = None,
    ) -> SignatureRequest:
        """Change what a request says of itself; `seen` is the version that the caller has seen.

        Raises:
            ForbiddenError: `not_permitted` without the capability `prepare`.
            ChangedError: it is another version by now.
            ConflictError, GoneError: see `draft_changes.change`.

        """

        def decide(request: SignatureRequest) -> Decision:
            by = acting.allow(principal, Capability.PREPARE, request)
            check_version(request.version, seen)
            return draft_changes.change(request, changes, now, by)

        return change(self.requests, ref, decide)

    def delete(
        self, principal: Principal, ref: RequestRef, now: datetime, *, seen: int | None = None
    ) -> None:
        """Delete a draft; `seen` is the version that the caller has seen.

        Safe to repeat when it was interrupted: it is a draft until the last part is gone.

        Raises:
            ForbiddenError, ChangedError: as `change`.
            ConflictError, NotFoundError: see `draft_changes.delete`; `request_not_found`.

        """
        expected = seen
        while True:

            def decide(request: SignatureRequest) -> Decision:
                by = acting.allow(principal, Capability.PREPARE, request)
                check_version(request.version, expected)  # noqa: B023 - called in this turn
                return draft_changes.delete(request, now, by)

            request = change(self.requests, ref, decide)
            if request.deleted_at is not None:
                return
            expected = None
