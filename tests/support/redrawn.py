"""Changes after signing that a reader sees or trusts, each on the document of `rich`.

An attack appends an update, soundly written unless its name says otherwise. `tells` says how the
change shows: on a page, or in what another library finds in the file.
"""

from __future__ import annotations

import functools
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pikepdf
import pypdfium2

from paraphe.adapters.pdf.sign.document import open_document
from paraphe.adapters.pdf.sign.increment import Increment
from paraphe.adapters.pdf.sign.syntax import Name, Raw, Ref, Stream, Value
from paraphe.domain.verdict import Part
from tests.support import attacks, rich, zoo

if TYPE_CHECKING:
    from collections.abc import Callable

    from paraphe.adapters.pdf.sign.syntax import Dictionary

    Tells = Callable[[bytes], object]


@dataclass(frozen=True)
class Attack:
    """One way to make a signed document say something else.

    Attributes:
        make: the signed file in, the attacked file out.
        part: what the verdict has to name.
        tells: what is different afterwards, as other programs see it.
        prepared: objects that were of another kind when the document was signed.

    """

    make: Callable[[bytes], bytes]
    part: Part
    tells: Tells
    prepared: tuple[tuple[str, bytes], ...] = ()


@functools.lru_cache(maxsize=8)
def pictures(pdf: bytes) -> list[bytes]:
    """Every page as PDFium draws it, its form with it."""
    opened = pypdfium2.PdfDocument(pdf)
    opened.init_forms()
    drawn = [opened[at].render(may_draw_forms=True).to_pil() for at in range(len(opened))]
    found = [b"%d %d " % one.size + one.tobytes() for one in drawn]
    opened.close()
    return found


def text(pdf: bytes) -> list[str]:
    """The text of every page as PDFium reads it."""
    opened = pypdfium2.PdfDocument(pdf)
    found = [opened[at].get_textpage().get_text_range() for at in range(len(opened))]
    opened.close()
    return found


def entry(*path: str | int) -> Tells:
    """All that qpdf finds at a place below the catalog, and below that."""

    def read(pdf: bytes) -> object:
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            value: pikepdf.Object = opened.Root
            for step in path:
                value = value[step]
            return _deep(value, set())

    return read


def _deep(value: object, above: set[tuple[int, int]]) -> object:
    """A value with everything that it leads to; what leads back is named by its number."""
    if not isinstance(value, pikepdf.Object):
        return value
    if value.is_indirect:
        if value.objgen in above:
            return value.objgen
        above = above | {value.objgen}
    if isinstance(value, pikepdf.Array):
        return [_deep(one, above) for one in value]
    if isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
        entries = {
            key: _deep(one, above)
            for key, one in value.items()
            if key != "/Parent" and not (key == "/P" and "/Subtype" in value)
        }
        return (entries, value.read_raw_bytes()) if isinstance(value, pikepdf.Stream) else entries
    return value.unparse()


def put(objects: dict[int, bytes]) -> Callable[[bytes], bytes]:
    """Objects are written anew, or brought."""

    def make(data: bytes) -> bytes:
        def change(increment: Increment) -> None:
            if max(objects) >= increment.document.next_number:
                while increment.add(None).number < max(objects):
                    pass  # /Size has to be true
            for number, body in objects.items():
                increment.replace(Ref(number), Raw(body))

        return attacks.update(data, change)

    return make


def edit(number: int, entries: Dictionary, *without: str) -> Callable[[bytes], bytes]:
    """A dictionary gets other entries, as it is by then."""

    def make(data: bytes) -> bytes:
        def change(increment: Increment) -> None:
            old = increment.document.dictionary(Ref(number), "an object")
            kept = {key: value for key, value in old.items() if key not in without}
            increment.replace(Ref(number), {**kept, **entries})

        return attacks.update(data, change)

    return make


def raw(body: bytes) -> Value:
    """An entry in PDF's own spelling."""
    return Raw(body)


def extend(number: int, *more: Value, front: bool = False) -> Callable[[Increment], None]:
    """An array that is an object gets more elements."""

    def change(increment: Increment) -> None:
        listed = increment.document.array(Ref(number), "a list")
        increment.replace(Ref(number), [*more, *listed] if front else [*listed, *more])

    return change


def field(increment: Increment, entries: bytes, *, front: bool = False) -> Ref:
    """A new field for a signature, in the form and on the first page."""
    body = b"<</Type/Annot/Subtype/Widget/FT/Sig/F 4/P 3 0 R/T(more)" + entries + b">>"
    ref = increment.add(Raw(body))
    form = increment.document.dictionary(Ref(10), "the form")
    fields = increment.document.array(form["Fields"], "/Fields")
    increment.replace(Ref(10), {**form, "Fields": [*fields, ref]})
    extend(9, ref, front=front)(increment)
    return ref


def new_field(entries: bytes, more: dict[int, bytes] | None = None) -> Callable[[bytes], bytes]:
    """A new field comes, and with it other objects."""

    def make(data: bytes) -> bytes:
        def change(increment: Increment) -> None:
            field(increment, entries)
            for number, body in (more or {}).items():
                increment.replace(Ref(number), Raw(body))

        return attacks.update(data, change)

    return make


def resources(more: bytes, objects: dict[int, bytes] | None = None) -> Callable[[bytes], bytes]:
    """The form gets resources that it did not have, and objects are written with them."""
    written = {68: b"<</Font 72 0 R" + more + b">>", **(objects or {})}
    return put(written)


TYPE3 = (
    b"<</Type/Font/Subtype/Type3/FontBBox[0 0 1000 1000]/FontMatrix[.001 0 0 .001 0 0]"
    b"/FirstChar 48/LastChar 49/Widths[600 600]/Encoding<</Differences[48/one/zero]>>"
    b"/CharProcs<</zero 32 0 R/one 33 0 R>>/Resources<<>>>>"
)
_EVIL = zoo.stream(rich.EVIL)
_EVIL_FORM = zoo.stream(rich.EVIL, rich.FORM.replace(b"100 20", b"400 400") + b"/Resources 7 0 R")
_LOOKS = zoo.stream(b"0 0 100 20 re f", rich.FORM)


def _drawn() -> dict[str, Attack]:
    """Everything that a page leads to, written anew in its place."""
    written: dict[str, tuple[int, bytes, Part]] = {
        "content": (4, _EVIL, Part.PAGE),
        "font-name": (5, b"<</Type/Font/Subtype/Type1/BaseFont/Symbol>>", Part.FONT),
        "font-widths": (21, b"[" + b"300 " * 95 + b"]", Part.FONT),
        "font-encoding": (22, b"<</Type/Encoding/Differences[48/nine/eight]>>", Part.FONT),
        "font-glyph": (32, zoo.stream(rich.ONE), Part.FONT),
        "font-descendant": (
            51,
            b"<</Type/Font/Subtype/CIDFontType2/BaseFont/Helvetica/DW 600/W[49[0]]"
            b"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
            b"/FontDescriptor 67 0 R/CIDToGIDMap 73 0 R>>",
            Part.FONT,
        ),
        "form-xobject": (24, zoo.stream(b"0 0 60 3 re f", rich.FORM), Part.PAGE),
        "picture": (25, rich.image(b"\x80\x00"), Part.PAGE),
        "picture-mask": (35, rich.image(b"\x00\xff"), Part.PAGE),
        "graphics-state": (26, b"<</Type/ExtGState/ca 0>>", Part.PAGE),
        "soft-mask": (
            65,
            zoo.stream(
                b"0 g 0 0 400 400 re f",
                rich.FORM.replace(b"100 20", b"400 400")
                + b"/Group<</S/Transparency/CS/DeviceGray>>",
            ),
            Part.PAGE,
        ),
        "colour-space": (27, b"[/Indexed/DeviceRGB 1 <FFFFFFFFFFFF>]", Part.PAGE),
        "colour-table": (37, zoo.stream(b"\xff" * 6), Part.PAGE),
        "shading": (
            28,
            b"<</ShadingType 2/ColorSpace/DeviceGray/Coords[200 0 261 0]/Function 38 0 R>>",
            Part.PAGE,
        ),
        "shading-function": (
            38,
            b"<</FunctionType 2/Domain[0 1]/N 1/C0[1]/C1[1]>>",
            Part.PAGE,
        ),
        "pattern": (
            29,
            zoo.stream(
                b"0 0 8 1 re f",
                b"/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 8 8]"
                b"/XStep 8/YStep 8/Resources<<>>",
            ),
            Part.PAGE,
        ),
        "inherited-resources": (7, b"<</Font<</F1 23 0 R>>>>", Part.FONT),
        "inherited-box": (20, b"[0 300 400 400]", Part.PAGE),
        "second-page": (8, _EVIL, Part.PAGE),
    }
    made = {
        name: Attack(put({number: body}), part, pictures)
        for name, (number, body, part) in written.items()
    }
    made["font-descendant"] = Attack(
        put({51: written["font-descendant"][1], 73: zoo.stream(b"\x00\x44" * 64)}),
        Part.FONT,
        pictures,
    )
    made["font-reading"] = Attack(put({66: zoo.stream(rich.to_unicode(b"0039"))}), Part.FONT, text)
    made["page-group"] = Attack(
        put({34: b"<</S/Transparency/CS/DeviceGray>>"}), Part.PAGE, entry("/Pages", "/Kids", 0)
    )
    return made


def _pages() -> dict[str, Attack]:
    """The tree of pages and what pages say of themselves."""
    boxes: dict[str, Value] = {
        "crop": raw(b"[0 0 100 100]"),
        "media": raw(b"[0 0 900 400]"),
    }
    kids = entry("/Pages", "/Kids")
    return {
        "page-crop": Attack(edit(3, {"CropBox": boxes["crop"]}), Part.PAGE, pictures),
        "page-media": Attack(edit(3, {"MediaBox": boxes["media"]}), Part.PAGE, pictures),
        "page-turned": Attack(edit(3, {"Rotate": 90}), Part.PAGE, pictures),
        "page-turned-by-parent": Attack(edit(2, {"Rotate": 180}), Part.PAGE, pictures),
        "page-unit": Attack(edit(3, {"UserUnit": 2}), Part.PAGE, entry("/Pages", "/Kids", 0)),
        "page-contents-more": Attack(
            edit(3, {"Contents": [Ref(4), Ref(61)]}), Part.PAGE, entry("/Pages", "/Kids", 0)
        ),
        "page-resources-own": Attack(
            edit(3, {"Resources": raw(b"<</Font<</F1 23 0 R>>>>")}), Part.PAGE, pictures
        ),
        "page-transition": Attack(
            edit(3, {"Dur": 1, "Trans": raw(b"<</S/Fade>>")}), Part.PAGE, entry("/Pages", "/Kids", 0)
        ),
        "pages-swapped": Attack(edit(2, {"Kids": [Ref(6), Ref(3)]}), Part.PAGE, pictures),
        "pages-fewer": Attack(edit(2, {"Kids": [Ref(3)], "Count": 1}), Part.PAGE, pictures),
        "pages-more": Attack(
            put(
                {
                    2: b"<</Type/Pages/Kids[3 0 R 6 0 R 74 0 R]/Count 3/MediaBox 20 0 R"
                    b"/Resources 7 0 R>>",
                    74: b"<</Type/Page/Parent 2 0 R/Contents 60 0 R>>",
                }
            ),
            Part.PAGE,
            pictures,
        ),
        "pages-other-tree": Attack(
            edit(1, {"Pages": raw(b"<</Type/Pages/Kids[6 0 R]/Count 1>>")}), Part.PAGE, kids
        ),
        "thread-bead": Attack(
            put({64: b"<</T 63 0 R/N 64 0 R/V 64 0 R/P 6 0 R/R[0 0 9 9]>>"}),
            Part.NAVIGATION,
            entry("/Threads", 0),
        ),
    }


def _annotations() -> dict[str, Attack]:
    first = entry("/Pages", "/Kids", 0, "/Annots")
    note = zoo.annotation(b"FreeText", b"/F 4/DA(/F1 12 Tf)/AP<</N 60 0 R>>", b"[0 0 400 400]")

    def add(data: bytes) -> bytes:
        return attacks.update(
            data, lambda increment: extend(9, increment.add(Raw(note)))(increment)
        )

    return {
        "annotation-looks": Attack(
            put({49: zoo.stream(b"0 0 9 9 re f", rich.FORM)}), Part.ANNOTATION, pictures
        ),
        "annotation-hidden": Attack(edit(48, {"F": 2}), Part.ANNOTATION, pictures),
        "annotation-moved": Attack(
            edit(48, {"Rect": [20, 360, 200, 390]}), Part.ANNOTATION, pictures
        ),
        "annotation-contents": Attack(
            edit(48, {"Contents": b"refuse"}),
            Part.ANNOTATION,
            entry("/Pages", "/Kids", 0, "/Annots", 5),
        ),
        "annotation-link": Attack(
            put({54: b"<</S/URI/URI(https://example.com/pay)>>"}),
            Part.ACTION,
            entry("/Pages", "/Kids", 0, "/Annots", 6, "/A"),
        ),
        "annotation-added": Attack(add, Part.ANNOTATION, pictures),
        "annotation-gone": Attack(
            put({9: b"[40 0 R 41 0 R 43 0 R 46 0 R 47 0 R 52 0 R 53 0 R 78 0 R]"}),
            Part.ANNOTATION,
            pictures,
        ),
        "annotations-in-another-order": Attack(
            put({9: b"[41 0 R 40 0 R 43 0 R 46 0 R 47 0 R 48 0 R 52 0 R 53 0 R 78 0 R]"}),
            Part.ANNOTATION,
            first,
        ),
        "annotations-direct": Attack(
            edit(3, {"Annots": raw(b"[46 0 R 47 0 R " + note + b"]")}), Part.ANNOTATION, pictures
        ),
    }


def _fields() -> dict[str, Attack]:
    amount, rate, agreed = (entry("/AcroForm", "/Fields", at) for at in (0, 1, 2))
    return {
        "field-moved": Attack(edit(40, {"Rect": [20, 20, 120, 40]}), Part.FIELD, pictures),
        "field-hidden": Attack(edit(40, {"F": 6}), Part.FIELD, pictures),
        "field-looks": Attack(
            put({42: zoo.stream(b"BT /F2 12 Tf 2 5 Td (90 %) Tj ET", rich.FORM
                 + b"/Resources<</Font<</F2 5 0 R>>>>")}),
            Part.FIELD,
            pictures,
        ),
        "field-looks-elsewhere": Attack(
            edit(41, {"AP": raw(b"<</N 60 0 R>>")}), Part.FIELD, pictures
        ),
        "field-looks-gone": Attack(edit(41, {}, "AP"), Part.FIELD, pictures),
        "field-ticked": Attack(edit(43, {"AS": Name("Oui")}), Part.FIELD, pictures),
        "field-tick-in-other-state": Attack(put({45: _LOOKS}), Part.FIELD, pictures),
        "field-size": Attack(edit(40, {"DA": b"/F1 2 Tf 1 g"}), Part.FIELD, pictures),
        "field-aligned": Attack(edit(40, {"Q": 2}), Part.FIELD, pictures),
        "field-password": Attack(edit(40, {"Ff": 8192}), Part.FIELD, pictures),
        "field-comb": Attack(edit(40, {"Ff": 1 << 24, "MaxLen": 4}), Part.FIELD, amount),
        "field-caption": Attack(edit(43, {"MK": raw(b"<</CA(8)/BG[1 0 0]>>")}), Part.FIELD, agreed),
        "field-action": Attack(
            edit(40, {"AA": raw(b"<</K<</S/JavaScript/JS(1)>>>>")}), Part.FIELD, amount
        ),
        "field-renamed": Attack(edit(40, {"T": b"paid"}), Part.FIELD, amount),
        "field-gone": Attack(_field_gone, Part.FIELD, entry("/AcroForm")),
        "signature-looks": Attack(put({71: _EVIL_FORM}), Part.FIELD, pictures),
        "signature-moved": Attack(edit(46, {"Rect": [0, 0, 400, 400]}), Part.FIELD, pictures),
        "signature-hidden": Attack(edit(46, {"F": 2}), Part.FIELD, pictures),
        "signature-gone": Attack(
            put(
                {
                    9: b"[40 0 R 41 0 R 43 0 R 47 0 R 48 0 R 52 0 R 53 0 R 78 0 R]",
                }
            ),
            Part.ANNOTATION,
            pictures,
        ),
        "empty-field-looks": Attack(
            edit(47, {"AP": raw(b"<</N 60 0 R>>"), "Rect": [0, 0, 400, 400]}), Part.FIELD, pictures
        ),
        "new-field-with-looks": Attack(
            new_field(b"/Rect[0 0 400 400]/AP<</N 60 0 R>>"), Part.FIELD, pictures
        ),
        "new-field-over-a-field": Attack(
            new_field(b"/Rect[0 150 400 250]/MK<</BG[1 1 1]>>"),
            Part.ANNOTATION,
            entry("/AcroForm"),
        ),
        "new-field-that-acts": Attack(
            new_field(b"/Rect[0 0 0 0]/AA<</PO<</S/JavaScript/JS(1)>>>>"),
            Part.ACTION,
            entry("/AcroForm"),
        ),
        "new-field-on-two-pages": Attack(_on_two_pages, Part.ANNOTATION, entry("/Pages")),
        "new-text-field": Attack(_new_text, Part.FIELD, pictures),
    }


def _field_gone(data: bytes) -> bytes:
    def change(increment: Increment) -> None:
        form = increment.document.dictionary(Ref(10), "the form")
        fields = increment.document.array(form["Fields"], "/Fields")
        increment.replace(Ref(10), {**form, "Fields": fields[1:]})

    return attacks.update(data, change)


def _on_two_pages(data: bytes) -> bytes:
    def change(increment: Increment) -> None:
        ref = field(increment, b"/Rect[300 10 390 40]")
        page = increment.document.dictionary(Ref(6), "a page")
        increment.replace(Ref(6), {**page, "Annots": [ref]})

    return attacks.update(data, change)


def _new_text(data: bytes) -> bytes:
    def change(increment: Increment) -> None:
        text_field = b"<</Type/Annot/Subtype/Widget/FT/Tx/T(total)/V(99 000)/F 4/P 3 0 R"
        ref = increment.add(Raw(text_field + b"/DA(/F2 12 Tf 0 g)/Rect[20 60 120 80]>>"))
        form = increment.document.dictionary(Ref(10), "the form")
        fields = increment.document.array(form["Fields"], "/Fields")
        increment.replace(Ref(10), {**form, "Fields": [*fields, ref]})
        extend(9, ref)(increment)

    return attacks.update(data, change)


def _form() -> dict[str, Attack]:
    """What fields without looks are drawn with, and ways to be allowed more than that."""
    fonts = b"<</F2 5 0 R/F1 75 0 R>>"
    needed = edit(10, {"NeedAppearances": True})
    content = {4: _EVIL}
    whole = entry("/AcroForm")

    def both(data: bytes) -> bytes:
        return needed(put({72: fonts, 75: TYPE3})(data))

    return {
        "form-font-new": Attack(put({72: fonts, 75: TYPE3}), Part.FONT, pictures),
        "form-font-new-and-needed": Attack(both, Part.FONT, pictures),
        "form-font-other": Attack(put({72: b"<</F2 23 0 R>>"}), Part.FONT, pictures),
        "form-fonts-elsewhere": Attack(
            edit(68, {"Font": raw(b"<</F1 23 0 R/F2 5 0 R>>")}), Part.FONT, whole
        ),
        "form-resources-elsewhere": Attack(
            edit(10, {"DR": raw(b"<</Font<</F1 23 0 R/F2 5 0 R>>>>")}), Part.FONT, whole
        ),
        "form-resources-gone": Attack(edit(10, {}, "DR"), Part.FONT, whole),
        "form-needs-looks": Attack(needed, Part.FORM, pictures),
        "form-appearance": Attack(edit(10, {"DA": b"/F2 2 Tf 1 g"}), Part.FORM, pictures),
        "form-appearance-in-place": Attack(put({69: b"(/F2 2 Tf 1 g)"}), Part.FORM, pictures),
        "form-aligned": Attack(edit(10, {"Q": 1}), Part.FORM, pictures),
        "form-order": Attack(edit(10, {"CO": [Ref(40)]}), Part.FORM, whole),
        "form-xfa": Attack(edit(10, {"XFA": [b"x", Ref(61)]}), Part.FORM, whole),
        # pyHanko lets everything be written anew that these lead to.
        "content-as-form-resource": Attack(
            resources(b"/XObject<</X 4 0 R>>", content), Part.PAGE, pictures
        ),
        "content-as-part-of-looks": Attack(
            new_field(
                b"/Rect[0 0 0 0]/AP<</N 76 0 R>>",
                {76: zoo.stream(b"", rich.FORM + b"/Resources<</XObject<</X 4 0 R>>>>"), **content},
            ),
            Part.PAGE,
            pictures,
        ),
        "content-as-lock": Attack(
            new_field(b"/Rect[0 0 0 0]/Lock 76 0 R", {76: b"<</X 4 0 R>>", **content}),
            Part.PAGE,
            pictures,
        ),
        "content-as-seed-value": Attack(
            new_field(b"/Rect[0 0 0 0]/SV<</X[4 0 R]>>", content), Part.PAGE, pictures
        ),
        "font-as-form-resource": Attack(
            resources(b"/Extra 5 0 R", {5: b"<</Type/Font/Subtype/Type1/BaseFont/Symbol>>"}),
            Part.FONT,
            pictures,
        ),
        "content-as-value": Attack(
            put(
                {
                    40: zoo.annotation(
                        b"Widget",
                        b"/FT/Tx/T(amount)/V 77 0 R/DA(/F1 12 Tf 0 g)/F 4/P 3 0 R",
                        b"[20 200 120 220]",
                    ),
                    77: b"[4 0 R]",
                    **content,
                }
            ),
            Part.PAGE,
            pictures,
        ),
    }


def _document() -> dict[str, Attack]:
    """What the catalog names."""
    return {
        "layer-off": Attack(
            put({11: b"<</OCGs[39 0 R]/D<</Order[39 0 R]/OFF[39 0 R]>>>>"}), Part.LAYERS, pictures
        ),
        "layer-membership": Attack(
            put({31: b"<</Type/OCMD/OCGs 39 0 R/P/AnyOff>>"}),
            Part.LAYERS,
            entry("/Pages"),
        ),
        "layer-printed": Attack(
            put({39: b"<</Type/OCG/Name(Prix)/Usage<</Print<</PrintState/OFF>>>>>>"}),
            Part.LAYERS,
            entry("/OCProperties", "/OCGs", 0),
        ),
        "attachment": Attack(
            put({56: zoo.stream(b"9000", b"/Type/EmbeddedFile")}),
            Part.ATTACHMENT,
            entry("/Names", "/EmbeddedFiles", "/Names", 1, "/EF", "/F"),
        ),
        "attachment-renamed": Attack(
            edit(55, {"UF": b"b.txt"}), Part.ATTACHMENT, entry("/Names", "/EmbeddedFiles", "/Names")
        ),
        "attachment-added": Attack(
            edit(12, {"EmbeddedFiles": raw(b"<</Names[(a.txt)55 0 R(b.txt)55 0 R]>>")}),
            Part.ATTACHMENT,
            entry("/Names"),
        ),
        "portfolio": Attack(
            edit(1, {"Collection": raw(b"<</View/H>>")}), Part.ATTACHMENT, entry()
        ),
        "named-script": Attack(
            edit(12, {"JavaScript": raw(b"<</Names[(a)<</S/JavaScript/JS(1)>>]>>")}),
            Part.ACTION,
            entry("/Names"),
        ),
        "destination": Attack(
            edit(12, {"Dests": raw(b"<</Names[(d)[6 0 R/Fit]]>>")}),
            Part.NAVIGATION,
            entry("/Names", "/Dests"),
        ),
        "open-action": Attack(
            put({16: b"<</S/URI/URI(https://example.com)>>"}), Part.ACTION, entry("/OpenAction")
        ),
        "catalog-actions": Attack(
            edit(1, {"AA": raw(b"<</WP<</S/JavaScript/JS(1)>>>>")}), Part.ACTION, entry()
        ),
        "bookmark": Attack(
            edit(57, {"Title": b"Gratuit"}), Part.NAVIGATION, entry("/Outlines", "/First", "/Title")
        ),
        "page-labels": Attack(
            put({14: b"<</Nums[0<</S/r/St 7>>]>>"}), Part.NAVIGATION, entry("/PageLabels")
        ),
        "viewer": Attack(
            put({15: b"<</DisplayDocTitle true/Direction/R2L>>"}),
            Part.NAVIGATION,
            entry("/ViewerPreferences"),
        ),
        "language": Attack(edit(1, {"Lang": b"en"}), Part.SPOKEN, entry("/Lang")),
        "spoken-text": Attack(
            edit(58, {"ActualText": b"brut"}), Part.SPOKEN, entry("/StructTreeRoot", "/K")
        ),
        "tags-of-a-page": Attack(
            put({59: b"<</Nums[0[null]]>>"}), Part.SPOKEN, entry("/StructTreeRoot", "/ParentTree")
        ),
        "marks": Attack(
            edit(1, {"MarkInfo": raw(b"<</Marked<</X 1>>>>")}), Part.DOCUMENT, entry("/MarkInfo")
        ),
        "extensions": Attack(
            edit(1, {"Extensions": raw(b"<</ADBE 61 0 R>>")}), Part.DOCUMENT, entry("/Extensions")
        ),
        "older-version": Attack(edit(1, {"Version": Name("1.3")}), Part.FILE, entry("/Version")),
        "permissions": Attack(
            edit(1, {"Perms": raw(b"<</DocMDP 61 0 R>>")}), Part.SIGNATURE, entry()
        ),
        "proofs-gone": Attack(edit(1, {}, "DSS"), Part.PROOF, entry()),
        "proofs-with-more": Attack(_store({"X": Ref(60)}), Part.PROOF, entry("/DSS")),
        "proof-in-place": Attack(_proof, Part.PROOF, entry("/DSS", "/Certs", 0)),
    }


def _store(entries: Dictionary) -> Callable[[bytes], bytes]:
    def make(data: bytes) -> bytes:
        def change(increment: Increment) -> None:
            place = increment.document.catalog()["DSS"]
            assert isinstance(place, Ref)
            increment.replace(
                place, {**increment.document.dictionary(place, "the store"), **entries}
            )

        return attacks.update(data, change)

    return make


def _proof(data: bytes) -> bytes:
    def change(increment: Increment) -> None:
        store = increment.document.dictionary(increment.document.catalog()["DSS"], "the store")
        first = increment.document.array(store["Certs"], "/Certs")[0]
        assert isinstance(first, Ref)
        increment.replace(first, Stream({}, b"another"))

    return attacks.update(data, change)


def _hidden() -> dict[str, Attack]:
    """What is prepared in the signed file, or hidden from its tables."""
    return {
        "spare-object-used": Attack(
            edit(3, {"Contents": [Ref(4), Ref(60)]}), Part.PAGE, pictures
        ),
        "spare-object-changed-and-used": Attack(
            new_field(b"/Rect[300 10 390 40]/V 61 0 R", {61: b"<</Type/Sig>>"}),
            Part.DOCUMENT,
            entry("/AcroForm"),
        ),
        "object-freed": Attack(
            attacks_free(8), Part.PAGE, lambda pdf: open_document(io.BytesIO(pdf)).has(8)
        ),
        "object-of-the-next-generation": Attack(_generation, Part.PAGE, pictures),
        "object-beside-the-table": Attack(_beside, Part.FILE, lambda pdf: pdf.count(b"4 0 obj")),
        "object-listed-twice": Attack(_twice, Part.FILE, lambda pdf: pdf.count(b"4 0 obj")),
        "object-after-the-end": Attack(_after, Part.FILE, lambda pdf: pdf.count(b"4 0 obj")),
        "trailer-entry": Attack(_trailer, Part.FILE, lambda pdf: pdf.count(b"/Extra")),
    }


def _shared() -> dict[str, Attack]:
    """One object in two places: in one of them it may change."""
    fonts = b"<</F1 5 0 R/F2 5 0 R/T3 23 0 R/F0 50 0 R"
    drawing = b"/ExtGState<</G 26 0 R>>/ColorSpace<</C 27 0 R>>/Shading<</S 28 0 R>>"
    drawing += b"/Pattern<</P 29 0 R>>/Properties<</L 31 0 R>>>>"
    pictures_of = b"/XObject<</X 24 0 R/I 25 0 R/Y 42 0 R>>"
    text_in = zoo.stream(b"BT /F9 14 Tf 20 60 Td (01) Tj ET")
    looks = zoo.stream(
        b"BT /F2 12 Tf 2 5 Td (90 %) Tj ET", rich.FORM + b"/Resources<</Font<</F2 5 0 R>>>>"
    )
    rate = zoo.annotation(
        b"Widget",
        b"/FT/Tx/T(rate)/V(90 %)/DA(/F2 12 Tf 0 g)/AP<</N 42 0 R>>/F 4/P 3 0 R",
        b"[20 170 120 190]",
    )
    return {
        "fonts-of-form-and-page": Attack(
            put({72: fonts + b"/F9 23 0 R>>"}),
            Part.PAGE,
            pictures,
            (
                ("o7", b"<</Font 72 0 R/XObject<</X 24 0 R/I 25 0 R>>" + drawing),
                ("o72", fonts + b">>"),
                ("o8", text_in),
            ),
        ),
        "looks-of-field-and-page": Attack(
            put({41: rate, 42: looks}),
            Part.PAGE,
            pictures,
            (
                ("o7", b"<</Font<</F1 5 0 R/T3 23 0 R/F0 50 0 R>>" + pictures_of + drawing),
                ("o8", zoo.stream(b"q 1 0 0 1 20 20 cm /Y Do Q")),
            ),
        ),
        "looks-of-two-fields": Attack(
            put({41: rate, 42: looks}),
            Part.PAGE,
            pictures,
            (
                (
                    "o40",
                    zoo.annotation(
                        b"Widget",
                        b"/FT/Tx/T(amount)/V(10 %)/AP<</N 42 0 R>>/F 4/P 3 0 R",
                        b"[20 200 120 220]",
                    ),
                ),
            ),
        ),
        "title-and-graphics-state": Attack(
            put({19: b"<</Title(Lettre)/ca 0>>"}),
            Part.PAGE,
            pictures,
            (
                ("o19", b"<</Title(Lettre)/ca 1>>"),
                ("o7", b"<</Font<</F1 5 0 R>>/ExtGState<</K 19 0 R>>>>"),
                ("o8", zoo.stream(b"/K gs 20 20 60 60 re f")),
            ),
        ),
        "form-and-graphics-state": Attack(
            edit(10, {"DA": b"/F2 12 Tf 0 g", "ca": 0}),
            Part.FORM,
            pictures,
            (
                ("o7", b"<</Font<</F1 5 0 R>>/ExtGState<</K 10 0 R>>>>"),
                ("o8", zoo.stream(b"/K gs 20 20 60 60 re f")),
            ),
        ),
        "object-that-was-promised": Attack(
            put({98: zoo.stream(rich.EVIL, rich.FORM.replace(b"100 20", b"400 400"))}),
            Part.DOCUMENT,
            entry("/Pages"),
            (
                ("o7", b"<</Font<</F1 5 0 R>>/XObject<</Y 98 0 R>>>>"),
                ("o8", zoo.stream(b"/Y Do")),
            ),
        ),
    }


def attacks_free(number: int) -> Callable[[bytes], bytes]:
    """An object's number is set free."""

    def make(data: bytes) -> bytes:
        row = b"%d 1\n0000000000 00001 f \n" % number
        return _table(data, row)

    return make


def _table(data: bytes, rows: bytes, body: bytes = b"", entries: bytes = b"") -> bytes:
    document = open_document(io.BytesIO(data))
    start = len(data) + len(body)
    trailer = b"<</Root 1 0 R/Info 19 0 R/Size %d/Prev %d%s>>" % (
        document.next_number,
        document.start,
        entries,
    )
    end = b"\nstartxref\n%d\n%%%%EOF\n" % start
    return data + body + b"xref\n" + rows + b"trailer\n" + trailer + end


def _generation(data: bytes) -> bytes:
    body = b"4 1 obj\n" + _EVIL + b"\nendobj\n"
    freed = attacks_free(4)(data)
    return _table(freed, b"4 1\n%010d 00001 n \n" % len(freed), body)


def _beside(data: bytes) -> bytes:
    """An update whose table is silent about the page's content that it holds."""
    spare = b"61 0 obj\n<</Kind/Spare>>\nendobj\n"
    body = spare + b"4 0 obj\n" + _EVIL + b"\nendobj\n"
    return _table(data, b"61 1\n%010d 00000 n \n" % len(data), body)


def _twice(data: bytes) -> bytes:
    """A table with the forged place of an object first, then its true one."""
    body = b"4 0 obj\n" + _EVIL + b"\nendobj\n"
    true = data.index(b"\n4 0 obj") + 1
    rows = b"4 1\n%010d 00000 n \n4 1\n%010d 00000 n \n" % (len(data), true)
    return _table(data, rows, body)


def _after(data: bytes) -> bytes:
    """A sound update, and an object after its table."""
    body = b"61 0 obj\n<</Kind/Spare>>\nendobj\n"
    made = _table(data, b"61 1\n%010d 00000 n \n" % len(data), body)
    at = made.rindex(b"startxref")
    return made[:at] + b"4 0 obj\n" + _EVIL + b"\nendobj\n" + made[at:]


def _trailer(data: bytes) -> bytes:
    body = b"61 0 obj\n<</Kind/Spare>>\nendobj\n"
    return _table(data, b"61 1\n%010d 00000 n \n" % len(data), body, b"/Extra 60 0 R")


FORM, SHARED, HIDDEN = _form(), _shared(), _hidden()
ATTACKS = {
    **_drawn(),
    **_pages(),
    **_annotations(),
    **_fields(),
    **FORM,
    **_document(),
    **HIDDEN,
    **SHARED,
}
