"""DER: what is written is read back, and damage is an error."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paraphe.adapters.trust.pades.cms import der


@given(st.integers(min_value=-(2**80), max_value=2**80))
def test_integers_round_trip(value: int) -> None:
    assert der.parse(der.integer(value)).as_int() == value


@given(st.integers(0, 2), st.integers(0, 39), st.lists(st.integers(0, 2**128), max_size=6))
def test_object_identifiers_round_trip(first: int, second: int, rest: list[int]) -> None:
    dotted = ".".join(map(str, [first, second, *rest]))
    assert der.parse(der.oid(dotted)).as_oid() == dotted


@given(st.binary(max_size=70_000))
def test_long_values_round_trip(value: bytes) -> None:
    assert der.parse(der.octets(value)).value == value


@given(st.binary(min_size=1, max_size=200), st.data())
def test_a_cut_element_is_an_error(value: bytes, data: st.DataObject) -> None:
    whole = der.sequence(der.octets(value))
    cut = whole[: data.draw(st.integers(0, len(whole) - 1))]
    with pytest.raises(der.DerError):
        der.parse(cut).children(1)


@given(st.binary(max_size=60))
def test_noise_is_der_or_an_error(noise: bytes) -> None:
    try:
        node = der.parse(noise)
    except der.DerError:
        return
    assert noise.startswith(node.raw)


def test_sets_are_in_ders_order() -> None:
    assert der.set_of(b"\x04\x01b", b"\x02\x01a") == b"\x31\x06\x02\x01a\x04\x01b"


@pytest.mark.parametrize(
    ("encoded", "expected"),
    [
        (b"\x17\x0d261123093000Z", datetime(2026, 11, 23, 9, 30, tzinfo=UTC)),
        (b"\x17\x0d991231235959Z", datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC)),
        (b"\x18\x1320261123093000.25Z", datetime(2026, 11, 23, 9, 30, 0, 250_000, tzinfo=UTC)),
    ],
)
def test_times(encoded: bytes, expected: datetime) -> None:
    encoded = encoded[:1] + bytes((len(encoded) - 2,)) + encoded[2:]
    assert der.parse(encoded).as_time() == expected


def test_a_time_that_is_none_is_an_error() -> None:
    with pytest.raises(der.DerError):
        der.parse(der.tlv(der.GENERALIZED_TIME, b"20261399000000Z")).as_time()


def test_indefinite_length_is_refused() -> None:
    with pytest.raises(der.DerError):
        der.parse(b"\x30\x80\x00\x00")
