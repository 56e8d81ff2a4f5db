"""What is written to the table is read back as it was, by later versions too."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paraphe.adapters.dynamodb import codec, rows
from paraphe.domain import times
from paraphe.domain.evidence import audit
from paraphe.domain.evidence.audit import Actor, Event
from paraphe.domain.firms.firm import Firm
from paraphe.domain.firms.member import Capability, Member
from paraphe.domain.requests.document import Document, Revision
from paraphe.domain.requests.model import Challenge, Command, Notice, NoticeKind
from paraphe.domain.requests.recipient import Placement, Recipient, Role
from paraphe.ports.requests import Parked, RequestRef

instants = st.datetimes(
    datetime(1970, 1, 2),  # noqa: DTZ001 - Hypothesis adds the time zone
    datetime(2999, 1, 1),  # noqa: DTZ001 - as above
    timezones=st.just(UTC),
).map(times.truncate)
values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(),
    st.lists(st.text(), max_size=3),
)
events = st.builds(
    Event,
    at=instants,
    actor=st.builds(Actor),
    data=st.dictionaries(st.text(), values, max_size=4),
)


def _built(kind: type) -> st.SearchStrategy[object]:
    st.register_type_strategy(datetime, instants)
    st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))
    return st.from_type(kind)


@pytest.mark.parametrize(
    "kind", [Document, Recipient, Revision, Challenge, Command, Notice, Firm, Member, Parked]
)
@given(data=st.data())
def test_every_part_comes_back(kind: type, data: st.DataObject) -> None:
    """Any value of any stored type survives, through the JSON that travels."""
    value = data.draw(_built(kind))
    item = json.loads(json.dumps(codec.encode(value)))
    assert codec.decode(kind, item) == value


@given(events)
def test_an_event_keeps_its_hash(event: Event) -> None:
    """What the hash covers is the same after storing: 1 and 1.0 stay apart (P19)."""
    read = rows.event_of(rows.event_item(event))
    assert audit.canonical(read) == audit.canonical(event)


@dataclass(frozen=True)
class Later:
    """A recipient as a later version might have it."""

    id: str
    colour: str = "blue"
    limit: int | None = 3
    nickname: str | None = None


def test_unknown_attributes_are_ignored_and_missing_ones_take_defaults() -> None:
    """Old items can be read by new code, and the other way round."""
    assert codec.decode(Later, {"id": {"S": "x"}, "gone": {"N": "1"}}) == Later("x")


def test_none_is_kept_where_it_is_not_the_default() -> None:
    """A field that was set to None does not become its default again."""
    unlimited = Later("x", limit=None)
    item = codec.encode(unlimited)
    assert "nickname" not in item
    assert codec.decode(Later, item) == unlimited


def test_a_missing_field_without_default_is_an_error() -> None:
    """The error names the field, not its content."""
    with pytest.raises(codec.StoredItemError, match=r"Later\.id"):
        codec.decode(Later, {"colour": {"S": "secret"}})


@pytest.mark.parametrize("number", [float("inf"), float("nan")])
def test_numbers_that_json_lacks_are_refused(number: float) -> None:
    """Nothing is stored that could not be read back."""
    with pytest.raises(ValueError, match="finite"):
        codec.encode(Placement("doc", 1, number, 0, 1, 1))


def test_a_notice_is_read_from_the_stream() -> None:
    """The stream record alone says whose notice it is; other records are refused."""
    ref = RequestRef("frm_1", "sr_1")
    at = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(milliseconds=5)
    for recipient in ("rcp_1", None):
        notice = Notice("00000001-000-invitation", NoticeKind.INVITATION, recipient, at)
        assert rows.notice_of(rows.notice_item(ref, notice)) == (ref, notice)
    with pytest.raises(ValueError, match="not a notice"):
        rows.notice_of({"type": {"S": "event"}})


def test_what_was_stored_before_batches_is_still_read() -> None:
    """Recipients without who authorised them, members without a phone."""
    recipient = Recipient("rcp_1", "rcp_1", Role.SEAL, 1, "Cabinet", "")
    item = codec.encode(recipient)
    assert "authorised_by" not in item
    assert codec.decode(Recipient, item) == recipient
    member = Member("mbr_1", "frm_1", "Claire", "c@x.test", "sub", (Capability.SEAL,))
    assert "phone" not in codec.encode(member)
    assert codec.decode(Member, codec.encode(member)) == member
