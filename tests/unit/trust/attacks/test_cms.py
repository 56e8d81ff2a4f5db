"""Signatures and time-stamps with one thing wrong in them (P20)."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from paraphe.adapters.trust.pades.cms import der, signed_data
from paraphe.adapters.trust.verification.check import check
from paraphe.domain.trust.verdict import Change, Kind, Level, Problem, State
from tests.support import forged_cms, forging, signed
from tests.support.forged_cms import Cms
from tests.support.forging import Wish, certify
from tests.unit.trust.attacks.conftest import NOW, Workshop
from tests.unit.trust.attacks.test_trust import assert_said, of

if TYPE_CHECKING:
    from collections.abc import Callable

TST = "1.2.840.113549.1.9.16.1.4"
SIGNING_TIME = "1.2.840.113549.1.9.5"


def _attribute(number: str, *values: bytes) -> bytes:
    return der.sequence(der.oid(number), der.tlv(der.SET, *values))


CHANGES: dict[str, tuple[Callable[[Cms], Cms], State, Problem]] = {
    "digest of something else": (
        lambda one: replace(one, digest=bytes(32)),
        State.INVALID,
        Problem.DIGEST,
    ),
    "no message digest": (
        lambda one: replace(one, left_out=frozenset({signed_data.MESSAGE_DIGEST})),
        State.INVALID,
        Problem.MALFORMED,
    ),
    "no content type": (
        lambda one: replace(one, left_out=frozenset({signed_data.CONTENT_TYPE})),
        State.INVALID,
        Problem.MALFORMED,
    ),
    "no signing certificate": (
        lambda one: replace(one, left_out=frozenset({signed_data.SIGNING_CERTIFICATE_V2})),
        State.INVALID,
        Problem.MALFORMED,
    ),
    "two message digests": (
        lambda one: replace(one, doubled=frozenset({signed_data.MESSAGE_DIGEST})),
        State.INVALID,
        Problem.MALFORMED,
    ),
    "message digest twice": (
        lambda one: replace(
            one, more=(_attribute(signed_data.MESSAGE_DIGEST, der.octets(bytes(32))),)
        ),
        State.INVALID,
        Problem.MALFORMED,
    ),
    "content type of a time-stamp": (
        lambda one: replace(one, stated_type=TST),
        State.INVALID,
        Problem.MALFORMED,
    ),
    "signed as a time-stamp": (
        lambda one: replace(one, content_type=TST, content=b"\x30\x00"),
        State.INVALID,
        Problem.MALFORMED,
    ),
    "content inside": (
        lambda one: replace(one, content=b"I owe you nothing"),
        State.INVALID,
        Problem.MALFORMED,
    ),
    "content inside with its own digest": (
        lambda one: replace(
            one, content=b"I owe nothing", digest=hashlib.sha256(b"I owe nothing").digest()
        ),
        State.INVALID,
        Problem.MALFORMED,
    ),
    "two signers": (lambda one: replace(one, signers=2), State.INVALID, Problem.MALFORMED),
    "no signer": (lambda one: replace(one, signers=0), State.INVALID, Problem.MALFORMED),
    "SHA-1": (lambda one: replace(one, hash_name="sha1"), State.INVALID, Problem.DIGEST),
}


@pytest.mark.parametrize(("change", "state", "problem"), CHANGES.values(), ids=CHANGES)
def test_changed(
    shop: Workshop, change: Callable[[Cms], Cms], state: State, problem: Problem
) -> None:
    """Each is told by its name."""
    assert_said(shop.judge(shop.sign(shop.issue(), change=change)), state, problem)


def test_the_certificate_is_swapped(shop: Workshop) -> None:
    """One key, two certificates: the signed attribute says which was meant (RFC 5035)."""
    marie = shop.issue(Wish("Marie Laurent"))
    karim = shop.issue(Wish("Karim Benali"), key=marie.key)
    data = shop.sign(karim, change=lambda one: replace(one, named=marie.certificate))
    verdict = shop.judge(data)
    assert verdict.state is not State.VALID
    assert of(verdict).state in {State.INVALID, State.INDETERMINATE}


def test_somebody_else_is_named_as_signer(shop: Workshop) -> None:
    """Issuer and serial number are another's, who is inside as well."""
    marie, karim = shop.issue(Wish("Marie")), shop.issue(Wish("Karim"))
    both = (*marie.chain, karim.certificate)
    data = shop.sign(
        marie, change=lambda one: replace(one, sid=karim.certificate, certificates=both)
    )
    assert shop.judge(data).state in {State.INVALID, State.INDETERMINATE}
    named = shop.sign(
        marie,
        change=lambda one: replace(
            one, sid=karim.certificate, named=karim.certificate, certificates=both
        ),
    )
    assert shop.judge(named).state is State.INVALID


def test_a_signing_time_is_a_claim(shop: Workshop) -> None:
    """The attribute says last year: it is not believed, and the level is no PAdES baseline."""
    said = _attribute(SIGNING_TIME, der.tlv(der.UTC_TIME, b"250101000000Z"))
    data = shop.sign(shop.issue(), change=lambda one: replace(one, more=(said,)))
    verdict = shop.judge(data)
    assert of(verdict).level is Level.NONE
    assert of(verdict).stamped_at == signed.BEGIN


def test_a_time_stamp_of_something_else(shop: Workshop) -> None:
    """A true token, over another signature."""
    token = forged_cms.token(shop.house, b"something else")
    data = shop.sign(shop.issue(), change=lambda one: replace(one, stamps=[lambda _: token]))
    assert_said(shop.judge(data), State.INVALID, Problem.DIGEST)


@pytest.mark.parametrize("first", [True, False])
def test_two_time_stamps_and_one_is_of_something_else(shop: Workshop, *, first: bool) -> None:
    """No signature covers unsigned attributes: the good one does not excuse the other."""
    wrong = forged_cms.token(shop.house, b"something else")

    def change(one: Cms) -> Cms:
        both = [lambda _: wrong, *one.stamps] if first else [*one.stamps, lambda _: wrong]
        return replace(one, stamps=both)

    assert_said(shop.judge(shop.sign(shop.issue(), change=change)), State.INVALID, Problem.DIGEST)


def test_a_time_stamp_in_the_place_of_a_signature(shop: Workshop) -> None:
    """A true document time-stamp's token, called CAdES: nobody's signature."""
    data = forging.embed(
        shop.pdf,
        lambda digest: shop.house.trust.timestamps.stamp(digest).der,
        material=shop.material(),
    )
    assert_said(shop.judge(data), State.INVALID, Problem.MALFORMED)


def test_a_signature_in_the_place_of_a_time_stamp(shop: Workshop) -> None:
    """A person's CAdES, called a document time-stamp: nobody signed, and no time is proven."""
    signer = shop.issue()
    data = forging.embed(
        shop.pdf,
        lambda digest: Cms(signer, digest).encode(),
        material=shop.material(),
        sub_filter="ETSI.RFC3161",
        kind="DocTimeStamp",
    )
    verdict = shop.judge(data)
    assert verdict.state is State.UNSIGNED
    assert verdict.signatures[-1].state is State.INVALID
    assert verdict.signatures[-1].kind is Kind.TIMESTAMP


@pytest.mark.parametrize("way", ["by a stranger", "of another file"])
def test_a_wrong_document_time_stamp(shop: Workshop, way: str) -> None:
    """At the end of a file that is signed."""
    sound = shop.sign(shop.issue())
    clock = certify(
        Wish("Clock", ("digital_signature",), (forging.STAMPS,)), signed.BEGIN, shop.root
    )

    def make(digest: bytes) -> bytes:
        if way == "of another file":
            return forged_cms.token(shop.house, b"another file")
        return forged_cms.token_by(clock, b"", signed.BEGIN, imprint=digest)

    place = forging.with_field(sound, "late")
    data = forging.embed(place, make, sub_filter="ETSI.RFC3161", kind="DocTimeStamp", name="late")
    stamp = shop.judge(data).signatures[-1]
    assert stamp.kind is Kind.TIMESTAMP
    expected = (State.INVALID, Problem.DIGEST)
    if way == "by a stranger":
        expected = (State.UNKNOWN_TRUST, Problem.ONLY_SIGNATURES)
    assert (stamp.state, stamp.problems[-1]) == expected


RANGES: dict[str, Callable[[tuple[int, int, int, int]], tuple[int, ...]]] = {
    "not from the beginning": lambda r: (9, r[1] - 9, r[2], r[3]),
    "not to the end": lambda r: (r[0], r[1], r[2], r[3] - 9),
    "first part cut": lambda r: (r[0], r[1] - 40, r[2], r[3]),
    "second part cut": lambda r: (r[0], r[1], r[2] + 10, r[3] - 10),
    "first part only": lambda r: (r[0], r[1], r[2], 0),
    "six numbers": lambda r: (r[0], r[1], r[2], 4, r[2] + 4, r[3] - 4),
    "two numbers": lambda r: (r[0], r[1]),
    "in the other order": lambda r: (r[2], r[3], r[0], r[1]),
    "one part twice": lambda r: (r[0], r[1], r[0], r[1]),
}


@pytest.mark.parametrize("covered", RANGES.values(), ids=RANGES)
@pytest.mark.parametrize("kind", ["Sig", "DocTimeStamp"])
def test_byte_ranges(
    shop: Workshop, covered: Callable[[tuple[int, int, int, int]], tuple[int, ...]], kind: str
) -> None:
    """The digest is right for what is covered; what is covered is not the file."""
    stamp = kind == "DocTimeStamp"
    place = forging.with_field(shop.sign(shop.issue()), "late") if stamp else shop.pdf
    signer = shop.issue()

    def make(digest: bytes) -> bytes:
        if stamp:
            return shop.house.trust.timestamps.stamp(digest).der
        return Cms(
            signer, digest, stamps=[lambda data: forged_cms.token(shop.house, data)]
        ).encode()

    data = forging.embed(
        place,
        make,
        material=shop.material(),
        covered=covered,
        kind=kind,
        sub_filter="ETSI.RFC3161" if stamp else "ETSI.CAdES.detached",
        name="late" if stamp else "00-signature",
    )
    verdict = shop.judge(data)
    assert verdict.state is State.INVALID
    assert all(one.state is not State.VALID for one in verdict.signatures if one.field == "late")


def test_an_update_between_a_signature_and_its_time_stamp(shop: Workshop) -> None:
    """The document time-stamp covers the forged page: it does not make it the signer's."""
    from tests.support import attacks  # noqa: PLC0415 - only here

    forged = attacks.content(shop.sign(shop.issue()))
    place = forging.with_field(forged, "late")
    data = forging.embed(
        place,
        lambda digest: shop.house.trust.timestamps.stamp(digest).der,
        sub_filter="ETSI.RFC3161",
        kind="DocTimeStamp",
        name="late",
    )
    verdict = shop.judge(data)
    assert_said(verdict, State.INVALID, Problem.CHANGED)
    assert of(verdict).changes.kind is Change.SUSPICIOUS
    assert verdict.signatures[-1].state is State.VALID


def test_the_clock_of_the_reader(shop: Workshop) -> None:
    """Judged as of a day before it was made, nothing can be valid."""
    verdict = check(shop.sign(shop.issue()), None, [shop.trust], NOW - timedelta(days=40))
    assert verdict.state is not State.VALID
