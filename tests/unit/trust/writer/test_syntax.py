"""PDF syntax: what is written is read back; damage is a PdfError, never something else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paraphe.adapters.trust.pades.writer.syntax import (
    Name,
    PdfError,
    Real,
    Ref,
    TruncatedError,
    Value,
    parse,
    serialize,
    text_string,
)

NAMES = st.text(st.characters(min_codepoint=1, max_codepoint=255), max_size=12)
VALUES: st.SearchStrategy[Value] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | NAMES.map(Name)
    | st.binary(max_size=20)
    | st.builds(Ref, st.integers(1, 10**6), st.integers(0, 65535))
    | st.just(Real("-0.125")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_values_round_trip(value: Value) -> None:
    written = serialize([value])
    assert parse(written, 0) == ([value], len(written))


@given(VALUES)
def test_cut_values_ask_for_more(value: Value) -> None:
    """Wherever the data ends, more of it is asked for."""
    written = serialize([value])
    for end in range(len(written)):
        with pytest.raises(TruncatedError):
            parse(written[:end], 0)


def test_a_reference_cut_inside_a_dictionary_asks_for_more() -> None:
    """Its first number alone would pass for a value, and its second for a broken key."""
    written = b"<< /A 12 0 R >>"
    for end in range(len(written)):
        with pytest.raises(TruncatedError):
            parse(written[:end], 0)


@given(st.binary(max_size=80))
def test_noise_is_a_value_or_an_error(noise: bytes) -> None:
    try:
        _, end = parse(noise, 0)
    except PdfError:
        return
    assert 0 < end <= len(noise)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (b"(a\\(b\\)\\053\\\r\nc(d)) ", b"a(b)+c(d)"),
        (b"(\\r\\n\\t\\b\\f\\\\\\q) ", b"\r\n\t\b\f\\q"),
        (b"<48 65 6C6c 6> ", b"Hell`"),
        (b"/A#20b#2F ", Name("A b/")),
        (b"% a comment\n+17 ", 17),
        (b"[1 0 R 2 3 R .5] ", [Ref(1), Ref(2, 3), Real(".5")]),
        (b"<</A 1/B[true false null]>>", {"A": 1, "B": [True, False, None]}),
    ],
)
def test_spellings(written: bytes, value: Value) -> None:
    assert parse(written, 0)[0] == value


@pytest.mark.parametrize("wrong", [b"<</A 1 2>> ", b"<0g> ", b"] ", b"foo ", b"1.2.3 ", b"[" * 100])
def test_what_is_not_pdf_is_refused(wrong: bytes) -> None:
    with pytest.raises(PdfError):
        parse(wrong, 0)


def test_text_strings_are_ascii_or_utf_16() -> None:
    """Text strings are ASCII or UTF-16."""
    assert text_string("Zoe") == b"Zoe"
    assert text_string("Zoé") == b"\xfe\xff\x00Z\x00o\x00\xe9"
