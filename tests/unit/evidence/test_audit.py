"""P19: the audit trail is append-only, and shows whatever is done to it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from paraphe.domain.evidence import audit
from paraphe.domain.evidence.audit import SYSTEM, Actor, Event
from paraphe.domain.evidence.events.ended import RequestClosed
from paraphe.domain.evidence.events.happening import Value
from paraphe.domain.evidence.events.running import RequestExpired
from paraphe.domain.requests.decision import Edit
from tests.support.world import World

START = datetime(2026, 3, 20, 9, 30, tzinfo=UTC)
DATA: st.SearchStrategy[dict[str, Value]] = st.sampled_from(
    [
        {},
        {"recipient": "rcp_00000001"},
        {"tries": 5, "void": True},
        {"reason": "Montant erroné : « 1 000 € »", "page": None},
        {"documents": ["doc_1:aa", "doc_2:bb"], "share": 0.5},
        {"documents": [], "tries": -1, "void": False},
    ]
)


def _trail(entries: list[dict[str, Value]]) -> list[Event]:
    events: list[Event] = []
    for number, data in enumerate(entries, start=1):
        previous = events[-1].hash if events else audit.GENESIS
        events.append(
            audit.chain(
                "sr_00000001",
                seq=number,
                previous=previous,
                at=START + timedelta(seconds=number),
                kind="code_wrong",
                actor=Actor("recipient", "rcp_00000001"),
                data=data,
            )
        )
    return events


TRAILS = st.lists(DATA, min_size=2, max_size=8).map(_trail)


def _broken(events: list[Event], whole: list[Event]) -> int | None:
    return audit.first_break(events, count=len(whole), head=whole[-1].hash)


@given(TRAILS)
def test_p19_a_whole_trail_holds(trail: list[Event]) -> None:
    """P19: nothing is found where nothing was done."""
    assert _broken(trail, trail) is None


def test_p19_an_empty_trail_holds() -> None:
    """P19: no events, none expected."""
    assert audit.first_break([], count=0, head="") is None


FLIPS: tuple[Callable[[Event], Event], ...] = (
    lambda e: replace(e, at=e.at + timedelta(milliseconds=1)),
    lambda e: replace(e, kind=e.kind + "x"),
    lambda e: replace(e, actor=Actor("sender", e.actor.id)),
    lambda e: replace(e, actor=Actor(e.actor.kind, e.actor.id + "x")),
    lambda e: replace(e, data={**e.data, "added": True}),
    lambda e: replace(e, request_id="sr_00000002"),
    lambda e: replace(e, seq=e.seq + 1),
    lambda e: replace(e, hash=e.hash[::-1] if e.hash != e.hash[::-1] else "0" * 64),
    lambda e: replace(e, previous="f" * 64),
)


@given(TRAILS, st.integers(0, 99), st.sampled_from(FLIPS))
def test_p19_a_flip_is_found_where_it_is(
    trail: list[Event], pick: int, flip: Callable[[Event], Event]
) -> None:
    """P19: a change of any field of any event is found at that event."""
    index = pick % len(trail)
    forged = [*trail]
    forged[index] = flip(trail[index])
    assert _broken(forged, trail) == index + 1


@given(TRAILS, st.integers(0, 99), st.sampled_from(FLIPS[:6]))
def test_p19_a_rehashed_flip_is_found(
    trail: list[Event], pick: int, flip: Callable[[Event], Event]
) -> None:
    """P19: a forger who also computes the event's new hash is found at the next, or at the head."""
    index = pick % len(trail)
    changed: Event = flip(trail[index])
    forged = [*trail]
    forged[index] = audit.chain(
        changed.request_id,
        seq=changed.seq,
        previous=changed.previous,
        at=changed.at,
        kind=changed.kind,
        actor=changed.actor,
        data=changed.data,
    )
    assert _broken(forged, trail) == index + 2


@given(TRAILS, st.integers(1, 99))
def test_p19_a_trail_grafted_on_another_is_found(trail: list[Event], pick: int) -> None:
    """P19: each event and hash is well made, the end is the head; but one follows no other."""
    index = pick % len(trail)
    forged, previous = trail[:index], "f" * 64
    for event in trail[index:]:
        forged.append(
            audit.chain(
                event.request_id,
                seq=event.seq,
                previous=previous,
                at=event.at,
                kind=event.kind,
                actor=event.actor,
                data=event.data,
            )
        )
        previous = forged[-1].hash
    assert _broken(forged, forged) == index + 1


@given(TRAILS, st.integers(0, 99))
def test_p19_a_drop_is_found(trail: list[Event], pick: int) -> None:
    """P19: a missing event is found where it is missing, the last one too."""
    index = pick % len(trail)
    assert _broken(trail[:index] + trail[index + 1 :], trail) == index + 1


@given(TRAILS, st.integers(0, 99), st.integers(1, 99))
def test_p19_a_swap_is_found(trail: list[Event], pick: int, distance: int) -> None:
    """P19: two events that changed places are found at the first of them."""
    first = pick % len(trail)
    second = (first + 1 + distance % (len(trail) - 1)) % len(trail)
    forged = [*trail]
    forged[first], forged[second] = trail[second], trail[first]
    assert _broken(forged, trail) == min(first, second) + 1


@given(TRAILS, st.integers(0, 99))
def test_p19_a_cut_off_end_is_found(trail: list[Event], pick: int) -> None:
    """P19: a shortened trail does not reach the head that the request keeps."""
    kept = pick % len(trail)
    assert _broken(trail[:kept], trail) == kept + 1


@given(TRAILS, DATA)
def test_p19_an_insertion_is_found(trail: list[Event], data: dict[str, Value]) -> None:
    """P19: a well-chained event too many is found at the end."""
    longer = _trail([*(dict(e.data) for e in trail), data])
    assert _broken(longer, trail) == len(trail) + 1


def test_p19_events_that_nobody_expects_are_found() -> None:
    """P19: a trail for a request that says it has none."""
    assert audit.first_break(_trail([{}]), count=0, head="") == 1


def test_p19_the_hash_covers_every_field() -> None:
    """P19: the number, too, so that a hash names one place in one trail."""
    event = _trail([{}])[0]
    for flip in FLIPS[:7]:
        assert audit.canonical(flip(event)) != audit.canonical(event)


def test_p19_what_a_rule_writes_follows_what_was_written_before() -> None:
    """P19: within one decision, and from one to the next."""
    world = World()
    ref = world.launched()
    request = world.load(ref)
    edit = Edit(request, world.now)
    edit.event(RequestExpired(), SYSTEM)
    edit.event(RequestClosed(), SYSTEM)
    decision = edit.decision()
    first, second = decision.events
    assert (first.seq, first.previous) == (request.audit_seq + 1, request.audit_head)
    assert (second.seq, second.previous) == (first.seq + 1, first.hash)
    after = decision.request
    assert (after.audit_seq, after.audit_head) == (second.seq, second.hash)
    trail = [*world.requests.events(ref), first, second]
    assert audit.first_break(trail, count=after.audit_seq, head=after.audit_head) is None


# A trail as an earlier version wrote it, with the hashes that it stored.
RECORDED: tuple[tuple[str, Actor, dict[str, Value], str], ...] = (
    (
        "request_created",
        Actor("sender", "3u4h7example"),
        {},
        "2c1f60993726383ebd3e5f6565f7cb1bfe8735f21d97dd4df621b348a5d96815",
    ),
    (
        "documents_viewed",
        Actor("recipient", "rcp_00000001"),
        {
            "ip": "192.0.2.7",
            "user_agent": "Mozilla/5.0",
            "consent_version": "2026-11",
            "pages_seen": "unknown",
            "pages": 3,
        },
        "ca350ada1b35d9ed80139e3e0dd52c44329324d08187c3aa4b6197421e6759f4",
    ),
    (
        "seal_accepted",
        Actor("member", "mbr_00000001"),
        {"name": "Claire Exemple", "tries": 0, "é": None},
        "c2568c8abbe9aaa169a255b523a1338204cd136e0fd38068d9d883fc322ff8c4",
    ),
)


def test_p19_trails_that_were_recorded_before_still_hold() -> None:
    """P19: what is told of executions changed, what a hash covers did not."""
    events: list[Event] = []
    for seq, (kind, actor, data, made) in enumerate(RECORDED, start=1):
        at = datetime(2026, 11, 2, 9, 0, seq, tzinfo=UTC)
        previous = events[-1].hash if events else audit.GENESIS
        events.append(Event("sr_00000001", seq, at, kind, actor, data, previous, made))
    assert _broken(events, events) is None
