"""One PEM file says which root is trusted for what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from paraphe.adapters.trust.pades.cms.bundle import Purpose, label, read
from paraphe.adapters.trust.pades.validation.trust_anchors import load_roots
from tests.support import forging, signed

if TYPE_CHECKING:
    from collections.abc import Callable

ONE, TWO = (forging.pem(forging.signing_root(signed.BEGIN, name)) for name in ("One", "Two"))
SIGNATURES, STAMPS = b"Trust: signatures\n", b"Trust: time-stamps\n"


def names(roots: tuple[object, ...]) -> list[str]:
    """Common names."""
    return [one.subject.native["common_name"] for one in roots]  # type: ignore[attr-defined]


def test_labels_decide() -> None:
    """A label is about the next certificate only, wherever the file was given."""
    bundle = b"My roots\n" + SIGNATURES + ONE + b"\r\n# trust: Time-Stamps\r\n" + TWO
    for anchors in (load_roots([bundle]), load_roots([], [bundle])):
        assert (names(anchors.signing), names(anchors.stamping)) == (["One"], ["Two"])
    both = load_roots([b"Trust: signatures, time-stamps\n" + ONE])
    assert names(both.signing) == names(both.stamping) == ["One"]
    joined = load_roots([STAMPS + TWO + ONE])
    assert (names(joined.signing), names(joined.stamping)) == (["One"], ["Two"])


def test_options_decide_where_nothing_is_said() -> None:
    """`--trust` is for signatures, `--trust-tsa` for time-stamps."""
    anchors = load_roots([ONE], [TWO])
    assert (names(anchors.signing), names(anchors.stamping)) == (["One"], ["Two"])
    alone = load_roots([ONE, ONE])
    assert (names(alone.signing), alone.stamping, alone.unsorted) == (["One"], (), ())


def test_an_unsorted_bundle() -> None:
    """Several, and nothing says which is for time-stamps: `settled` has to find out."""
    anchors = load_roots([ONE + TWO])
    assert (anchors.signing, anchors.stamping) == ((), ())
    assert names(anchors.unsorted) == ["One", "Two"]
    settled = anchors.settled([])
    assert names(settled.guessed) == names(settled.signing) == ["One", "Two"]
    assert settled.stamping == ()


def test_labels_are_kept_and_given() -> None:
    """Labelling twice changes nothing; other tools read past the lines."""
    labelled = label(ONE, Purpose.SIGNATURES) + label(TWO, Purpose.TIME_STAMPS)
    assert label(labelled, Purpose.SIGNATURES) == labelled
    assert [said for _, said in read(labelled)] == [
        frozenset({Purpose.SIGNATURES}),
        frozenset({Purpose.TIME_STAMPS}),
    ]
    told = x509.load_pem_x509_certificates(labelled)
    assert [one.public_bytes(Encoding.PEM) for one in told] == [ONE, TWO]


WRONG: dict[str, Callable[[], bytes]] = {
    "unknown purpose": lambda: b"Trust: everything\n" + ONE,
    "nothing said": lambda: b"Trust:\n" + ONE,
    "label without a certificate": lambda: ONE + STAMPS,
    "no certificate": lambda: b"-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----\n",
    "no base64": lambda: ONE.replace(b"MII", b"M!I", 1),
    "rubbish": lambda: b"rubbish",
    "empty": lambda: b"",
}


@pytest.mark.parametrize("make", WRONG.values(), ids=WRONG)
def test_wrong_bundles(make: Callable[[], bytes]) -> None:
    """Said, never guessed."""
    with pytest.raises(ValueError, match=r"."):
        load_roots([make()])
