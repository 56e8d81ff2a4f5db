"""Inspect, sign and check every PDF of a directory, and print a table of what became of them.

    python tests/benchmarks/corpus_inspect.py [DIRECTORY]      (or PARAPHE_CORPUS)

For each file: `inspect_pdf`; if accepted, at once or without its scripts and actions, a signature
by pyHanko in strict mode (but where the signed upload itself stops that) in a revision of its own,
validated by pyHanko (with difference analysis) and by pdfsig; the first pages of the original and
of the normal form drawn and compared; the pictures that inspection drew counted.
"""

from __future__ import annotations

import argparse
import collections
import io
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pypdfium2
from asn1crypto import keys, x509
from cryptography import x509 as cx509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from paraphe.adapters.requests.inspection import inspect_pdf
from paraphe.clock import now
from paraphe.domain.requests.inspection import Accepted, Judged, Refused

if TYPE_CHECKING:
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

FIELD = "CorpusBenchSignature"
COMPARED_PAGES = 3
WITHOUT = "signed without scripts"
LENIENT = "strict pyHanko stops at the upload itself"
UNDRAWN = "original cannot be drawn"
WIDTH = 300
SMOOTHING = 48  # form fields are drawn with other smoothing than page content


@dataclass
class Row:
    """What became of one file."""

    name: str
    verdict: str
    seconds: float = 0.0
    notes: list[str] = field(default_factory=list)


def make_signer() -> signers.SimpleSigner:
    """Return a signer with a new key and a certificate of its own."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = cx509.Name([cx509.NameAttribute(cx509.NameOID.COMMON_NAME, "Corpus bench")])
    today = now()
    certificate = (
        cx509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(cx509.random_serial_number())
        .not_valid_before(today.replace(year=today.year - 1))
        .not_valid_after(today.replace(year=today.year + 1))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return signers.SimpleSigner(
        signing_cert=x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER)),
        signing_key=keys.PrivateKeyInfo.load(private),
        cert_registry=ValidationContext(trust_roots=[]).certificate_registry,
    )


class Writer(IncrementalPdfFileWriter):
    """pyHanko's writer, which otherwise fails on a signed file whose XMP it cannot parse."""

    def _update_meta(self) -> None:
        """Leave the metadata alone."""


def sign(document: Path, out: Path, accepted: Accepted, signer: signers.SimpleSigner) -> None:
    """Sign an accepted file once more, strictly and incrementally."""
    writer = Writer(io.BytesIO(document.read_bytes()), strict=is_strict(accepted))
    visible = None if accepted.certified else (10, 10, 110, 60)
    spec = fields.SigFieldSpec(FIELD, box=visible, on_page=0)
    meta = signers.PdfSignatureMetadata(field_name=FIELD)
    with out.open("wb") as file:
        signers.PdfSigner(meta, signer, new_field_spec=spec).sign_pdf(writer, output=file)


def is_strict(accepted: Accepted) -> bool:
    """Say whether pyHanko's strict mode reads what was accepted."""
    return accepted.judged is not Judged.LENIENTLY


def judge(signed: Path, signer: signers.SimpleSigner, *, strict: bool = True) -> list[str]:
    """Return what pyHanko and pdfsig find wrong with the new signature."""
    wrong = []
    with signed.open("rb") as file:
        reader = PdfFileReader(file, strict=strict)
        mine = next(one for one in reader.embedded_regular_signatures if one.field_name == FIELD)
        context = ValidationContext(trust_roots=[signer.signing_cert])
        status = validate_pdf_signature(mine, context)
        if not (status.intact and status.valid and status.bottom_line):
            wrong.append("pyHanko: not valid")
        for other in reader.embedded_regular_signatures:
            if other.field_name != FIELD:
                wrong += earlier(other)
    said = subprocess.run(
        ["pdfsig", "-nocert", signed], capture_output=True, text=True, check=False
    )
    if "Signature is Valid." not in said.stdout.split("Signature #")[-1]:
        wrong.append(f"pdfsig: {said.stdout.strip().splitlines()[-3:]}")
    return wrong


def earlier(signature: EmbeddedPdfSignature) -> list[str]:
    """Return a note about a signature that was there before."""
    try:
        status = validate_pdf_signature(signature, ValidationContext(trust_roots=[]))
    except Exception as error:  # noqa: BLE001 - strangers' signatures break pyHanko anyhow
        return [f"earlier: {type(error).__name__}"]
    if status.intact and status.valid and status.docmdp_ok:
        return []
    return [f"earlier: intact={status.intact} valid={status.valid} docmdp={status.docmdp_ok}"]


def pictures(path: Path) -> list[bytes]:
    """Return small drawings of the first pages."""
    drawn = []
    with pypdfium2.PdfDocument(path) as document:
        document.init_forms()
        for index in range(min(len(document), COMPARED_PAGES)):
            page = document[index]
            scale = WIDTH / max(page.get_width(), 1)
            bitmap = page.render(scale=min(scale, 2), grayscale=True)
            drawn.append(bytes(bitmap.buffer))
    return drawn


def compare(source: Path, target: Path) -> list[str]:
    """Return which pages look different in the normal form."""
    try:
        before = pictures(source)
    except (pypdfium2.PdfiumError, ValueError):  # ValueError: a page without any area
        return [UNDRAWN]
    after = pictures(target)
    if len(before) != len(after):
        return [f"page count {len(before)} -> {len(after)}"]
    return [
        f"page {number} differs by {share:.2%}"
        for number, (one, other) in enumerate(zip(before, after, strict=True), start=1)
        if (share := difference(one, other)) > 0
    ]


def difference(one: bytes, other: bytes) -> float:
    """Return the share of pixels that differ visibly."""
    if one == other:
        return 0.0
    if len(one) != len(other):
        return 1.0
    return sum(abs(a - b) > SMOOTHING for a, b in zip(one, other, strict=True)) / len(one)


def sizes(target: Path, accepted: Accepted) -> list[str]:
    """Return where the measured page sizes disagree with PDFium's."""
    with pypdfium2.PdfDocument(target) as document:
        if len(document) != len(accepted.pages):
            return [f"PDFium counts {len(document)} pages, not {len(accepted.pages)}"]
        for page, index in zip(accepted.pages, range(50), strict=False):
            width, height = document[index].get_size()
            if abs(width - page.width) > 1 or abs(height - page.height) > 1:
                return [f"page {page.number}: {width}x{height}, not {page.width}x{page.height}"]
    return []


def one_file(path: Path) -> Row:
    """Take one file all the way."""
    with tempfile.TemporaryDirectory() as scratch:
        target, signed = Path(scratch, "document.pdf"), Path(scratch, "signed.pdf")
        begun = time.perf_counter()
        result = inspect_pdf(path, target, folder=Path(scratch))
        row = Row(f"{path.parent.name}/{path.name}", "", time.perf_counter() - begun)
        if isinstance(result, Refused) and result.without is not None:
            result, row.verdict = result.without, WITHOUT
        if isinstance(result, Refused):
            row.verdict = f"refused: {result.reason}"
            return row
        row.verdict = row.verdict or ("signed again" if result.already_signed else "signed")
        if not is_strict(result):
            row.notes.append(LENIENT)
        elif result.judged is Judged.NOT:
            row.notes.append("not judged")
        try:
            signer = make_signer()
            sign(target, signed, result, signer)
            row.notes += judge(signed, signer, strict=is_strict(result))
        except Exception as error:  # noqa: BLE001 - the table says what failed
            row.verdict = "accepted, but not signed"
            row.notes.append(f"{type(error).__name__}: {error}"[:110])
        row.notes += compare(path, target)
        row.notes += sizes(target, result)
        drawn = len(list(Path(scratch).glob("*.png")))
        if drawn != len(result.pages):
            row.notes.append(f"{drawn} pictures of {len(result.pages)} pages")
        if row.seconds > 10 + len(result.pages) / 2:
            row.notes.append(f"{row.seconds:.1f} s for {len(result.pages)} pages")
    return row


def main() -> int:
    """Print the table; the exit code says whether an accepted file could not be signed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", nargs="?", default=os.environ.get("PARAPHE_CORPUS"))
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    if not options.directory:
        print("no corpus: give a directory, or set PARAPHE_CORPUS")
        return 0
    files = sorted(Path(options.directory).rglob("*.pdf"))
    with multiprocessing.get_context("spawn").Pool(options.jobs, maxtasksperchild=200) as pool:
        rows = list(pool.imap(one_file, files, chunksize=4))
    for row in rows:
        if row.notes or row.verdict.startswith("refused"):
            print(f"{row.verdict:32} {row.seconds:5.2f} s  {row.name}  {'; '.join(row.notes)}")
    print()
    for verdict, count in collections.Counter(row.verdict for row in rows).most_common():
        print(f"{count:6}  {verdict}")
    times = sorted(row.seconds for row in rows)
    if times:
        print(f"inspection: median {times[len(times) // 2]:.3f} s, longest {times[-1]:.3f} s")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"largest process of all (benchmark workers included): {peak} MB")
    return int(any(row.verdict == "accepted, but not signed" for row in rows))


if __name__ == "__main__":
    sys.exit(main())
