"""Items of a firm: conditioned on the version that was read, in pages."""

import pytest

from paraphe.adapters.dynamodb.firm_items import FirmItems
from paraphe.domain.errors import ChangedError, RaceLostError, check_version
from tests.support.fakes.table import FakeTable


@pytest.fixture
def things() -> FirmItems:
    """A collection on a table in memory."""
    return FirmItems(FakeTable().client, "table", "THINGS")


def versioned(version: int) -> dict[str, dict[str, str]]:
    """An item of nothing but its version."""
    return {"version": {"N": str(version)}}


def test_nobody_overwrites_what_they_have_not_seen(things: FirmItems) -> None:
    """Made once, changed from the version that is there, deleted likewise."""
    things.put("frm_1", "a", versioned(1), replaces=None)
    with pytest.raises(RaceLostError):
        things.put("frm_1", "a", versioned(1), replaces=None)
    things.put("frm_1", "a", versioned(2), replaces=1)
    for late in (1, 3):
        with pytest.raises(RaceLostError):
            things.put("frm_1", "a", versioned(9), replaces=late)
        with pytest.raises(RaceLostError):
            things.delete("frm_1", "a", late)
    things.delete("frm_1", "a", 2)
    assert things.get("frm_1", "a") is None


def test_pages_hold_every_item_once_and_no_other_firm_s(things: FirmItems) -> None:
    """In order; the last page says that it is the last."""
    for name in ("a", "b1", "b2", "b3", "c"):
        things.put("frm_1", name, versioned(1), replaces=None)
        things.put("frm_2", name, versioned(1), replaces=None)
    first = things.page("frm_1", prefix="b", limit=2)
    second = things.page("frm_1", prefix="b", after=first.after, limit=2)
    assert [i["SK"]["S"] for i in (*first.items, *second.items)] == ["b1", "b2", "b3"]
    assert {i["PK"]["S"] for i in first.items} == {"F#frm_1#THINGS"}
    assert second.after is None
    assert len(things.page("frm_1", limit=10).items) == 5


def test_an_expected_version_is_the_stored_one() -> None:
    """If-Match; without it whatever is stored may be changed."""
    check_version(3, 3)
    check_version(3, None)
    with pytest.raises(ChangedError):
        check_version(3, 2)
