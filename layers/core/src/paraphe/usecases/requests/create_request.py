"""Create a draft (P5)."""

from dataclasses import dataclass, replace
from datetime import datetime

from paraphe.domain.firms.member import Capability
from paraphe.domain.firms.principal import Principal
from paraphe.domain.ids import RANDOM_BYTES, new_id
from paraphe.domain.requests import acting, drafts
from paraphe.domain.requests.drafts import NewRequest
from paraphe.domain.requests.model import SignatureRequest
from paraphe.ports.firms import Firms
from paraphe.ports.requests import Requests
from paraphe.ports.system import Entropy
from paraphe.usecases.requests.whole_drafts import Parts, filled


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
        now: datetime,
        parts: Parts | None = None,
    ) -> SignatureRequest:
        """Make a draft with its parts.

        Raises:
            ForbiddenError: `not_permitted` without the capability `prepare`.
            InvalidError: see `whole_drafts.filled`.
            NotFoundError: the firm is unknown.

        """
        principal.check_may(Capability.PREPARE)
        firm = self.firms.firm(principal.firm_id)
        request_id = new_id("sr", now, self.entropy(RANDOM_BYTES))
        by = acting.actor_of(principal)
        given = parts or Parts()
        new = replace(new, parts=given.digest())
        decision = filled(
            drafts.create(firm, request_id, new, now, by), given, self.entropy, now, by
        )
        return self.requests.commit(None, decision)
