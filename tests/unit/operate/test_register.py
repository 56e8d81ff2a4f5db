"""The profession's register is imported whole, or not at all (P1)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from infra.operate.register import MAX_BYTES, bring, numbers_in
from paraphe.adapters.firms.registers import ClaimRegister, ImportedRegister
from paraphe.domain.errors import InvalidError
from paraphe.domain.firms.identity import Identity
from tests.support.fakes.table import FakeTable

NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)


class Boto(FakeTable):
    """What the operator's client does beside: writing in batches, not all of one at once."""

    def __init__(self) -> None:
        super().__init__()
        self.fails_after = 10**9

    def get_item(self, **asked: Any) -> dict[str, Any]:  # noqa: ANN401 (as boto3)
        """Read one item."""
        return super().get_item(**{"ConsistentRead": False, **asked})

    def query(self, **asked: Any) -> dict[str, Any]:  # noqa: ANN401 (as boto3)
        """Read a partition, a few at a time."""
        self.page_items = 7
        return super().query(**{"ConsistentRead": False, **asked})

    def batch_write_item(self, **asked: Any) -> dict[str, Any]:  # noqa: ANN401 (as boto3)
        """Write all but the last one."""
        ((table, writes),) = asked["RequestItems"].items()
        assert 1 <= len(writes) <= 25
        done = writes[:-1] or writes
        self.fails_after -= len(done)
        if self.fails_after < 0:
            raise ConnectionError
        for write in done:
            if "PutRequest" in write:
                self.put_item(Item=write["PutRequest"]["Item"])
            else:
                self.delete_item(Key=write["DeleteRequest"]["Key"])
        left = writes[len(done) :]
        return {"UnprocessedItems": {table: left} if left else {}}


def numbers(count: int, first: int = 1) -> frozenset[str]:
    return frozenset(f"14{number:06d}" for number in range(first, first + count))


@pytest.mark.parametrize(
    "content",
    [
        "Numéro;Nom\r\n14 00001;A\r\n14-00002;B\r\n;C\r\n".encode("cp1252"),
        "sep=;\r\nNuméro;Nom\r\n14 00001;A\r\n14-00002;B\r\n".encode("cp1252"),
        '\ufeffnom,NUMERO\n"Durand, Anne",1400001\nB,"14 00002"\n'.encode(),
        b"Nom\tnumero\nA\t1400001\nB\t1400002\n",
    ],
)
def test_numbers_are_read_as_french_excel_and_others_write_them(content: bytes) -> None:
    assert numbers_in(content, "Numéro") == {"1400001", "1400002"}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "register_column"),
        (b"Nom;Ville\nA;B\n", "register_column"),
        ("Numéro;Nom\n;A\n".encode(), "register_empty"),
        ('Numéro;Nom\n"1;A\n'.encode(), "register_unreadable"),
        (b"x" * (MAX_BYTES + 1), "register_too_large"),
    ],
)
def test_a_file_that_is_none_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(InvalidError) as refused:
        numbers_in(content, "Numéro")
    assert refused.value.code == code


def test_an_edition_takes_the_place_of_the_one_before() -> None:
    boto = Boto()
    register = ImportedRegister(boto.client, "table")
    assert register.edition() is None
    assert not register.lists("14000001")
    assert bring(boto, "table", numbers(60), NOW) == 0
    assert register.can_be_asked
    assert register.lists("14 000001")
    assert register.lists("0014000060")
    assert not register.lists("14000061")
    assert not register.lists("")
    assert bring(boto, "table", numbers(60, 3), NOW + timedelta(days=1)) == 60
    assert not register.lists("14000001")
    assert register.lists("14000062")
    bring(boto, "table", numbers(60, 3), NOW + timedelta(days=2))
    kept = [name for name, items in boto.items.items() if name.startswith("REGISTER#") and items]
    assert len(kept) == 2  # the one in force, and the one before


def test_an_import_that_stops_half_way_changes_nothing() -> None:
    boto = Boto()
    bring(boto, "table", numbers(60), NOW)
    boto.fails_after = 30
    with pytest.raises(ConnectionError):
        bring(boto, "table", numbers(60, 31), NOW + timedelta(days=1))
    register = ImportedRegister(boto.client, "table")
    assert register.lists("14000001")
    assert not register.lists("14000090")


def test_a_file_that_was_cut_off_strikes_nobody_off() -> None:
    boto = Boto()
    bring(boto, "table", numbers(100), NOW)
    with pytest.raises(InvalidError, match="register_shrinks"):
        bring(boto, "table", numbers(89), NOW + timedelta(days=1))
    assert ImportedRegister(boto.client, "table").lists("14000100")
    bring(boto, "table", numbers(90), NOW + timedelta(days=1))
    bring(boto, "table", numbers(2), NOW + timedelta(days=2), may_shrink=True)
    assert not ImportedRegister(boto.client, "table").lists("14000003")


@pytest.mark.parametrize(("said", "vouches"), [(True, True), (False, False), (None, False)])
def test_a_claim_says_it_of_who_signs_in_alone(said: bool | None, vouches: bool) -> None:  # noqa: FBT001
    register = ClaimRegister()
    identity = Identity("https://sso.example", "claire", "Claire", "", "1", said)
    assert register.vouches_for(identity) is vouches
    assert not register.can_be_asked
    assert not register.lists("1")
