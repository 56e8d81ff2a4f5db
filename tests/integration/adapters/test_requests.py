"""Requests in DynamoDB: whole, once, in order, and never across firms."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest

from infra.operate.refile import refile
from paraphe.adapters import clients
from paraphe.adapters.dynamodb import keys
from paraphe.adapters.requests.request_store import TooManyItemsError
from paraphe.domain.errors import InvalidError, NotFoundError, RaceLostError
from paraphe.domain.evidence import archive_renewal, audit
from paraphe.domain.evidence.events.drafts import RecipientAdded
from paraphe.domain.evidence.events.ended import EvidenceStored
from paraphe.domain.evidence.events.happening import Browser
from paraphe.domain.evidence.events.running import RequestResumed
from paraphe.domain.evidence.events.signing import ConsentGiven, ConsentPage
from paraphe.domain.firms.firm import ApiClient, Firm
from paraphe.domain.requests import draft_recipients, drafts, endings
from paraphe.domain.requests.actor import Due, Urgency, shard
from paraphe.domain.requests.decision import Decision, Edit
from paraphe.domain.requests.document import Revision
from paraphe.domain.requests.model import NoticeKind, RequestState, Sender, SignatureRequest
from paraphe.domain.requests.recipient import Recipient, Role
from paraphe.ports.requests import Found, Parked, RecipientRef, RequestRef
from tests.integration.adapters.conftest import TABLE

if TYPE_CHECKING:
    from paraphe.adapters.firms.firm_store import DynamoFirms
    from paraphe.adapters.requests.request_store import DynamoRequests

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SENDER = Sender("usr_1", "Claire", "claire@example.org")
numbers = itertools.count(1)


def ref() -> RequestRef:
    """A request of a firm, both new."""
    number = next(numbers)
    return RequestRef(f"frm_{number}", f"sr_{number}")


def draft(requests: DynamoRequests, of: RequestRef, at: datetime = NOW) -> SignatureRequest:
    """Store a draft."""
    decision = drafts.create(
        Firm(of.firm_id, "Cabinet"),
        of.request_id,
        title="Bilan",
        message="",
        sender=SENDER,
        fingerprint=None,
        now=at,
    )
    return requests.commit(None, decision)


def signer(number: int) -> Recipient:
    """Somebody who signs."""
    return Recipient(
        f"rcp_{number}", f"s{number}", Role.SIGNER, 1, "N", "n@example.org", "+33600000000"
    )


def test_what_is_committed_is_loaded(requests: DynamoRequests) -> None:
    """The stored request is the one that the commit gave, its trail unbroken (P19)."""
    of = ref()
    made = draft(requests, of)
    made = requests.commit(made, drafts.add_document(made, "doc_1", "a.pdf", NOW))
    made = requests.commit(made, draft_recipients.add_recipient(made, signer(2), NOW))
    made = requests.commit(made, draft_recipients.add_recipient(made, signer(1), NOW))
    assert made.version == 4
    assert [r.id for r in made.recipients] == ["rcp_1", "rcp_2"]
    assert requests.load(of) == made
    trail = requests.events(of)
    assert [e.kind for e in trail] == [
        "request_created",
        "document_added",
        "recipient_added",
        "recipient_added",
    ]
    assert audit.first_break(trail, count=made.audit_seq, head=made.audit_head) is None


def sealed(requests: DynamoRequests, before: SignatureRequest, seal: str) -> Decision:
    """Decide that a seal is in the first document, on top of what is stored."""
    edit = Edit(requests.load(RequestRef(before.firm_id, before.id)), NOW)
    made = Revision(seal, seal, f"field {seal}", "ab" * 32, "key", 9, NOW, '{"level": "LTA"}')
    edit.sign("doc_1", made, is_seal=True)
    edit.event(RequestResumed(), audit.SYSTEM)
    return edit.decision()


def test_stored_signatures_lie_apart(requests: DynamoRequests) -> None:
    """A document says who has signed it; the signatures are read by who asks for them."""
    of = ref()
    made = draft(requests, of)
    made = requests.commit(made, drafts.add_document(made, "doc_1", "a.pdf", NOW))
    for seal in ("rcp_1", "rcp_2"):
        made = requests.commit(made, sealed(requests, made, seal))
    assert requests.load(of) == made
    (document,) = made.documents
    assert (document.signers, document.revisions) == (("rcp_1", "rcp_2"), ())
    assert document.sealed_at == NOW
    (whole,) = requests.load_whole(of).documents
    assert [(r.recipient_id, r.record) for r in whole.revisions] == [
        ("rcp_1", '{"level": "LTA"}'),
        ("rcp_2", '{"level": "LTA"}'),
    ]
    assert replace(whole, revisions=()) == document


def test_of_two_signatures_on_one_base_one_is_stored(requests: DynamoRequests) -> None:
    """The other writer has lost, and what the first one wrote stays."""
    of = ref()
    made = draft(requests, of)
    made = requests.commit(made, drafts.add_document(made, "doc_1", "a.pdf", NOW))
    first, second = sealed(requests, made, "rcp_1"), sealed(requests, made, "rcp_2")
    requests.commit(made, first)
    with pytest.raises(RaceLostError):
        requests.commit(made, second)
    (whole,) = requests.load_whole(of).documents
    assert [r.recipient_id for r in whole.revisions] == ["rcp_1"]


def test_a_request_without_its_parts(requests: DynamoRequests) -> None:
    """As lists show it, but read consistently; none is an error."""
    of = ref()
    made = draft(requests, of)
    made = requests.commit(made, drafts.add_document(made, "doc_1", "a.pdf", NOW))
    assert requests.bare(of) == replace(made, documents=())
    with pytest.raises(NotFoundError, match="request_not_found"):
        requests.bare(ref())


def test_what_is_removed_is_gone(requests: DynamoRequests) -> None:
    """A removed document leaves no item."""
    of = ref()
    made = draft(requests, of)
    made = requests.commit(made, drafts.add_document(made, "doc_1", "a.pdf", NOW))
    requests.commit(made, drafts.remove_document(made, "doc_1", NOW))
    assert requests.load(of).documents == ()


def test_no_request_is_not_found(requests: DynamoRequests) -> None:
    """Neither one that never was, nor another firm's."""
    of = ref()
    draft(requests, of)
    for other in (RequestRef(of.firm_id, "sr_none"), RequestRef("frm_none", of.request_id)):
        with pytest.raises(NotFoundError, match="request_not_found"):
            requests.load(other)


def test_the_second_of_two_writers_loses(requests: DynamoRequests) -> None:
    """A commit on an older version changes nothing; nor does creating twice."""
    of = ref()
    made = draft(requests, of)
    requests.commit(made, drafts.add_document(made, "doc_1", "a.pdf", NOW))
    with pytest.raises(RaceLostError):
        requests.commit(made, drafts.add_document(made, "doc_2", "b.pdf", NOW))
    with pytest.raises(RaceLostError):
        draft(requests, of)
    assert [d.id for d in requests.load(of).documents] == ["doc_1"]


def test_one_of_many_simultaneous_writers_wins(requests: DynamoRequests) -> None:
    """Twelve threads commit on the same version: one gets through."""
    of = ref()
    made = draft(requests, of)

    def attempt(number: int) -> bool:
        try:
            requests.commit(made, drafts.add_document(made, f"doc_{number}", "a.pdf", NOW))
        except RaceLostError:
            return False
        return True

    with ThreadPoolExecutor(12) as pool:
        won = list(pool.map(attempt, range(12)))
    assert sum(won) == 1
    assert len(requests.load(of).documents) == 1


def test_nothing_to_do_writes_nothing(requests: DynamoRequests) -> None:
    """A repeated command keeps the version."""
    of = ref()
    made = draft(requests, of)
    assert requests.commit(made, Decision(replace(made, updated_at=NOW))) == made
    assert requests.load(of).version == 1


def test_too_much_at_once_is_refused(requests: DynamoRequests) -> None:
    """More than one transaction takes is an error before anything is written."""
    of = ref()
    made = draft(requests, of)
    edit = Edit(made, NOW)
    edit.set(recipients=tuple(signer(n) for n in range(120)))
    edit.event(RecipientAdded(recipient="rcp_1"), audit.SYSTEM)
    with pytest.raises(TooManyItemsError):
        requests.commit(made, edit.decision())
    assert requests.load(of) == made


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
        page = requests.listed(of.firm_id, None, 2, cursor)
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
    assert requests.listed(of.firm_id, RequestState.DRAFT, 5, None).requests == ()
    (found,) = requests.listed(of.firm_id, RequestState.CANCELED, 5, None).requests
    assert found.id == of.request_id


def test_a_cursor_shows_the_callers_own_firm_only(requests: DynamoRequests) -> None:
    """Another firm's cursor continues the caller's list; anything else is refused."""
    mine, other = ref(), ref()
    draft(requests, mine, NOW)
    for n in range(2):
        draft(requests, RequestRef(other.firm_id, f"{other.request_id}n{n}"), NOW + timedelta(n))
    cursor = requests.listed(other.firm_id, None, 1, None).cursor
    page = requests.listed(mine.firm_id, None, 5, cursor)
    assert [r.firm_id for r in page.requests] == [mine.firm_id]
    for forged in ("", "x", f"F#{other.firm_id}", "2026-03-01T12:00:00.000Z#a#b"):
        with pytest.raises(InvalidError, match="bad_cursor"):
            requests.listed(mine.firm_id, None, 5, forged)


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


def test_events_are_stripped_and_keep_their_place(requests: DynamoRequests) -> None:
    """P19: number, hash and chain stay; running twice changes nothing."""
    of = ref()
    made = draft(requests, of)
    edit = Edit(made, NOW)
    page = ConsentPage(browser=Browser(ip="198.51.100.7"), pages=3)
    edit.event(ConsentGiven(page=page), audit.Actor("recipient", "rcp_1"))
    stored = requests.commit(made, edit.decision())
    before = requests.events(of)
    for _ in range(2):
        requests.strip_events(of)
    after = requests.events(of)
    assert [(e.seq, e.hash, e.previous) for e in after] == [
        (e.seq, e.hash, e.previous) for e in before
    ]
    assert (dict(after[-1].data), after[-1].withheld) == ({"pages": 3}, ("ip",))
    assert after[:-1] == before[:-1]
    whole_trail = partial(audit.first_break, count=stored.audit_seq, head=stored.audit_head)
    assert whole_trail(after, forgotten=True) is None
    assert whole_trail(audit.restored(after, before)) is None


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


def test_a_link_is_found_by_its_hash(requests: DynamoRequests) -> None:
    """The index names the recipient; a link that never was finds nobody."""
    of = ref()
    made = draft(requests, of)
    linked = replace(signer(1), link_hash=f"hash-of-{of.request_id}")
    requests.commit(made, draft_recipients.add_recipient(made, linked, NOW))
    found = requests.by_link(f"hash-of-{of.request_id}")
    assert found == RecipientRef(of.firm_id, of.request_id, "rcp_1")
    assert requests.by_link("none") is None


def test_a_parked_token_is_forgotten_by_its_own_name_only(requests: DynamoRequests) -> None:
    """An older token does not unpark a newer one."""
    of = ref()
    assert requests.parked(of) is None
    requests.park(of, Parked("old", 1))
    requests.park(of, Parked("new", 2))
    requests.unpark(of, "old")
    assert requests.parked(of) == Parked("new", 2)
    requests.unpark(of, "new")
    requests.unpark(of, "new")
    assert requests.parked(of) is None


def test_many_notices_keep_their_ids_apart(requests: DynamoRequests) -> None:
    """Two batches of messages without an event between them overwrite nothing."""
    made = draft(requests, ref())
    ids = set()
    for _ in range(2):
        edit = Edit(made, NOW)
        edit.notice(NoticeKind.COMPLETED, "rcp_1")
        edit.notice(NoticeKind.COMPLETED, "rcp_2")
        decision = edit.decision()
        ids |= {n.id for n in decision.notices}
        made = requests.commit(made, decision)
    assert len(ids) == 4


def test_a_firm_and_its_clients(firms: DynamoFirms) -> None:
    """A firm is read as written; a client is bound to one firm or none."""
    firm = Firm(ref().firm_id, "Cabinet Étoile", "123456789", 10, (3,))
    firms.save(firm)
    firms.bind_client("client-1", firm.id, "Production")
    assert firms.firm(firm.id) == firm
    assert firms.client("client-1") == ApiClient("client-1", firm.id, "Production")
    assert firms.client("client-2") is None
    with pytest.raises(NotFoundError, match="firm_not_found"):
        firms.firm("frm_none")
