"""The store of requests for a caller who has seen one version of one of them (If-Match)."""

from typing import Any, cast

from paraphe.domain.errors import check_version
from paraphe.domain.requests.decision import Decision
from paraphe.domain.requests.model import SignatureRequest
from paraphe.ports.calls import SeenRequest
from paraphe.ports.requests import RequestRef, Requests


class _SeenRequests:
    """Refuses to load that request in another version; the call's own commits move it on.

    What a use case decides on was loaded, and is committed on the condition that it still is what
    was loaded. So a change that comes in between is found out by the commit, and told after the
    next load.
    """

    def __init__(self, requests: Requests, seen: SeenRequest) -> None:
        self._requests = requests
        self._seen = seen
        self._version = seen.version

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 (any method of the port)
        """Pass on the rest of the port."""
        return getattr(self._requests, name)

    def load(self, ref: RequestRef) -> SignatureRequest:
        """Keep `Requests.load`. Raises ChangedError."""
        return self._checked(self._requests.load(ref))

    def bare(self, ref: RequestRef) -> SignatureRequest:
        """Keep `Requests.bare`. Raises ChangedError."""
        return self._checked(self._requests.bare(ref))

    def commit(self, before: SignatureRequest | None, decision: Decision) -> SignatureRequest:
        """Keep `Requests.commit`."""
        stored = self._requests.commit(before, decision)
        if stored.id == self._seen.request_id:
            self._version = stored.version
        return stored

    def _checked(self, request: SignatureRequest) -> SignatureRequest:
        if request.id == self._seen.request_id:
            check_version(request.version, self._version)
        return request


def only_seen(requests: Requests, seen: SeenRequest | None) -> Requests:
    """Return the store, for a caller who has seen that version."""
    return requests if seen is None else cast("Requests", _SeenRequests(requests, seen))
