"""Attacks on fields, and on what the form draws them with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraphe.adapters.trust.pades.writer.syntax import Name, Raw, Ref
from paraphe.domain.trust.verdict import Part
from tests.support import attacks, rich, strange_pdfs
from tests.support.redrawing import (
    EVIL,
    EVIL_FORM,
    LOOKS,
    TYPE3,
    Attack,
    edit,
    entry,
    extend,
    field,
    new_field,
    pictures,
    put,
    raw,
    resources,
)

if TYPE_CHECKING:
    from paraphe.adapters.trust.pades.writer.increment import Increment


def fields() -> dict[str, Attack]:
    amount, agreed = (entry("/AcroForm", "/Fields", at) for at in (0, 2))
    return {
        "field-moved": Attack(edit(40, {"Rect": [20, 20, 120, 40]}), Part.FIELD, pictures),
        "field-hidden": Attack(edit(40, {"F": 6}), Part.FIELD, pictures),
        "field-looks": Attack(
            put(
                {
                    42: strange_pdfs.stream(
                        b"BT /F2 12 Tf 2 5 Td (90 %) Tj ET",
                        rich.FORM + b"/Resources<</Font<</F2 5 0 R>>>>",
                    )
                }
            ),
            Part.FIELD,
            pictures,
        ),
        "field-looks-elsewhere": Attack(
            edit(41, {"AP": raw(b"<</N 60 0 R>>")}), Part.FIELD, pictures
        ),
        "field-looks-gone": Attack(edit(41, {}, "AP"), Part.FIELD, pictures),
        "field-ticked": Attack(edit(43, {"AS": Name("Oui")}), Part.FIELD, pictures),
        "field-tick-in-other-state": Attack(put({45: LOOKS}), Part.FIELD, pictures),
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
        "signature-looks": Attack(put({71: EVIL_FORM}), Part.FIELD, pictures),
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


def form() -> dict[str, Attack]:
    """What fields without looks are drawn with, and ways to be allowed more than that."""
    fonts = b"<</F2 5 0 R/F1 75 0 R>>"
    needed = edit(10, {"NeedAppearances": True})
    content = {4: EVIL}
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
                {
                    76: strange_pdfs.stream(b"", rich.FORM + b"/Resources<</XObject<</X 4 0 R>>>>"),
                    **content,
                },
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
                    40: strange_pdfs.annotation(
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
