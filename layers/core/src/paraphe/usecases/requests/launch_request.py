"""Launch a draft: freeze it, start its clock, start its actor (P6, P14)."""

from dataclasses import dataclass
from datetime import datetime

from paraphe.domain.firms.member import Capability
from paraphe.domain.firms.principal import Principal
from paraphe.domain.requests import acting, launch
from paraphe.domain.requests.decision import Decision
from paraphe.domain.requests.model import SignatureRequest
from paraphe.ports.delivery import Limits
from paraphe.ports.requests import Executions, RequestRef, Requests
from paraphe.usecases.delivery.sending_budgets import Allowance
from paraphe.usecases.optimistic_commit import change
from paraphe.usecases.requests.wake_execution import start


@dataclass(frozen=True, slots=True)
class LaunchRequest:
    """Launches a draft."""

    requests: Requests
    executions: Executions
    limits: Limits

    def __call__(self, principal: Principal, ref: RequestRef, now: datetime) -> SignatureRequest:
        """Launch, then start the execution; if that fails, `sweep` starts it within minutes.

        Raises:
            ForbiddenError: `not_permitted` without the capability `launch`.
            ConflictError: `already_launched`, `too_old`.
            InvalidError: `no_documents`, `no_signers`, `documents_not_ready`, `no_seal`; and as
                `draft_recipients.check_recipient`: `phone_required`, `placement_off_page` and more.
            TooManyError: `too_many_mails`: everybody is written to at least once.

        """
        allowance = Allowance(self.limits, now)

        def decide(request: SignatureRequest) -> Decision:
            by = acting.allow(principal, Capability.LAUNCH, request)
            decision = launch.launch(request, now, by)
            allowance.mails(request, (r.email for r in request.recipients if r.email))
            return decision

        request = change(self.requests, ref, decide)
        start(self.executions, request)
        return request
