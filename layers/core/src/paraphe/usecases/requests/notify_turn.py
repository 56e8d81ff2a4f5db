"""The actor's `launch` and `relaunch`: write to everybody whose turn it is (P5, P14)."""

from datetime import datetime
from functools import partial

from paraphe.domain.requests import signing_order
from paraphe.domain.requests.decision import Decision
from paraphe.domain.requests.model import SignatureRequest
from paraphe.domain.requests.recipient import Recipient
from paraphe.domain.signing.links import link_hash
from paraphe.ports.requests import RecipientRef, RequestRef, Requests
from paraphe.ports.signing import Links
from paraphe.usecases.optimistic_commit import change


def notify_turn(
    requests: Requests, links: Links, ref: RequestRef, now: datetime
) -> SignatureRequest:
    """Invite, or write again, in batches until nobody in turn is left unwritten to.

    Safe to run twice: who was told the current deadline is not written to again.
    """
    request = requests.load(ref)
    while due := signing_order.due_messages(request)[: signing_order.BATCH]:
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
    return signing_order.notify(request, current, now)
