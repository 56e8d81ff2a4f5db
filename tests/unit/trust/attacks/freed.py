"""What the tests of freed objects share: victims, the judge, and what is harmless."""

from __future__ import annotations

import functools
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from paraphe.adapters.requests.inspection import earlier
from paraphe.adapters.requests.inspection.refuse import RefuseError
from paraphe.adapters.trust.pades.validation.file_validation import verify
from paraphe.adapters.trust.pades.validation.trust_anchors import load_roots
from paraphe.domain.trust.verdict import Change, Part, State
from tests.support import freeing, rich, signed, strange_pdfs

if TYPE_CHECKING:
    from paraphe.domain.trust.verdict import SignatureVerdict

GAPS = (62, 73, 74, 75, 76, 77, 30, 61)  # no objects, but for the last, an unused one
UNUSED = 60  # a stream that nothing refers to; so is 61, which is packed in a packed file
FORGED = strange_pdfs.stream(rich.EVIL)
KINDS = pytest.mark.parametrize("packed", [False, True], ids=["table", "stream"])


@functools.cache
def house() -> signed.House:
    """One signing house for all."""
    return signed.house()


@functools.cache
def victim(packed: bool, prepared: tuple[tuple[int, bytes], ...] = ()) -> bytes:  # noqa: FBT001
    """The signed document of `rich`, its signature locks nothing."""
    if not packed:
        return rich.sign(house(), rich.document(**{f"o{n}": body for n, body in prepared}))
    objects = rich.objects() | dict(prepared)
    return rich.sign(house(), freeing.pack(dict(sorted(objects.items())), b"/Info 19 0 R"))


def judge(data: bytes, field: str = "person") -> SignatureVerdict:
    """What the verifier says of a signature."""
    at = signed.BEGIN + timedelta(minutes=5)
    verdict = verify(data, load_roots([house().roots_pem]), at)
    return next(one for one in verdict.signatures if one.field == field)


def is_refused(data: bytes) -> bool:
    """Whether nobody may sign on top of it."""
    try:
        earlier.check(data)
    except RefuseError:
        return True
    return False


def assert_harmless(data: bytes, field: str = "person") -> None:
    """The signature holds, nothing is said of its document but that it was continued."""
    one = judge(data, field)
    assert one.state is State.VALID, one.detail
    assert (one.changes.kind, one.changes.parts) == (Change.LATER_SIGNATURES, ())
    assert not is_refused(data)


def assert_seen(data: bytes, part: Part, why: str) -> None:
    """The change is called suspicious, by these words."""
    one = judge(data)
    assert one.state is State.INVALID
    assert one.changes.kind is Change.SUSPICIOUS
    assert part in one.changes.parts
    assert why in one.changes.detail
    assert is_refused(data)
