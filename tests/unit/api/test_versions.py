"""ETag, If-Match and If-None-Match of a signature request and what is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.software import PEOPLE, ROOT

if TYPE_CHECKING:
    from tests.support.api import Answered, Caller
    from tests.support.world import World

SIGNER = {**PEOPLE[0], "order": 1}


@pytest.fixture
def path(world: World) -> str:
    """A draft that could be launched."""
    return f"{ROOT}/{world.draft(people=(1,)).request_id}"


def test_reading_tells_the_version(caller: Caller, path: str) -> None:
    """Of a part: that of its request."""
    whole = caller.call("GET", path)
    recipient, document = whole.json["recipients"][0]["id"], whole.json["documents"][0]["id"]
    for part in (f"recipients/{recipient}", f"documents/{document}"):
        assert caller.call("GET", f"{path}/{part}").headers["ETag"] == whole.headers["ETag"]


@pytest.mark.parametrize(
    ("method", "below", "body"),
    [
        ("PATCH", "", {"title": "Bail"}),
        ("DELETE", "", None),
        ("POST", "/recipients", SIGNER),
        ("PATCH", "/recipients/{rcp}", {"name": "Paul Durand"}),
        ("DELETE", "/recipients/{rcp}", None),
        ("POST", "/documents", {"name": "b.pdf"}),
        ("DELETE", "/documents/{doc}", None),
        ("POST", "/launch", None),
        ("POST", "/cancel", None),
    ],
)
def test_only_what_was_seen_is_changed(
    caller: Caller, path: str, method: str, below: str, body: object
) -> None:
    """Another version: 412, and nothing is done; the right one, and any (`*`), are."""
    whole = caller.call("GET", path)
    below = below.format(
        rcp=whole.json["recipients"][0]["id"], doc=whole.json["documents"][0]["id"]
    )
    tag = whole.headers["ETag"]
    stale = f'"{int(tag[1:-1]) - 1}"'
    late = caller.call(method, path + below, body, headers={"If-Match": stale})
    assert (late.status, late.code) == (412, "changed_meanwhile")
    assert caller.call("GET", path).json == whole.json
    assert caller.call(method, path + below, body, headers={"If-Match": tag}).status < 300


def test_a_change_in_between_is_found_out_by_the_commit(
    caller: Caller, world: World, path: str
) -> None:
    """Not by the read before it."""
    tag = caller.call("GET", path).headers["ETag"]
    world.requests.between = [
        lambda: _done(caller.call("PATCH", path, {"title": "Entre"})),
    ]
    late = caller.call("PATCH", path, {"title": "Bail"}, headers={"If-Match": tag})
    assert (late.status, late.code) == (412, "changed_meanwhile")
    assert caller.call("GET", path).json["title"] == "Entre"


def test_a_call_that_commits_twice_moves_its_own_version_on(caller: Caller, path: str) -> None:
    """What it has seen is what it began with."""
    tag = caller.call("GET", path).headers["ETag"]
    done = caller.call("POST", f"{path}/launch", headers={"If-Match": tag})
    assert done.status == 200
    assert done.headers["ETag"] == caller.call("GET", path).headers["ETag"]


def test_what_is_known_is_not_sent_again(caller: Caller, path: str) -> None:
    """304 without a body, with the tag; a weak or a listed one counts, an older one does not."""
    tag = caller.call("GET", path).headers["ETag"]
    for known in (tag, f"W/{tag}", f'"1", {tag}', "*"):
        answer = caller.call("GET", path, headers={"If-None-Match": known})
        assert (answer.status, answer.text, answer.headers["ETag"]) == (304, "", tag)
    assert caller.call("GET", path, headers={"If-None-Match": '"999"'}).status == 200
    assert caller.call("GET", ROOT, headers={"If-None-Match": "*"}).status == 200


def test_without_if_match_the_last_write_wins(caller: Caller, path: str) -> None:
    """Whoever does not say what they have seen changes what is there."""
    caller.call("PATCH", path, {"title": "Premier"})
    assert caller.call("PATCH", path, {"title": "Second"}).status == 200
    assert caller.call("GET", path).json["title"] == "Second"


def _done(answer: Answered) -> None:
    assert answer.status < 300
