"""Trails as earlier releases wrote them, so that what they stored stays pinned (P19)."""

from dataclasses import replace

from paraphe.domain.evidence import audit
from paraphe.domain.evidence.audit import Actor
from paraphe.domain.requests.decision import Decision
from paraphe.domain.requests.model import SignatureRequest
from tests.support.fakes.requests import FakeRequests


class AsBefore(FakeRequests):
    """Names the sender where nameless software acts, as trails did before software was named."""

    def commit(self, before: SignatureRequest | None, decision: Decision) -> SignatureRequest:
        """Keep `Requests.commit`."""
        head, events = before.audit_head if before else "", []
        for event in decision.events:
            nameless = event.actor.kind == "client" and "client_name" not in event.data
            actor = Actor("sender", event.actor.id) if nameless else event.actor
            told = replace(event, actor=actor, previous=head or audit.GENESIS)
            head = audit.digest(told)
            events.append(replace(told, hash=head))
        request = replace(decision.request, audit_head=head)
        return super().commit(before, replace(decision, request=request, events=tuple(events)))
