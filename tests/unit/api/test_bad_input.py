"""Bad input at every operation: a problem document says what is wrong where; nothing changes."""

from __future__ import annotations

import functools
import importlib
import pkgutil

import pytest

from api.app import operations
from tests.support import api_examples
from tests.support.spoilt_calls import Spoiler, Spoilt
from tests.support.world import World

STORIES = sorted(one.name for one in pkgutil.iter_modules(api_examples.__path__))
STORIES.remove("__main__")


@functools.cache
def played(name: str) -> Spoiler:
    """Play a story."""
    world = World()
    spoiler = Spoiler(world)
    importlib.import_module(f"{api_examples.__name__}.{name}").play(world, spoiler)
    return spoiler


def _told(wrong: list[Spoilt]) -> str:
    lines = (
        f"{one.operation} {one.how} {one.pointer}: {one.answer.status} {one.answer.text[:200]}"
        for one in wrong
    )
    return "\n".join(lines)


def test_every_operation_is_called_with_bad_input() -> None:
    """Whatever takes a body or a query, which is every one; no story leaves a kind out."""
    tried = [one for story in STORIES for one in played(story).spoilt]
    assert {one.operation for one in tried} == {operation.id for operation in operations()}
    kinds = {one.how.partition(":")[0] for one in tried}
    assert kinds == {
        *("malformed", "no object", "too large", "media type", "unknown", "surrogate as key"),
        *("key twice", "value", "type", "deep value", "trick", "twice", "cursor", "limit"),
    }


@pytest.mark.parametrize("story", STORIES)
def test_it_is_refused_and_changes_nothing(story: str) -> None:
    """With the status of what is wrong; nothing crashes."""
    spoiler = played(story)
    wrong = [one for one in spoiler.spoilt if one.answer.status not in _statuses(one.how)]
    assert not wrong, _told(wrong)
    assert {one.answer.code for one in spoiler.spoilt}  # each is a problem document
    assert spoiler.changed == []
    assert spoiler.observer.crashes == []


def _statuses(how: str) -> set[int]:
    kind = how.partition(":")[0]
    return {
        "malformed": {400},
        "key twice": {400},
        "value": {400, 422},
        "surrogate as key": {400},
        "deep value": {400, 422},
        "too large": {413},
        "media type": {415},
    }.get(kind, {422})


@pytest.mark.parametrize("story", STORIES)
def test_the_field_or_the_parameter_is_named(story: str) -> None:
    """Where JSON could be read, `errors` say where it is wrong, and what to do."""
    wrong = [one for one in played(story).spoilt if not _is_named(one)]
    assert not wrong, _told(wrong)


def _is_named(one: Spoilt) -> bool:
    if one.answer.status in {400, 413, 415} and not one.how.startswith("key twice"):
        return bool(one.answer.json["detail"])
    errors = one.answer.json["errors"]
    if one.how.startswith(("cursor", "limit", "twice")) or one.place == ("unknown_parameter",):
        return any(error.get("parameter") == one.place[0] for error in errors)
    # A list or a choice of shapes may be refused as a whole, or at something in it.
    return any(_is_near(error.get("pointer") or "", one.pointer) for error in errors)


def _is_near(named: str, spoilt: str) -> bool:
    return named == spoilt or named.startswith(f"{spoilt}/") or spoilt == "#"
