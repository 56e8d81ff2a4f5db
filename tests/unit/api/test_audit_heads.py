"""The days' chain heads over HTTP (P19)."""

from datetime import timedelta

import pytest

from paraphe.usecases.evidence.anchor_heads import Ports, anchor
from tests.support.api import Caller
from tests.support.world import FIRM, START, World

ROOT = "/v1/audit_heads"
FIRST = START.date()


def write_down(world: World, days: int = 1) -> None:
    """Let days pass, each with a new request and a run of the job."""
    for _ in range(days):
        world.launched()
        world.now = (world.now + timedelta(days=1)).replace(hour=1, minute=10)
        anchor(Ports(world.chain_heads, world.head_files, world.stamper), world.now)


def test_a_day_is_there_once_it_is_stamped(caller: Caller, world: World) -> None:
    """404 before, and while its time-stamp is missing."""
    assert caller.call("GET", f"{ROOT}/{FIRST}").code == "heads_not_found"
    assert caller.call("GET", ROOT).json == {"items": [], "next_since": None}
    world.stamper.outages = 1
    write_down(world)
    assert caller.call("GET", f"{ROOT}/{FIRST}").status == 404
    assert caller.call("GET", ROOT).json["items"] == []
    anchor(Ports(world.chain_heads, world.head_files, world.stamper), world.now)
    shown = caller.call("GET", f"{ROOT}/{FIRST}").json
    assert (shown["day"], shown["expires_in"]) == (str(FIRST), 300)
    assert f"/{FIRM.id}/heads/{FIRST}.json?" in shown["heads_url"]
    assert f"/{FIRM.id}/heads/{FIRST}.tsr?" in shown["token_url"]


def test_days_are_listed_in_pages(caller: Caller, world: World) -> None:
    """Oldest first; the next page begins where this one says."""
    write_down(world, 3)
    days = [str(FIRST + timedelta(days=n)) for n in range(3)]
    assert caller.call("GET", ROOT).json == {"items": days, "next_since": None}
    page = caller.call("GET", ROOT, query={"limit": ["2"]}).json
    assert page["items"] == days[:2]
    rest = caller.call("GET", ROOT, query={"since": [page["next_since"]], "limit": ["2"]}).json
    assert rest == {"items": days[2:], "next_since": None}


@pytest.mark.parametrize("day", ["2026-02-30", "20260320", "latest", "2026-03-20.json", "..%2f"])
def test_what_is_no_day_is_not_there(caller: Caller, world: World, day: str) -> None:
    """Nothing but a date becomes part of a name."""
    write_down(world)
    answer = caller.call("GET", f"{ROOT}/{day}")
    assert (answer.status, answer.code) == (404, "heads_not_found")


def test_another_firm_s_days_are_not_there(caller: Caller, world: World) -> None:
    """A firm sees its own, by its token."""
    write_down(world)
    moved = {k.replace(FIRM.id, "frm_00000002"): v for k, v in world.head_files.objects.items()}
    world.head_files.objects = moved
    assert caller.call("GET", f"{ROOT}/{FIRST}").status == 404
    assert caller.call("GET", ROOT).json["items"] == []


def test_queries_are_read_strictly(caller: Caller) -> None:
    """422 for what is no date, no number, or unknown."""
    for query in ({"since": ["yesterday"]}, {"limit": ["0"]}, {"year": ["2026"]}):
        assert caller.call("GET", ROOT, query=query).status == 422
