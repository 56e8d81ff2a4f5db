"""Pictures and text of the pages: those of the very file that is signed."""

from __future__ import annotations

import io
import json
import os
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from paraphe.adapters.requests.inspection import (
    DEFAULT,
    Limits,
    facts,
    inspect_pdf,
    pictures,
    sandbox,
)
from paraphe.adapters.requests.inspection.likeness import Drawing, same
from paraphe.adapters.requests.inspection.limits import FACTS, REHEARSAL
from paraphe.adapters.requests.inspection.render import picture, pixels
from paraphe.domain.requests.inspection import Accepted, RefusalReason, Refused
from tests.unit.requests.inspection import builder

LITTLE = 280 * 2**20  # what children have held counts for the tests of bombs


def draw(data: bytes, folder: Path, limits: Limits = DEFAULT) -> Accepted | Refused:
    """Inspect a file, its pictures into the folder itself."""
    source = folder / "upload.pdf"
    source.write_bytes(data)
    return inspect_pdf(source, folder / "document.pdf", limits, folder=folder)


def test_draws_a_page_with_its_text(tmp_path: Path) -> None:
    """The picture is as wide as asked and shows something, in grey; the text is beside it."""
    assert isinstance(draw(builder.sound(), tmp_path), Accepted)
    with Image.open(tmp_path / "0001.png") as image:
        assert image.size == (1200, 1553)
        assert image.mode == "L"
        assert image.getextrema() == (0, 255)
    said = json.loads((tmp_path / "0001.json").read_text(encoding="utf-8"))
    assert said == {"number": 1, "drawn": True, "text": "Contrat"}
    assert not list(tmp_path.glob("document.pdf.*"))


def test_draws_in_colour_what_has_colours(tmp_path: Path) -> None:
    """Red stays red."""
    red = builder.stream(b"", b"1 0 0 rg 0 0 612 792 re f")
    assert isinstance(draw(builder.sound(o4=red), tmp_path), Accepted)
    with Image.open(tmp_path / "0001.png") as image:
        assert image.getpixel((600, 700)) == (255, 0, 0)


@pytest.mark.parametrize("size", [(14400, 1), (1, 14400), (14400, 14400)])
def test_odd_shapes_stay_small(size: tuple[int, int]) -> None:
    """No page shape makes a picture larger than allowed."""
    width, height = pixels(*size, DEFAULT)
    assert width * height <= DEFAULT.picture_pixels


def test_a_page_that_cannot_be_drawn_within_bounds_refuses_the_file(tmp_path: Path) -> None:
    """Nobody signs what they were not shown (P4, P9); time or memory ends first."""
    forms = {
        number: builder.stream(
            b"/Subtype /Form /BBox [0 0 600 700]"
            b" /Resources << /XObject << /F %d 0 R >> >>" % (number + 1),
            b"/F Do " * 10 + b"0 0 10 10 re f ",
        )
        for number in range(10, 30)
    }
    forms[30] = builder.stream(b"/Subtype /Form /BBox [0 0 9 9]", b"0 0 9 9 re f")
    bad = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 6 0 R"
        b" /Resources << /XObject << /F 10 0 R >> >> >>"
    )
    kids = b"<< /Type /Pages /Kids [3 0 R 5 0 R 3 0 R] /Count 3 >>"
    objects = builder.SOUND | {2: kids, 5: bad, 6: builder.stream(b"", b"/F Do ")} | forms
    said = draw(builder.write(objects), tmp_path, Limits(draw_page_cpu=1.0))
    assert isinstance(said, Refused)
    assert said.reason in {RefusalReason.TIMEOUT, RefusalReason.OUT_OF_MEMORY}
    assert not (tmp_path / "document.pdf").exists()


def test_what_could_not_be_compared_whole_is_not_accepted(tmp_path: Path) -> None:
    """All pages, or none: the time for all of them is bounded."""
    said = draw(builder.many_pages(40), tmp_path, Limits(draw_wall=0.2))
    assert isinstance(said, Refused)
    assert said.reason is RefusalReason.TIMEOUT


def _files(folder: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in folder.iterdir() if one.suffix != ".pdf"}


def test_pages_drawn_side_by_side_are_the_same(tmp_path: Path) -> None:
    """Pictures and texts, byte for byte, one child or three of them."""
    made = {}
    for children in (1, 3):
        folder = tmp_path / str(children)
        folder.mkdir()
        limits = Limits(draw_at_once=children, draw_pages_each=4)
        assert isinstance(draw(builder.many_pages(14), folder, limits), Accepted)
        made[children] = _files(folder)
    assert len(made[1]) == 28
    assert made[1] == made[3]


@pytest.mark.parametrize("children", [1, 2, 4])
@pytest.mark.parametrize(("endless", "differing"), [(2, 9), (9, 2), (5, 6)])
def test_the_first_page_that_is_refused_says_why(
    tmp_path: Path, children: int, endless: int, differing: int
) -> None:
    """Also when another child ends sooner, with another page."""
    draft = _prepared(tmp_path, 12, endless, differing)
    limits = Limits(draw_at_once=children, draw_pages_each=2, draw_page_cpu=0.5, draw_data=LITTLE)
    said = pictures.compare(draft, draft, draft, 12, None, limits)
    spent = {RefusalReason.TIMEOUT, RefusalReason.OUT_OF_MEMORY}
    assert said in (spent if endless < differing else {RefusalReason.LOOKS_DIFFERENT})


def _prepared(folder: Path, pages: int, endless: int, differing: int | None = None) -> Path:
    """A file as it is when its pages are compared; one of them was measured in another way."""
    draft = folder / "draft"
    content = _with_endless(pages, endless)
    draft.write_bytes(content)
    draft.with_name(draft.name + REHEARSAL).write_bytes(content)
    sizes = [(612.0, 700.0 if n == differing else 792.0) for n in range(pages)]
    facts.write(facts.Facts(sizes, flattened=False), draft.with_name(draft.name + FACTS))
    return draft


def _with_endless(pages: int, endless: int) -> bytes:
    """Pages of which one draws something a million million times."""
    objects = dict(builder.SOUND)
    for number in range(20, 32):
        objects[number] = builder.stream(
            b"/Subtype /Form /BBox [0 0 600 700]"
            b" /Resources << /XObject << /F %d 0 R >> >>" % (number + 1),
            b"/F Do " * 10 + b"0 0 10 10 re f ",
        )
    objects[32] = builder.stream(b"/Subtype /Form /BBox [0 0 9 9]", b"0 0 9 9 re f")
    objects[6] = builder.stream(b"", b"/F Do ")
    objects[5] = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 6 0 R"
        b" /Resources << /XObject << /F 20 0 R >> >> >>"
    )
    kids = b" ".join(b"5 0 R" if n == endless else b"3 0 R" for n in range(pages))
    objects[2] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, pages)
    return builder.write(objects)


def test_pages_are_shared_out_without_a_gap() -> None:
    """Each page once, in order; a child is not started for a few."""
    for pages in (1, 15, 33, 500):
        for children in (1, 2, 3, 4):
            runs = pictures._runs(pages, children)
            assert [n for first, end in runs for n in range(first, end)] == list(range(pages))
    assert pictures._at_once(31, DEFAULT) == 1
    assert pictures._at_once(500, replace(DEFAULT, draw_at_once=1)) == 1
    assert pictures._at_once(500, DEFAULT) == min(4, len(os.sched_getaffinity(0)))


def test_children_that_nobody_waits_for_are_ended(tmp_path: Path) -> None:
    """One that would draw for a minute does not outlive the answer."""
    draft = _prepared(tmp_path, 4, 3)
    before = _children()
    limits = Limits(draw_page_cpu=60, draw_data=LITTLE)
    jobs = [(str(draft), "0", "2"), (str(draft), "2", "4")]
    outcomes = sandbox.run_side_by_side("look", (draft, draft), limits, 60, jobs)
    assert next(outcomes).lines == [{"looked": True}]
    assert len(_children()) == len(before) + 1
    outcomes.close()
    assert _children() == before


def _children() -> set[str]:
    listed = Path(f"/proc/self/task/{threading.get_native_id()}/children").read_text(
        encoding="ascii"
    )
    return set(listed.split())


def dots(*differing: tuple[int, int], level: int = 0) -> Drawing:
    """A white drawing of 64 by 64 dots, some of them of another level."""
    data = bytearray(b"\xff" * (64 * 64 * 3))
    for x, y in differing:
        data[(y * 64 + x) * 3] = level
    return Drawing(bytes(data), 64, 64, 64 * 3)


@pytest.mark.parametrize(
    ("other", "alike"),
    [
        (dots(), True),
        (dots((5, 5), (6, 5), (7, 5)), False),  # a full stop
        (dots((5, 5), (40, 40), (60, 5), (5, 60)), True),  # a dot here and there
        (dots(*((x, 9) for x in range(64)), level=240), True),  # a shade that nobody sees
        (Drawing(b"\xff" * (64 * 63 * 3), 64, 63, 64 * 3), False),
    ],
)
def test_drawings_are_compared_to_the_dot(other: Drawing, *, alike: bool) -> None:
    """A mark as small as a full stop differs; rounding does not."""
    assert same(dots(), other) is alike
    assert same(dots((5, 5), (6, 5), (7, 5)), dots(), [(5, 5, 8, 6)])


def test_a_picture_is_grey_only_without_colours() -> None:
    """One dot of colour counts."""
    with Image.open(io.BytesIO(picture(dots()))) as image:
        assert image.mode == "L"
    with Image.open(io.BytesIO(picture(dots((9, 9))))) as image:
        assert image.mode == "RGB"
        assert image.getpixel((9, 9)) == (0, 255, 255)
