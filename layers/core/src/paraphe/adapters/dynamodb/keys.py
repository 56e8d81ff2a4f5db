"""Names in the table: keys, indexes, and what they are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraphe.domain import times
from paraphe.domain.requests.actor import SHARDS, Due, Urgency, due, shard
from paraphe.ports.requests import RecipientRef, RequestRef

if TYPE_CHECKING:
    from datetime import date, datetime

    from paraphe.domain.requests.model import SignatureRequest

BY_DUE = "by_due"
BY_LINK = "by_link"
BY_DAY = "by_day"

STATE = "S#"
REQUEST = "S#REQUEST"
REVISIONS = "V#"
ACTOR = "A#ACTOR"
ARCHIVE = "A#ARCHIVE"
# The partition of `by_due` that holds notices whose delivery failed: normally none.
UNDELIVERED = "UNDELIVERED"
FIRM = "FIRM"
CLIENT = "CLIENT"
MEMBER = "MBR#"
CERTIFICATES = "CERTIFICATES"
# The partition of `by_due` that holds credentials whose overlap ends.
CREDENTIALS = "CREDENTIALS"
PERSON = "PERSON"
SESSION = "SESSION#"
REGISTER = "REGISTER"

_PARTS_OF_REQUEST = 4
# In `due_at`, between the instant and how often it was looked at; and what sorts behind both.
_LOOKS, _LAST = "#", "~"
_RECIPIENT = "S#RCP#"


def partition(ref: RequestRef) -> str:
    """Return the partition of a request."""
    return f"F#{ref.firm_id}#R#{ref.request_id}"


def ref_of(partition_key: str) -> RequestRef:
    """Read a request's partition key.

    Raises:
        ValueError: it is not one.

    """
    parts = partition_key.split("#")
    if len(parts) != _PARTS_OF_REQUEST or parts[0] != "F" or parts[2] != "R":
        raise ValueError("not a request's partition")
    return RequestRef(parts[1], parts[3])


def document(document_id: str) -> str:
    """Return a document's sort key."""
    return f"S#DOC#{document_id}"


def revision(document_id: str, number: int) -> str:
    """Return the sort key of a stored signature, numbered from 1."""
    return f"{REVISIONS}{document_id}#{number:04d}"


def revision_owner(sort_key: str) -> str:
    """Read whose signature it is: the document's id, also of keys as release 0.1.0 wrote them."""
    return sort_key.removeprefix(f"{STATE}DOC#").removeprefix(REVISIONS).partition("#")[0]


def recipient(recipient_id: str) -> str:
    """Return a recipient's sort key."""
    return f"{_RECIPIENT}{recipient_id}"


def recipient_ref(partition_key: str, sort_key: str) -> RecipientRef:
    """Read the keys of a recipient's item."""
    ref = ref_of(partition_key)
    return RecipientRef(ref.firm_id, ref.request_id, sort_key.removeprefix(_RECIPIENT))


def challenge(challenge_id: str) -> str:
    """Return a code's sort key."""
    return f"S#OTP#{challenge_id}"


def command(command_id: str) -> str:
    """Return a pending command's sort key."""
    return f"S#CMD#{command_id}"


def event(seq: int) -> str:
    """Return an audit event's sort key."""
    return f"E#{seq:08d}"


def notice(notice_id: str) -> str:
    """Return an outbox row's sort key."""
    return f"O#{notice_id}"


def firm(firm_id: str) -> str:
    """Return a firm's partition."""
    return f"F#{firm_id}"


def member(member_id: str) -> str:
    """Return a member's sort key, in their firm's partition."""
    return f"{MEMBER}{member_id}"


def client(client_id: str) -> str:
    """Return an API client's partition."""
    return f"C#{client_id}"


def client_of(partition_key: str) -> str:
    """Read the credential of an API client's partition."""
    return partition_key.removeprefix("C#")


def person(person_id: str) -> str:
    """Return a person's partition, which is of no firm: they sign in before they have one."""
    return f"P#{person_id}"


def session(session_id: str) -> str:
    """Return a session's sort key, in its person's partition."""
    return f"{SESSION}{session_id}"


def siren(number: str) -> str:
    """Return the partition that says which firm a SIREN opened."""
    return f"SIREN#{number}"


def register_edition(edition: str) -> str:
    """Return the partition of one imported edition of the profession's register."""
    return f"{REGISTER}#{edition}"


def due_shard(urgency: Urgency, number: int) -> str:
    """Return a partition of `by_due`; those of earlier versions have no class."""
    return f"DUE#{number}" if urgency is Urgency.UNSORTED else f"DUE#{urgency}#{number}"


def due_attributes(request_id: str, when: Due) -> dict[str, str]:
    """Return what `by_due` finds a request by."""
    return {
        "due_pk": due_shard(when.urgency, shard(request_id)),
        "due_at": times.to_text(when.at),
    }


def until(at: datetime) -> str:
    """Return the last value of `due_at` that has come at an instant, however often looked at."""
    return f"{times.to_text(at)}{_LAST}"


def looked(at: datetime, looks: int) -> str:
    """Return `due_at` of what was looked at so often."""
    return f"{times.to_text(at)}{_LOOKS}{looks}"


def looks(due_at: str) -> int:
    """Read how often something was looked at."""
    return int(due_at.partition(_LOOKS)[2] or 0)


def day_shards(day: date) -> tuple[str, ...]:
    """Return every partition of `by_day` that holds requests last changed on this day."""
    return tuple(f"DAY#{day.isoformat()}#{number}" for number in range(SHARDS))


def renewal_shard(number: int) -> str:
    """Return a partition of `by_due` that holds renewals."""
    return f"RENEW#{number}"


def index_attributes(request: SignatureRequest) -> dict[str, str]:
    """Return the attributes by which indexes find a request; not in `by_due` when never due."""
    found = {
        "day_pk": day_shards(request.updated_at.date())[shard(request.id)],
    }
    when = due(request)
    return found | due_attributes(request.id, when) if when is not None else found
