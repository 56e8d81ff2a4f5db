"""Opening a PDF: tables, streams and object streams, strictly."""

from __future__ import annotations

import io

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paraphe.adapters.trust.pades.writer.document import open_document
from paraphe.adapters.trust.pades.writer.syntax import PdfError, Ref
from tests.support.trust import make_pdf


def _many(pdf: pikepdf.Pdf) -> None:
    for number in range(300):
        pdf.Root[f"/X{number}"] = pdf.make_indirect(pikepdf.Dictionary(N=number))


@pytest.mark.parametrize("object_streams", [False, True])
def test_every_object_is_found(object_streams: bool) -> None:  # noqa: FBT001 - a parameter
    document = open_document(io.BytesIO(make_pdf(_many, object_streams=object_streams)))
    catalog = document.catalog()
    assert document.uses_streams is object_streams
    for number in range(300):
        assert document.resolve(catalog[f"X{number}"]) == {"N": number}


def test_an_object_that_is_not_there_is_null() -> None:
    document = open_document(io.BytesIO(make_pdf()))
    assert document.resolve(Ref(99_999)) is None


def test_a_large_object_is_read_whole() -> None:
    text = "x" * 50_000

    def large(pdf: pikepdf.Pdf) -> None:
        pdf.Root["/Large"] = pdf.make_indirect(pikepdf.Array([pikepdf.String(text)] * 3))

    document = open_document(io.BytesIO(make_pdf(large)))
    assert document.resolve(document.catalog()["Large"]) == [text.encode()] * 3


def test_a_size_that_is_too_small_is_not_believed() -> None:
    pdf = make_pdf()
    document = open_document(io.BytesIO(pdf))
    shrunk = pdf.replace(b"/Size %d" % document.next_number, b"/Size 2")
    assert open_document(io.BytesIO(shrunk)).next_number == document.next_number


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda pdf: b"\n" + pdf, "header"),
        (lambda pdf: pdf[:-8], "end"),
        (lambda pdf: pdf.replace(b"startxref\n", b"startxref\n9"), "chain is broken"),
        (lambda pdf: pdf.replace(b"trailer <<", b"trailer <</Prev 5 "), "cross-reference"),
        (lambda pdf: pdf.replace(b"trailer <<", b"trailer <</Encrypt 5 0 R "), "encrypted"),
        (lambda pdf: pdf.replace(b"trailer <<", b"trailer <</XRefStm 5 "), "hybrid"),
        (lambda pdf: pdf.replace(b"1 0 obj", b"7 0 obj"), "another object"),
        (lambda pdf: pdf.replace(b"00000 n", b"00000 x"), "malformed"),
    ],
)
def test_broken_files_are_refused(damage: object, reason: str) -> None:
    assert callable(damage)
    with pytest.raises(PdfError, match=reason):
        open_document(io.BytesIO(damage(make_pdf()))).catalog()


def test_an_encrypted_file_is_refused() -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(make_pdf())) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner="o", user=""))
    with pytest.raises(PdfError, match="encrypted"):
        open_document(out)


@given(st.integers(0, 2**32), st.binary(min_size=1, max_size=4))
def test_flipped_bytes_never_crash(at: int, noise: bytes) -> None:
    for object_streams in (False, True):
        pdf = bytearray(make_pdf(object_streams=object_streams))
        start = at % len(pdf)
        pdf[start : start + len(noise)] = noise
        try:
            document = open_document(io.BytesIO(bytes(pdf)))
            document.resolve(document.catalog().get("Pages"))
        except PdfError:
            continue
        assert document.sections
