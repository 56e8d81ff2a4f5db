"""What an accepted upload becomes."""

from __future__ import annotations

import hashlib
import io
from typing import TYPE_CHECKING

import pikepdf
import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from paraphe.adapters.requests.inspection import inspect_pdf
from paraphe.domain.requests.inspection import Accepted, Page
from tests.unit.requests.inspection import builder

if TYPE_CHECKING:
    from pathlib import Path


def accept(data: bytes, folder: Path) -> tuple[Accepted, pikepdf.Pdf]:
    """Inspect some bytes that must be accepted; return the result and the normal form."""
    source, target = folder / "upload.pdf", folder / "document.pdf"
    source.write_bytes(data)
    result = inspect_pdf(source, target)
    assert isinstance(result, Accepted), result
    kept = target.read_bytes()
    assert result.original_sha256 == hashlib.sha256(data).hexdigest()
    assert result.sha256 == hashlib.sha256(kept).hexdigest()
    assert result.size == len(kept)
    PdfFileReader(io.BytesIO(kept), strict=True)
    return result, pikepdf.open(target)


def test_a_sound_file(tmp_path: Path) -> None:
    """A plain page is accepted, and its normal form is the same each time."""
    first, _ = accept(builder.sound(), tmp_path)
    again, _ = accept(builder.sound(), tmp_path)
    assert first == again
    assert first.pages == (Page(1, 612.0, 792.0, 0),)
    assert not first.already_signed
    assert not first.flattened_fields


@pytest.mark.parametrize(
    ("boxes", "expected"),
    [
        (b"/Rotate 90", (792.0, 612.0, 90)),
        (b"/Rotate -90", (792.0, 612.0, 270)),
        (b"/Rotate 45", (612.0, 792.0, 0)),
        (b"/CropBox [100 100 300 200]", (200.0, 100.0, 0)),
        (b"/CropBox [300 200 100 100] /Rotate 270", (100.0, 200.0, 270)),
        (b"/CropBox [-50 -50 306 9999]", (306.0, 792.0, 0)),
        (b"/CropBox [9000 9000 9100 9100]", (612.0, 792.0, 0)),
        (b"/CropBox (wrong)", (612.0, 792.0, 0)),
    ],
)
def test_page_sizes(boxes: bytes, expected: tuple[float, float, int], tmp_path: Path) -> None:
    """Sizes are those of the page as it is seen."""
    result, _ = accept(builder.page(boxes), tmp_path)
    page = result.pages[0]
    assert (page.width, page.height, page.rotation) == expected


def test_a_page_without_a_box_gets_one(tmp_path: Path) -> None:
    """Every program assumes the same size, and now the file says it."""
    result, pdf = accept(builder.sound(o3=b"<< /Type /Page /Parent 2 0 R >>"), tmp_path)
    assert [float(side) for side in pdf.pages[0].mediabox] == [0, 0, 612, 792]
    assert result.pages[0].width == 612


def test_what_cannot_be_reached_is_gone(tmp_path: Path) -> None:
    """Shadow content that nothing shows does not survive."""
    _, pdf = accept(builder.sound(o9=b"(shadow)"), tmp_path)
    assert b"shadow" not in (tmp_path / "document.pdf").read_bytes()
    assert len(pdf.pages) == 1


@pytest.mark.parametrize(
    ("xmp", "kept"),
    [
        (
            (
                b'<x:xmpmeta xmlns:x="adobe:ns:meta/">'
                b'<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></x:xmpmeta>'
            ),
            True,
        ),
        (b'<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>', False),
        (b'<x:a xmlns:x="urn:a"/>', False),
        (b"<x:a/>", False),
        (b"<a><b></a>", False),
        ('<a xmlns="urn:a"/>'.encode("utf-16"), False),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', False),
    ],
)
def test_unreadable_metadata_is_dropped(xmp: bytes, kept: bool, tmp_path: Path) -> None:  # noqa: FBT001 - a case
    """Metadata stays only if it can be parsed."""
    shape = builder.stream(b"/Type /Metadata /Subtype /XML", xmp)
    _, pdf = accept(builder.catalog(b"/Metadata 5 0 R", o5=shape), tmp_path)
    assert ("/Metadata" in pdf.Root) == kept


def test_a_broken_table_is_repaired(tmp_path: Path) -> None:
    """An unsigned file with a lost cross-reference table is put right."""
    data = builder.sound()
    result, _ = accept(data[: data.rindex(b"xref\n0")] + b"%%EOF\n", tmp_path)
    assert len(result.pages) == 1


APPEARANCE = builder.stream(b"/Type /XObject /Subtype /Form /BBox [0 0 90 20]", b"0 0 90 20 re f")
TEXT_FIELD = (
    b"<< /FT /Tx /T (name) /V (Dupont) /Type /Annot /Subtype /Widget /Rect [72 600 162 620]"
    b" /F 4 /AP << /N 6 0 R >> >>"
)
SIGNATURE_FIELD = (
    b"<< /FT /Sig /T (sign) /Type /Annot /Subtype /Widget /Rect [72 500 162 520] /F 4 >>"
)


def form(fields: bytes, extra: bytes = b"", **objects: bytes) -> bytes:
    """Return a page with the fields 5 and 7 on it."""
    return builder.page(
        b"/Annots [5 0 R 7 0 R]",
        o1=builder.CATALOG[:-2] + b"/AcroForm << /Fields [%s] %s >> >>" % (fields, extra),
        **objects,
    )


def test_fields_become_content_and_signature_fields_stay(tmp_path: Path) -> None:
    """Nobody can fill in a signed document; the place for a signature is still there."""
    data = form(b"5 0 R 7 0 R", o5=TEXT_FIELD, o6=APPEARANCE, o7=SIGNATURE_FIELD)
    result, pdf = accept(data, tmp_path)
    assert result.flattened_fields
    assert not result.locked_fields
    assert result.empty_signature_fields == 1
    assert [str(field.T) for field in pdf.Root.AcroForm.Fields] == ["sign"]
    assert [str(one.FT) for one in pdf.pages[0].obj.Annots] == ["/Sig"]
    assert "/XObject" in pdf.pages[0].resources


def test_other_annotations_stay(tmp_path: Path) -> None:
    """A link is not a form field."""
    link = b"<< /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (https://a.example) >> >>"
    _, pdf = accept(form(b"5 0 R", o5=TEXT_FIELD, o6=APPEARANCE, o7=link), tmp_path)
    assert [str(one.Subtype) for one in pdf.pages[0].obj.Annots] == ["/Link"]
    assert "/AcroForm" not in pdf.Root


def test_a_value_that_cannot_be_drawn_is_locked(tmp_path: Path) -> None:
    """Greek without an appearance is not redrawn wrongly: its field becomes read-only."""
    greek = b"<< /FT /Tx /T (a) /V <FEFF03B103B2> /Subtype /Widget /Rect [9 9 90 20] >>"
    result, pdf = accept(
        form(b"5 0 R", b"/NeedAppearances true", o5=greek, o7=SIGNATURE_FIELD), tmp_path
    )
    assert result.flattened_fields
    assert result.locked_fields
    assert int(pdf.Root.AcroForm.Fields[0].Ff) & 1


def test_direct_fields_become_indirect(tmp_path: Path) -> None:
    """Signing needs indirect fields."""
    data = builder.catalog(b"/AcroForm << /Fields [<< /FT /Sig /T (s) >>] >>")
    _, pdf = accept(data, tmp_path)
    assert pdf.Root.AcroForm.Fields[0].is_indirect


def test_opening_at_a_page_is_fine(tmp_path: Path) -> None:
    """A move inside the document changes nothing."""
    for action in (b"[3 0 R /Fit]", b"<< /S /GoTo /D [3 0 R /Fit] >>", b"(chapter)"):
        accept(builder.catalog(b"/OpenAction " + action), tmp_path)


def test_names_that_only_look_like_actions(tmp_path: Path) -> None:
    """A font called AA, a role called Launch-ish and text about scripts are no actions."""
    accept(builder.page(b"/X << /AA 5 0 R /JS 5 0 R >>", o5=b"<< /Y (/S /JavaScript) >>"), tmp_path)
