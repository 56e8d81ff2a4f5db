"""Judges a signed PDF as a stranger would: with pdfsig, or pyHanko where there is none."""

from __future__ import annotations

import logging
import re
import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature

if TYPE_CHECKING:
    from pathlib import Path

_SIGNER = re.compile(r"Signer Certificate Common Name: (.*)")
# What pdfsig says of document time-stamps (ETSI EN 319 142-1 §5.4.3): it doesn't know them.
_NOT_ITS_KIND = "Signature has not yet been verified."
_VERDICT = re.compile(r"Signature Validation: (.*)")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found about one signature."""

    signer: str
    valid: bool
    words: str


def judge(pdf: Path) -> tuple[str, list[Verdict]]:
    """Who judged, and what they say of every signature, in the order of the file.

    Valid means: made with the signer's key over exactly these bytes. Whether the signer's
    certificate is trusted is the reader's decision: a test certificate is not.
    """
    if shutil.which("pdfsig"):
        return "pdfsig", _pdfsig(pdf)
    return "pyHanko (no pdfsig here)", _pyhanko(pdf)


def _pdfsig(pdf: Path) -> list[Verdict]:
    # -nocert: don't judge trust, which for the laptop's own authority can only be missing.
    done = subprocess.run(
        ["pdfsig", "-nocert", str(pdf)], capture_output=True, text=True, check=False
    )
    found = zip(_SIGNER.findall(done.stdout), _VERDICT.findall(done.stdout), strict=True)
    return [
        Verdict(signer, words == "Signature is Valid.", words)
        for signer, words in found
        if words != _NOT_ITS_KIND
    ]


def _pyhanko(pdf: Path) -> list[Verdict]:
    # Nobody's root is given, so it can't build a path, and says so at length.
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
    found = []
    with pdf.open("rb") as file:
        for signature in PdfFileReader(file).embedded_regular_signatures:
            status = validate_pdf_signature(signature)
            valid = status.intact and status.valid
            words = "intact and valid" if valid else "not valid"
            found.append(Verdict(status.signing_cert.subject.native["common_name"], valid, words))
    return found
