"""Full verification: warm medians, and the peak of memory for a file of 100,000 objects."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from infra.local.journey import _file as pdf_file  # the laptop's tiny writer
from infra.local.journey import sample_pdf
from paraphe.adapters.trust.verification.check import check
from paraphe.domain.trust.verdict import ExitCode
from tests.benchmarks import apart
from tests.benchmarks.result import Result
from tests.support import signed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

OBJECTS = 100_000
MEMORY_LIMIT_MB = 400
ROUNDS, SHORT_ROUNDS = 15, 5


def many_objects(count: int = OBJECTS) -> bytes:
    """A page whose resources list `count` small objects."""
    listed = b" ".join(b"%d 0 R" % n for n in range(6, 6 + count))
    text = b"BT /F1 14 Tf 72 760 Td (1000) Tj ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Extra [%s] "
        b"/Resources << /Font << /F1 3 0 R >> >> >>" % listed,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
    ]
    return pdf_file([*objects, *(b"<< /Number %d /Kind /Small >>" % n for n in range(count))])


def measure(*, short: bool) -> Iterator[Result]:
    """Medians of full verification, today and when the one-time certificates are long over."""
    rounds = SHORT_ROUNDS if short else ROUNDS
    house = signed.house()
    small = signed.signed(house, sample_pdf(["Lettre"]), signers=3)[-1]
    large = signed.signed(house, many_objects(), signers=3)[-1]
    today, later = house.clock.now + timedelta(minutes=5), house.clock.now + timedelta(days=200)
    yield Result("verify, 4 signatures", _median(small, house, today, rounds), "ms", 150)
    yield Result("verify, 4 signatures, +200 d", _median(small, house, later, rounds), "ms", 150)
    yield Result("verify, 100,000 objects", _median(large, house, later, 3), "ms", 3000)
    peak = _peak(large, house.roots_pem, later)
    yield Result("verify, 100,000 objects, memory", peak, "MB", MEMORY_LIMIT_MB)


def _median(pdf: bytes, house: signed.House, now: datetime, rounds: int) -> float:
    """Median milliseconds of processor time of a full verification, after two to warm up.

    It waits for nothing, and wall-clock time also measures the machine's other users.
    """
    taken = []
    for _ in range(rounds + 2):
        start = time.process_time()
        verdict = check(pdf, None, [house.roots_pem], now)
        taken.append(1000 * (time.process_time() - start))
        if verdict.exit_code is not ExitCode.VALID:
            raise RuntimeError(verdict.detail)
    return statistics.median(taken[2:])


def _peak(pdf: bytes, roots: bytes, now: datetime) -> float:
    """The largest resident size of the command, in MB."""
    with tempfile.TemporaryDirectory() as folder:
        signed_file, root_file = Path(folder) / "signed.pdf", Path(folder) / "roots.pem"
        signed_file.write_bytes(pdf)
        root_file.write_bytes(roots)
        command = [sys.executable, "-m", "paraphe", "verify", str(signed_file)]
        command += ["--trust", str(root_file), "--at", now.isoformat()]
        return apart.run(command)[0]
