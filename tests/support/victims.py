"""Signed files to attack, and what the verifier says of them."""

from __future__ import annotations

import functools
from datetime import timedelta
from typing import TYPE_CHECKING

from infra.local.journey import _file as pdf_file  # the laptop's tiny writer
from paraphe.adapters.trust.pades.validation.file_validation import verify
from paraphe.adapters.trust.pades.validation.trust_anchors import load_roots
from tests.support import attacks, signed, strange_pdfs

if TYPE_CHECKING:
    from paraphe.domain.trust.verdict import PdfVerdict


@functools.cache
def house() -> signed.House:
    """One signing house for all attacks."""
    return signed.house()


def form_pdf() -> bytes:
    """A page with a text field `amount`, and a content stream that nothing refers to."""
    shadow = b"<</Length %d>>\nstream\n%s\nendstream" % (len(attacks.FORGED), attacks.FORGED)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [6 0 R] >> >>",
        b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Annots [6 0 R] "
            b"/Resources << /Font << /F1 3 0 R >> >> >>"
        ),
        b"<< /Length 38 >>\nstream\nBT /F1 14 Tf 72 760 Td (1000) Tj ET    \nendstream",
        (
            b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (amount) /V (1000) "
            b"/Rect [72 600 272 620] /F 4 /P 4 0 R >>"
        ),
        b"<< /Kind /Hidden >>\nendobj\n%SHADOW\n5 0 obj\n" + shadow,
    ]
    return pdf_file(objects)


@functools.cache
def victim(*, sealed: bool) -> bytes:
    """A signed file: two persons, and the firm's seal or not."""
    return signed.signed(house(), form_pdf(), signers=2, sealed=sealed)[-1]


def judge(data: bytes) -> PdfVerdict:
    """What the verifier says, its roots known."""
    roots = load_roots([house().roots_pem])
    return verify(data, roots, signed.BEGIN + timedelta(minutes=5))


@functools.cache
def described() -> bytes:
    """A signed file with a title, a note, an attachment and an object that nothing explains."""
    extra = {
        7: b"<</Title(Honoraires)>>",
        50: b"<</Y 1>>",
        51: b"<</Type/Filespec/F(a)/EF<</F 52 0 R>>>>",
        52: strange_pdfs.stream(b"text", b"/Type/EmbeddedFile"),
        54: strange_pdfs.annotation(b"Square"),
    }
    catalog = b"/Names<</EmbeddedFiles<</Names[(a)51 0 R]>>>>/X 50 0 R"
    page = strange_pdfs.objects_of(catalog, b"/Annots[54 0 R]", extra)
    pdf = strange_pdfs.write(page, trailer=b"/Info 7 0 R")
    return signed.signed(house(), pdf, signers=1, sealed=True)[-1]
