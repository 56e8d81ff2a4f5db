"""Fields, buttons, annotations and layers that show one thing here and another there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.strange_pdfs import objects_of, stream, write
from tests.unit.requests.inspection.strange_parts import (
    ANNOTATION,
    FILLED,
    FORM,
    TEXT,
    WIDGET,
    WRITTEN,
    annotated,
    drawing,
    form,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


def fields() -> Iterator[tuple[str, bytes]]:
    text = WIDGET + b"/FT/Tx/V(1000)"
    drawn = {21: WRITTEN}
    # Some programs draw a field that no form lists, PDFium does once there is a form.
    yield "field-of-no-form", annotated(text + b"/AP<</N 21 0 R>>>>", drawn)
    yield "field-of-no-form-undrawn", annotated(text + b">>")
    yield (
        "field-not-listed",
        annotated(text + b"/AP<</N 21 0 R>>>>", drawn, b"/AcroForm<</Fields[]>>"),
    )
    # The value is not what is drawn; with NeedAppearances the value counts.
    yield "value-not-drawn", form(text + b"/AP<</N 21 0 R>>>>", drawn)
    yield "value-wanted", form(text + b"/AP<</N 21 0 R>>>>", drawn, b"/NeedAppearances true")
    plain = WIDGET + b"/FT/Tx/V(1000)/DA(/Helv 0 Tf 0 g)>>"
    yield "value-sized", form(plain, None, b"/NeedAppearances true")
    yield "value-empty", form(WIDGET + b"/FT/Tx>>", None, b"/NeedAppearances true")
    long_ = WIDGET + b"/FT/Tx/V(" + b"Loyer mensuel " * 8 + b"1000)"
    yield "value-too-long", form(long_ + b">>", None, b"/NeedAppearances true")
    small = long_ + b"/DA(/Helv 0 Tf 0 g)>>"
    yield "value-shrunk", form(small, None, b"/NeedAppearances true")
    shaded = text + b"/MK<</BG[0.8 0.9 1]/BC[1 0 0]>>>>"
    yield "value-shaded", form(shaded, None, b"/NeedAppearances true")
    choice = WIDGET + b"/FT/Ch/Ff 131072/Opt[(A)(B)]/V(B)>>"
    yield "choice-wanted", form(choice, None, b"/NeedAppearances true")
    # A note over a field; the field is drawn last, until it is part of the page.
    note = ANNOTATION + b"/Stamp/AP<</N 22 0 R>>>>"
    cover = objects_of(
        FORM % b"",
        b"/Annots[20 0 R 23 0 R]",
        {20: text + b"/AP<</N 21 0 R>>>>", 21: WRITTEN, 22: FILLED, 23: note},
    )
    yield "field-under-note", write(cover)
    see_through = drawing(b"/G gs 1 0 0 rg 0 0 200 40 re f").replace(
        b"/Resources<<", b"/Resources<</ExtGState<</G<</ca 0.3/BM/Multiply>>>>"
    )
    yield "field-see-through", form(text + b"/AP<</N 21 0 R>>>>", {21: see_through})
    turned = drawing(b"BT /F1 12 Tf 2 14 Td (100) Tj ET", b"/Matrix[0 1 -1 0 40 0]")
    yield "field-turned", form(text + b"/AP<</N 21 0 R>>>>", {21: turned})
    for name, flag in (("hidden", 2), ("no-view", 36), ("print-only", 32), ("invisible", 1)):
        flagged = text.replace(b"/F 4", b"/F %d" % flag) + b"/AP<</N 21 0 R>>>>"
        yield f"field-{name}", form(flagged, drawn)


def buttons() -> Iterator[tuple[str, bytes]]:
    box = WIDGET + b"/FT/Btn"
    one = {21: FILLED}
    yield "box-off-one-drawing", form(box + b"/AS/Off/V/Off/AP<</N 21 0 R>>>>", one)
    yield "box-on-one-drawing", form(box + b"/AS/Yes/V/Yes/AP<</N 21 0 R>>>>", one)
    yield "box-other-state", form(box + b"/AS/Yes/V/Yes/AP<</N<</On 21 0 R>>>>>>", one)
    yield "box-off-undrawn", form(box + b"/AS/Off/V/Off/AP<</N<</Yes 21 0 R>>>>>>", one)
    yield "box-state-by-value", form(box + b"/V/Yes/AP<</N<</Yes 21 0 R>>>>>>", one)
    yield "box-value-by-state", form(box + b"/AS/Yes/V/Off/AP<</N<</Yes 21 0 R>>>>>>", one)
    wanted = box + b"/AS/Off/V/Yes/AP<</N<</Yes 21 0 R>>>>>>"
    yield "box-value-wanted", form(wanted, one, b"/NeedAppearances true")
    yield "box-without-drawing", form(box + b"/AS/Yes/V/Yes>>")
    yield "box-off-without-drawing", form(box + b"/AS/Off/V/Off>>")
    yield "box-off-outlined", form(box + b"/AS/Off/V/Off/MK<</BC[1 0 0]/BG[1 1 0]/CA(4)>>>>")
    yield "box-unsaid-without-drawing", form(box + b">>")
    yield "radio-off-without-drawing", form(box + b"/Ff 32768/AS/Off>>")
    yield "push-button-without-drawing", form(box + b"/Ff 65536/MK<</CA(Envoyer)>>>>")
    yield (
        "box-on-hidden",
        form((box + b"/AS/Yes/V/Yes/AP<</N<</Yes 21 0 R>>>>>>").replace(b"/F 4", b"/F 2"), one),
    )
    yield "push-button", form(box + b"/Ff 65536/AP<</N 21 0 R>>>>", one)
    # A push button is drawn whatever its state; in this file another program calls it a check box.
    yield "push-button-off", form(box + b"/Ff 65536/AS/Off/AP<</N 21 0 R>>>>", one)


def odd_annotations() -> Iterator[tuple[str, bytes]]:
    quad = b"/QuadPoints[100 540 300 540 100 500 300 500]"
    own = {
        b"FreeText": b"/Contents(Prix 1000)/DA(/Helv 14 Tf 0 g)/C[1 0 0]",
        b"Square": b"/C[1 0 0]/IC[0 1 0]",
        b"Circle": b"/C[1 0 0]",
        b"Line": b"/L[100 500 300 540]/C[1 0 0]",
        b"Ink": b"/InkList[[100 500 200 540 300 500]]/C[1 0 0]",
        b"Polygon": b"/Vertices[100 500 200 540 300 500]/C[1 0 0]",
        b"PolyLine": b"/Vertices[100 500 200 540 300 500]/C[1 0 0]",
        b"Highlight": quad + b"/C[1 1 0]",
        b"Underline": quad,
        b"Squiggly": quad,
        b"StrikeOut": quad,
        b"Text": b"/Contents(note)/Name/Note",
        b"Stamp": b"/Name/Approved",
        b"Caret": b"",
        b"FileAttachment": b"/Name/PushPin",
        b"Link": b"/Border[0 0 3]/C[1 0 0]",
        b"Popup": b"/Open true/Contents(x)",
        b"Redact": b"/OverlayText(rien)/IC[0 0 0]",
        b"Watermark": b"",
        b"Unknown": b"/C[1 0 0]",
    }
    made = objects_of(kids=b" ".join(b"%d 0 R" % (100 + at) for at in range(len(own))))
    for at, (kind, entries) in enumerate(own.items()):
        made[100 + at] = made[3][:-2] + b"/Annots[%d 0 R]>>" % (200 + at)
        made[200 + at] = ANNOTATION + b"/" + kind + entries + b">>"
    yield "notes-undrawn", write(made)
    yield "free-text", annotated(ANNOTATION + b"/FreeText" + own[b"FreeText"] + b">>")
    bare = ANNOTATION + b"/FreeText/Contents(Prix 1000)"
    yield "free-text-unsaid", annotated(bare + b">>")
    yield (
        "free-text-in-a-form",
        annotated(bare + b"/DA(/Helv 14 Tf 0 g)>>", None, b"/AcroForm<</Fields[]>>"),
    )
    yield "free-text-by-the-form", annotated(bare + b">>", None, FORM.replace(b"20 0 R", b"") % b"")
    field = WIDGET + b"/FT/Tx/V(1000)/AP<</N 21 0 R>>>>"
    beside = bare.replace(b"500 300 540", b"300 300 340") + b"/DA(/Own 14 Tf 0 g)>>"
    form_ = FORM.replace(b"/Helv 5 0 R", b"/Helv 5 0 R/Own 24 0 R") % b""
    own_font = b"<</Type/Font/Subtype/Type1/BaseFont/Courier>>"
    yield (
        "free-text-beside-a-field",
        write(
            objects_of(
                form_,
                b"/Annots[20 0 R 23 0 R]",
                {20: field, 21: WRITTEN, 23: beside, 24: own_font},
            )
        ),
    )
    for name, flag in (("hidden", 2), ("no-view", 32), ("not-printed", 0)):
        stamp = ANNOTATION.replace(b"/F 4", b"/F %d" % flag) + b"/Stamp/AP<</N 21 0 R>>>>"
        yield f"note-{name}", annotated(stamp, {21: FILLED})
    stated = ANNOTATION + b"/Stamp/AS/B/AP<</N<</A 21 0 R/B 22 0 R>>>>>>"
    yield "note-with-states", annotated(stated, {21: FILLED, 22: WRITTEN})


def layers() -> Iterator[tuple[str, bytes]]:
    configs = {
        "off": b"/D<</OFF[40 0 R]>>",
        "on-and-off": b"/D<</ON[40 0 R]/OFF[40 0 R]>>",
        "base-off": b"/D<</BaseState/OFF>>",
        "base-off-on": b"/D<</BaseState/OFF/ON[40 0 R]>>",
        "unchanged": b"/D<</BaseState/Unchanged>>",
        "without-default": b"",
        "by-event": b"/D<</AS[<</Event/View/OCGs[40 0 R]/Category[/View]>>]>>",
        "other-configs": b"/D<<>>/Configs[<</OFF[40 0 R]>>]",
    }
    for name, config in configs.items():
        usage = b"/Usage<</View<</ViewState/OFF>>/Print<</PrintState/ON>>>>"
        group = b"<</Type/OCG/Name(couche)" + (usage if name == "by-event" else b"") + b">>"
        made = objects_of(
            b"/OCProperties<</OCGs[40 0 R]" + config + b">>",
            extra={40: group, 4: stream(b"/OC /L BDC\n" + TEXT + b"EMC\n")},
        )
        made[3] = made[3].replace(b"/Resources<<", b"/Resources<</Properties<</L 40 0 R>>")
        yield f"layer-{name}", write(made)
    note = ANNOTATION + b"/Stamp/OC 40 0 R/AP<</N 21 0 R>>>>"
    off = b"/OCProperties<</OCGs[40 0 R]/D<</OFF[40 0 R]>>>>"
    extra = {21: FILLED, 40: b"<</Type/OCG/Name(couche)>>"}
    yield "layer-of-a-note", annotated(note, extra, off)
    field = WIDGET + b"/FT/Tx/V(1000)/OC 40 0 R/AP<</N 21 0 R>>>>"
    yield "layer-of-a-field", annotated(field, extra, off + FORM % b"")
