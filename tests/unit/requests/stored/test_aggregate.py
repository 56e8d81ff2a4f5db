"""A request is taken apart into items and put together again; only what changed is written."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paraphe.adapters.dynamodb import keys
from paraphe.adapters.requests import aggregate, page_runs
from paraphe.domain import times
from paraphe.domain.requests.actor import Urgency
from paraphe.domain.requests.document import Document, DocumentState, Revision
from paraphe.domain.requests.inspection import Page
from paraphe.domain.requests.model import (
    Challenge,
    Command,
    CommandKind,
    RequestState,
    Sender,
    SignatureRequest,
)
from paraphe.domain.requests.recipient import Recipient, Role
from paraphe.ports.requests import RecipientRef, RequestRef

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
REF = RequestRef("frm_1", "sr_1")


def revision(number: int) -> Revision:
    """One stored signature."""
    return Revision(f"rcp_{number}", f"cmd_{number}", f"Signature{number}", "ab" * 32, "k", 9, NOW)


def signed(document: Document, revisions: int) -> Document:
    """A document after so many signatures."""
    for number in range(1, revisions + 1):
        document = document.with_revision(revision(number))
    return document


def request(documents: int = 2, revisions: int = 0, recipients: int = 3) -> SignatureRequest:
    """A request of some size, parts in stored order."""
    return SignatureRequest(
        firm_id=REF.firm_id,
        id=REF.request_id,
        title="Lettre de mission",
        sender=Sender("usr_1", "Claire", "claire@example.org"),
        created_at=NOW,
        updated_at=NOW,
        state=RequestState.ACTIVE,
        deadline=NOW + timedelta(days=15),
        version=3,
        documents=tuple(
            signed(
                Document(
                    f"doc_{n}",
                    f"{n}.pdf",
                    n,
                    DocumentState.READY,
                    pages=(Page(1, 595.276, 841.89, 0),),
                ),
                revisions,
            )
            for n in range(1, documents + 1)
        ),
        recipients=tuple(
            Recipient(
                f"rcp_{n}", f"s{n}", Role.SIGNER, n, "Nom", "n@example.org", link_hash=f"h{n}"
            )
            for n in range(1, recipients + 1)
        ),
        challenges=(Challenge("otp_1", "rcp_1", "d", NOW),),
        commands=(Command("cmd_1", CommandKind.SIGN, "rcp_1", "otp_1", NOW),),
    )


def stored(made: SignatureRequest) -> list[dict[str, Any]]:
    """All items of a request, keyed, in the table's order."""
    written, _ = aggregate.changes(None, made)
    own = replace(made, part_versions=dict.fromkeys(written, made.version))
    written |= aggregate.added(None, made)
    written[keys.REQUEST] = aggregate.request_item(own)
    partition = {"S": keys.partition(RequestRef(made.firm_id, made.id))}
    return [{**written[k], "PK": partition, "SK": {"S": k}} for k in sorted(written)]


@given(st.integers(0, 5), st.integers(0, 12), st.integers(0, 12))
def test_a_request_comes_back_whole(documents: int, revisions: int, recipients: int) -> None:
    """Every part is where it was, in its order."""
    made = request(documents, revisions, recipients)
    assert aggregate.assemble(stored(made), whole=True) == made
    light = aggregate.assemble([i for i in stored(made) if i["SK"]["S"].startswith(keys.STATE)])
    assert light == aggregate.without_revisions(made)


@given(st.sampled_from(RequestState), st.none() | st.text(), st.lists(st.integers(0, 90)))
def test_a_requests_own_item_comes_back(
    state: RequestState, text: str | None, days: list[int]
) -> None:
    """Whatever its fields hold, the indexes' attributes beside them do not disturb."""
    made = replace(
        request(0, 0, 0), state=state, failure=text, reminder_days=tuple(days), commands=()
    )
    made = replace(made, challenges=(), message=text or "", generation=7, sender_told_end=True)
    assert aggregate.bare_request(aggregate.request_item(made)) == made


def test_parts_without_a_request_are_none() -> None:
    """A partition without `S#REQUEST` holds no request."""
    items = [item for item in stored(request()) if item["SK"] != {"S": keys.REQUEST}]
    assert aggregate.assemble(items) is None


@pytest.mark.parametrize("whole", [True, False])
def test_a_signature_writes_itself_and_its_document(*, whole: bool) -> None:
    """Earlier signatures are not written again, whether they were loaded or not."""
    made = request(revisions=2)
    before = made if whole else aggregate.without_revisions(made)
    third = before.documents[0].with_revision(revision(3))
    after = replace(before, documents=(third, *before.documents[1:]))
    written, deleted = aggregate.changes(before, after)
    assert (list(written), deleted) == (["S#DOC#doc_1"], ())
    assert list(aggregate.added(before, after)) == ["V#doc_1#0003"]


def test_the_record_is_in_the_signatures_own_item_only() -> None:
    """It is the largest part, and nobody but the evidence reads it."""
    made = request(documents=1)
    told = replace(revision(1), record='{"level": "LTA"}')
    after = replace(made, documents=(made.documents[0].with_revision(told),))
    written, _ = aggregate.changes(made, after)
    assert "LTA" not in repr(written)
    assert "LTA" in repr(aggregate.added(made, after))


@given(
    st.lists(
        st.tuples(st.floats(1, 20000), st.floats(1, 20000), st.sampled_from([0, 90, 180, 270])),
        max_size=6,
    ),
    st.integers(1, 100),
)
def test_pages_come_back(sizes: list[tuple[float, float, int]], times: int) -> None:
    """Whatever their sizes, whether one follows another of its size or not."""
    many = [size for size in sizes for _ in range(times)]
    made = tuple(Page(number, *size) for number, size in enumerate(many, start=1))
    assert page_runs.from_text(page_runs.to_text(made)) == made


def test_many_pages_of_one_size_are_small() -> None:
    """500 pages are read with every request."""
    made = [Page(number, 595.276, 841.89, 0) for number in range(1, 501)]
    assert len(page_runs.to_text(made)) < 40


def test_what_left_the_request_is_deleted() -> None:
    """An applied command and a removed document leave no item behind."""
    before = request()
    after = replace(before, commands=(), documents=before.documents[:1])
    written, deleted = aggregate.changes(before, after)
    assert (written, set(deleted)) == ({}, {"S#CMD#cmd_1", "S#DOC#doc_2"})


def test_a_request_never_due_is_in_no_shard() -> None:
    """Ten years after its end nothing is left to do: the sweep has nothing to find."""
    documents = tuple(replace(d, name="") for d in request().documents)
    over = replace(
        request(),
        state=RequestState.CANCELED,
        ended_at=NOW,
        purged_at=NOW,
        forgotten_at=NOW,
        title="",
        documents=documents,
    )
    item = aggregate.request_item(over)
    assert "due_at" not in item
    assert "due_pk" not in item


def test_the_index_says_how_urgent_and_how_often_looked_at() -> None:
    """What was looked at sorts by its instant, and comes when that has come."""
    assert keys.due_shard(Urgency.WAKE, 3) == "DUE#wake#3"
    assert keys.due_shard(Urgency.UNSORTED, 3) == "DUE#3"
    at = keys.looked(NOW, 12)
    assert keys.looks(at) == 12
    assert keys.looks(times.to_text(NOW)) == 0
    assert keys.until(NOW - timedelta(milliseconds=1)) < at < keys.until(NOW)
    assert times.to_text(NOW) < keys.until(NOW)


def test_keys_can_be_read_back() -> None:
    """The keys of a recipient's item say which recipient of which request it is."""
    made = keys.recipient_ref(keys.partition(REF), keys.recipient("rcp_9"))
    assert made == RecipientRef("frm_1", "sr_1", "rcp_9")
