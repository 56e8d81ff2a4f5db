"""Where signature requests are kept, and the executions that work on them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from paraphe.domain.evidence.audit import Event
from paraphe.domain.requests.actor import Due, Step, Urgency
from paraphe.domain.requests.decision import Decision
from paraphe.domain.requests.listing import Wanted
from paraphe.domain.requests.model import SignatureRequest


@dataclass(frozen=True, slots=True)
class RequestRef:
    """Which request: its firm's id and its own."""

    firm_id: str
    request_id: str


@dataclass(frozen=True, slots=True)
class RecipientRef:
    """Which recipient of which request."""

    firm_id: str
    request_id: str
    recipient_id: str

    @property
    def request(self) -> RequestRef:
        """The request they belong to."""
        return RequestRef(self.firm_id, self.request_id)


@dataclass(frozen=True, slots=True)
class UploadRef:
    """Which form a document was uploaded with; `form` is empty on those from before it had ids."""

    firm_id: str
    request_id: str
    document_id: str
    form: str

    @property
    def request(self) -> RequestRef:
        """The request it belongs to."""
        return RequestRef(self.firm_id, self.request_id)


@dataclass(frozen=True, slots=True)
class RequestPage:
    """One page of a list; `cursor` None on the last one. Parts are left empty in lists."""

    requests: tuple[SignatureRequest, ...]
    cursor: str | None


@dataclass(frozen=True, slots=True)
class Parked:
    """The actor's task token, waiting for the next command."""

    token: str
    generation: int


@dataclass(frozen=True, slots=True)
class Found:
    """What an index says is due: it may lag behind, so it finds and never decides.

    Attributes:
        ref: which request.
        key: of the item that is due, inside its request.
        at: the instant, as the index has it.
        looks: how many looks it was claimed for since something was committed.

    """

    ref: RequestRef
    key: str
    at: str
    looks: int = 0


class Requests(Protocol):
    """Where signature requests are kept (one partition each)."""

    def load(self, ref: RequestRef) -> SignatureRequest:
        """Read the aggregate consistently. Raises NotFoundError (`request_not_found`).

        Of each document's signatures only what rules need (`signers`, `newest`), so that it does
        not grow with documents times signers.
        """
        ...

    def load_whole(self, ref: RequestRef) -> SignatureRequest:
        """Read it with every stored signature. Raises NotFoundError (`request_not_found`)."""
        ...

    def bare(self, ref: RequestRef) -> SignatureRequest:
        """Read it without its parts, consistently. Raises NotFoundError (`request_not_found`)."""
        ...

    def commit(self, before: SignatureRequest | None, decision: Decision) -> SignatureRequest:
        """Write what changed, in one transaction conditioned on `before.version`.

        `before` None creates. Return the request as stored (version + 1).
        Raises RaceLostError when another writer was first, or when it exists already.
        """
        ...

    def listed(self, firm_id: str, wanted: Wanted, limit: int, position: str | None) -> RequestPage:
        """List a firm's requests as they are stored, deleted drafts left out.

        `position` is the `cursor` of the page before. A page may hold fewer than `limit`, even
        none, and have a cursor all the same: it reads so much and no more.
        """
        ...

    def relist(self, request: SignatureRequest) -> None:
        """Have lists find a request that an earlier version stored, as far as it is still so."""
        ...

    def due(self, urgency: Urgency, shard: int, now: datetime, limit: int) -> tuple[Found, ...]:
        """Find requests of a shard whose `actor.due` has come, most overdue first."""
        ...

    def renewals_due(self, shard: int, now: datetime, limit: int) -> tuple[Found, ...]:
        """Find requests of a shard whose `archive_renewal.due_at` has come, most overdue first."""
        ...

    def claim(self, found: Found, until: datetime) -> bool:
        """Hide what was found until then, one look more; False when somebody else was first.

        So one that breaks whoever looks at it is not in the way of the others. The next commit
        makes it due anew.
        """
        ...

    def refile(self, request: SignatureRequest, due: Due | None) -> None:
        """Have the sweep look at it then, until the next commit; nothing if one came since."""
        ...

    def strip_events(self, ref: RequestRef) -> None:
        """Take what the trail's events know of people out of them (`audit.stripped`)."""
        ...

    def schedule_renewal(self, ref: RequestRef, at: datetime | None) -> None:
        """Look again at `at`, or never: until the next commit of another `proven_until`."""
        ...

    def by_link(self, link_hash: str) -> RecipientRef | None:
        """Find whose link has this hash, or None."""
        ...

    def events(self, ref: RequestRef) -> tuple[Event, ...]:
        """Read the audit trail, in order."""
        ...

    def park(self, ref: RequestRef, parked: Parked) -> None:
        """Remember the actor's task token (overwrites an older one)."""
        ...

    def parked(self, ref: RequestRef) -> Parked | None:
        """Read the actor's task token, consistently."""
        ...

    def unpark(self, ref: RequestRef, token: str) -> None:
        """Forget the token if it is still this one."""
        ...


class Executions(Protocol):
    """The executions that are the requests' executions."""

    def start(self, ref: RequestRef, generation: int) -> None:
        """Start `<request id>-<generation>`; starting it twice is harmless."""
        ...

    def is_running(self, ref: RequestRef, generation: int) -> bool:
        """Tell whether that execution exists and runs."""
        ...

    def wake(self, token: str, step: Step) -> bool:
        """Answer a parked token; False when it is answered already or dead."""
        ...
