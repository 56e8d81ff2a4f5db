"""Whatever a reader draws with or trusts is compared with what was signed (issue 7, A3)."""

from __future__ import annotations

import functools
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from paraphe.adapters.requests.inspection import earlier
from paraphe.adapters.requests.inspection.refuse import RefuseError
from paraphe.adapters.trust.pades.validation.file_validation import verify
from paraphe.adapters.trust.pades.validation.trust_anchors import load_roots
from paraphe.domain.trust.verdict import Change, State
from tests.support import redrawn, rich, signed

if TYPE_CHECKING:
    from paraphe.domain.trust.verdict import PdfVerdict


@functools.cache
def house() -> signed.House:
    """One signing house for all attacks."""
    return signed.house()


@functools.cache
def victim(prepared: tuple[tuple[str, bytes], ...] = ()) -> bytes:
    """The signed document; its signature locks nothing."""
    return rich.sign(house(), rich.document(**dict(prepared)))


def judge(data: bytes) -> PdfVerdict:
    """What the verifier says, its roots known."""
    return verify(data, load_roots([house().roots_pem]), signed.BEGIN + timedelta(minutes=5))


def test_victim_is_valid() -> None:
    """Without an attack there is nothing to see."""
    assert judge(victim()).state is State.VALID


@pytest.mark.parametrize("name", redrawn.ATTACKS)
def test_change_is_seen_and_named(name: str) -> None:
    """The file is not valid, and the verdict says what may look different.

    So that no attack is for nothing, each really changes what other programs draw or find.
    """
    attack = redrawn.ATTACKS[name]
    sound = victim(attack.prepared)
    attacked = attack.make(sound)
    assert attack.tells(attacked) != attack.tells(sound)
    verdict = judge(attacked)
    assert verdict.state is State.INVALID
    one = next(one for one in verdict.signatures if one.field == "person")
    assert one.changes.kind is Change.SUSPICIOUS
    assert attack.part in one.changes.parts


@pytest.mark.parametrize("name", [*redrawn.FORM, *redrawn.SHARED, *redrawn.HIDDEN])
def test_upload_is_refused(name: str) -> None:
    """Nor is such a file accepted to be signed further."""
    attack = redrawn.ATTACKS[name]
    earlier.check(victim(attack.prepared))
    with pytest.raises(RefuseError):
        earlier.check(attack.make(victim(attack.prepared)))
