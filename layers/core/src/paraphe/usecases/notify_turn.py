"""The actor's `launch` and `relaunch`: write to everybody whose turn it is (P5, P14)."""

from datetime import datetime
from functools import partial

from paraphe.domain import turns
from paraphe.domain.edit import Decision
from paraphe.domain.model import Recipient, SignatureRequest
from paraphe.ports import Links, RecipientRef, RequestRef, Requests
from paraphe.usecases.committing import change
from paraphe.usecases.sign_in_browser import link_hash


def notify_turn(
    requests: Requests, links: Links, ref: RequestRef, now: datetime
) -> SignatureRequest:
    """Invite, or write again, in batches until nobody in turn is left unwritten to.

    Safe to run twice: who was told the current deadline is not written to again.
    """
    request = requests.load(ref)
    while due := turns.due_messages(request)[: turns.BATCH]:
        hashes = {(r.id, r.link_generation): _hash_for(links, ref, r) for r in due}
        request = change(requests, ref, partial(_notify, hashes=hashes, now=now), request)
    return request


def _hash_for(links: Links, ref: RequestRef, recipient: Recipient) -> str:
    token_of = RecipientRef(ref.firm_id, ref.request_id, recipient.id)
    return link_hash(links.token(token_of, recipient.link_generation))


def _notify(
    request: SignatureRequest, hashes: dict[tuple[str, int], str], now: datetime
) -> Decision:
    # A correction meanwhile changed the link: that recipient waits for the next batch.
    current = {
        r.id: hashes[r.id, r.link_generation]
        for r in request.recipients
        if (r.id, r.link_generation) in hashes
    }
    return turns.notify(request, current, now)
