"""Create a draft (P5)."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from paraphe.domain.errors import ConflictError, NotFoundError, RaceLostError
from paraphe.domain.firms.member import Capability
from paraphe.domain.firms.principal import Principal
from paraphe.domain.ids import RANDOM_BYTES, new_id
from paraphe.domain.requests import acting, drafts
from paraphe.domain.requests.drafts import NewRequest
from paraphe.domain.requests.model import SignatureRequest
from paraphe.ports.firms import Firms
from paraphe.ports.requests import RequestRef, Requests
from paraphe.ports.system import Entropy
from paraphe.usecases.requests.whole_drafts import Parts, filled


def _existing(requests: Requests, ref: RequestRef, new: NewRequest) -> SignatureRequest | None:
    try:
        request = requests.load(ref)
    except NotFoundError:
        return None
    if request.fingerprint != new.fingerprint():
        raise ConflictError(
            "idempotency_key_reused", "This Idempotency-Key was used for another request."
        )
    return request


@dataclass(frozen=True, slots=True)
class CreateRequest:
    """Creates drafts."""

    requests: Requests
    firms: Firms
    entropy: Entropy

    def __call__(
        self,
        principal: Principal,
        new: NewRequest,
        *,
        idempotency_key: str | None,
        now: datetime,
        parts: Parts | None = None,
    ) -> SignatureRequest:
        """Make a draft with its parts; the same idempotency key and payload give the same again.

        Raises:
            ForbiddenError: `not_permitted` without the capability `prepare`.
            ConflictError: `idempotency_key_reused` for another payload.
            InvalidError: see `whole_drafts.filled`.
            NotFoundError: the firm is unknown.

        """
        principal.check_may(Capability.PREPARE)
        firm = self.firms.firm(principal.firm_id)
        if idempotency_key is None:
            request_id = new_id("sr", now, self.entropy(RANDOM_BYTES))
        else:
            seed = f"{firm.id}\n{idempotency_key}".encode()
            request_id = f"sr_k{hashlib.sha256(seed).hexdigest()[:32]}"
        by = acting.actor_of(principal)
        given = parts or Parts()
        new = replace(new, parts=given.digest())
        decision = filled(
            drafts.create(firm, request_id, new, now, by), given, self.entropy, now, by
        )
        try:
            return self.requests.commit(None, decision)
        except RaceLostError:  # the key was used before, which only the commit can tell
            existing = _existing(self.requests, RequestRef(firm.id, request_id), new)
            if existing is None:
                raise
            return existing
