"""Launch a draft: freeze it, start its clock, start its actor (P6, P14)."""

from datetime import datetime

from paraphe.domain import launching
from paraphe.domain.audit import Actor
from paraphe.domain.model import SignatureRequest
from paraphe.ports import Actors, RequestRef, Requests
from paraphe.usecases.committing import change
from paraphe.usecases.waking import start


def launch_request(
    requests: Requests, actors: Actors, ref: RequestRef, now: datetime, by: Actor | None = None
) -> SignatureRequest:
    """Launch, then start the execution; if that fails, `sweep` starts it within minutes.

    Raises:
        ConflictError: `already_launched`.
        InvalidError: `no_documents`, `no_signers`, `documents_not_ready`, `placement_off_page`.

    """
    request = change(requests, ref, lambda r: launching.launch(r, now, by))
    start(actors, request)
    return request
