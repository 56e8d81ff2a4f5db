"""A fixed sample of `tests.fuzz.pades`; `make soak` goes on from there."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from paraphe.adapters.trust.pades.validation.file_validation import verify
from paraphe.adapters.trust.pades.validation.trust_anchors import load_roots
from paraphe.domain.trust.verdict import State
from tests.fuzz.pades import seeds
from tests.fuzz.pades.rounds import one
from tests.fuzz.pades.targets import TARGETS

if TYPE_CHECKING:
    from collections.abc import Iterator

ROUNDS = {"validate signed": 12, "validate unsigned": 12}
OFTEN = 60  # what costs little


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """What is logged about broken files is not asked here."""
    logging.disable()
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("target", TARGETS)
def test_broken_files(target: str) -> None:
    """Refused with the errors that are named, or right."""
    for number in range(ROUNDS.get(target, OFTEN)):
        tried = one(20261127, number, target)
        assert not tried.complaints, (tried.name, tried.complaints)


def test_the_same_seed_breaks_alike() -> None:
    """So that a complaint can be looked into."""
    for target in ("validate signed", "write", "token"):
        assert one(7, 1, target).data == one(7, 1, target).data


@pytest.mark.parametrize("name", seeds.SIGNED)
def test_the_seeds_are_right(name: str) -> None:
    """Unbroken they are valid: what is refused above is refused for what was done to it."""
    data, ends = seeds.signed_pdf(name)
    assert verify(data, load_roots([seeds.roots()]), seeds.now()).state is State.VALID
    assert len(data) == ends[-1]


def test_the_seeds_are_small() -> None:
    """The repository carries them."""
    assert seeds.names()
    assert all((seeds.FOLDER / name).stat().st_size <= seeds.LARGEST for name in seeds.names())
