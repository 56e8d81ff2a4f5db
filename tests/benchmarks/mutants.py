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
import re
import resource
import sys
import tempfile
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from paraphe.adapters.trust.pades.validation.file_validation import verify
from paraphe.adapters.trust.pades.validation.trust_anchors import Anchors, load_roots
from paraphe.domain.trust.verdict import State
from tests.benchmarks import corpus, corpus_inspect
from tests.benchmarks.result import Result
from tests.support import signed, strange_pdfs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

SECONDS, MEGABYTES = 10, 1500
_LARGEST = 400_000
_OBJECT = re.compile(rb"\d+ \d+ obj.*?endobj", re.DOTALL)
_NUMBERED = re.compile(
    rb"/(?:Size|Prev|Length|Count|N|First|Columns|Predictor|Rotate|Ff|F|P|XRefStm)\s*(-?\d+)"
)
_ODD_NUMBERS = (
    b"0",
    b"-1",
    b"1",
    b"65536",
    b"2147483648",
    b"99999999999999999999",
    b"1.5",
    b"null",
)
_TOKENS = (b"<<", b">>", b"[", b"]", b"(", b")", b"<", b">", b"%", b"\x00", b"/", b" R", b"obj")
_WORDS = (b"endobj", b"endstream", b"stream", b"xref", b"trailer", b"startxref", b"%%EOF", b"obj")
_TAILS = (b"\n%%EOF\n", b"\x00" * 3000, b"\nstartxref\n0\n%%EOF\n", b"<html></html>", b"1 0 obj\n")


@dataclass
class Finding:
    """What is wrong with one file, and what was done to it."""

    name: str
    data: bytes = field(repr=False)
    complaints: list[str]


def flip(chance: random.Random, data: bytes) -> bytes:
    """One to four bytes become others."""
    made = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        made[chance.randrange(len(made))] ^= chance.randint(1, 255)
    return bytes(made)


def _span(chance: random.Random, data: bytes) -> tuple[int, int]:
    start = chance.randrange(len(data))
    return start, min(len(data), start + int(10 ** chance.uniform(0, 4)))


def cut(chance: random.Random, data: bytes) -> bytes:
    """A piece is missing."""
    start, end = _span(chance, data)
    return data[:start] + data[end:]


def double(chance: random.Random, data: bytes) -> bytes:
    """A piece is there twice, the second time anywhere."""
    start, end = _span(chance, data)
    at = chance.randrange(len(data))
    return data[:at] + data[start:end] + data[at:]


def truncate(chance: random.Random, data: bytes) -> bytes:
    """The end is missing."""
    return data[: chance.randrange(1, len(data))]


def blank(chance: random.Random, data: bytes) -> bytes:
    """A piece is zeros, as after a broken download."""
    start, end = _span(chance, data)
    return data[:start] + bytes(end - start) + data[end:]


def swap(chance: random.Random, data: bytes) -> bytes:
    """Two objects change places."""
    found = list(_OBJECT.finditer(data))
    if len(found) < 2:
        return flip(chance, data)
    one, other = sorted(chance.sample(found, 2), key=lambda match: match.start())
    between = data[one.end() : other.start()]
    return data[: one.start()] + other[0] + between + one[0] + data[other.end() :]


def number(chance: random.Random, data: bytes) -> bytes:
    """A size, count, offset or flag is something else."""
    found = list(_NUMBERED.finditer(data))
    if not found:
        return flip(chance, data)
    one = chance.choice(found)
    return data[: one.start(1)] + chance.choice(_ODD_NUMBERS) + data[one.end(1) :]


def reference(chance: random.Random, data: bytes) -> bytes:
    """A reference leads elsewhere."""
    found = list(re.finditer(rb"(\d+) 0 R", data))
    if not found:
        return flip(chance, data)
    one, other = chance.choice(found), chance.choice(found)
    return data[: one.start()] + other[0] + data[one.end() :]


def offset(chance: random.Random, data: bytes) -> bytes:
    """An offset of a table, or the table's own, is wrong."""
    found = list(re.finditer(rb"(\d{10}) \d{5} [nf]|startxref\s+(\d+)", data))
    if not found:
        return flip(chance, data)
    one = chance.choice(found)
    group = 1 if one[1] else 2
    moved = max(0, int(one[group]) + chance.choice((-20, -1, 1, 7, 9_999)))
    return data[: one.start(group)] + b"%0*d" % (len(one[group]), moved) + data[one.end(group) :]


def token(chance: random.Random, data: bytes) -> bytes:
    """A delimiter too many."""
    at = chance.randrange(len(data))
    return data[:at] + chance.choice(_TOKENS) * chance.choice((1, 1, 1, 300)) + data[at:]


def word(chance: random.Random, data: bytes) -> bytes:
    """A keyword is missing."""
    found = list(re.finditer(b"|".join(_WORDS), data))
    if not found:
        return flip(chance, data)
    one = chance.choice(found)
    return data[: one.start()] + data[one.end() :]


def name(chance: random.Random, data: bytes) -> bytes:
    """One name stands where another was."""
    found = list(re.finditer(rb"/[A-Za-z]{1,20}", data))
    if not found:
        return flip(chance, data)
    one, other = chance.choice(found), chance.choice(found)
    return data[: one.start()] + other[0] + data[one.end() :]


def head(chance: random.Random, data: bytes) -> bytes:
    """Something comes before the header."""
    return chance.choice((b"\n", b"HTTP/1.1 200 OK\r\n\r\n", b"\xef\xbb\xbf", b"x" * 900)) + data


def tail(chance: random.Random, data: bytes) -> bytes:
    """Something follows the end."""
    return data + chance.choice(_TAILS)


def ends(chance: random.Random, data: bytes) -> bytes:
    """Line ends are changed, as by a mail gateway."""
    before, after = chance.choice(((b"\n", b"\r\n"), (b"\n", b"\r"), (b"\r\n", b"\n")))
    return data.replace(before, after)


def update(chance: random.Random, data: bytes) -> bytes:
    """An object is written once more, with a table of its own, as an editor does."""
    found = list(_OBJECT.finditer(data))
    starts = re.findall(rb"startxref\s+(\d{1,9})", data)
    roots = re.findall(rb"/Root\s*(\d+ \d+ R)", data)
    if not found or not starts or not roots:
        return tail(chance, data)
    body = chance.choice(MUTATIONS[:4])(chance, chance.choice(found)[0])
    match = re.match(rb"(\d{1,9}) (\d{1,5}) obj", body)
    begun = (int(match[1]), int(match[2])) if match else (4, 0)
    table = b"xref\n%d 1\n%010d %05d n \n" % (begun[0], len(data) + 1, begun[1])
    trailer = b"trailer\n<</Size 100/Root %s/Prev %s>>\n" % (roots[-1], starts[-1])
    start = len(data) + len(body) + 2
    return data + b"\n" + body + b"\n" + table + trailer + b"startxref\n%d\n%%%%EOF\n" % start


MUTATIONS: tuple[Callable[[random.Random, bytes], bytes], ...] = (
    flip,
    number,
    reference,
    name,
    cut,
    double,
    truncate,
    blank,
    swap,
    offset,
    token,
    word,
    head,
    tail,
    ends,
    update,
)


@functools.cache
def house() -> signed.House:
    """The house whose signatures are attacked."""
    return signed.house()


@functools.cache
def victims() -> tuple[tuple[bytes, ...], ...]:
    """Every revision of files that we signed: with tables and with streams, sealed and not."""
    plain = strange_pdfs.specimens()
    documents = [plain["spelling-plain"], plain["rewritten-object-streams"]]
    return tuple(
        tuple(signed.signed(house(), one, signers=2, sealed=sealed))
        for one in documents
        for sealed in (True, False)
    )


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
    revisions = chance.choice(victims())
    change = chance.choice(MUTATIONS)
    data = change(chance, revisions[-1])
    begun = time.process_time()
    state = verify(data, load_roots([house().roots_pem]), house().clock.now).state
    finding = Finding(f"signed {change.__name__} -> {state}", data, [])
    if state is State.VALID and data.rstrip() not in {one.rstrip() for one in revisions}:
        finding.complaints.append("called valid")
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
