"""Signing side by side with other libraries, on the same documents, in one run.

    python -m tests.benchmarks.versus [--install] [--rounds N] [--only WORD ...]
        [--sizes WORD ...]

Medians in milliseconds, from a file to a signed file, rounds interleaved: every signer once, then
every signer again, each warm (`racers.py`). Level B is held against ours at level B, which service
never makes, B-LT against B-LT. Ours makes B-LT in place: certificate, OCSP answer, time-stamp and
security store in this process, and a check of what it wrote. iText's and EU DSS's has its
certificate and OCSP answer given, and a time-stamp service in its process. `mutool` makes a plain
`adbe.pkcs7.detached` with an RSA-2048 key (1.21 fails with P-256 keys), as a whole process. The
limit is reading, SHA-256 and one ECDSA signature.

A signer is timed only if pdfsig and pyHanko call the signature that it has added valid.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import io
import logging
import platform
import shutil
import statistics
import subprocess
import sys
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature

from tests.benchmarks import racers
from tests.benchmarks.sign import DOCUMENTS, make
from tests.support.judges import newly_judged
from tests.support.trust import FIELDS, TrustWorld

if TYPE_CHECKING:
    from tests.benchmarks.racers import Signer, Time

ROUNDS, WARM = 7, 150
SLOW = 2000  # milliseconds: timed no second time
OURS = {"B": "Paraphe B", "B-LT": "Paraphe B-LT"}


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    wanted = racers.PACKAGE
    parser.add_argument("--install", action="store_true", help=f"install {wanted} for this run")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--warm", type=int, default=WARM, help="signatures before the first round")
    parser.add_argument("--only", nargs="+", metavar="WORD", help="whose names have one of these")
    parser.add_argument("--sizes", nargs="+", metavar="WORD", help="whose titles have one of these")
    options = parser.parse_args()
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)  # trust is not what is asked here
    print(_versions())
    with TemporaryDirectory() as name, ExitStack() as stack:
        folder, world = Path(name), TrustWorld(now=datetime.now(UTC))
        chosen = racers.everyone(folder, world, stack, install=options.install)
        if options.only:
            chosen = {n: a for n, a in chosen.items() if any(w in n for w in options.only)}
        source, target = folder / "source.pdf", folder / "target.pdf"
        sizes = options.sizes or [""]
        documents = [one for one in DOCUMENTS if any(word in one[0] for word in sizes)]
        for number, (title, megabytes, objects, _) in enumerate(documents):
            make(source, megabytes, objects)
            shutil.copy(source, source.with_suffix(".plain"))
            with source.open("rb+") as file:
                world.prepare(file, FIELDS[:1])
            print(title, flush=True)
            ready = _warm(chosen, source, target, 1 if number else options.warm)
            _table(ready, source, target, options.rounds)
    return 0


def _warm(chosen: dict[str, Signer], source: Path, target: Path, times: int) -> dict[str, Signer]:
    """Run everyone; leave out, and name, whoever fails or whose output is not valid."""
    good = {}
    for name, act in chosen.items():
        target.unlink(missing_ok=True)
        try:
            for _ in range(times if "process" not in name else 1):
                act(source, target)
        except (RuntimeError, subprocess.CalledProcessError) as error:
            print(f"    {name}: fails: {error}")
            continue
        wrong = "" if act is racers.limit else _wrong(source.read_bytes(), target.read_bytes())
        if wrong:
            print(f"    {name}: {wrong}; not timed")
        else:
            good[name] = act
    return good


def _wrong(before: bytes, after: bytes) -> str:
    """What pdfsig or pyHanko has against the signature that was added; empty when nothing."""
    said = newly_judged(before, after)
    if said != ["Signature is Valid."]:
        return f"pdfsig says {said or 'nothing'} of its signature"
    found = PdfFileReader(io.BytesIO(after), strict=False).embedded_regular_signatures
    status = validate_pdf_signature(found[-1], skip_diff=True) if found else None
    if status is None or not (status.valid and status.intact):
        return "pyHanko does not call its signature intact and valid"
    return ""


def _table(chosen: dict[str, Signer], source: Path, target: Path, rounds: int) -> None:
    times: dict[str, list[Time]] = {name: [] for name in chosen}
    for _ in range(rounds):
        for name, act in chosen.items():
            if not any(taken.wall > SLOW for taken in times[name]):
                times[name].append(act(source, target))
    walls = {name: statistics.median(t.wall for t in taken) for name, taken in times.items()}
    cpus = {name: statistics.median(t.cpu for t in taken) for name, taken in times.items()}
    for name in times:
        line = f"    {name:16}{walls[name]:9.2f} ms wall{cpus[name]:9.2f} ms processor"
        base = OURS["B-LT" if name.endswith("B-LT") else "B"]
        if base in walls and name != base:
            line += f"{walls[name] / walls[base]:8.2f} x {base}"
        if base != OURS["B-LT"] and OURS["B-LT"] in walls:
            line += f"{walls[name] / walls[OURS['B-LT']]:8.2f} x {OURS['B-LT']}"
        print(line, flush=True)


def _versions() -> str:
    parts = [
        f"Python {platform.python_version()}",
        f"pyHanko {importlib.metadata.version('pyhanko')}",
        f"cryptography {importlib.metadata.version('cryptography')}",
    ]
    for command in (
        "node --version",
        "go version",
        "cargo --version",
        "java -version",
        "mutool -v",
    ):
        if shutil.which(command.split()[0]):
            done = subprocess.run(command.split(), check=False, capture_output=True, text=True)
            parts.append((done.stdout + done.stderr).strip().splitlines()[0])
    return ", ".join(parts)


if __name__ == "__main__":
    sys.exit(main())
