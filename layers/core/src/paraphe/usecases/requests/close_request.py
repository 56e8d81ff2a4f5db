"""The actor's `complete`, `refuse`, `cancel`, `expire`: end, keep a month, tell everybody."""

from datetime import datetime
from functools import partial

from paraphe.domain.requests import after_end, endings
from paraphe.domain.requests.model import RequestState, SignatureRequest
from paraphe.domain.signing.links import link_hash
from paraphe.ports.files import Files
from paraphe.ports.requests import RecipientRef, RequestRef, Requests
from paraphe.ports.signing import Links
from paraphe.usecases.optimistic_commit import change


def complete_request(
    requests: Requests, files: Files, links: Links, ref: RequestRef, now: datetime
) -> SignatureRequest:
    """End a request whose signatures are all applied, then close it.

    The copies to keep come first: a completed request's documents can be fetched from its first
    instant on, from where they stay.

    Raises:
        ConflictError: `signatures_missing`.

    """
    request = requests.load(ref)
    if request.state is RequestState.COMPLETING:
        endings.check_signed(request)
        request = _retain(requests, files, request, now)
        request = change(requests, ref, lambda r: endings.complete(r, now), request)
    return _close(requests, files, links, request, now)


def expire_request(
    requests: Requests, files: Files, links: Links, ref: RequestRef, now: datetime
) -> SignatureRequest:
    """End a request if its deadline has come, then close it; otherwise change nothing (P14)."""
    request = change(requests, ref, lambda r: endings.expire(r, now))
    return _close(requests, files, links, request, now)


def close_request(
    requests: Requests, files: Files, links: Links, ref: RequestRef, now: datetime
) -> SignatureRequest:
    """Tell everybody; once the evidence is stored, copy to `retained/` and erase `active/`.

    Repeatable at any point: it counts as closed only when all is done, and nothing is erased before
    its copy is pointed to. A request that has not ended is left as it is.
    """
    return _close(requests, files, links, requests.load(ref), now)


def _close(
    requests: Requests, files: Files, links: Links, request: SignatureRequest, now: datetime
) -> SignatureRequest:
    """Close a request that was just read or written: what was overtaken loses its commit."""
    if not request.is_ended or request.closed or request.purged_at is not None:
        return request
    request = _tell(requests, links, request, now)
    if after_end.owes_evidence(request):
        return request
    request = _retain(requests, files, request, now)
    ref = RequestRef(request.firm_id, request.id)
    files.erase_active(ref)
    return change(requests, ref, lambda r: after_end.close(r, now), request)


def _retain(
    requests: Requests, files: Files, request: SignatureRequest, now: datetime
) -> SignatureRequest:
    ref = RequestRef(request.firm_id, request.id)
    retained = {
        d.id: files.retain(ref, d)
        for d in request.documents
        if d.current_key is not None and d.retained_key is None
    }
    return change(requests, ref, lambda r: after_end.retain(r, retained, now), request)


def _tell(
    requests: Requests, links: Links, request: SignatureRequest, now: datetime
) -> SignatureRequest:
    """Owe the message of the end to everybody, in batches; nobody is told twice."""
    ref = RequestRef(request.firm_id, request.id)
    while after_end.owes_messages(request):
        hashes = {
            r.id: link_hash(
                links.token(RecipientRef(ref.firm_id, ref.request_id, r.id), r.link_generation)
            )
            for r in after_end.to_tell(request)[: after_end.TOLD_BATCH]
            if r.link_hash is None
        }
        tell = partial(after_end.tell_end, link_hashes=hashes, now=now)
        request = change(requests, ref, tell, request)
    return request
