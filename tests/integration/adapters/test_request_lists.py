"""How requests are found in DynamoDB: a firm's list, what is due, what is to be renewed."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from infra.operate.refile import refile
from paraphe.adapters import clients
from paraphe.adapters.dynamodb import keys
from paraphe.adapters.requests import list_entries
from paraphe.domain.evidence import archive_renewal, audit
from paraphe.domain.evidence.events.ended import EvidenceStored
from paraphe.domain.evidence.events.running import RequestResumed
from paraphe.domain.requests import draft_changes, drafts, endings
from paraphe.domain.requests.actor import Due, Urgency, shard
from paraphe.domain.requests.decision import Edit
from paraphe.domain.requests.draft_changes import RequestChange
from paraphe.domain.requests.listing import Wanted
from paraphe.domain.requests.model import RequestState
from paraphe.ports.requests import Found, RequestRef
from tests.integration.adapters.conftest import TABLE
from tests.integration.adapters.stored_requests import NOW, draft, ref

if TYPE_CHECKING:
    from paraphe.adapters.requests.request_store import DynamoRequests


def test_a_list_is_newest_first_in_pages(requests: DynamoRequests) -> None:
    """Pages follow each other without gap; the last has no cursor; other firms are not in it."""
    of = ref()
    ids = [f"{of.request_id}n{n}" for n in range(5)]
    for n, request_id in enumerate(ids):
        draft(requests, RequestRef(of.firm_id, request_id), NOW + timedelta(minutes=n))
    draft(requests, ref())
    seen: list[str] = []
    cursor: str | None = None
    for size in (2, 2, 1):
        page = requests.listed(of.firm_id, Wanted(), 2, cursor)
        assert len(page.requests) == size
        seen += [r.id for r in page.requests]
        cursor = page.cursor
    assert seen == ids[::-1]
    assert cursor is None


def test_a_list_by_state(requests: DynamoRequests) -> None:
    """A request moves from one state's list to another's."""
    of = ref()
    made = draft(requests, of)
    requests.commit(made, endings.abandon(made, NOW + drafts.DRAFT_LIFETIME))
    assert requests.listed(of.firm_id, _in(RequestState.DRAFT), 5, None).requests == ()
    (found,) = requests.listed(of.firm_id, _in(RequestState.CANCELED), 5, None).requests
    assert found.id == of.request_id


def _in(state: RequestState) -> Wanted:
    return Wanted(states=frozenset({state}))


def test_a_position_shows_the_callers_own_firm_only(requests: DynamoRequests) -> None:
    """Another firm's position continues the caller's list, whatever it says."""
    mine, other = ref(), ref()
    draft(requests, mine, NOW)
    for n in range(2):
        draft(requests, RequestRef(other.firm_id, f"{other.request_id}n{n}"), NOW + timedelta(n))
    position = requests.listed(other.firm_id, Wanted(), 1, None).cursor
    page = requests.listed(mine.firm_id, Wanted(), 5, position)
    assert [r.firm_id for r in page.requests] == [mine.firm_id]
    for forged in ("\x00", "x", f"F#{other.firm_id}"):
        assert requests.listed(mine.firm_id, Wanted(), 5, forged).cursor is None


def test_words_find_it_until_it_is_forgotten(requests: DynamoRequests) -> None:
    """The entries change in the transaction that changes the request."""
    of = ref()
    made = draft(requests, of)
    text = Wanted(text=("bil",))
    assert [r.id for r in requests.listed(of.firm_id, text, 5, None).requests] == [of.request_id]
    changed = draft_changes.change(made, RequestChange(title="Mandat"), NOW)
    requests.commit(made, changed)
    assert requests.listed(of.firm_id, text, 5, None).requests == ()


def test_what_an_earlier_version_stored_is_found_after_refile(requests: DynamoRequests) -> None:
    """Its entries are gone from the table here; `paraphe refile` writes them anew."""
    of = ref()
    made = draft(requests, of)
    client = clients.client("dynamodb")
    for partition, key in list_entries.of(made):
        client.delete_item(TableName=TABLE, Key={"PK": {"S": partition}, "SK": {"S": key}})
    assert requests.listed(of.firm_id, Wanted(), 5, None).requests == ()
    refile(clients.client, TABLE)
    for wanted in (Wanted(), _in(RequestState.DRAFT), Wanted(text=("bilan",))):
        found = requests.listed(of.firm_id, wanted, 5, None).requests
        assert [r.id for r in found] == [of.request_id]


def _due(requests: DynamoRequests, of: RequestRef, now: datetime) -> list[Found]:
    """What the index finds due for erasing in a request's shard, its firm's only."""
    found = requests.due(Urgency.ERASE, shard(of.request_id), now, 100)
    return [one for one in found if one.ref.firm_id == of.firm_id]


def test_what_is_due_is_found_most_overdue_first(requests: DynamoRequests) -> None:
    """Abandoned drafts come up 31 days after their last change, not before, in their own class."""
    at = datetime(2020, 1, 1, tzinfo=UTC)
    first = ref()
    same = (RequestRef(first.firm_id, f"{first.request_id}n{n}") for n in range(1000))
    late, later = itertools.islice((r for r in same if shard(r.request_id) == 3), 2)
    draft(requests, later, at + timedelta(hours=1))
    draft(requests, late, at)
    due = at + drafts.DRAFT_LIFETIME
    assert _due(requests, late, due - timedelta(milliseconds=1)) == []
    assert [f.ref for f in _due(requests, late, due)] == [late]
    assert [f.ref for f in _due(requests, late, due + timedelta(hours=2))] == [late, later]
    assert len(requests.due(Urgency.ERASE, 3, due + timedelta(hours=2), 1)) == 1
    for urgency in set(Urgency) - {Urgency.ERASE}:
        found = requests.due(urgency, 3, due + timedelta(hours=2), 100)
        assert not {late, later} & {one.ref for one in found}


def test_who_claims_first_has_it(requests: DynamoRequests) -> None:
    """Hidden until then, one look more; a commit makes it due anew, without looks."""
    of = ref()
    made = draft(requests, of, datetime(2020, 2, 1, tzinfo=UTC))
    due = made.updated_at + drafts.DRAFT_LIFETIME
    (found,) = _due(requests, of, due)
    assert (found.ref, found.key, found.looks) == (of, keys.REQUEST, 0)
    until = due + timedelta(hours=1)
    assert requests.claim(found, until)
    assert not requests.claim(found, until)
    assert _due(requests, of, until - timedelta(milliseconds=1)) == []
    (again,) = _due(requests, of, until)
    assert again.looks == 1
    assert requests.load(of) == made
    edit = Edit(made, made.updated_at)
    edit.event(RequestResumed(), audit.SYSTEM)
    requests.commit(made, edit.decision())
    assert not requests.claim(again, until)
    (anew,) = _due(requests, of, due)
    assert anew.looks == 0


def test_a_request_is_filed_for_the_version_that_was_seen(requests: DynamoRequests) -> None:
    """What was committed since is filed already; None takes it out of the index."""
    of = ref()
    made = draft(requests, of, datetime(2020, 3, 1, tzinfo=UTC))
    soon = datetime(2020, 3, 2, tzinfo=UTC)
    requests.refile(replace(made, version=made.version + 1), Due(Urgency.WAKE, soon))

    def waking() -> list[Found]:
        listed = requests.due(Urgency.WAKE, shard(of.request_id), soon, 99)
        return [one for one in listed if one.ref == of]

    assert waking() == []
    requests.refile(made, Due(Urgency.WAKE, soon))
    (found,) = waking()
    assert _due(requests, of, NOW) == []
    assert requests.load(of) == made
    requests.refile(made, None)
    assert not requests.claim(found, NOW)


def test_what_an_earlier_version_filed_is_found_and_claimed(requests: DynamoRequests) -> None:
    """Its partitions had no class, its instants no count."""
    of = ref()
    made = draft(requests, of, datetime(2020, 4, 1, tzinfo=UTC))
    requests.refile(made, Due(Urgency.UNSORTED, datetime(2020, 4, 2, tzinfo=UTC)))
    found = requests.due(
        Urgency.UNSORTED, shard(of.request_id), datetime(2020, 4, 3, tzinfo=UTC), 9
    )
    (mine,) = (one for one in found if one.ref == of)
    assert mine.looks == 0
    assert requests.claim(mine, NOW)


def test_after_an_upgrade_everything_is_filed_anew(
    requests: DynamoRequests,
) -> None:
    """Whatever an older version wrote into the index, or did not; nothing else is touched."""
    lost, old = ref(), ref()
    made = [draft(requests, of, datetime(2020, 5, 1, tzinfo=UTC)) for of in (lost, old)]
    requests.refile(made[0], None)
    requests.refile(made[1], Due(Urgency.UNSORTED, NOW))
    told: list[int] = []
    assert refile(clients.client, TABLE, told.append) >= 2
    assert told == [*range(1, len(told) + 1)]
    for of, before in zip((lost, old), made, strict=True):
        assert [f.ref for f in _due(requests, of, NOW)] == [of]
        assert requests.load(of) == before


def test_renewals_are_found_apart_from_repairs(requests: DynamoRequests) -> None:
    """Written with the evidence, claimed, moved, and forgotten; `due` never sees them."""
    of = ref()
    ends = datetime(2021, 1, 1, tzinfo=UTC)
    made = draft(requests, of, datetime(2020, 1, 1, tzinfo=UTC))
    edit = Edit(made, NOW)
    edit.set(proven_until=ends)
    edit.event(EvidenceStored(sha256="0"), audit.SYSTEM)
    stored = requests.commit(made, edit.decision())
    due = archive_renewal.due_at(stored)
    assert due is not None

    def found(now: datetime) -> list[Found]:
        listed = requests.renewals_due(shard(of.request_id), now, 100)
        return [one for one in listed if one.ref == of]

    assert found(due - timedelta(milliseconds=1)) == []
    (one,) = found(due)
    assert requests.load(of) == stored
    assert requests.claim(one, due + timedelta(hours=1))
    assert not requests.claim(one, due + timedelta(hours=1))
    assert found(due) == []
    assert [f.looks for f in found(due + timedelta(hours=1))] == [1]
    requests.schedule_renewal(of, due + timedelta(days=1))
    assert found(due + timedelta(hours=1)) == []
    assert [f.looks for f in found(due + timedelta(days=1))] == [0]
    requests.schedule_renewal(of, None)
    assert found(ends + timedelta(days=999)) == []
