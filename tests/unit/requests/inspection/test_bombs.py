"""Small files that cost much: refused within 2 s of processor time and 300 MB."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from paraphe.adapters.requests.inspection import DEFAULT
from paraphe.adapters.requests.inspection.sandbox import run
from paraphe.domain.requests.inspection import RefusalReason
from tests.unit.requests.inspection import builder

if TYPE_CHECKING:
    from pathlib import Path

R = RefusalReason
MEGABYTES = 300


def shared_kids(depth: int) -> bytes:
    """Return a page tree in which each of `depth` nodes has the next one twice."""
    nodes = {
        2 + level: b"<< /Type /Pages /Count 2 /Kids [%d 0 R %d 0 R] >>" % (3 + level, 3 + level)
        for level in range(depth)
    }
    leaf = b"<< /Type /Page /MediaBox [0 0 9 9] >>"
    return builder.write({1: builder.CATALOG, **nodes, 2 + depth: leaf})


def many_objects(count: int) -> bytes:
    """Return a page that refers to `count` objects."""
    numbers = range(5, 5 + count)
    references = b" ".join(b"%d 0 R" % number for number in numbers)
    return builder.write(
        builder.SOUND
        | {3: builder.SOUND[3][:-2] + b"/X [%s] >>" % references}
        | dict.fromkeys(numbers, b"<< >>")
    )


def content(times: int, layers: int = 1) -> bytes:
    """Return a page whose content unpacks to `times` MB."""
    data = builder.packed(b"0 0 m " * ((1 << 20) // 6), times)
    filters = b" ".join([b"/FlateDecode"] * layers)
    for _ in range(layers - 1):
        data = builder.packed(data, 1)
    return builder.sound(o4=builder.stream(b"/Filter [%s]" % filters, data))


BOMBS: dict[str, tuple[bytes, set[RefusalReason]]] = {
    "xref stream": (builder.xref_stream(20_000_000), {R.TOO_COMPLEX}),
    "xref stream, escaped": (
        builder.xref_stream(20_000_000, b"/#58Ref"),
        {R.TOO_COMPLEX, R.DAMAGED},
    ),
    "object stream": (builder.object_stream(1024), {R.TOO_COMPLEX}),
    "content": (content(1024), {R.TOO_COMPLEX}),
    "content, packed twice": (content(1024, layers=2), {R.TOO_COMPLEX}),
    "shared kids": (shared_kids(40), {R.TOO_COMPLEX, R.TOO_MANY_PAGES, R.DAMAGED}),
    "own kid": (
        builder.sound(o2=b"<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 2 >>"),
        {R.TOO_COMPLEX, R.DAMAGED},
    ),
    "objects": (many_objects(20_001), {R.TOO_COMPLEX}),
    "nesting": (builder.page(b"/X 5 0 R", o5=b"[" * 100_000 + b"]" * 100_000), {R.TOO_COMPLEX}),
}


@pytest.mark.parametrize("name", BOMBS)
def test_is_refused_cheaply(name: str, tmp_path: Path) -> None:
    """The child answers, or is ended, before it has cost much."""
    data, reasons = BOMBS[name]
    source = tmp_path / "bomb.pdf"
    source.write_bytes(data)
    before = os.times()
    outcome = run("inspect", (source, tmp_path / "out.pdf"), DEFAULT, DEFAULT.wall)
    after = os.times()
    assert outcome.death is None
    assert outcome.lines[0]["refused"] in reasons
    spent = after.children_user + after.children_system
    assert spent - before.children_user - before.children_system < 2
    assert outcome.peak < MEGABYTES * 1024 * 1024


def test_memory_is_bounded(tmp_path: Path) -> None:
    """A file that unpacks to much at once meets the memory limit, not the machine's end."""
    source = tmp_path / "wide.pdf"
    wide = b"<< %s >>" % b" ".join(b"/K%d 1" % number for number in range(400_000))
    source.write_bytes(builder.page(b"/X 5 0 R", o5=wide))
    limits = DEFAULT.__class__(data_base=24 << 20, data_per_byte=0)
    outcome = run("inspect", (source, tmp_path / "out.pdf"), limits, DEFAULT.wall)
    assert outcome.death in {None, R.OUT_OF_MEMORY}
    assert outcome.lines in ([], [{"refused": "out_of_memory"}])


def test_processor_time_is_bounded(tmp_path: Path) -> None:
    """A file that takes too long ends the child, and that is said as a timeout."""
    source = tmp_path / "long.pdf"
    source.write_bytes(builder.sound())
    limits = DEFAULT.__class__(cpu_base=0.001, cpu_per_megabyte=0)
    assert run("inspect", (source, tmp_path / "o.pdf"), limits, DEFAULT.wall).death == R.TIMEOUT


def test_second_looks_are_bounded_together(tmp_path: Path) -> None:
    """However many there are, a file may cost only so much in all."""
    source = tmp_path / "long.pdf"
    source.write_bytes(builder.sound())
    limits = DEFAULT.__class__(cpu_total=0.001)
    assert run("inspect", (source, tmp_path / "o.pdf"), limits, DEFAULT.wall).death == R.TIMEOUT


def test_wall_clock_is_bounded(tmp_path: Path) -> None:
    """A child that does not answer in time is ended."""
    source = tmp_path / "slow.pdf"
    source.write_bytes(builder.sound())
    assert run("inspect", (source, tmp_path / "o.pdf"), DEFAULT, 0.001).death == R.TIMEOUT
