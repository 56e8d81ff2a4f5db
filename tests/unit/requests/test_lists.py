"""Lists on the table: read-your-write, exact, the same as looking at every request."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paraphe.domain.errors import InvalidError
from paraphe.domain.requests import listing
from paraphe.domain.requests.drafts import NewRequest
from paraphe.domain.requests.listing import Sort, Span, Wanted
from paraphe.domain.requests.model import Mode, RequestState, Sender
from paraphe.ports.requests import RequestRef
from paraphe.usecases import using
from paraphe.usecases.requests.create_request import CreateRequest
from paraphe.usecases.requests.edit_recipients import RecipientChange
from paraphe.usecases.requests.edit_request import EditRequest
from paraphe.usecases.requests.list_requests import ListRequests
from tests.support.fakes import lists
from tests.support.fakes.listed_table import ListedRequests
from tests.support.world import FIRM, START, World


@pytest.fixture
def world() -> World:
    """A world whose lists lie on a table in memory."""
    return World(requests=ListedRequests())


def _ids(world: World, wanted: Wanted, limit: int = 3) -> list[str]:
    """Read all pages of a list."""
    found: list[str] = []
    cursor: str | None = None
    while True:
        page = using(ListRequests, world)(world.principal, wanted, limit, cursor)
        assert len(page.requests) <= limit
        found += [request.id for request in page.requests]
        cursor = page.cursor
        if cursor is None:
            return found


def test_every_state_tab_has_what_was_just_written(world: World) -> None:
    """A request is in the list of its state at once, and in no other (read-your-write)."""
    ref = world.draft(people=(1,))

    def is_only_in(state: RequestState) -> None:
        for tab in RequestState:
            found = _ids(world, Wanted(states=frozenset({tab})))
            assert found == ([ref.request_id] if tab is state else []), tab

    is_only_in(RequestState.DRAFT)
    world.launch(ref)
    world.run_actor(ref)
    is_only_in(RequestState.ACTIVE)
    world.sign_all(ref)
    is_only_in(RequestState.COMPLETED)


def _random(world: World, seed: list[int]) -> None:
    """Some requests of different titles, people, senders and ends."""
    titles = (
        "Lettre de mission",
        "Létres: MISSION 2026",
        "Bilan œuvre",
        "Mandat",
        "lettre lettres",
    )
    names = ("Paul Durand", "Anne Durand-Roux", "Élodie Martin", "Paula Durandet")
    for number in seed:
        world.now += timedelta(seconds=37 * (number % 5))
        sender = Sender("usr_1", "Claire", f"Claire{number % 2}@cabinet.example")
        new = NewRequest(
            titles[number % 5], "", sender, external_id=f"ext {number % 3}" if number % 4 else None
        )
        made = using(CreateRequest, world)(world.principal, new, now=world.now)
        ref = RequestRef(made.firm_id, made.id)
        for place in range(1 + number % 3):
            recipient = world.add_recipient(ref, order=1, number=number % 7)
            change = RecipientChange(
                name=names[(number + place) % 4], email=f"p{place}.{number % 3}@client.example"
            )
            world.change(ref, recipient.id, change)
        world.now += timedelta(seconds=number % 90)
        if number % 3:
            world.add_document(ref, "a.pdf")
            world.launch(ref)
            world.now += timedelta(hours=number % 4)
        if number % 5 == 4:
            world.cancel(ref)
        elif number % 11 == 6 and number % 3 == 0:
            using(EditRequest, world).delete(world.principal, ref, world.now)


_SPANS = st.builds(
    Span,
    st.none() | st.just(START + timedelta(minutes=2)),
    st.none() | st.just(START + timedelta(minutes=15)),
)
_WANTED = st.builds(
    Wanted,
    states=st.frozensets(st.sampled_from(RequestState), max_size=3),
    person=st.sampled_from(
        ["", "", "d", "durand", "paul durand", "paul dura mart", "roux anne", "p1.2@", "É", "zoe"]
    ).map(listing.sought_person),
    text=st.sampled_from(["", "", "l", "lettre", "LETTRE mission", "oeuv", "2026", "x"]).map(
        listing.sought_words
    ),
    external_id=st.sampled_from([None, None, "ext 1", "ext"]),
    sender=st.sampled_from([None, None, "claire1@cabinet.example"]),
    created=_SPANS,
    updated=_SPANS,
    deadline=st.just(Span()) | st.just(Span(START + timedelta(days=15, minutes=5))),
    sort=st.sampled_from(Sort),
    descending=st.booleans(),
)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.integers(0, 200), max_size=9), st.lists(_WANTED, min_size=3, max_size=6))
def test_a_list_is_what_looking_at_every_request_finds(
    seed: list[int], asked: list[Wanted]
) -> None:
    """In this order, each once, whatever the page's size and the filters."""
    requests = ListedRequests()
    world = World(requests=requests)
    _random(world, seed)
    for wanted in asked:
        try:
            wanted.check()
        except InvalidError:
            continue
        mine = [r for r in requests.stored.values() if r.firm_id == FIRM.id]
        expected = [r.id for r in lists.ordered(mine, wanted)]
        for limit in (1, 2, 100):
            assert _ids(world, wanted, limit) == expected


def test_who_is_found_need_not_be_the_first_with_such_a_name() -> None:
    """Anne Durand-Roux is no Paul; Paula Durandet, who is named after her, is found once."""
    requests = ListedRequests()
    world = World(requests=requests)
    _random(world, [113])
    wanted = Wanted(person=listing.sought_person("paul durand"))
    for limit in (1, 2, 100):
        assert _ids(world, wanted, limit) == [r.id for r in requests.stored.values()]


def test_what_an_earlier_version_stored_is_found_from_its_next_commit_on() -> None:
    """By all but its people at once; `paraphe refile` finds the rest."""
    requests = ListedRequests(form=0)
    world = World(requests=requests)
    ref = world.draft(people=(1,))
    assert _ids(world, Wanted(states=frozenset({RequestState.DRAFT}))) == [ref.request_id]
    world.launch(ref)
    assert _ids(world, Wanted(states=frozenset({RequestState.DRAFT}))) == []
    for wanted in (Wanted(), Wanted(text=("lettre",)), Wanted(sort=Sort.DEADLINE)):
        assert _ids(world, wanted) == [ref.request_id]
    requests.relist(requests.stored[ref])
    name = requests.stored[ref].recipients[0].name
    assert _ids(world, Wanted(person=listing.sought_person(name))) == [ref.request_id]


def test_tests_are_told_from_what_counts(world: World) -> None:
    """By themselves and with other filters; over pages, each whole."""
    sender = Sender("usr_1", "Claire", "claire@cabinet.example")
    made: dict[Mode, list[str]] = {Mode.LIVE: [], Mode.TEST: []}
    for mode in (Mode.LIVE, Mode.TEST, Mode.LIVE, Mode.TEST, Mode.LIVE, Mode.LIVE, Mode.LIVE):
        world.now += timedelta(seconds=1)
        new = NewRequest("Mandat", "", sender, mode=mode)
        request = using(CreateRequest, world)(world.principal, new, now=world.now)
        made[mode].insert(0, request.id)
    for mode, ids in made.items():
        assert _ids(world, Wanted(mode=mode)) == ids
        assert _ids(world, Wanted(mode=mode, text=("mandat",))) == ids
        assert _ids(world, Wanted(mode=mode, states=frozenset({RequestState.ACTIVE}))) == []
    assert len(_ids(world, Wanted())) == 7


def test_a_page_reads_so_much_and_no_more(world: World) -> None:
    """Filters that hardly anything passes give short pages, never a long search."""
    requests = world.requests
    assert isinstance(requests, ListedRequests)
    for number in range(1000):
        world.now += timedelta(seconds=1)
        sender = Sender("usr_1", "Claire", "claire@cabinet.example")
        new = NewRequest("Mandat" if number else "Bilan", "", sender)
        using(CreateRequest, world)(world.principal, new, now=world.now)
    started = requests.table.units
    wanted = Wanted(created=Span(START), text=("bilan",))
    assert len(_ids(world, wanted, 10)) == 1
    assert requests.table.units - started < 5
    started = requests.table.units
    page = requests.listed(FIRM.id, Wanted(deadline=Span(START)), 10, None)
    assert page.requests == ()
    assert page.cursor is not None
    assert requests.table.units - started < 1000


def test_deleting_and_forgetting_leave_no_words(world: World) -> None:
    """What nobody may be found by any more is in no list's key."""
    requests = world.requests
    assert isinstance(requests, ListedRequests)
    ref = world.launched(people=tuple(range(1, 31)))
    requests.most_entries = 0
    world.cancel(ref)
    world.run_actor(ref)
    world.now += timedelta(days=32)
    world.sweep()
    assert requests.stored[ref].forgotten_at is not None
    assert requests.most_entries < 90
    partition = requests.table.items.get(f"F#{FIRM.id}#L#PERSON", {})
    assert partition == {}
    assert requests.table.items[f"F#{FIRM.id}#L#SENDER"] == {}
    world.now += timedelta(days=3700)
    world.sweep()
    assert requests.table.items[f"F#{FIRM.id}#L#TITLE"] == {}
