"""P19: trails that an earlier version stored are stored the same, byte for byte, by this one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from paraphe.adapters.dynamodb.rows import event_of
from paraphe.domain.evidence import audit
from paraphe.domain.evidence.events import kinds
from tests.support import played

if TYPE_CHECKING:
    from paraphe.domain.evidence.audit import Event

NAMES = sorted(played.STORIES)


def _trails(name: str) -> dict[str, list[Event]]:
    """The recorded events of a story, by request."""
    trails: dict[str, list[Event]] = {}
    for item in played.recorded(name):
        event = event_of(item)
        trails.setdefault(event.request_id, []).append(event)
    return trails


@pytest.mark.parametrize("name", NAMES)
def test_p19_the_same_story_is_stored_the_same(name: str) -> None:
    """P19: kinds, actors, data in their order, hashes; and what forgetting has left of them."""
    assert played.text(name) == (played.RECORDED / f"{name}.jsonl").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_p19_recorded_trails_hold(name: str) -> None:
    """P19: each digest is computed anew from what was stored."""
    for trail in _trails(name).values():
        head = trail[-1].hash
        forgotten = any(event.withheld for event in trail)
        assert audit.first_break(trail, count=len(trail), head=head, forgotten=forgotten) is None


def test_every_kind_is_recorded() -> None:
    """A new kind of event needs a story in `tests/support/played.py`."""
    trails = [trail for name in NAMES for trail in _trails(name).values()]
    assert {event.kind for trail in trails for event in trail} == set(kinds.WRITTEN)
