"""The actor's `launch` and `relaunch`: write to everybody whose turn it is (P5, P14)."""

from datetime import datetime

from paraphe.domain import turns
from paraphe.domain.model import SignatureRequest
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
        hashes = {
            r.id: link_hash(
                links.token(RecipientRef(ref.firm_id, ref.request_id, r.id), r.link_generation)
            )
            for r in due
        }
        generations = {r.id: r.link_generation for r in due}

        def still(
            current: SignatureRequest,
            hashes: dict[str, str] = hashes,
            generations: dict[str, int] = generations,
        ) -> dict[str, str]:
            # A correction meanwhile changed the link: that recipient waits for the next batch.
            return {
                r.id: hashes[r.id]
                for r in current.recipients
                if r.id in hashes and r.link_generation == generations[r.id]
            }

        request = change(requests, ref, lambda r: turns.notify(r, still(r), now))
    return request
