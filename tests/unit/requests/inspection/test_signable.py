"""What inspection accepts can be signed, and others validate it: odd files, one for each trap."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pikepdf
import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.status import SignatureCoverageLevel

from paraphe.adapters.requests.inspection import inspect_pdf
from paraphe.adapters.trust.pades.validation.file_validation import verify
from paraphe.adapters.trust.pades.validation.trust_anchors import load_roots
from paraphe.domain.requests.inspection import Accepted, RefusalReason, Refused
from paraphe.domain.trust.signatures import FieldBox, SignatureField
from paraphe.domain.trust.verdict import State
from tests.support import strange_pdfs
from tests.support.trust import TrustWorld

if TYPE_CHECKING:
    from pathlib import Path

SPECIMENS = strange_pdfs.specimens()
FIELDS = (
    SignatureField("A-signature", FieldBox(1, 10, 10, 90, 40)),
    SignatureField("B-signature"),
    SignatureField("C-seal", order=2, is_seal=True),
)


def accept(name: str, folder: Path) -> Path:
    """Inspect a specimen that must be accepted; return its normal form."""
    source, target = folder / "upload.pdf", folder / "document.pdf"
    source.write_bytes(SPECIMENS[name])
    result = inspect_pdf(source, target)
    assert isinstance(result, Accepted), result
    return target


@pytest.mark.parametrize(
    "name",
    [
        "annots-shared-by-two-pages",
        "catalog-outlines-long",
        "catalog-tags-loop",
        "catalog-tags-shared",
        "form-kids-direct",
        "form-listed-twice",
        "spelling-info-direct",
        "spelling-trailer-odd",
    ],
)
def test_signs_and_validates(name: str, tmp_path: Path) -> None:
    """Two signatures and a seal, for us and in pyHanko's strict mode with difference analysis."""
    document = accept(name, tmp_path)
    world = TrustWorld()
    with document.open("r+b") as file:
        world.prepare(file, FIELDS)
        world.sign(file, "A-signature")
        world.sign(file, "B-signature")
        world.seal(file, "C-seal")
    roots = load_roots([world.roots_pem()])
    assert verify(document.read_bytes(), roots, world.now).state is State.VALID
    reader = PdfFileReader(io.BytesIO(document.read_bytes()), strict=True)
    names = [one.field_name for one in reader.embedded_regular_signatures]
    assert names == ["A-signature", "B-signature", "C-seal"]
    for one in reader.embedded_regular_signatures:
        one.compute_integrity_info()
        assert one.summarise_integrity_info()["docmdp_ok"]
        assert one.coverage >= SignatureCoverageLevel.ENTIRE_REVISION


def test_pages_do_not_share_their_annotations(tmp_path: Path) -> None:
    """A mark on page 1 must not show on page 2."""
    document = accept("annots-shared-by-two-pages", tmp_path)
    with document.open("r+b") as file:
        TrustWorld().prepare(file, FIELDS)
    with pikepdf.open(document) as pdf:
        assert [len(page.obj["/Annots"]) for page in pdf.pages] == [4, 1]


def test_bookmarks_are_kept(tmp_path: Path) -> None:
    """A long level is folded into groups; every bookmark is still there, in order."""
    with pikepdf.open(accept("catalog-outlines-long", tmp_path)) as pdf, pdf.open_outline() as all_:
        groups = list(all_.root)
        titles = [item.title for group in groups for item in group.children]
    assert titles == [f"Point {number}" for number in range(1, 701)]
    assert len(groups) < 40
    assert groups[0].title == "Point 1 … Point 27"


def test_a_crop_box_that_shows_nothing(tmp_path: Path) -> None:
    """Programs disagree on a crop box outside of the page; the normal form leaves no doubt."""
    with pikepdf.open(accept("box-crop-outside", tmp_path)) as pdf:
        assert list(pdf.pages[0].cropbox) == [0, 0, 595, 842]


def test_a_turn_written_as_a_real_number(tmp_path: Path) -> None:
    """`/Rotate 90.0` turns the page in every program."""
    source = tmp_path / "upload.pdf"
    source.write_bytes(SPECIMENS["box-rotate-real"])
    result = inspect_pdf(source, tmp_path / "document.pdf")
    assert isinstance(result, Accepted)
    assert (result.pages[0].width, result.pages[0].rotation) == (842, 90)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        # What our own reader cannot follow is refused at once, not in the middle of the signing.
        ("catalog-deeper-array", RefusalReason.NOT_SIGNABLE),
        # Some programs show a page where the tree holds something else, some do not.
        ("tree-not-a-page", RefusalReason.LOOKS_DIFFERENT),
    ],
)
def test_is_refused(name: str, reason: RefusalReason, tmp_path: Path) -> None:
    """What cannot be signed safely is refused with its reason (P4)."""
    source = tmp_path / "upload.pdf"
    source.write_bytes(SPECIMENS[name])
    result = inspect_pdf(source, tmp_path / "document.pdf")
    assert isinstance(result, Refused)
    assert result.reason is reason
