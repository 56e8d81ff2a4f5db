"""What a sender does with an active request: relaunch, remind, cancel, resume (P14, P15)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from paraphe.domain.evidence.audit import Actor
from paraphe.domain.firms.member import Capability
from paraphe.domain.firms.principal import Principal
from paraphe.domain.requests import acting, changes, endings, failures, reminders
from paraphe.domain.requests.decision import Decision, find_recipient
from paraphe.domain.requests.model import SignatureRequest
from paraphe.domain.requests.recipient import Recipient
from paraphe.ports.delivery import Limits
from paraphe.ports.requests import Executions, RequestRef, Requests
from paraphe.usecases.delivery.sending_budgets import Allowance
from paraphe.usecases.optimistic_commit import change
from paraphe.usecases.requests.wake_execution import start, wake


def remind_if_due(requests: Requests, before: SignatureRequest, now: datetime) -> SignatureRequest:
    """Send the automatic reminder that is due, if one is (P15).

    Args:
        requests: the store.
        before: as it was just loaded.
        now: the instant.

    """
    if reminders.remind_if_due(before, now).changes_nothing:
        return before
    ref = RequestRef(before.firm_id, before.id)
    request = change(requests, ref, lambda r: reminders.remind_if_due(r, now), before)
    if request.reminded_days == before.reminded_days:
        return request
    return remind_rest(requests, ref, request, now)


def remind_rest(
    requests: Requests, ref: RequestRef, request: SignatureRequest, now: datetime
) -> SignatureRequest:
    """Remind those whom one commit could not hold. A crash here leaves them unreminded."""
    batch = reminders.reachable(request)[: reminders.REMINDED_BATCH]
    while len(batch) == reminders.REMINDED_BATCH:
        after = batch[-1].id
        more = partial(reminders.remind_more, after=after, now=now)
        request = change(requests, ref, more, request)
        rest = tuple(r for r in reminders.reachable(request) if r.id > after)
        batch = rest[: reminders.REMINDED_BATCH]
    return request


def _resend(
    recipient_id: str, request: SignatureRequest, now: datetime, by: Actor | None
) -> Decision:
    return reminders.resend(request, recipient_id, now, by)


def _only(recipient_id: str, request: SignatureRequest) -> tuple[Recipient, ...]:
    return (find_recipient(request, recipient_id),)


@dataclass(frozen=True, slots=True)
class ManageRequest:
    """What a sender does with an active request."""

    requests: Requests
    executions: Executions
    limits: Limits

    def relaunch(self, principal: Principal, ref: RequestRef, now: datetime) -> SignatureRequest:
        """Move the deadline to 15 x 24 h from now and write to whose turn it is (P14).

        Raises:
            ForbiddenError: `not_permitted` without the capability `launch`.
            GoneError, ConflictError, TooManyError: see `changes.relaunch`.
            TooManyError: `too_many_mails`.

        """
        request = change(self.requests, ref, self._writing(changes.relaunch, principal, now))
        wake(self.requests, self.executions, request, now)
        return request

    def remind(self, principal: Principal, ref: RequestRef, now: datetime) -> SignatureRequest:
        """Write again to whose turn it is; the deadline stays (P15).

        Raises:
            ForbiddenError: `not_permitted` without the capability `launch`.
            GoneError, ConflictError, TooManyError: see `reminders.remind`.
            TooManyError: `too_many_mails`.

        """
        whom = partial(reminders.rested, now=now)
        request = change(self.requests, ref, self._writing(reminders.remind, principal, now, whom))
        return remind_rest(self.requests, ref, request, now)

    def resend(
        self, principal: Principal, ref: RequestRef, recipient_id: str, now: datetime
    ) -> SignatureRequest:
        """Send one recipient's link once more.

        Raises:
            ForbiddenError: `not_permitted` without the capability `launch`.
            GoneError, ConflictError, TooManyError: see `reminders.resend`.
            TooManyError: `too_many_mails`.

        """
        rule = partial(_resend, recipient_id)
        whom = partial(_only, recipient_id)
        return change(self.requests, ref, self._writing(rule, principal, now, whom))

    def _writing(
        self,
        rule: Callable[[SignatureRequest, datetime, Actor | None], Decision],
        principal: Principal,
        now: datetime,
        whom: Callable[[SignatureRequest], tuple[Recipient, ...]] = reminders.reachable,
    ) -> Callable[[SignatureRequest], Decision]:
        """Make a rule that writes to everybody in turn ask for that many mails."""
        allowance = Allowance(self.limits, now)

        def decide(request: SignatureRequest) -> Decision:
            by = acting.allow(principal, Capability.LAUNCH, request)
            decision = rule(request, now, by)
            allowance.mails(request, (r.email for r in whom(request)))
            return decision

        return decide

    def cancel(self, principal: Principal, ref: RequestRef, now: datetime) -> SignatureRequest:
        """End the request at its sender's wish; the actor tells those who were asked.

        Raises:
            ForbiddenError: `not_permitted` without the capability `prepare` for a draft, `launch`
                from then on.
            GoneError, ConflictError: see `endings.cancel`.

        """

        def decide(request: SignatureRequest) -> Decision:
            by = acting.allow(principal, acting.needed_to_change(request), request)
            return endings.cancel(request, now, by)

        request = change(self.requests, ref, decide)
        wake(self.requests, self.executions, request, now)
        return request

    def resume(self, principal: Principal, ref: RequestRef, now: datetime) -> SignatureRequest:
        """Take a failed request up where it stood, with a new execution.

        Raises:
            ForbiddenError: `not_permitted` without the capability `launch`.
            ConflictError: `not_failed`.

        """

        def decide(request: SignatureRequest) -> Decision:
            by = acting.allow(principal, Capability.LAUNCH, request)
            return failures.resume(request, now, by)

        request = change(self.requests, ref, decide)
        start(self.executions, request)
        return request
