"""Requests as earlier releases stored them are still read.

`stored/<release>.json` is one request's items as that release wrote them; it is never edited. What
0.1.0 stored is of two documents: a signer has signed both, the firm's seal is in the first.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from paraphe.adapters.dynamodb import keys
from paraphe.adapters.requests import aggregate
from paraphe.adapters.requests.request_store import DynamoRequests
from paraphe.domain.requests.document import Revision
from paraphe.domain.requests.inspection import Page
from paraphe.domain.requests.model import RequestState
from paraphe.domain.signing import applied_signatures
from tests.support.fakes.table import FakeTable

HERE = Path(__file__).parent / "recorded"
SIGNER, SEAL = "rcp_01kax3v1m0cdpt7t8d7v3m4q2c", "rcp_01kax3v1m0cdpt7t8d7v3m4q2d"
NOW = datetime(2026, 11, 20, 9, 40, tzinfo=UTC)


@pytest.fixture
def table() -> FakeTable:
    """A table that holds what 0.1.0 wrote."""
    made = FakeTable()
    for item in _items():
        made.items.setdefault(item["PK"]["S"], {})[item["SK"]["S"]] = item
    return made


def _items() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((HERE / "0.1.0.json").read_text(encoding="utf-8"))
    return found


def test_documents_say_who_signed_them(table: FakeTable) -> None:
    """Read off the signatures, which lay among what is always loaded."""
    ref = keys.ref_of(next(iter(table.items)))
    request = DynamoRequests(table.client, "table").load(ref)
    first, second = request.documents
    assert (first.signers, second.signers) == ((SIGNER, SEAL), (SIGNER,))
    assert first.newest is not None
    assert first.newest.recipient_id == SEAL
    assert first.current_key == first.newest.key
    assert first.current_sha256 == "02" * 32
    assert first.current_size == 1050002
    assert first.sealed_at == datetime(2026, 11, 20, 9, 33, tzinfo=UTC)
    assert second.sealed_at is None
    assert first.pages == (
        Page(1, 595.276, 841.89, 0),
        Page(2, 595.276, 841.89, 0),
        Page(3, 841.89, 595.276, 90),
    )
    assert not first.revisions
    assert first.newest.record == "{}"


def test_its_signing_goes_on_and_every_signature_is_there_at_the_end(table: FakeTable) -> None:
    """What is added lies apart; loaded whole, both kinds are there, in order."""
    requests = DynamoRequests(table.client, "table")
    ref = keys.ref_of(next(iter(table.items)))
    before = requests.load(ref)
    document = before.documents[1].id
    made = Revision(SEAL, SEAL, "field", "09" * 32, "key", 9, NOW, '{"level": "PAdES-B-LTA"}')
    stored = requests.commit(before, applied_signatures.add_revision(before, document, made, NOW))
    assert requests.load(ref) == stored
    assert stored.documents[1].signers == (SIGNER, SEAL)
    assert stored.documents[1].sealed_at == NOW
    whole = requests.load_whole(ref)
    assert [r.recipient_id for r in whole.documents[0].revisions] == [SIGNER, SEAL]
    assert [r.recipient_id for r in whole.documents[1].revisions] == [SIGNER, SEAL]
    assert whole.documents[1].revisions[1] == made
    levels = [json.loads(r.record)["level"] for d in whole.documents for r in d.revisions]
    assert levels == ["PAdES-B-LT"] * 3 + ["PAdES-B-LTA"]
    assert f"V#{document}#0002" in table.items[keys.partition(ref)]


def test_a_change_that_is_no_signature_keeps_them(table: FakeTable) -> None:
    """A document that is written anew says from then on itself who signed it."""
    ref = keys.ref_of(next(iter(table.items)))
    items = list(table.items[keys.partition(ref)].values())
    before = aggregate.assemble(items)
    assert before is not None
    assert before.state is RequestState.COMPLETING
    kept = tuple(replace(d, retained_key="retained") for d in before.documents)
    written, deleted = aggregate.changes(before, replace(before, documents=kept))
    assert deleted == ()
    anew = {item["SK"]["S"]: item for item in items}
    for key, item in written.items():
        anew[key] = {**item, "PK": {"S": keys.partition(ref)}, "SK": {"S": key}}
    again = aggregate.assemble(anew.values(), whole=True)
    assert again is not None
    assert [d.signers for d in again.documents] == [d.signers for d in before.documents]
    assert [d.sealed_at for d in again.documents] == [d.sealed_at for d in before.documents]
    assert [len(d.revisions) for d in again.documents] == [2, 1]
