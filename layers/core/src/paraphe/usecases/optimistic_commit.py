"""Load, decide, commit; decide again when another writer was first."""

import contextlib
from collections.abc import Callable

from paraphe.domain.errors import ParapheError, RaceLostError
from paraphe.domain.requests.decision import Decision
from paraphe.domain.requests.model import SignatureRequest
from paraphe.ports.requests import RequestRef, Requests

ATTEMPTS = 12


def change(
    requests: Requests,
    ref: RequestRef,
    decide: Callable[[SignatureRequest], Decision],
    known: SignatureRequest | None = None,
) -> SignatureRequest:
    """Apply a rule to a stored request; the conditional write decides who was first.

    Args:
        requests: the store.
        ref: which request.
        decide: a pure rule; it is called again with the newer state after a lost race.
        known: the request as this very call has loaded or committed it, so that it is not read a
            second time. Only a commit relies on it: what the rule refuses, or would not change,
            it decides again on what is stored.

    Returns:
        The request as stored.

    Raises:
        ParapheError: whatever the rule raises; RaceLostError after 12 lost races.

    """
    if known is not None:
        with contextlib.suppress(ParapheError):
            decision = decide(known)
            if not decision.changes_nothing:
                return requests.commit(known, decision)
    for _ in range(ATTEMPTS):
        before = requests.load(ref)
        decision = decide(before)
        if decision.changes_nothing:
            return before
        try:
            return requests.commit(before, decision)
        except RaceLostError:
            continue
    raise RaceLostError
