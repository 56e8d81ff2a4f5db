"""Independent judges of signed PDFs: pdfsig (Poppler), qpdf, and pyHanko's own validation."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support.tools import tool


def pdfsig(pdf: bytes) -> list[str]:
    """What pdfsig says of each signature, e.g. `Signature is Valid.`."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "signed.pdf"
        file.write_bytes(pdf)
        done = subprocess.run(
            [tool("pdfsig"), "-nocert", str(file)], capture_output=True, text=True, check=False
        )
    return re.findall(r"Signature Validation: (.*)", done.stdout)


def qpdf_complaints(pdf: bytes) -> str:
    """What `qpdf --check` has to say; empty when all is well."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "signed.pdf"
        file.write_bytes(pdf)
        done = subprocess.run(
            [tool("qpdf"), "--check", str(file)], capture_output=True, text=True, check=False
        )
    return "" if done.returncode == 0 else done.stdout + done.stderr


def assert_sound(pdf: bytes, signatures: int) -> None:
    """Every person's signature is there and valid, and the file is well-formed (P8, P20).

    Document time-stamps are told apart by their sub-filter; Debian's pdfsig lists but does not
    judge them.
    """
    said = pdfsig(pdf)
    stamps = pdf.count(b"/ETSI.RFC3161")
    assert said.count("Signature is Valid.") == signatures, said
    unjudged = said.count("Signature has not yet been verified.")
    assert unjudged <= stamps, said
    assert len(said) - unjudged == signatures, said
    assert qpdf_complaints(pdf) == ""
