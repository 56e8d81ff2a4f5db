"""What approvers and viewers do behind their link: approve, say that they have read (P5, P10)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from paraphe.domain.evidence.events.signing import ConsentPage
from paraphe.domain.requests import may_act
from paraphe.domain.requests.decision import Decision
from paraphe.domain.requests.model import SignatureRequest
from paraphe.domain.signing import approvals
from paraphe.ports.requests import Executions, Requests
from paraphe.usecases.optimistic_commit import change
from paraphe.usecases.requests.wake_execution import wake
from paraphe.usecases.signing.sign_in_browser import (
    CONSENT_VERSION,
    Visit,
    check_link,
    check_person,
)


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody gives who acts without a code.

    Attributes:
        phone_digits: the person check.
        page: the sentence as shown, address, agent, pages seen.

    """

    phone_digits: str
    page: ConsentPage


def _commit(
    requests: Requests,
    visit: Visit,
    said: Said,
    rule: Callable[[SignatureRequest], Decision],
    now: datetime,
) -> SignatureRequest:
    known = check_person(requests, visit, said.phone_digits, said.page.browser, now)

    def decide(request: SignatureRequest) -> Decision:
        check_link(request, visit)
        return rule(request)

    return change(requests, visit.ref.request, decide, known)


@dataclass(frozen=True, slots=True)
class Approve:
    """Takes an approver's approval."""

    requests: Requests
    executions: Executions

    def __call__(self, visit: Visit, said: Said, now: datetime) -> SignatureRequest:
        """Take the approval, in one commit; the actor then asks whoever comes next (P5).

        Raises:
            InvalidError: `phone_digits_wrong`.
            LockedError: `link_locked`.
            GoneError, ConflictError: see `approvals.approve`.

        """
        mine = visit.recipient.id
        may_act.check_may_approve(visit.request, mine, now)
        rule = partial(
            approvals.approve, recipient_id=mine, version=CONSENT_VERSION, page=said.page, now=now
        )
        request = _commit(self.requests, visit, said, rule, now)
        wake(self.requests, self.executions, request, now)
        return request


@dataclass(frozen=True, slots=True)
class ConfirmReading:
    """Writes down that a viewer has read."""

    requests: Requests

    def __call__(self, visit: Visit, said: Said, now: datetime) -> SignatureRequest:
        """Write it down, once; nothing waits for it.

        Raises:
            InvalidError: `phone_digits_wrong`.
            LockedError: `link_locked`.
            GoneError, ConflictError: see `approvals.confirm_reading`.

        """
        mine = visit.recipient.id
        may_act.check_may_read(visit.request, mine, now)
        rule = partial(
            approvals.confirm_reading,
            recipient_id=mine,
            version=CONSENT_VERSION,
            page=said.page,
            now=now,
        )
        return _commit(self.requests, visit, said, rule, now)
