"""What is signed is what was shown (P4, P9): else the file is refused, by name.

The judge here is not the inspection's own comparison: pages are drawn by another way, and compared
by another library.
"""

from __future__ import annotations

import io
import shutil
from typing import TYPE_CHECKING

import pypdfium2
import pytest
from PIL import ImageChops
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from paraphe.adapters.requests.inspection import inspect_pdf
from paraphe.domain.requests.inspection import Accepted, RefusalReason, Refused
from paraphe.domain.trust.signatures import FieldBox, SignatureField, VisibleMark
from tests.support.strange_pdfs import objects_of, write
from tests.support.trust import TrustWorld
from tests.unit.requests.inspection import strange

if TYPE_CHECKING:
    from pathlib import Path

    from PIL.Image import Image

SPECIMENS = strange.specimens()
# What programs show differently, before it is signed or after; the rest looks the same everywhere.
AMBIGUOUS = frozenset(
    [
        "box-on-one-drawing",
        "box-state-by-value",
        "box-value-wanted",
        "contents-stray",
        "field-of-no-form",
        "field-of-no-form-undrawn",
        "field-under-note",
        "free-text-in-a-form",
        "layer-of-a-field",
        "layer-of-a-note",
        "page-turned-odd",
        "page-words",
        "parent-fonts",
        "tree-count-wrong",
        "tree-hole",
    ]
)
# Fields that their form wants drawn anew: each program does so in its own way.
REDRAWN = {"choice-wanted": "B", "value-sized": "1000", "value-wanted": "1000"}
SIGNED = (
    "beads",
    "box-off-one-drawing",
    "contents-bad-reference",
    "free-text",
    "free-text-unsaid",
    "lister-turn",
    "parent-crop",
    "parent-turn",
    "value-too-long",
)
PERSON, SEAL = "A-signature", "B-seal"
MARK = FieldBox(1, 10, 10, 100, 40)


def look(pdf: Path) -> list[Image]:
    """Draw all pages at two dots a point, text of fields smoothed as that of pages is."""
    with pypdfium2.PdfDocument(pdf) as document:
        document.init_forms()
        return [
            document[index].render(scale=2, optimize_mode="lcd").to_pil().convert("RGB")
            for index in range(len(document))
        ]


def differ(one: Image, other: Image) -> bool:
    """Say whether two drawings differ in anything at all."""
    return one.size != other.size or ImageChops.difference(one, other).getbbox() is not None


def inspect(data: bytes, folder: Path) -> tuple[Path, Path, Accepted | Refused]:
    """Inspect an upload: where it is, where its normal form is, and what was said."""
    source, target = folder / "upload.pdf", folder / "document.pdf"
    source.write_bytes(data)
    return source, target, inspect_pdf(source, target)


@pytest.mark.parametrize("name", sorted(AMBIGUOUS))
def test_what_programs_show_differently_is_refused(name: str, tmp_path: Path) -> None:
    """Its sender is told, in words of its own."""
    _, target, said = inspect(SPECIMENS[name], tmp_path)
    assert isinstance(said, Refused)
    assert said.reason is RefusalReason.LOOKS_DIFFERENT
    assert "does not look the same in every program" in said.detail
    assert not target.exists()


@pytest.mark.parametrize("name", sorted(SPECIMENS.keys() - AMBIGUOUS - REDRAWN.keys()))
def test_the_normal_form_shows_what_was_uploaded(name: str, tmp_path: Path) -> None:
    """On every page, to the last dot."""
    source, target, said = inspect(SPECIMENS[name], tmp_path)
    assert isinstance(said, Accepted), said
    before, after = look(source), look(target)
    assert len(before) == len(after) == len(said.pages)
    assert [at for at in range(len(after)) if differ(before[at], after[at])] == []


@pytest.mark.parametrize("name", sorted(REDRAWN))
def test_a_field_drawn_anew_shows_its_value(name: str, tmp_path: Path) -> None:
    """The value, and not what was drawn for another one; the rest of the page is untouched."""
    source, target, said = inspect(SPECIMENS[name], tmp_path)
    assert isinstance(said, Accepted)
    assert (said.flattened_fields, said.locked_fields) == (True, False)
    (before,), (after,) = look(source), look(target)
    left, top, right, bottom = ImageChops.difference(before, after).getbbox() or (0, 0, 0, 0)
    # Around the field's box: 100 to 300 points across, 302 to 342 down, twice as many dots.
    assert left >= 198
    assert right <= 602
    assert top >= 602
    assert bottom <= 686
    with pypdfium2.PdfDocument(target) as document:
        text = document[0].get_textpage().get_text_bounded(100, 500, 300, 540)
    assert text.strip() == REDRAWN[name]


@pytest.mark.parametrize("name", SIGNED)
def test_signed_it_shows_the_same_and_stock_pyhanko_validates_it(name: str, tmp_path: Path) -> None:
    """But for the mark, which stands where it was put."""
    _, target, said = inspect(SPECIMENS[name], tmp_path)
    assert isinstance(said, Accepted), said
    signed = tmp_path / "signed.pdf"
    shutil.copyfile(target, signed)
    world = TrustWorld()
    with signed.open("r+b") as file:
        fields = (SignatureField(PERSON, MARK), SignatureField(SEAL, order=2, is_seal=True))
        world.prepare(file, fields)
        world.sign(file, PERSON, mark=VisibleMark("Zoé Łukasz"))
        world.seal(file, SEAL)
    before, after = look(target), look(signed)
    left, top, right, bottom = ImageChops.difference(before[0], after[0]).getbbox() or (0, 0, 0, 0)
    assert (left, top) == pytest.approx((20, 20), abs=2)
    assert (right, bottom) == pytest.approx((220, 100), abs=2)
    assert not any(differ(*pair) for pair in zip(before[1:], after[1:], strict=True))
    reader = PdfFileReader(io.BytesIO(signed.read_bytes()), strict=True)
    for one in reader.embedded_regular_signatures:
        status = validate_pdf_signature(
            one, ValidationContext(trust_roots=[], allow_fetching=False)
        )
        assert status.intact
        assert status.valid
        assert status.docmdp_ok


@pytest.mark.parametrize("kept", [0.3, 0.55, 0.8, 0.97])
def test_a_file_whose_end_is_missing_is_refused(kept: float, tmp_path: Path) -> None:
    """A transfer that broke off: the pages that are left would be garbled."""
    data = SPECIMENS["notes-undrawn"]
    end = data.rindex(b"\nxref\n")
    _, _, said = inspect(data[: int(end * kept)], tmp_path)
    assert isinstance(said, Refused)
    assert said.reason is RefusalReason.INCOMPLETE


def test_a_torn_update_is_refused(tmp_path: Path) -> None:
    """What the update would have changed is not shown."""
    data = SPECIMENS["object-twice"] + b"4 0 obj\n<</Length 99>>\nstream\nBT /F1 14 Tf"
    _, _, said = inspect(data, tmp_path)
    assert isinstance(said, Refused)
    assert said.reason is RefusalReason.INCOMPLETE


@pytest.mark.parametrize("cut", [3, 60])
def test_a_missing_end_marker_loses_nothing(cut: int, tmp_path: Path) -> None:
    """When all objects are there the file is."""
    data = SPECIMENS["notes-undrawn"]
    _, target, said = inspect(data[:-cut], tmp_path)
    assert isinstance(said, Accepted), said
    whole = tmp_path / "whole.pdf"
    whole.write_bytes(data)
    assert not any(differ(*pair) for pair in zip(look(whole), look(target), strict=True))


def test_a_chain_that_ends_other_validators_is_refused(tmp_path: Path) -> None:
    """What nobody needs cannot be taken apart: a validator would run out of stack on it."""
    chain = {at: b"<</Next %d 0 R>>" % (at + 1) for at in range(100, 800)}
    data = write(objects_of(b"/PieceInfo 100 0 R", extra={**chain, 800: b"<<>>"}))
    _, _, said = inspect(data, tmp_path)
    assert isinstance(said, Refused)
    assert said.reason is RefusalReason.NOT_SIGNABLE


def test_a_signed_file_whose_pages_inherit_in_two_ways_is_refused(tmp_path: Path) -> None:
    """It cannot be mended, and where a mark would stand depends on the program."""
    shape = (
        b"<</FT/Sig/T(s)/Type/Annot/Subtype/Widget/Rect[0 0 0 0]/V<</Type/Sig/Filter/X"
        b"/ByteRange[0 1 2 3]/Contents<00>>>>>"
    )
    objects = objects_of(b"/AcroForm<</Fields[20 0 R]>>", extra={20: shape})
    objects[3] = objects[3].replace(b"/Parent 2 0 R", b"/Parent 9 0 R")
    objects[9] = b"<</Type/Pages/Parent 2 0 R/Count 0/Kids[]/Rotate 90>>"
    _, _, said = inspect(write(objects), tmp_path)
    assert isinstance(said, Refused)
    assert said.reason is RefusalReason.LOOKS_DIFFERENT
