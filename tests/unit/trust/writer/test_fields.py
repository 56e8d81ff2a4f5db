"""Preparing: boxes as people see them, locks, names."""

from __future__ import annotations

import io

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DiffResult

from paraphe.adapters.trust.pades.writer import archive
from paraphe.adapters.trust.pades.writer.document import open_document
from paraphe.adapters.trust.pades.writer.fields import find_field, top_fields
from paraphe.adapters.trust.pades.writer.pages import Page, as_number, find_page
from paraphe.adapters.trust.pades.writer.syntax import Ref
from paraphe.domain.errors import InvalidError
from paraphe.domain.trust.signatures import FieldBox, SignatureField
from tests.support.trust import FIELDS, TrustWorld, make_pdf

CROP = (40.0, 100.0, 540.0, 800.0)


@pytest.fixture(scope="module")
def world() -> TrustWorld:
    """Return services that are made once."""
    return TrustWorld()


def _rectangle(rotation: int, box: FieldBox) -> list[float]:
    return [as_number(v) or 0.0 for v in Page(Ref(1), CROP, rotation).rectangle(box)]


@pytest.mark.parametrize(
    ("rotation", "expected"),
    [
        (0, [50, 760, 150, 780]),  # from the left edge and the top
        (90, [60, 110, 80, 210]),  # the top is the left edge of the sheet
        (180, [430, 120, 530, 140]),
        (270, [500, 690, 520, 790]),
    ],
)
def test_a_box_is_where_the_reader_sees_it(rotation: int, expected: list[float]) -> None:
    assert _rectangle(rotation, FieldBox(1, 10, 20, 100, 20)) == expected


@given(
    st.sampled_from([0, 90, 180, 270]),
    st.floats(0, 400),
    st.floats(0, 400),
    st.floats(1, 100),
    st.floats(1, 100),
)
def test_a_box_keeps_its_area_and_stays_on_the_page(
    rotation: int, x: float, y: float, width: float, height: float
) -> None:
    left, bottom, right, top = _rectangle(rotation, FieldBox(1, x, y, width, height))
    assert (right - left) * (top - bottom) == pytest.approx(width * height, rel=0.01, abs=0.5)
    assert CROP[0] <= left < right <= CROP[2]
    assert CROP[1] <= bottom < top <= CROP[3]


@pytest.mark.parametrize(
    "box",
    [
        FieldBox(1, -5, 0, 10, 10),
        FieldBox(1, 590, 0, 10, 10),
        FieldBox(1, 0, 840, 10, 10),
        FieldBox(1, 0, 0, 0, 10),
        FieldBox(1, 0, 0, 10, -1),
        FieldBox(1, float("nan"), 0, 9, 9),
    ],
)
def test_a_box_off_the_page_is_refused(world: TrustWorld, box: FieldBox) -> None:
    file = io.BytesIO(make_pdf())
    before = file.getvalue()
    with pytest.raises(InvalidError, match="field_off_page"):
        world.prepare(file, [SignatureField("A", box)])
    assert file.getvalue() == before


@pytest.mark.parametrize("page", [0, -1, 2])
def test_a_page_that_is_not_there_is_refused(world: TrustWorld, page: int) -> None:
    with pytest.raises(InvalidError, match="no_such_page"):
        world.prepare(io.BytesIO(make_pdf()), [SignatureField("A", FieldBox(page, 0, 0, 9, 9))])


def test_rotation_and_crop_are_inherited() -> None:
    def turn(pdf: pikepdf.Pdf) -> None:
        pdf.Root.Pages["/Rotate"] = -90
        pdf.Root.Pages["/CropBox"] = pikepdf.Array([40, 900, 540, 100])

    page = find_page(open_document(io.BytesIO(make_pdf(turn))), 1)
    assert (page.rotation, page.crop) == (270, (40, 100, 540, 842))
    assert (page.width, page.height) == (742, 500)


def test_locks_leave_only_later_fields_open(world: TrustWorld) -> None:
    """Locks leave only later fields open, and those of the time-stamps to come."""
    file = io.BytesIO(make_pdf())
    world.prepare(
        file,
        [
            SignatureField("first"),
            SignatureField("tie-1", order=1),
            SignatureField("tie-2", order=1),
            SignatureField("seal", order=2, is_seal=True),
        ],
    )
    document = open_document(file)
    stamps = [b"timestamp-%02d" % n for n in range(2, 22)]  # one a field, then 16 renewals
    locks = {}
    for name in ("first", "tie-1", "tie-2", "seal"):
        lock = document.dictionary(find_field(document, name)[1]["Lock"], "/Lock")
        locks[name] = (lock["Action"], lock.get("Fields"))
    assert locks == {
        "first": ("Exclude", [b"tie-1", b"tie-2", b"seal", *stamps]),
        "tie-1": ("Exclude", [b"tie-2", b"seal", *stamps]),
        "tie-2": ("Exclude", [b"tie-1", b"seal", *stamps]),
        "seal": ("Exclude", stamps),
    }


def test_time_stamps_take_the_names_that_locks_leave_open(world: TrustWorld) -> None:
    """So does a renewal's; names that the file uses already are passed over."""

    def form(pdf: pikepdf.Pdf) -> None:
        taken = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Widget,
            FT=pikepdf.Name.Tx,
            T=pikepdf.String("timestamp-02"),
            Rect=pikepdf.Array([0, 0, 0, 0]),
        )
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([pdf.make_indirect(taken)]))

    file = io.BytesIO(make_pdf(form))
    world.prepare(file, [FIELDS[2]])
    lock = open_document(file)
    left = lock.dictionary(find_field(lock, "C-seal")[1]["Lock"], "/Lock")["Fields"]
    assert isinstance(left, list)
    world.seal(file, "C-seal")
    for _ in range(3):
        archive.renew(file, world.trust(), world.now)
    names = [name for name, _, _ in top_fields(open_document(file))]
    used = [name.encode() for name in names[names.index("timestamp-01") + 1 :]]
    assert used == [b"timestamp-03", b"timestamp-04", b"timestamp-05", b"timestamp-06"]
    assert left[: len(used)] == used


def test_a_taken_name_is_refused(world: TrustWorld) -> None:
    file = io.BytesIO(make_pdf())
    world.prepare(file)
    with pytest.raises(InvalidError, match="field_name_taken"):
        world.prepare(file, [FIELDS[0]])
    with pytest.raises(InvalidError, match="field_name_taken"):
        world.prepare(file, [SignatureField("X"), SignatureField("X")])


@pytest.mark.parametrize("indirect", [False, True])
def test_existing_forms_and_annotations_stay(
    world: TrustWorld,
    indirect: bool,  # noqa: FBT001 - a parameter
) -> None:
    def form(pdf: pikepdf.Pdf) -> None:
        note = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Widget,
            FT=pikepdf.Name.Tx,
            T=pikepdf.String("old"),
            Rect=pikepdf.Array([0, 0, 9, 9]),
        )
        widget = pdf.make_indirect(note)
        annotations = pikepdf.Array([widget])
        fields = pikepdf.Array([widget])

        def keep(thing: pikepdf.Object) -> pikepdf.Object:
            return pdf.make_indirect(thing) if indirect else thing

        pdf.pages[0].obj.Annots = keep(annotations)
        pdf.Root.AcroForm = keep(pikepdf.Dictionary(Fields=keep(fields), DA=pikepdf.String("x")))

    file = io.BytesIO(make_pdf(form))
    world.prepare(file)
    with pikepdf.open(file) as pdf:
        names = [str(field.T) for field in pdf.Root.AcroForm.Fields]
        assert names == ["old", "A-signature", "B-signature", "C-seal", "timestamp-01"]
        assert str(pdf.Root.AcroForm.DA) == "x"
        assert pdf.Root.AcroForm.SigFlags == 3
        assert len(pdf.pages[0].obj.Annots) == 4


@pytest.mark.parametrize("indirect", [False, True])
def test_annotations_become_objects_of_their_own(
    world: TrustWorld,
    indirect: bool,  # noqa: FBT001 - a parameter
) -> None:
    """Annotations become objects of their own, or difference analysis refuses every update."""

    def annotate(pdf: pikepdf.Pdf) -> None:
        pdf.add_blank_page(page_size=(100, 100))
        for page in pdf.pages:
            link = pikepdf.Dictionary(
                Type=pikepdf.Name.Annot,
                Subtype=pikepdf.Name.Link,
                Rect=pikepdf.Array([0, 0, 9, 9]),
            )
            listed = pikepdf.Array([link])
            page.obj.Annots = pdf.make_indirect(listed) if indirect else listed

    file = io.BytesIO(make_pdf(annotate))
    world.prepare(file)
    world.sign(file, "A-signature")
    world.seal(file, "C-seal")
    file.seek(0)
    for signature in PdfFileReader(file, strict=True).embedded_regular_signatures:
        signature.compute_integrity_info()
        assert isinstance(signature.diff_result, DiffResult), signature.diff_result


def test_shown_text_fields_stay_open_for_difference_analysis(world: TrustWorld) -> None:
    """Text fields that show something stay open for difference analysis; others are locked."""

    def form(pdf: pikepdf.Pdf) -> None:
        shown = pdf.make_stream(b"", Subtype=pikepdf.Name.Form, BBox=pikepdf.Array([0, 0, 9, 9]))
        box = pikepdf.Array([0, 0, 9, 9])
        kid = pdf.make_indirect(
            pikepdf.Dictionary(
                T=pikepdf.String("kid"),
                AP=pikepdf.Dictionary(N=shown),
                Rect=box,
                Type=pikepdf.Name.Annot,
                Subtype=pikepdf.Name.Widget,
            )
        )
        parent = pdf.make_indirect(
            pikepdf.Dictionary(
                T=pikepdf.String("parent"), FT=pikepdf.Name.Tx, Kids=pikepdf.Array([kid])
            )
        )
        kid.Parent = parent
        plain = pdf.make_indirect(
            pikepdf.Dictionary(
                T=pikepdf.String("plain"),
                FT=pikepdf.Name.Tx,
                Rect=box,
                Type=pikepdf.Name.Annot,
                Subtype=pikepdf.Name.Widget,
            )
        )
        pdf.pages[0].obj.Annots = pdf.make_indirect(pikepdf.Array([kid, plain]))
        pdf.Root.AcroForm = pdf.make_indirect(
            pikepdf.Dictionary(Fields=pdf.make_indirect(pikepdf.Array([parent, plain])))
        )

    file = io.BytesIO(make_pdf(form))
    world.prepare(file)
    world.sign(file, "A-signature")
    world.seal(file, "C-seal")
    document = open_document(file)
    lock = document.dictionary(find_field(document, "C-seal")[1]["Lock"], "/Lock")
    assert (lock["Type"], lock["Action"]) == ("SigFieldLock", "Exclude")
    assert isinstance(lock["Fields"], list)
    assert lock["Fields"][:2] == [b"parent.kid", b"timestamp-02"]
    file.seek(0)
    for signature in PdfFileReader(file, strict=True).embedded_regular_signatures:
        signature.compute_integrity_info()
        assert isinstance(signature.diff_result, DiffResult), signature.diff_result


def test_a_form_that_is_also_the_info_dictionary_gets_an_object_of_its_own(
    world: TrustWorld,
) -> None:
    def share(pdf: pikepdf.Pdf) -> None:
        pdf.docinfo["/Producer"] = "odd"
        pdf.Root.AcroForm = pdf.docinfo
        pdf.docinfo["/Fields"] = pikepdf.Array([])

    file = io.BytesIO(make_pdf(share))
    world.prepare(file)
    document = open_document(file)
    assert document.catalog()["AcroForm"] != document.trailer["Info"]
    assert document.dictionary(document.trailer["Info"], "/Info")["Producer"] == b"odd"
