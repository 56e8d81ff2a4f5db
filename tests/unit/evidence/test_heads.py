"""A trail against the heads that were written down of it (P19)."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from paraphe.domain.evidence import heads
from paraphe.domain.evidence.audit import GENESIS, SYSTEM, Event, chain
from paraphe.domain.evidence.heads import DayHeads, Difference, Head, Link
from tests.support.rewriting import rewritten

START = datetime(2026, 3, 20, 9, 30, tzinfo=UTC)
DAY = START.date()


def trail(count: int) -> list[Event]:
    """A request's events, an hour apart."""
    made: list[Event] = []
    for seq in range(1, count + 1):
        made.append(
            chain(
                "sr_1",
                seq=seq,
                previous=made[-1].hash if made else GENESIS,
                at=START + timedelta(hours=seq),
                kind=f"kind_{seq}",
                actor=SYSTEM,
                data={},
            )
        )
    return made


def written(events: list[Event], *seqs: int) -> list[tuple[date, Head]]:
    """What was written down of them, a day apart."""
    return [
        (DAY + timedelta(days=n), Head("sr_1", seq, events[seq - 1].hash))
        for n, seq in enumerate(seqs)
    ]


@given(st.data())
def test_the_range_holds_the_changed_event(data: st.DataObject) -> None:
    """Whatever is rewritten up to the newest head, it lies in the range; later is not known."""
    count = data.draw(st.integers(1, 12))
    events = trail(count)
    seqs = sorted(data.draw(st.sets(st.integers(1, count), min_size=1)))
    listed = written(events, *seqs)
    assert heads.difference(listed, events) is None
    seq = data.draw(st.integers(1, count))
    found = heads.difference(listed, rewritten(events, seq))
    if seq > seqs[-1]:
        assert found is None
    else:
        assert found is not None
        assert found.first <= seq <= found.last
        assert found.first == max((s for s in seqs if s < seq), default=0) + 1
    short = heads.difference(listed, events[: seq - 1])
    assert (short is not None and short.missing) is (seq <= seqs[-1])


def test_two_heads_that_contradict_each_other() -> None:
    """Rewritten, written down, and the beginning put back: the seam shows."""
    events = trail(8)
    other = rewritten(events, 2)
    listed = [written(events, 3)[0], (DAY + timedelta(days=1), Head("sr_1", 8, other[7].hash))]
    found = heads.difference(listed, [*events[:3], *other[3:]])
    assert found == Difference(4, 4, DAY + timedelta(days=1), missing=False)


def test_a_later_day_with_an_earlier_event() -> None:
    """Written down of a history that was cut off in between: held against the trail as well."""
    events = trail(5)
    listed = [written(events, 5)[0], (DAY + timedelta(days=1), Head("sr_1", 2, "0" * 64))]
    found = heads.difference(listed, events)
    assert found == Difference(2, 2, DAY + timedelta(days=1), missing=False)
    assert heads.difference([listed[0], written(events, 2)[0]], events) is None


def test_files_come_back_as_they_were() -> None:
    """One way of writing only, whatever the order of the requests."""
    made = DayHeads(
        "frm_1",
        DAY,
        Link(DAY - timedelta(days=1), "1" * 64, "2" * 64),
        START,
        (Head("sr_2", 1, "3" * 64), Head("sr_1", 7, "4" * 64, "5" * 64)),
    )
    content = heads.to_bytes(made)
    again = heads.from_bytes(content)
    assert {*again.heads} == {*made.heads}
    assert (again.firm_id, again.day, again.previous, again.made_at) == (
        made.firm_id,
        made.day,
        made.previous,
        made.made_at,
    )
    assert heads.to_bytes(again) == content


def test_days_end_at_midnight_utc_and_an_hour() -> None:
    """Whatever the machine's own time zone says."""
    midnight = datetime(2026, 3, 21, tzinfo=UTC)
    assert heads.last_settled(midnight + timedelta(minutes=59)) == date(2026, 3, 19)
    assert heads.last_settled(midnight + timedelta(hours=1)) == date(2026, 3, 20)
    assert not heads.is_late(DAY, datetime(2026, 3, 24, 23, 59, tzinfo=UTC))
    assert heads.is_late(DAY, datetime(2026, 3, 25, tzinfo=UTC))
