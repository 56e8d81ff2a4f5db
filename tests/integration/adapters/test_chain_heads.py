"""Chain heads in DynamoDB and S3: found by the day, read consistently, written once (P19)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from paraphe.adapters import clients
from paraphe.adapters.evidence.chain_heads import DynamoChainHeads
from paraphe.adapters.evidence.head_files import S3HeadFiles
from paraphe.domain.errors import GoneError
from paraphe.domain.evidence.audit import SYSTEM
from paraphe.domain.evidence.events.ended import EvidenceStored
from paraphe.domain.evidence.heads import Head
from paraphe.domain.firms.firm import Firm
from paraphe.domain.requests import drafts
from paraphe.domain.requests.decision import Edit
from paraphe.domain.requests.model import Sender
from paraphe.ports.evidence import KeptDay
from paraphe.ports.requests import RequestRef

if TYPE_CHECKING:
    from paraphe.adapters.requests.request_store import DynamoRequests
    from paraphe.adapters.s3.bucket import Bucket
    from paraphe.domain.requests.model import SignatureRequest
    from tests.integration.adapters.conftest import Aws

TABLE = "adapters"  # the conftest's
THEN = datetime(2021, 6, 1, 23, 59, 59, 999_000, tzinfo=UTC)
FIRST = THEN.date()
DAY = timedelta(days=1)


@pytest.fixture
def chains(aws: Aws) -> DynamoChainHeads:
    """Where the chains stand."""
    assert aws.emulator.url
    return DynamoChainHeads(clients.client("dynamodb"), TABLE)


@pytest.fixture
def kept(documents: Bucket) -> S3HeadFiles:
    """A bucket with versions."""
    return S3HeadFiles(documents)


def draft(requests: DynamoRequests, of: RequestRef) -> SignatureRequest:
    """Store a draft, in the last millisecond of a day."""
    firm, sender = Firm(of.firm_id, "Cabinet"), Sender("usr_1", "Claire", "claire@example.org")
    decision = drafts.create(firm, of.request_id, drafts.NewRequest("T", "", sender), THEN)
    return requests.commit(None, decision)


def test_a_request_is_found_under_its_newest_day(
    requests: DynamoRequests, chains: DynamoChainHeads
) -> None:
    """Over all shards and firms; its head is that of the stored request."""
    refs = [RequestRef(f"frm_h{n % 3}", f"sr_h{n}") for n in range(40)]
    made = [draft(requests, ref) for ref in refs]
    found = set(chains.moved(FIRST))
    assert found >= set(refs)
    edit = Edit(made[0], THEN + timedelta(milliseconds=1))
    edit.set(evidence_sha256="e" * 64)
    edit.event(EvidenceStored(sha256="e" * 64), SYSTEM)
    moved = requests.commit(made[0], edit.decision())
    assert refs[0] not in set(chains.moved(FIRST))
    assert set(chains.moved(FIRST + DAY)) == {refs[0]}
    heads = {head.request_id: head for head in chains.heads([*refs, refs[0]])}
    assert len(heads) == len(refs)
    assert heads["sr_h0"] == Head("sr_h0", 2, moved.audit_head, "e" * 64)
    assert heads["sr_h1"] == Head("sr_h1", 1, made[1].audit_head, None)
    assert chains.heads([RequestRef("frm_h0", "sr_none")]) == ()
    assert chains.heads([]) == ()


def test_heads_are_read_a_hundred_at_a_time(
    requests: DynamoRequests, chains: DynamoChainHeads
) -> None:
    """More than one BatchGetItem takes: each once, none left out."""
    refs = [RequestRef("frm_many", f"sr_m{n}") for n in range(230)]
    for ref in refs:
        draft(requests, ref)
    assert sorted(h.request_id for h in chains.heads(refs)) == sorted(r.request_id for r in refs)


def test_what_is_written_stays(kept: S3HeadFiles) -> None:
    """Of many writers at once one wins, and all are told the same bytes."""
    with ThreadPoolExecutor(8) as pool:
        told = list(
            pool.map(lambda n: kept.store("frm_w", FIRST, "json", b"%d" % n), range(16), timeout=60)
        )
    assert len(set(told)) == 1
    assert kept.read("frm_w", FIRST, "json") == told[0]
    assert kept.days("frm_w") == (KeptDay(FIRST, stamped=False),)
    with pytest.raises(GoneError):
        kept.read("frm_w", FIRST, "tsr")


def test_days_are_listed_in_order(kept: S3HeadFiles) -> None:
    """From a day on, so many at most; a firm's whose id only begins alike are not among them."""
    for number in (2, 0, 1):
        for kind in ("json", "tsr"):
            kept.store("frm_l", FIRST + number * DAY, kind, b"x")
    kept.store("frm_l2", FIRST, "json", b"x")
    kept.store("frm_l", FIRST + 3 * DAY, "tsr", b"a time-stamp without its file is no day")
    days = tuple(KeptDay(FIRST + n * DAY, stamped=True) for n in range(3))
    assert kept.days("frm_l") == days
    assert kept.days("frm_l", FIRST + DAY) == days[1:]
    assert kept.days("frm_l", FIRST + DAY, 1) == days[1:2]
    assert kept.days("frm_none") == ()


def test_the_newest_day_that_is_done(kept: S3HeadFiles) -> None:
    """None at first; marking twice is harmless."""
    assert kept.last_done() is None
    for day in (FIRST, FIRST + DAY, FIRST):
        kept.mark_done(day)
    assert kept.last_done() == FIRST + DAY
