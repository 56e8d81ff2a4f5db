"""A contact list of 10,000 rows: read, previewed, committed; then searched (P7).

Files lie in memory, the table in the embedded DynamoDB, whose own time is another process's: each
step is told as it lasts, and as our processor time. Of searches only the latter is compared, in
address books of 100 and of all the contacts: the embedded table reads a whole partition.
"""

from __future__ import annotations

import os
import statistics
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from infra.local import emulator
from paraphe.adapters import clients
from paraphe.adapters.firms.contact_store import DynamoContacts
from paraphe.adapters.firms.vcards import read_vcards
from paraphe.contracts.firms.contact_exports import to_vcards
from paraphe.contracts.firms.contact_imports import ImportChoice, begun
from paraphe.domain.firms.contact_words import Search
from paraphe.domain.firms.contacts import Details, make
from paraphe.ports.contact_imports import ImportRef
from paraphe.usecases.firms.commit_contacts import BEGUN, CHOICE, CommitImport
from paraphe.usecases.firms.parse_contacts import UPLOADED, ParseImport
from paraphe.usecases.firms.preview_contacts import PreviewImport
from tests.benchmarks.result import Result
from tests.support.fakes.contact_files import FakeContactFiles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from paraphe.ports.contacts import Contacts

ROWS, SHORT_ROWS = 10_000, 1_000
# Seconds, for 10,000 rows, as the issue says.
BUDGET = 10
ROUNDS = 100
TABLE = "contacts"
NOW = datetime(2026, 11, 27, 21, 0, tzinfo=UTC)
FIRST = ("Élodie", "Jean-Noël", "Zoé", "Paul", "Anne", "Mehdi", "Chloé", "Loïc")
LAST = ("Lefèvre", "Hoarau", "Martin", "Durand", "Nguyên", "Benali", "Le Gall", "Dupont")


@dataclass(frozen=True)
class Lasted:
    """How long something took, and how much of it was ours."""

    seconds: float
    ours: float


def measure(*, short: bool = False) -> Iterator[Result]:
    """Yield the seconds of each step, and how searches compare."""
    rows = SHORT_ROWS if short else ROWS
    budget = BUDGET * rows / ROWS
    files, ref = FakeContactFiles(), ImportRef("frm_00000001", "imp_00000001")
    files.files[ref, UPLOADED] = _csv(rows)
    files.files[ref, BEGUN] = begun(NOW)
    files.files[ref, CHOICE] = ImportChoice().model_dump_json(exclude_none=True).encode()
    read = _timed(lambda: ParseImport(files, read_vcards)(ref))
    yield Result(f"Contacts, {rows} rows of CSV read", read.seconds, "s", budget)
    cards = ImportRef("frm_00000001", "imp_00000002")
    files.files[cards, UPLOADED] = _cards(rows)
    read_cards = _timed(lambda: ParseImport(files, read_vcards)(cards))
    yield Result(f"Contacts, {rows} vCards read", read_cards.seconds, "s", budget)
    with TemporaryDirectory() as folder, emulator.running(Path(folder)) as running:
        before = dict(os.environ)
        os.environ.update(running.environment())
        clients.forget()
        try:
            _furnish(clients.client("dynamodb"))
            store = DynamoContacts(clients.dynamodb(), TABLE)
            preview = _timed(lambda: PreviewImport(files, store)(ref))
            commit = _timed(lambda: CommitImport(files, store)(ref, NOW))
            yield from _told("previewed", rows, preview, budget)
            yield from _told("committed", rows, commit, budget)
            yield from _searches(store, rows)
        finally:
            os.environ.clear()
            os.environ.update(before)
            clients.forget()


def _told(what: str, rows: int, lasted: Lasted, budget: float) -> Iterator[Result]:
    yield Result(f"Contacts, {rows} rows {what}", lasted.seconds, "s", None)
    yield Result(f"Contacts, {rows} rows {what}, ours", lasted.ours, "s", budget)


def _searches(store: Contacts, rows: int) -> Iterator[Result]:
    for number in range(100):
        details = Details(_name(number), f"p{number}@example.com")
        store.add(make(f"ctc_1{number:08d}", "frm_00000002", details, NOW))
    small = _search(store, "frm_00000002")
    large = _search(store, "frm_00000001")
    yield Result("Contacts, a search among 100", small, "ms")
    yield Result(f"Contacts, a search among {rows}", large, "ms")
    # Told, not held: how much of it is the embedded table's is not known yet.
    yield Result("Contacts, one by the other", large / small, "x", None)


def _search(store: Contacts, firm_id: str) -> float:
    lasted = []
    for number in range(ROUNDS):
        wanted = Search.of(f"p{number}@exa")
        lasted.append(_timed(lambda: store.search(firm_id, wanted, 20, None)).ours * 1000)  # noqa: B023
    return statistics.median(lasted)


def _timed(work: Callable[[], object]) -> Lasted:
    seconds, ours = time.perf_counter(), time.process_time()
    work()
    return Lasted(time.perf_counter() - seconds, time.process_time() - ours)


def _name(number: int) -> str:
    return f"{FIRST[number % 8]} {LAST[number // 8 % 8]} {number}"


def _csv(rows: int) -> bytes:
    lines = (
        f"{_name(n)};p{n}@example.com;06 {n // 10_000 % 100 + 10:02d} {n // 100 % 100:02d} "
        f"{n % 100:02d} 11;Cabinet {n % 500}"
        for n in range(rows)
    )
    return "\r\n".join(["nom;email;mobile;société", *lines]).encode("cp1252", "replace")


def _cards(rows: int) -> bytes:
    people = (
        Details(_name(n), f"p{n}@example.com", f"+33612{n:06d}", f"Cabinet {n % 500}")
        for n in range(rows)
    )
    return to_vcards(make("ctc_00000001", "frm_00000001", one, NOW) for one in people)


def _furnish(client: Any) -> None:  # noqa: ANN401 - botocore's
    client.create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in ("PK", "SK")],
        KeySchema=[
            {"AttributeName": "PK", "KeyType": "HASH"},
            {"AttributeName": "SK", "KeyType": "RANGE"},
        ],
    )
