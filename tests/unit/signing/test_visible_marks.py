"""What a signer may choose for their visible mark, and what is refused (P8)."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paraphe.domain.errors import InvalidError
from paraphe.domain.requests.recipient import MarkKind
from paraphe.domain.signing import visible_marks
from paraphe.domain.trust.signatures import Raster, Strokes, Typed

POINT = st.tuples(st.integers(0, 599), st.integers(0, 299))
DOT = bytes((10, 20, 30, 255))


def _picture(width: int = 2, height: int = 1, pixel: bytes = DOT) -> str:
    raster = Raster(width, height, pixel * (width * height))
    return base64.b64encode(visible_marks.raster_bytes(raster)).decode()


@pytest.mark.parametrize("kind", ["", "name"])
def test_name_and_date_alone_are_no_mark(kind: str) -> None:
    """What else was posted does not count."""
    assert visible_marks.choose(kind, typed="x", strokes="1,1 9,99", picture=_picture()) is None


def test_a_typed_text_is_kept_normalised() -> None:
    """One space between words, composed letters."""
    chosen = visible_marks.choose("typed", typed="  Zoe\u0301 \t Łukasz ")
    assert chosen is not None
    assert chosen.content == "Zoé Łukasz".encode()
    assert visible_marks.look_of(chosen.kind, chosen.content) == Typed("Zoé Łukasz")


@given(st.lists(st.lists(POINT, min_size=1, max_size=20), min_size=1, max_size=20))
def test_a_drawing_comes_back_point_for_point(lines: list[list[tuple[int, int]]]) -> None:
    """What was drawn is what is stored and what is read."""
    lines = [*lines, [(0, 0), (599, 299)]]
    posted = ";".join(" ".join(f"{x},{y}" for x, y in line) for line in lines)
    chosen = visible_marks.choose("drawn", strokes=posted)
    assert chosen is not None
    assert visible_marks.look_of(chosen.kind, chosen.content) == Strokes(tuple(map(tuple, lines)))


def test_a_picture_comes_back_pixel_for_pixel() -> None:
    """Header and pixels."""
    chosen = visible_marks.choose("image", picture=_picture(3, 2))
    assert chosen is not None
    assert chosen.kind is MarkKind.IMAGE
    assert visible_marks.look_of(chosen.kind, chosen.content) == Raster(3, 2, DOT * 6)


@pytest.mark.parametrize(
    ("kind", "posted", "code"),
    [
        ("hologram", {}, "mark_unknown"),
        ("typed", {}, "typed_missing"),
        ("typed", {"typed": " \t"}, "typed_missing"),
        ("typed", {"typed": "x" * 61}, "typed_too_long"),
        ("typed", {"typed": "Zoé \N{PARTY POPPER}"}, "typed_unwritable"),
        ("typed", {"typed": "Zoé\N{RIGHT-TO-LEFT OVERRIDE}"}, "typed_unwritable"),
        ("typed", {"typed": "Zoé\0"}, "typed_unwritable"),
        ("drawn", {}, "drawing_missing"),
        ("drawn", {"strokes": "5,5"}, "drawing_missing"),
        ("drawn", {"strokes": "5,5 9,9"}, "drawing_missing"),
        ("drawn", {"strokes": "0,0 600,10"}, "drawing_malformed"),
        ("drawn", {"strokes": "0,0 10,300"}, "drawing_malformed"),
        ("drawn", {"strokes": "0,0 -1,20"}, "drawing_malformed"),
        ("drawn", {"strokes": "0,0  9,20"}, "drawing_malformed"),
        ("drawn", {"strokes": "0,0 9,20;"}, "drawing_malformed"),
        ("drawn", {"strokes": "0,0 1e1,20"}, "drawing_malformed"),
        ("drawn", {"strokes": "0,0 ٣,20"}, "drawing_malformed"),
        ("drawn", {"strokes": "0,0 Q ET 0 0 m"}, "drawing_malformed"),
        ("drawn", {"strokes": ";".join(["0,0 99,99"] * 101)}, "drawing_malformed"),
        ("drawn", {"strokes": " ".join(["0,0 99,99"] * 1001)}, "drawing_malformed"),
        ("drawn", {"strokes": "0" * 100_000}, "drawing_malformed"),
        ("image", {}, "picture_missing"),
        ("image", {"picture": "not base64!"}, "picture_malformed"),
        (
            "image",
            {"picture": base64.b64encode(b"\x89PNG\r\n\x1a\n").decode()},
            "picture_malformed",
        ),
        (
            "image",
            {"picture": base64.b64encode(b"RGBA\0\2\0\2" + DOT).decode()},
            "picture_malformed",
        ),
        ("image", {"picture": base64.b64encode(b"RGBA\0\0\0\0").decode()}, "picture_malformed"),
        ("image", {"picture": _picture(481, 1)}, "picture_malformed"),
        ("image", {"picture": _picture(1, 321)}, "picture_malformed"),
        ("image", {"picture": _picture(400, 161)}, "picture_malformed"),
        ("image", {"picture": _picture(pixel=bytes(4))}, "picture_blank"),
    ],
)
def test_what_cannot_be_drawn_is_refused_at_once(
    kind: str, posted: dict[str, str], code: str
) -> None:
    """At the form, so that no request fails for it later."""
    with pytest.raises(InvalidError, match=f"^{code}:") as refused:
        visible_marks.choose(kind, **posted)
    assert refused.value.field == "mark"


def test_the_largest_of_each_kind_is_accepted() -> None:
    """The bounds themselves are inside."""
    longest = ";".join(" ".join(["599,299", *["0,0"] * 19]) for _ in range(100))
    largest = visible_marks.choose("image", picture=_picture(400, 160))
    assert largest is not None
    assert len(largest.content) == visible_marks.MAX_BYTES
    assert visible_marks.choose("typed", typed="é" * 60) is not None
    assert visible_marks.choose("drawn", strokes=longest) is not None
