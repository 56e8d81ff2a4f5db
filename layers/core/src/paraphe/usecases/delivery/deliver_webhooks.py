"""Deliver events to firms' endpoints: at once from the stream, later by the clock.

An endpoint that fails is left alone with all that is owed to it: only one message at a time knocks,
by the endpoint's own series (`webhook_retries`). It hinders no other endpoint.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from paraphe.domain.delivery import (
    webhook_deliveries,
    webhook_endpoints,
    webhook_events,
    webhook_signatures,
)
from paraphe.domain.delivery.webhook_deliveries import Attempt, Delivery, DeliveryState, Fault
from paraphe.domain.delivery.webhook_endpoints import Endpoint, EndpointState, Reason
from paraphe.domain.delivery.webhook_events import Message
from paraphe.domain.evidence.audit import Event
from paraphe.domain.firms.member import Capability
from paraphe.ports.delivery import Mailer
from paraphe.ports.firms import Firms, Members
from paraphe.ports.requests import RequestRef
from paraphe.ports.webhook_ports import (
    EndpointRef,
    WebhookLetters,
    WebhookLog,
    Webhooks,
    WebhookSeals,
    WebhookSender,
    WebhookSubjects,
)

# Endpoints that one pass looks at, and what it takes up of each.
ENDPOINTS_AT_ONCE = 50
OWED_AT_ONCE = 100
# For so long nobody else looks at what one pass has taken; longer than the door may run.
LEASE = timedelta(minutes=3)
# How often it is written that an endpoint works, while nothing else changes.
_STILL_WELL = timedelta(hours=1)
_MOST_TOLD = 10
# After so many failures in a row, a success means that all that is owed is worth another try.
_LASTING = 3
Clock = Callable[[], datetime]


@dataclass
class Done:
    """What was done, for metrics and the log."""

    delivered: int = 0
    failed: int = 0
    stopped: int = 0
    owed: int = 0


@dataclass(frozen=True, slots=True)
class DeliverWebhooks:
    """What a delivery works with."""

    webhooks: Webhooks
    webhook_log: WebhookLog
    webhook_seals: WebhookSeals
    webhook_sender: WebhookSender
    webhook_subjects: WebhookSubjects
    webhook_letters: WebhookLetters
    mailer: Mailer
    members: Members
    firms: Firms

    def takers(self, firm_id: str, events: Sequence[Event]) -> dict[Endpoint, list[Message]]:
        """Return a firm's endpoints that get some of these events, and as what messages.

        Events of the time in which an endpoint is disabled are not for it. A firm without one
        costs a read.
        """
        known = [e for e in self.webhooks.listed(firm_id) if e.state is not EndpointState.DISABLED]
        told = self._told(firm_id, events) if known else []
        takers = {endpoint: [m for m in told if endpoint.takes(m.type)] for endpoint in known}
        return {endpoint: wanted for endpoint, wanted in takers.items() if wanted}

    def _told(self, firm_id: str, events: Sequence[Event]) -> list[Message]:
        subjects = {
            request_id: self.webhook_subjects.subject(RequestRef(firm_id, request_id))
            for request_id in {event.request_id for event in events}
        }
        return [m for e in events for m in webhook_events.messages(e, subjects[e.request_id])]

    def tell(
        self,
        endpoint: Endpoint,
        messages: Sequence[Message],
        clock: Clock,
        *,
        time_left: Callable[[], bool],
    ) -> Done:
        """Deliver messages that are new, at once if the endpoint is quick; what is left is owed.

        Doing it again with the same messages delivers nothing twice, unless it broke off midway.
        """
        done, ref = Done(), _ref(endpoint)
        fresh = [m for m in messages if self.webhook_log.find(ref, m.id) is None]
        waiting = [Delivery.of(m, clock()) for m in fresh]
        while waiting and endpoint.is_quick and time_left():
            delivery, attempt = self._tried(endpoint, waiting[0], clock)
            before, endpoint = endpoint, self._after(endpoint, attempt, done)
            if delivery.state is DeliveryState.PENDING:
                self.webhook_log.owe(endpoint, [delivery, *waiting[1:]], clock())
                done.owed += len(waiting)
                self.webhooks.note(before, endpoint, _due(endpoint, clock()))
                return done
            self.webhook_log.record(ref, delivery, clock())
            waiting.pop(0)
            if _is_news(before, endpoint):
                self.webhooks.note(before, endpoint, _due(endpoint, clock()))
            known = self._still(endpoint) if waiting else endpoint
            if known is None:
                return done
            endpoint = known
        if waiting and endpoint.state is not EndpointState.DISABLED:
            self.webhook_log.owe(endpoint, waiting, clock())
            done.owed += len(waiting)
        return done

    def due(self, now: datetime) -> tuple[EndpointRef, ...]:
        """Return endpoints that are to be looked at."""
        return self.webhooks.due(now, ENDPOINTS_AT_ONCE)

    def work_off(self, ref: EndpointRef, clock: Clock, *, time_left: Callable[[], bool]) -> Done:
        """Deliver what is owed to one endpoint, oldest first, until something fails."""
        done = Done()
        claimed = self.webhooks.claim(ref, clock(), clock() + LEASE)
        if claimed is None:
            return done
        if claimed.state is not EndpointState.ENABLED:
            self._tell_firm(claimed, clock())
            return done
        owed = self.webhook_log.owed(ref, OWED_AT_ONCE)
        # What its firm has repaired since is worth another try of everything.
        endpoint, left, recovered = claimed, list(owed), claimed.is_changed_since_it_worked
        while left and time_left():
            if done.delivered:
                known = self._still(endpoint)
                if known is None:
                    return done  # its firm has changed it: that has it looked at again
                endpoint = known
            if not recovered and (left[0].try_at or clock()) > clock():
                break  # nothing is ripe: each has its own series
            before = left.pop(0)
            after, attempt = self._tried(endpoint, before, clock)
            recovered |= attempt.worked and endpoint.health.failures >= _LASTING
            endpoint = self._after(endpoint, attempt, done)
            self.webhook_log.settle(ref, before, after, clock())
            if not attempt.worked:
                left += [after] if after.state is DeliveryState.PENDING else []
                break
        self.webhooks.note(claimed, endpoint, _next(endpoint, left, len(owed), clock()))
        return done

    def _tried(
        self, endpoint: Endpoint, delivery: Delivery, clock: Clock
    ) -> tuple[Delivery, Attempt]:
        """Send one message, signed with each secret that holds now."""
        ref, now = _ref(endpoint), clock()
        secrets = [self.webhook_seals.open(ref, s) for s in endpoint.signing_secrets(now)]
        body = delivery.body.encode()
        headers = webhook_signatures.headers(delivery.id, now, body, secrets)
        attempt = self.webhook_sender.post(endpoint.url, headers, body, clock)
        return webhook_deliveries.attempted(delivery, attempt, _chance()), attempt

    def _after(self, endpoint: Endpoint, attempt: Attempt, done: Done) -> Endpoint:
        if attempt.worked:
            done.delivered += 1
            took = timedelta(milliseconds=attempt.milliseconds)
            health = webhook_endpoints.succeeded(endpoint.health, attempt.at, took)
            return replace(endpoint, health=health)
        done.failed += 1
        if attempt.fault is Fault.GONE:
            after = webhook_endpoints.stopped(endpoint, EndpointState.DISABLED, Reason.GONE)
        else:
            after = webhook_endpoints.failed(endpoint, attempt.at, _chance())
        done.stopped += after.state is not EndpointState.ENABLED
        return after

    def _still(self, endpoint: Endpoint) -> Endpoint | None:
        """Read the endpoint again; None when its firm has changed, stopped or deleted it since."""
        known = self.webhooks.endpoint(_ref(endpoint))
        if known is None or known.version != endpoint.version:
            return None
        return replace(endpoint, owed=known.owed, due_at=known.due_at)

    def _tell_firm(self, endpoint: Endpoint, now: datetime) -> None:
        """Write to those who manage the firm that a delivery has stopped an endpoint."""
        after = endpoint
        if endpoint.is_untold:
            firm = self.firms.firm(endpoint.firm_id)
            managers = [
                m
                for m in self.members.listed(endpoint.firm_id)
                if Capability.MANAGE in m.capabilities
            ]
            for member in managers[:_MOST_TOLD]:
                self.mailer.send(self.webhook_letters.stopped(endpoint, firm, member))
            after = replace(endpoint, health=replace(endpoint.health, told_at=now))
        self.webhooks.note(endpoint, after, None)


def _next(
    endpoint: Endpoint, left: Sequence[Delivery], found: int, now: datetime
) -> datetime | None:
    """Return when to look at an endpoint again; None when nothing is owed to it."""
    if endpoint.state is not EndpointState.ENABLED:
        return _due(endpoint, now)
    if left:
        ripe = min(d.try_at or now for d in left)
        return max(ripe, endpoint.health.try_at or now, now)
    return now if found == OWED_AT_ONCE else None


def _due(endpoint: Endpoint, now: datetime) -> datetime | None:
    """Return when an endpoint is to be looked at for its own sake."""
    if endpoint.is_untold:
        return now
    return endpoint.health.try_at if endpoint.state is EndpointState.ENABLED else None


def _is_news(before: Endpoint, after: Endpoint) -> bool:
    if (before.state, before.health.slow) != (after.state, after.health.slow):
        return True
    last, now = before.health.last_success_at, after.health.last_success_at
    return now is not None and (last is None or now - last >= _STILL_WELL)


def _ref(endpoint: Endpoint) -> EndpointRef:
    return EndpointRef(endpoint.firm_id, endpoint.id)


def _chance() -> float:
    return random.random()  # noqa: S311 - nothing secret: spreads retries
