"""Requests in DynamoDB: whole, once, in order, and never across firms."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pytest

from paraphe.adapters.requests.request_store import TooManyItemsError
from paraphe.domain.errors import NotFoundError, RaceLostError
from paraphe.domain.evidence import audit
from paraphe.domain.evidence.events.drafts import RecipientAdded
from paraphe.domain.evidence.events.happening import Browser
from paraphe.domain.evidence.events.running import RequestResumed
from paraphe.domain.evidence.events.signing import ConsentGiven, ConsentPage
from paraphe.domain.firms.firm import ApiClient, Firm
from paraphe.domain.requests import draft_recipients, drafts
from paraphe.domain.requests.decision import Decision, Edit
from paraphe.domain.requests.document import Revision
from paraphe.domain.requests.model import NoticeKind, SignatureRequest
from paraphe.ports.requests import Parked, RecipientRef, RequestRef
from tests.integration.adapters.stored_requests import NOW, draft, ref, signer

if TYPE_CHECKING:
    from paraphe.adapters.firms.firm_store import DynamoFirms
    from paraphe.adapters.requests.request_store import DynamoRequests


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
