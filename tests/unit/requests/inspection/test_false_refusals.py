"""Sound files that were once refused: each trap as a small document made here (P4)."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers

from paraphe.adapters.requests.inspection import inspect_pdf
from paraphe.adapters.requests.inspection.limits import Limits
from paraphe.adapters.trust.pades.validation.file_validation import verify
from paraphe.adapters.trust.pades.validation.trust_anchors import load_roots
from paraphe.adapters.trust.pades.writer.document import open_document
from paraphe.adapters.trust.pades.writer.syntax import PdfError
from paraphe.domain.requests.inspection import Accepted, Judged, RefusalReason, Refused
from paraphe.domain.trust.signatures import SignatureField
from paraphe.domain.trust.verdict import State
from tests.benchmarks.corpus_inspect import Writer
from tests.support import word
from tests.support.judges import pdfsig
from tests.support.trust import TrustWorld
from tests.unit.requests.inspection import builder
from tests.unit.requests.inspection.test_signed import sign
from tests.unit.requests.inspection.test_signed import signer as signer  # noqa: PLC0414 - a fixture
from tests.unit.trust.validation.test_legacy_x509 import old

if TYPE_CHECKING:
    from pathlib import Path


def judge(data: bytes, folder: Path, limits: Limits | None = None) -> Accepted | Refused:
    """Inspect some bytes."""
    (folder / "upload.pdf").write_bytes(data)
    return inspect_pdf(folder / "upload.pdf", folder / "document.pdf", limits or Limits())


def signs_validly(document: Path) -> None:
    """Sign and seal what was accepted; our verdict and pdfsig's are that ours are valid."""
    world = TrustWorld()
    fields = (SignatureField("A-signature"), SignatureField("C-seal", order=2, is_seal=True))
    with document.open("r+b") as file:
        world.prepare(file, fields)
        world.sign(file, "A-signature")
        world.seal(file, "C-seal")
    data = document.read_bytes()
    verdict = verify(data, load_roots([world.roots_pem()]), world.now)
    ours = [one for one in verdict.signatures if one.field in {"A-signature", "C-seal"}]
    assert [one.state for one in ours] == [State.VALID] * 2, ours
    assert pdfsig(data).count("Signature is Valid.") >= 2


# ------------------------------------------------------------------------------ our own reader


def _packed(last: bytes, size: int = 8) -> bytes:
    """Return a PDF whose objects lie in an object stream that ends in `last`."""
    page = builder.SOUND[3][:-2] + b"/Tag 6 0 R >>"
    members = {1: builder.CATALOG, 2: builder.SOUND[2], 3: page, 6: last}
    head, body = b"", b""
    for number, text in members.items():
        head += b"%d %d " % (number, len(body))
        body += text + b" "
    out, starts = bytearray(b"%PDF-1.5\n"), {}
    shape = b"/Type /ObjStm /N %d /First %d" % (len(members), len(head))
    for number, text in (
        (4, builder.SOUND[4]),
        (5, builder.stream(shape, head + body.rstrip())),
    ):
        starts[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    starts[7] = len(out)
    rows = {number: b"\2\0\0\5" + bytes([at]) for at, number in enumerate(members)}
    rows |= {number: b"\1" + at.to_bytes(3, "big") + b"\0" for number, at in starts.items()}
    table = b"".join(rows.get(number, bytes(5)) for number in range(size))
    shape = b"/Type /XRef /Size %d /W [1 3 1] /Root 1 0 R" % size
    out += b"7 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (
        builder.stream(shape, table),
        starts[7],
    )
    return bytes(out)


@pytest.mark.parametrize("last", [b"13326", b"13326 0", b"-1", b"true", b"/Name", b"[1 2]"])
def test_an_object_stream_may_end_in_anything(last: bytes, tmp_path: Path) -> None:
    """ISO 32000-2 §7.5.7: a number at its end is no reference that was cut off."""
    data = _packed(last)
    document = open_document(io.BytesIO(data))
    assert document.has(6)
    assert document.dictionary(document.catalog()["Pages"], "pages")
    result = judge(data, tmp_path)
    assert isinstance(result, Accepted), result
    if last == b"13326":
        signs_validly(tmp_path / "document.pdf")


@pytest.mark.parametrize("last", [b"[1 2", b"<< /A 1", b"(cut", b"<0a", b"12 }"])
def test_an_object_stream_that_is_cut_off_is_still_refused(last: bytes) -> None:
    """What ends a number ends nothing else."""
    document = open_document(io.BytesIO(_packed(last)))
    if last == b"12 }":  # what follows an object belongs to nobody
        assert document.catalog()
        return
    with pytest.raises(PdfError):
        document.catalog()


# ------------------------------------------------------------------------------ forms


def test_a_locked_check_box_whose_appearances_are_objects(tmp_path: Path) -> None:
    """Its tick stays, and no signature is called a change of it."""
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(400, 400))

    def look(content: bytes) -> pikepdf.Object:
        return pdf.make_stream(
            content, Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 20, 20])
        )

    states = pdf.make_indirect(Dictionary(Yes=look(b"0 0 20 20 re f"), Off=look(b"")))
    widget: dict[str, Any] = {"Type": Name.Annot, "Subtype": Name.Widget, "F": 4}
    box = Dictionary(
        **widget, FT=Name.Btn, T=String("tick"), Rect=[150, 150, 190, 190], AS=Name.Yes, V=Name.Yes
    )
    box.AP = pdf.make_indirect(Dictionary(N=states))
    notes = Dictionary(**widget, FT=Name.Tx, Ff=1 << 12, T=String("notes"), V=String("élan\nvital"))
    notes.Rect, notes.DA = Array([20, 20, 120, 60]), String("/Helv 10 Tf 0 g")
    fields = Array([pdf.make_indirect(box), pdf.make_indirect(notes)])
    pdf.pages[0].obj.Annots = fields
    pdf.Root.AcroForm = Dictionary(Fields=fields, NeedAppearances=True)
    out = io.BytesIO()
    pdf.save(out)
    result = judge(out.getvalue(), tmp_path)
    assert isinstance(result, Accepted), result
    assert result.locked_fields
    with pikepdf.open(tmp_path / "document.pdf") as kept:
        (left,) = [w for w in kept.pages[0].Annots if w.T == "tick"]
        assert left.AP.N.Yes.read_bytes() == b"0 0 20 20 re f"
    signs_validly(tmp_path / "document.pdf")


# ------------------------------------------------------------------------------ time


def _tagged(references: int) -> bytes:
    """Return a small file with so many references to a tag that analysis takes seconds over it."""
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(400, 400))
    root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    element = Dictionary(Type=Name.StructElem, S=Name.P, P=root, Pg=pdf.pages[0].obj)
    element = pdf.make_indirect(element)
    root.K = Array([element])
    listed = pdf.make_indirect(Array([element] * references))
    root.ParentTree = pdf.make_indirect(Dictionary(Nums=Array([0, listed])))
    pdf.Root.StructTreeRoot = root
    pdf.Root.MarkInfo = Dictionary(Marked=True)
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def test_out_of_time_is_not_judged_and_not_refused(tmp_path: Path) -> None:
    """It was signed on trial; that nobody could judge the result is said."""
    result = judge(_tagged(60_000), tmp_path, Limits(second_look_cpu=1.0))
    assert isinstance(result, Accepted), result
    assert result.judged is Judged.NOT
    assert sorted(path.name for path in tmp_path.iterdir()) == ["document.pdf", "upload.pdf"]
    signs_validly(tmp_path / "document.pdf")


def test_too_many_objects_to_judge_are_said_to_be(tmp_path: Path) -> None:
    """The same without spending the time."""
    result = judge(_tagged(1), tmp_path, Limits(judged_objects=5))
    assert isinstance(result, Accepted), result
    assert result.judged is Judged.NOT
    result = judge(_tagged(1), tmp_path)
    assert isinstance(result, Accepted), result
    assert result.judged is Judged.FULLY


def test_out_of_time_over_earlier_signatures_is_refused_in_its_own_words(
    signer: signers.SimpleSigner, tmp_path: Path
) -> None:
    """What nobody looked at is not called good; nor is it called changed."""
    data = sign(sign(_tagged(60_000), "One", signer), "Two", signer)
    result = judge(data, tmp_path, Limits(second_look_cpu=0.9))
    assert isinstance(result, Refused)
    assert result.reason is RefusalReason.UNJUDGED_SIGNATURE


# ------------------------------------------------------------------------------ signed files


def test_a_reference_to_nothing_is_null(signer: signers.SimpleSigner, tmp_path: Path) -> None:
    """ISO 32000-2 §7.3.10: in a signed file too it is no damage."""
    plain = builder.page(b"/Odd 5 0 R", o6=b"<< >>")
    data = sign(sign(plain, "One", signer), "Two", signer)
    result = judge(data, tmp_path)
    assert isinstance(result, Accepted), result
    assert (result.signatures, result.judged) == (2, Judged.LENIENTLY)
    signs_validly(tmp_path / "document.pdf")


def test_a_reference_to_what_is_still_to_come(signer: signers.SimpleSigner, tmp_path: Path) -> None:
    """Our update would bring the object: what was signed would change its meaning."""
    result = judge(sign(builder.page(b"/Odd 40 0 R"), "One", signer), tmp_path)
    assert isinstance(result, Refused)
    assert result.reason is RefusalReason.UNJUDGED_SIGNATURE


def test_the_number_of_a_cross_reference_stream_used_again(
    signer: signers.SimpleSigner, tmp_path: Path
) -> None:
    """Some programs do not count it in /Size; no rule forbids that the next update takes it."""
    writer = IncrementalPdfFileWriter(io.BytesIO(_packed(b"<< >>", size=7)), strict=False)
    writer._lastobj_id = 6
    out = io.BytesIO()
    meta = signers.PdfSignatureMetadata(field_name="One")
    signers.sign_pdf(writer, meta, signer=signer, output=out)
    result = judge(out.getvalue(), tmp_path)
    assert isinstance(result, Accepted), result
    assert result.judged is Judged.LENIENTLY
    signs_validly(tmp_path / "document.pdf")


def test_a_bare_rsa_signature(tmp_path: Path) -> None:
    """`adbe.x509.rsa_sha1`: it is judged, and ours are made beside it."""
    result = judge(old(), tmp_path)
    assert isinstance(result, Accepted), result
    assert (result.signatures, result.already_signed) == (1, True)
    broken = old()
    at = broken.index(b"1000 EUR")
    result = judge(broken[:at] + b"9000 EUR" + broken[at + 8 :], tmp_path)
    assert isinstance(result, Refused)
    assert result.reason is RefusalReason.INVALID_SIGNATURE


def test_metadata_that_others_could_not_read_beside_more_signatures(
    signer: signers.SimpleSigner, tmp_path: Path
) -> None:
    """Nothing was changed, and the words do not say so."""
    plain = builder.catalog(b"/Metadata 5 0 R", o5=builder.stream(b"/Type /Metadata", b"<x"))
    out = io.BytesIO()
    meta = signers.PdfSignatureMetadata(field_name="One")
    signers.sign_pdf(Writer(io.BytesIO(plain)), meta, signer=signer, output=out)
    result = judge(out.getvalue(), tmp_path)
    assert isinstance(result, Refused)
    assert result.reason is RefusalReason.UNJUDGED_SIGNATURE
    assert "does not mean that it was changed" in result.detail


def test_a_hybrid_file_as_word_makes_it(signer: signers.SimpleSigner, tmp_path: Path) -> None:
    """What its table does not know is tags; one that hides what is shown stays refused."""

    def signed(data: bytes) -> bytes:
        out = io.BytesIO()
        writer = IncrementalPdfFileWriter(io.BytesIO(data), strict=False)
        meta = signers.PdfSignatureMetadata(field_name="One")
        signers.sign_pdf(writer, meta, signer=signer, output=out)
        return out.getvalue()

    result = judge(signed(word.hybrid(reached_from="page")), tmp_path)
    assert isinstance(result, Refused)
    assert result.reason is RefusalReason.HYBRID_SIGNED
    result = judge(signed(word.hybrid()), tmp_path)
    assert isinstance(result, Accepted), result
    assert (result.signatures, result.judged) == (1, Judged.LENIENTLY)
    signs_validly(tmp_path / "document.pdf")
