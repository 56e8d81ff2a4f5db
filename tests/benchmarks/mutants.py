"""Files broken at random, taken all the way; signed files changed at random, verified.

    python -m tests.benchmarks.mutants [--seed N] [--minutes M] [--keep DIRECTORY]

Half of the rounds take a document (of `tests.support.strange_pdfs`, or the corpus), break it, ask
of it what `tests.benchmarks.corpus` asks: signed and valid everywhere, or refused. The other half
change a file that we signed: it must never be called valid. The same seed makes the same files;
`--keep` keeps those that something is wrong with.
"""

from __future__ import annotations

import argparse
import collections
import functools
import logging
import os
import random
import resource
import sys
import tempfile
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from paraphe.adapters.trust.pades.validation.file_validation import verify
from paraphe.adapters.trust.pades.validation.trust_anchors import Anchors
from paraphe.domain.trust.verdict import State
from tests.benchmarks import corpus, corpus_inspect
from tests.benchmarks.result import Result
from tests.fuzz.pades import targets
from tests.fuzz.pades.mutations import MUTATIONS
from tests.support import signed, strange_pdfs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

SECONDS, MEGABYTES = 10, 1500
_LARGEST = 400_000


@dataclass
class Finding:
    """What is wrong with one file, and what was done to it."""

    name: str
    data: bytes = field(repr=False)
    complaints: list[str]


def broken(chance: random.Random, documents: Sequence[Document]) -> Finding:
    """Break a document and take it all the way."""
    title, data = chance.choice(documents)()
    done = []
    for _ in range(chance.choice((1, 1, 2, 3))):
        change = chance.choice(MUTATIONS)
        data = change(chance, data) or b"%PDF-"
        done.append(change.__name__)
    finding = Finding(f"{title} {'+'.join(done)}", data, [])
    begun = time.process_time()
    if verify(data, Anchors(), signed.BEGIN).state is State.VALID:
        finding.complaints.append("verify: valid, and nobody is trusted")
    with tempfile.TemporaryDirectory() as folder:
        upload = Path(folder) / "upload.pdf"
        upload.write_bytes(data)
        row = corpus.one_file(upload)
    finding.name += f" -> {row.verdict}"
    finding.complaints += [note for note in row.notes if note != corpus_inspect.UNDRAWN]
    if time.process_time() - begun > SECONDS:
        finding.complaints.append(f"took {time.process_time() - begun:.1f} s")
    return finding


def tampered(chance: random.Random) -> Finding:
    """Change a signed file; it is not valid any more, unless it is an earlier revision."""
    begun = time.process_time()
    tried = targets.validate_signed(chance)
    finding = Finding(f"signed {tried.name}", tried.data, tried.complaints)
    if time.process_time() - begun > SECONDS:
        finding.complaints.append(f"took {time.process_time() - begun:.1f} s")
    return finding


def rounds(seed: int, documents: Sequence[Document]) -> Iterator[Finding]:
    """Findings without end, complaints or not; each depends on the seed and its number alone."""
    count = 0
    while True:
        chance = random.Random(f"{seed}:{count}")  # noqa: S311 - samples
        try:
            yield tampered(chance) if count % 2 else broken(chance, documents)
        except Exception:  # noqa: BLE001 - that is what is looked for
            yield Finding(f"round {count}", b"", [traceback.format_exc()])
        count += 1


Document: TypeAlias = "Callable[[], tuple[str, bytes]]"


def documents_of(directory: str | None) -> list[Document]:
    """What can be broken: the zoo, and a directory's smaller files."""
    found: list[Document] = [
        functools.partial(_made, *each) for each in strange_pdfs.specimens().items()
    ]
    paths = sorted(Path(directory).rglob("*.pdf")) if directory else []
    small = (path for path in paths if path.stat().st_size < _LARGEST)
    return found + [functools.partial(_read, path) for path in small]


def _made(title: str, data: bytes) -> tuple[str, bytes]:
    return title, data


def _read(path: Path) -> tuple[str, bytes]:
    return path.name, path.read_bytes()


def measure(*, short: bool) -> Iterator[Result]:
    """A fixed number of files of the first seed."""
    logging.disable()
    wrong = 0
    wanted = 20 if short else 150
    for at, finding in enumerate(rounds(1, documents_of(None)), start=1):
        wrong += _show(finding, None)
        if at == wanted:
            break
    yield Result(f"mutants: wrong of {wanted}", wrong, "files", 0)


def _show(finding: Finding, keep: Path | None) -> bool:
    if not finding.complaints:
        return False
    print(finding.name, *finding.complaints, sep="\n    ", flush=True)
    if keep:
        stem = f"{abs(hash(finding.name)) % 10**8:08d}-{len(finding.data)}"
        (keep / f"{stem}.pdf").write_bytes(finding.data)
    return True


def main() -> int:
    """Break files until the time is up; 1 when something was wrong with one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--corpus", default=os.environ.get("PARAPHE_CORPUS"))
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    logging.disable()
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + 60 * options.minutes
    outcomes: collections.Counter[str] = collections.Counter()
    wrong = 0
    for finding in rounds(options.seed, documents_of(options.corpus)):
        wrong += _show(finding, options.keep)
        kind = "tampered" if finding.name.startswith("signed ") else "broken"
        outcomes[f"{kind}: {finding.name.rpartition(' -> ')[2]}"] += 1
        if time.monotonic() > until:
            break
    for outcome, count in outcomes.most_common():
        print(f"{count:6}  {outcome}")
    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{outcomes.total()} files, {wrong} wrong, {largest:.0f} MB at most")
    return int(wrong > 0 or largest > MEGABYTES)


if __name__ == "__main__":
    sys.exit(main())
