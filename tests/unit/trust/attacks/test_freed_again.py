"""Objects that a later revision frees and then uses, names, or changes more than that."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import pytest

from paraphe.domain.trust.verdict import Change, Part, State
from tests.support import freeing, rich
from tests.support.freeing import NEXT, update
from tests.unit.trust.attacks.freed import (
    FORGED,
    KINDS,
    UNUSED,
    assert_seen,
    is_refused,
    judge,
    victim,
)

if TYPE_CHECKING:
    from collections.abc import Callable


@KINDS
@pytest.mark.parametrize("generation", [0, 1])
def test_freed_and_used_again(generation: int, *, packed: bool) -> None:
    """The number comes back, as the same or the next generation, used by nothing."""
    freed = update(victim(packed), {UNUSED: NEXT})
    attacked = update(freed, {}, {UNUSED: FORGED}, {UNUSED: generation})
    one = judge(attacked)
    assert one.state is State.INVALID
    assert one.changes.kind is Change.SUSPICIOUS
    assert is_refused(attacked)


def test_freed_and_used_again_is_named() -> None:
    """By words that say what is wrong with it."""
    freed = update(victim(packed=False), {UNUSED: NEXT})
    attacked = update(freed, {}, {UNUSED: FORGED}, {UNUSED: 1})
    assert_seen(attacked, Part.DOCUMENT, "an object was freed, and its number is used again")


@KINDS
def test_freed_and_used_again_by_a_new_field(*, packed: bool) -> None:
    """The same as a field for a signature, which an update may bring."""
    rows = {10: _fields(b"60 1 R"), 9: _annotations(b"60 1 R")}
    more = b"<</Type/Annot/Subtype/Widget/FT/Sig/F 4/P 3 0 R/T(more)/Rect[0 0 0 0]>>"
    freed = update(victim(packed), {UNUSED: NEXT})
    attacked = update(freed, {}, {**rows, UNUSED: more}, {UNUSED: 1})
    one = judge(attacked)
    assert (one.state, one.changes.kind) == (State.INVALID, Change.SUSPICIOUS), one.detail
    assert is_refused(attacked)


@KINDS
def test_freed_and_named_later(*, packed: bool) -> None:
    """A later update, allowed but for that, refers to what was freed."""
    info = {19: b"<</Title(Lettre)/Mine 60 0 R>>"}
    attacked = update(update(victim(packed), {UNUSED: NEXT}), {}, info)
    one = judge(attacked)
    assert (one.state, one.changes.kind) == (State.INVALID, Change.SUSPICIOUS), one.detail
    assert is_refused(attacked)


@KINDS
def test_named_in_between(*, packed: bool) -> None:
    """An update refers to it, the next one frees it and refers to it no more."""
    named = update(victim(packed), {}, {19: b"<</Title(Lettre)/Mine 60 0 R>>"})
    attacked = update(named, {UNUSED: NEXT}, {19: b"<</Title(Lettre)>>"})
    one = judge(attacked)
    assert (one.state, one.changes.kind) == (State.INVALID, Change.SUSPICIOUS), one.detail
    assert is_refused(attacked)


@KINDS
def test_promised_freed_and_brought(*, packed: bool) -> None:
    """A page names what was never there; it is freed, then brought."""
    promise = (6, b"<</Type/Page/Parent 2 0 R/Contents[8 0 R 62 0 R]>>")
    freed = update(victim(packed, (promise,)), {62: NEXT})
    for attacked in (
        freed,
        update(freed, {}, {62: FORGED}, {62: 1}),
        update(freed, {}, {62: FORGED}),
    ):
        one = judge(attacked)
        assert (one.state, one.changes.kind) == (State.INVALID, Change.SUSPICIOUS), one.detail
        assert is_refused(attacked)


def _freed_and_listed(data: bytes) -> bytes:
    """A classic table that both frees a number and says where it is."""
    return update(data, {UNUSED: NEXT}, {UNUSED: FORGED})


def _freed_and_hidden(data: bytes) -> bytes:
    """A freed number's object lies beside the table."""
    return update(data, {UNUSED: NEXT}, unlisted=b"60 0 obj\n" + FORGED + b"\nendobj\n")


def _freed_and_redrawn(data: bytes) -> bytes:
    """Beside what is harmless, the page's content is another one."""
    return update(data, {UNUSED: NEXT}, {8: FORGED})


def _one_of_two(data: bytes) -> bytes:
    """Beside an unused one, a used one."""
    return update(data, {UNUSED: NEXT, 38: NEXT})


def _dead(data: bytes) -> bytes:
    """Freed in a way that has no meaning in an update: the next generation is 0."""
    return update(data, {UNUSED: 0})


@pytest.mark.parametrize(
    "make",
    [
        _freed_and_listed,
        _freed_and_hidden,
        _freed_and_redrawn,
        _one_of_two,
        _dead,
        functools.partial(freeing.hybrid, number=61),
        functools.partial(freeing.hybrid, number=8),
    ],
    ids=["listed", "hidden", "redrawn", "one-of-two", "dead", "hybrid", "hybrid-drawn"],
)
def test_more_than_freed(make: Callable[[bytes], bytes]) -> None:
    """Other things with it, or said in other places, are as suspicious as they were."""
    attacked = make(victim(packed=False))
    one = judge(attacked)
    assert (one.state, one.changes.kind) == (State.INVALID, Change.SUSPICIOUS), one.detail
    assert is_refused(attacked)


def _fields(more: bytes) -> bytes:
    body = rich.objects()[10]
    return body.replace(b"78 0 R]", b"78 0 R " + more + b"]", 1)


def _annotations(more: bytes) -> bytes:
    return rich.objects()[9][:-1] + b" " + more + b"]"
