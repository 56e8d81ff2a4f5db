"""Every PDF of a directory taken all the way: inspected, signed by two people, sealed, judged.

    python -m tests.benchmarks.corpus [DIRECTORY]      (or PARAPHE_CORPUS)

For each file: the platform's own inspection; if accepted, its own preparation, two signatures
(B-LT) and a seal (B-LTA); our own verification, pyHanko in strict mode with difference analysis
and pdfsig judge every one of them, and the first pages of the upload and of the signed file are
drawn and compared.
"""

from __future__ import annotations

import argparse
import collections
import logging
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from paraphe.adapters.requests.inspection import inspect_pdf
from paraphe.adapters.trust.pades.validation.file_validation import verify
from paraphe.adapters.trust.pades.validation.trust_anchors import load_roots
from paraphe.adapters.trust.pades.writer import archive
from paraphe.domain.requests.inspection import Accepted, Refused
from paraphe.domain.trust.signatures import FieldBox, SignatureField, VisibleMark
from paraphe.domain.trust.verdict import State
from tests.benchmarks.corpus_inspect import LENIENT, WITHOUT, Row, compare, is_strict
from tests.benchmarks.result import Result
from tests.support.judges import pdfsig
from tests.support.trust import TrustWorld

if TYPE_CHECKING:
    from collections.abc import Iterator

PEOPLE = ("a1b2c3d4e5f60718-signature", "f60718a1b2c3d4e5-signature")
SEAL = "0718a1b2c3d4e5f6-seal"
UNSIGNED = "accepted, but not validly signed"


def sign(pdf: Path, accepted: Accepted) -> TrustWorld:
    """Prepare, sign twice and seal in place, as the platform does; who did it."""
    world = TrustWorld()
    trust = world.trust()
    first = accepted.pages[0]
    roomy = first.width > 120 and first.height > 60 and not accepted.certified
    box = FieldBox(1, 10, 10, 100, 40) if roomy else None
    fields = [SignatureField(PEOPLE[0], box), SignatureField(PEOPLE[1])]
    fields.append(SignatureField(SEAL, order=1, is_seal=True))
    with pdf.open("r+b") as file:
        archive.prepare(file, fields, world.authority.chain, trust, world.now)
        mark = VisibleMark("Zoé Łukasz") if box else None
        world.sign(file, PEOPLE[0], trust=trust, mark=mark)
        world.sign(file, PEOPLE[1], trust=trust)
        world.seal(file, SEAL)
    return world


def judge(pdf: Path, world: TrustWorld, *, strict: bool = True) -> list[str]:
    """Return what our own verification, pyHanko and pdfsig find wrong with the three."""
    verdict = verify(pdf.read_bytes(), load_roots([world.roots_pem()]), world.now)
    wrong = [
        f"verify: {one.field}: {one.state} {one.detail}"
        for one in verdict.signatures
        if one.field in {*PEOPLE, SEAL} and one.state is not State.VALID
    ]
    with pdf.open("rb") as file:
        reader = PdfFileReader(file, strict=strict)
        ours = [s for s in reader.embedded_regular_signatures if s.field_name in {*PEOPLE, SEAL}]
        if len(ours) != 3:
            wrong.append(f"pyHanko finds {len(ours)} signatures of ours")
        for one in ours:
            status = validate_pdf_signature(one, ValidationContext(allow_fetching=False))
            if not (status.intact and status.valid and status.docmdp_ok):
                wrong.append(f"pyHanko: {one.field_name}: {status.summary()}")
    valid = pdfsig(pdf.read_bytes()).count("Signature is Valid.")
    if valid < 3:
        wrong.append(f"pdfsig: {valid} valid")
    return wrong


def one_file(path: Path) -> Row:
    """Take one file all the way."""
    logging.disable()  # pyHanko tells at length that it trusts none of our test roots
    with tempfile.TemporaryDirectory() as scratch:
        target = Path(scratch, "document.pdf")
        begun = time.perf_counter()
        result = inspect_pdf(path, target)
        row = Row(f"{path.parent.name}/{path.name}", "", time.perf_counter() - begun)
        if isinstance(result, Refused) and result.without is not None:
            result, row.verdict = result.without, WITHOUT
        if isinstance(result, Refused):
            row.verdict = f"refused: {result.reason}"
            return row
        row.verdict = row.verdict or ("signed again" if result.already_signed else "signed")
        if not is_strict(result):
            row.notes.append(LENIENT)
        try:
            wrong = judge(target, sign(target, result), strict=is_strict(result))
        except Exception as error:  # noqa: BLE001 - the table says what failed
            wrong = [f"{type(error).__name__}: {error}"[:110]]
        if wrong:
            row.verdict = UNSIGNED
            row.notes += wrong
        row.seconds = time.perf_counter() - begun
        if len(result.pages) and not any("differs" in note for note in row.notes):
            row.notes += [n for n in compare(path, target) if not _is_mark(n)]
    return row


def _is_mark(note: str) -> bool:
    """The visible mark on page 1 is meant to be seen."""
    return note.startswith("page 1 differs") and float(note.rsplit(maxsplit=1)[-1].rstrip("%")) < 12


def rows_of(directory: str, jobs: int = 2, every: int = 1) -> list[Row]:
    """Take every (or every n-th) file of a directory all the way."""
    files = sorted(Path(directory).rglob("*.pdf"))[::every]
    with multiprocessing.get_context("spawn").Pool(jobs, maxtasksperchild=100) as pool:
        return list(pool.imap(one_file, files, chunksize=4))


def show(rows: list[Row]) -> None:
    """Print the table."""
    for row in rows:
        if row.notes or row.verdict.startswith("refused"):
            print(f"{row.verdict:32} {row.seconds:5.2f} s  {row.name}  {'; '.join(row.notes)}")
    for verdict, count in collections.Counter(row.verdict for row in rows).most_common():
        print(f"{count:6}  {verdict}")


def measure(*, short: bool) -> Iterator[Result]:
    """The table over PARAPHE_CORPUS; a tenth of it when `short`."""
    directory = os.environ.get("PARAPHE_CORPUS")
    if not directory:
        print("corpus: set PARAPHE_CORPUS to a directory of PDFs to see its table")
        return
    rows = rows_of(directory, every=10 if short else 1)
    show(rows)
    yield Result("corpus: accepted, not validly signed", _count(rows, UNSIGNED), "files", 0)
    yield Result("corpus: longest file", max((r.seconds for r in rows), default=0), "s", 10)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    yield Result("corpus: largest process", peak, "MB", 1500)


def _count(rows: list[Row], verdict: str) -> int:
    return sum(row.verdict == verdict for row in rows)


def main() -> int:
    """Print the table; 1 when an accepted file could not be signed validly."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", nargs="?", default=os.environ.get("PARAPHE_CORPUS"))
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    if not options.directory:
        print("no corpus: give a directory, or set PARAPHE_CORPUS")
        return 0
    rows = rows_of(options.directory, options.jobs)
    show(rows)
    return int(_count(rows, UNSIGNED) > 0)


if __name__ == "__main__":
    sys.exit(main())
