"""How the HTTP API shows a request's audit trail (P19)."""

from typing import Self

from paraphe.contracts.fields import Instant
from paraphe.contracts.shapes import Answered
from paraphe.domain.evidence import audit
from paraphe.domain.evidence.audit import Event
from paraphe.domain.requests.model import SignatureRequest


class EventActor(Answered):
    """Who did it, as far as it was seen: `client`, `recipient` or `system`, with their id.

    `client` is software, which acts for the sender or for the member in `data`; `recipient` is
    whoever held the link. Older trails have `sender` and `member`: done in their name.
    """

    kind: str
    id: str


class EventOut(Answered):
    """One step. `hash` covers the canonical JSON of all the rest, `previous` included.

    `withheld` names what was taken out of `data` since; the evidence file has it.
    """

    seq: int
    at: Instant
    kind: str
    actor: EventActor
    data: dict[str, str | int | float | bool | list[str] | None]
    previous: str
    hash: str
    withheld: tuple[str, ...]

    @classmethod
    def of(cls, event: Event) -> Self:
        """Show an event."""
        return cls(
            seq=event.seq,
            at=event.at,
            kind=event.kind,
            actor=EventActor(kind=event.actor.kind, id=event.actor.id),
            data=dict(event.data),
            previous=event.previous,
            hash=event.hash,
            withheld=event.withheld,
        )


class Chain(Answered):
    """Whether the trail is whole; `first_break` numbers the first event that does not fit."""

    holds: bool
    first_break: int | None
    count: int
    head: str


class Trail(Answered):
    """The audit trail of a request, oldest first, recomputed while answering."""

    request_id: str
    chain: Chain
    events: tuple[EventOut, ...]

    @classmethod
    def of(cls, request: SignatureRequest, events: tuple[Event, ...]) -> Self:
        """Show a trail and check it against the head that the request keeps."""
        broken = audit.first_break(
            events,
            count=request.audit_seq,
            head=request.audit_head,
            forgotten=request.purged_at is not None,
        )
        return cls(
            request_id=request.id,
            chain=Chain(
                holds=broken is None,
                first_break=broken,
                count=request.audit_seq,
                head=request.audit_head,
            ),
            events=tuple(EventOut.of(event) for event in events),
        )
