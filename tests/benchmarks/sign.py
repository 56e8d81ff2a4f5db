"""How long a signature takes and what it needs, against issue 3's budgets.

PAdES-B-LT with a fresh one-time certificate, in place on disk, every service in this process and no
network: medians. As in `imports`, processor time is what is held against the budget, because the
wall clock of a shared machine also measures its other users; the least wall-clock time stands
beside it, and so does the limit, SHA-256 of the file.
"""

from __future__ import annotations

import gc
import hashlib
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pikepdf

from paraphe.domain.trust.signatures import FieldBox, SignatureField, Strokes, Typed, VisibleMark
from tests.benchmarks import apart
from tests.benchmarks.result import Result
from tests.support.trust import FIELDS, TrustWorld

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

ROOT = Path(__file__).resolve().parents[2]
MEGABYTE = 1024 * 1024
ROUNDS, SHORT_ROUNDS = 15, 5
MODULE = "paraphe.adapters.trust.pades.writer.signing"
IMPORT = """
import time
wall, cpu = time.perf_counter(), time.process_time()
import {module}
print(1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - cpu))
"""
# title, megabytes of noise, objects, budget in ms: 25 ms + 1 ms/MB
DOCUMENTS = (
    ("1 page", 0, 0, 25.0),
    ("1 MB", 1, 0, 26.0),
    ("10 MB", 10, 0, 35.0),
    ("50 MB", 50, 0, 75.0),
    ("100,000 objects", 0, 100_000, 30.0),
)
MARK = VisibleMark("Zoé Łukasz-Đỗ", look=Typed("Zoé"))
DRAWN = Strokes(tuple(tuple((20 * y + x, 2 * x) for x in range(0, 140, 7)) for y in range(20)))
MARKS = {
    "typed": MARK,
    "Chinese": VisibleMark("王小明", look=Typed("王小明")),
    "Japanese, drawn": VisibleMark("山田太郎 さくら", look=DRAWN),
}


def measure(*, short: bool) -> Iterator[Result]:
    """Import, sign documents of several sizes, draw a mark, measure the memory."""
    rounds = SHORT_ROUNDS if short else ROUNDS
    yield from _imports(rounds)
    with TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "source.pdf"
        for title, megabytes, objects, budget in DOCUMENTS:
            make(source, megabytes, objects)
            least, cpu = _sign(source, folder, rounds, FIELDS[:1], None)
            yield Result(f"B-LT, {title}, processor", cpu, "ms", budget)
            yield Result(f"B-LT, {title}, wall clock, least", least, "ms")
            yield Result(f"B-LT, {title}, SHA-256 alone", _limit(source, rounds), "ms")
        make(source, 0, 0)
        box = [SignatureField("A-signature", FieldBox(1, 50, 50, 200, 60))]
        _sign(source, folder, 1, box, MARK)  # the fonts are opened once per process
        plain = _sign(source, folder, rounds, box, None)[1]
        for title, mark in MARKS.items():
            shown = _sign(source, folder, rounds, box, mark)[1]
            yield Result(f"visible mark ({title}) adds, processor", shown - plain, "ms", 20.0)
        make(source, 50, 0)
        yield Result("B-LT, 50 MB, peak over import", _memory(source), "MB", 80.0)


def make(path: Path, megabytes: int, objects: int) -> None:
    """Write a document of about this size, of noise that does not compress, and so many objects."""
    noise = random.Random(7)  # noqa: S311 - a size, not a secret
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        if megabytes:
            pdf.Root.Noise = pdf.make_stream(noise.randbytes(megabytes * MEGABYTE))
        if objects:
            many = [pdf.make_indirect(pikepdf.Dictionary(N=n)) for n in range(objects)]
            pdf.Root.Many = pdf.make_indirect(pikepdf.Array(many))
        pdf.save(path, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable)


def _imports(rounds: int) -> Iterator[Result]:
    for name, module, budget in (
        ("import of signing", MODULE, 350.0),
        ("import of pyhanko.sign.signers", "pyhanko.sign.signers", None),
    ):
        times = [_import(module) for _ in range(rounds)][1:]
        cpu = statistics.median(cpu for _, cpu in times)
        yield Result(f"{name}, processor", cpu, "ms", budget)
        yield Result(f"{name}, wall clock, least", min(wall for wall, _ in times), "ms")


def _import(module: str) -> tuple[float, float]:
    wall, cpu = _child("-c", IMPORT.format(module=module)).split()
    return float(wall), float(cpu)


def _child(*arguments: str) -> str:
    path = os.pathsep.join([str(ROOT / "layers" / "core" / "src"), str(ROOT)])
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={"PATH": os.environ.get("PATH", os.defpath), "PYTHONPATH": path},
        capture_output=True,
        check=True,
        text=True,
    ).stdout


def _sign(
    source: Path,
    folder: Path,
    rounds: int,
    fields: Sequence[SignatureField],
    mark: VisibleMark | None,
) -> tuple[float, float]:
    """Sign fresh copies of a prepared file: least wall-clock and median processor milliseconds."""
    world = TrustWorld()
    trust = world.trust()
    prepared, copy = folder / "prepared.pdf", folder / "copy.pdf"
    shutil.copy(source, prepared)
    with prepared.open("rb+") as file:
        world.prepare(file, fields)

    def fresh() -> None:
        shutil.copy(prepared, copy)

    def act() -> None:
        with copy.open("rb+") as file:
            world.sign(file, "A-signature", trust=trust, mark=mark)

    fresh()
    act()  # the time-stamp service's certificates are asked for once per process
    return _timed(act, rounds, fresh)


def _limit(source: Path, rounds: int) -> float:
    data = source.read_bytes()
    return _timed(lambda: hashlib.sha256(data).digest(), rounds)[1]


def _timed(
    action: Callable[[], object], rounds: int, before: Callable[[], None] = lambda: None
) -> tuple[float, float]:
    walls, cpus = [], []
    for _ in range(rounds):
        before()
        gc.collect()
        wall, cpu = time.perf_counter(), time.process_time()
        action()
        cpus.append(1000 * (time.process_time() - cpu))
        walls.append(1000 * (time.perf_counter() - wall))
    return min(walls), statistics.median(cpus)


def _memory(source: Path) -> float:
    return float(apart.run([sys.executable, "-m", "tests.benchmarks.sign", source])[1])


def _peak() -> float:
    """Peak resident megabytes of this process."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _measure_memory(source: Path) -> None:
    """Print what signing a file adds to the peak that importing left."""
    world = TrustWorld()
    before = _peak()
    with source.open("rb+") as file:
        world.prepare(file)
        world.sign(file, "A-signature")
    print(_peak() - before)


if __name__ == "__main__":
    _measure_memory(Path(sys.argv[1]))
