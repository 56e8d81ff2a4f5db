"""A request is loaded as one state, although a query is not isolated from transactions (ADR 32)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paraphe.adapters.dynamodb import keys
from paraphe.adapters.requests.request_store import DynamoRequests
from paraphe.adapters.requests.snapshot import DIGEST
from paraphe.domain.errors import RaceLostError
from paraphe.domain.evidence.audit import SYSTEM
from paraphe.domain.evidence.events.drafts import RequestCreated
from paraphe.domain.evidence.events.running import RecipientCorrected, RequestResumed
from paraphe.domain.requests.decision import Decision, Edit
from paraphe.domain.requests.document import Document, DocumentState, Revision
from paraphe.domain.requests.model import (
    Challenge,
    Command,
    CommandKind,
    RequestState,
    Sender,
    SignatureRequest,
)
from paraphe.domain.requests.recipient import Recipient, Role
from paraphe.ports.requests import RequestRef
from paraphe.ports.system import TransientError
from paraphe.usecases.optimistic_commit import change
from tests.support.fakes.table import FakeTable

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
REF = RequestRef("frm_1", "sr_1")
PARTITION = keys.partition(REF)
# Every sort key that the two states below have.
KEYS = (
    *(keys.command("cmd_old"), keys.command("cmd_new"), keys.document("doc_1")),
    *(keys.challenge("otp_1"), keys.recipient("rcp_1"), keys.recipient("rcp_2"), keys.REQUEST),
)


def draft() -> Decision:
    """A new request with every kind of part."""
    made = SignatureRequest(
        *(REF.firm_id, REF.request_id, "Lettre de mission"),
        *(Sender("usr_1", "Claire Martin", "claire@cabinet.example"), NOW, NOW),
        state=RequestState.ACTIVE,
        documents=(Document("doc_1", "1.pdf", 1, DocumentState.READY),),
        recipients=tuple(
            Recipient(f"rcp_{n}", f"s{n}", Role.SIGNER, n, "Nom", "n@example.org") for n in (1, 2)
        ),
        challenges=(Challenge("otp_1", "rcp_1", "d", NOW),),
        commands=(Command("cmd_old", CommandKind.SIGN, "rcp_1", "otp_1", NOW),),
    )
    edit = Edit(made, NOW)
    edit.event(RequestCreated(), SYSTEM)
    return edit.decision()


def touch_everything(request: SignatureRequest) -> Decision:
    """Change, add and take away parts of every kind; `rcp_2` stays as it is."""
    edit = Edit(request, NOW + timedelta(minutes=1))
    edit.sign("doc_1", Revision("rcp_1", "cmd_old", "f", "ab" * 32, "k", 9, NOW), is_seal=False)
    edit.recipient("rcp_1", name="Autre")
    edit.challenge("otp_1", documents_digest="other")
    edit.drop_commands(lambda command: command.id == "cmd_old")
    edit.add_command(Command("cmd_new", CommandKind.SIGN, "rcp_2", "otp_1", NOW))
    edit.event(RequestResumed(), SYSTEM)
    return edit.decision()


def rename(request: SignatureRequest, name: str) -> Decision:
    """Change one recipient to their old name and something more."""
    edit = Edit(request, NOW)
    edit.recipient("rcp_1", name=f"{request.recipients[0].name}, {name}")
    edit.event(RecipientCorrected(recipient="rcp_00000001"), SYSTEM)
    return edit.decision()


def stored() -> tuple[FakeTable, DynamoRequests, SignatureRequest]:
    """A table that holds one request."""
    table = FakeTable()
    requests = DynamoRequests(table.client, "table")
    return table, requests, requests.commit(None, draft())


def test_a_commit_in_the_middle_of_a_query_is_noticed() -> None:
    """Parts sort before `S#REQUEST`: they are read as before, the version as after."""
    table, requests, before = stored()
    pending = [lambda: requests.commit(before, rename(before, "premier"))]

    def interleave(key: str) -> None:
        if key == keys.REQUEST and pending:
            pending.pop()()

    table.before_item = interleave
    change(requests, REF, lambda request: rename(request, "second"))
    assert not pending
    # Without the digest the second writer would have put back the name of before.
    assert requests.load(REF).recipients[0].name == "Nom, premier, second"


@pytest.mark.parametrize("items", [1, 2, 3])
def test_a_commit_between_two_pages_is_noticed(items: int) -> None:
    """However a partition is cut into pages, and before whichever item the commit comes."""
    for at in KEYS:
        table, requests, before = stored()
        table.page_items = items
        pending = [lambda r=requests, b=before: r.commit(b, touch_everything(b))]

        def interleave(key: str, at: str = at, pending: list = pending) -> None:  # type: ignore[type-arg]
            if key == at and pending:
                pending.pop()()

        table.before_item = interleave
        found = requests.load(REF)
        table.before_item = lambda _: None
        now = requests.load(REF)
        assert found in (before, now)


@given(st.sets(st.sampled_from(KEYS)))
def test_whatever_of_a_transaction_is_visible_one_state_is_loaded(behind: set[str]) -> None:
    """Each of its items by itself, in any order: all old, or all new, after at most two reads."""
    table, requests, before = stored()
    after = requests.commit(before, touch_everything(before))
    table.lagging = frozenset(behind)
    assert requests.load(REF) in (before, after)
    table.lagging = frozenset(behind)
    whole = requests.load_whole(REF)
    signed = len(whole.documents[0].signers)
    assert (whole.version, signed) in ((before.version, 0), (after.version, 1))
    assert len(whole.documents[0].revisions) == signed


@given(st.sets(st.sampled_from(KEYS)))
def test_no_commit_is_based_on_two_states(behind: set[str]) -> None:
    """What is committed on whatever was loaded has everything that the transaction before wrote."""
    table, requests, before = stored()
    requests.commit(before, touch_everything(before))
    table.lagging = frozenset(behind)
    change(requests, REF, lambda request: rename(request, "second"))
    now = requests.load(REF)
    assert now.recipients[0].name == "Autre, second"
    assert [command.id for command in now.commands] == ["cmd_new"]
    assert now.documents[0].signers == ("rcp_1",)
    assert now.challenges[0].documents_digest == "other"


def test_a_state_of_before_loses_the_race() -> None:
    """One whole state that is old: the version decides, as ever."""
    table, requests, before = stored()
    requests.commit(before, touch_everything(before))
    table.lagging = frozenset(KEYS)
    old = requests.load(REF)
    assert old == before
    with pytest.raises(RaceLostError):
        requests.commit(old, rename(old, "second"))


def test_what_never_agrees_is_an_error_that_passes() -> None:
    """A part that somebody deleted by hand: nobody decides on what is left."""
    table, requests, _ = stored()
    del table.items[PARTITION][keys.recipient("rcp_2")]
    with pytest.raises(TransientError):
        requests.load(REF)


def test_what_an_earlier_release_wrote_is_taken_until_the_next_commit() -> None:
    """It has neither versions of parts nor a digest; a commit gives it one."""
    table, requests, _ = stored()
    for item in table.items[PARTITION].values():
        item.pop(DIGEST, None)
        if item["SK"]["S"] != keys.REQUEST:
            item.pop("version", None)
    before = requests.load(REF)
    assert set(before.part_versions.values()) == {0}
    after = requests.commit(before, rename(before, "premier"))
    assert DIGEST in table.items[PARTITION][keys.REQUEST]
    assert requests.load(REF) == after
    table.lagging = frozenset({keys.recipient("rcp_1")})
    assert requests.load(REF) == after


def test_the_version_of_a_part_is_that_of_the_commit_that_wrote_it() -> None:
    """Also in what a commit returns, which the next commit may begin with."""
    _, requests, before = stored()
    after = requests.commit(before, rename(before, "premier"))
    assert after.part_versions == requests.load(REF).part_versions
    assert after.part_versions[keys.recipient("rcp_1")] == 2
    assert after.part_versions[keys.recipient("rcp_2")] == 1
    third = requests.commit(after, rename(replace(after), "second"))
    assert requests.load(REF) == third
