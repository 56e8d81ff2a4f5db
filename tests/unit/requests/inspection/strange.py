"""PDFs that show one thing here and another there: one for each way that was found or thought of.

`specimens()` gives them by name; what is odd about each is in its name and beside it.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from tests.support.strange_pdfs import objects_of, stream, write

if TYPE_CHECKING:
    from collections.abc import Iterator

    Objects = dict[int, bytes]

TEXT = b"BT /F1 14 Tf 72 700 Td (Prix : 1000 EUR) Tj ET\n"
OTHER = b"BT /F1 14 Tf 72 700 Td (Prix : 9000 EUR) Tj ET\n"
PLACE = b"/Rect[100 500 300 540]"
ANNOTATION = b"<</Type/Annot" + PLACE + b"/F 4/Subtype"
WIDGET = ANNOTATION + b"/Widget/T(x)"
FORM = b"/AcroForm<</Fields[20 0 R]/DA(/Helv 12 Tf 0 g)/DR<</Font<</Helv 5 0 R>>>>%s>>"
ON_PAGE = b"/Annots[20 0 R]"


def drawing(content: bytes, entries: bytes = b"") -> bytes:
    """A form XObject of 200 by 40 points."""
    fonts = b"/Resources<</Font<</F1 5 0 R>>>>"
    return stream(content, b"/Type/XObject/Subtype/Form/BBox[0 0 200 40]" + fonts + entries)


FILLED = drawing(b"0 0 1 rg 0 0 200 40 re f")
WRITTEN = drawing(b"BT /F1 12 Tf 2 14 Td (100) Tj ET")


def annotated(annotation: bytes, extra: Objects | None = None, catalog: bytes = b"") -> bytes:
    """One page with one annotation (20)."""
    return write(objects_of(catalog, ON_PAGE, {20: annotation, **(extra or {})}))


def form(widget: bytes, extra: Objects | None = None, entries: bytes = b"") -> bytes:
    """One page with one field (20) of a form."""
    return annotated(widget, extra, FORM % entries)


def specimens() -> dict[str, bytes]:
    """Every file by name."""
    return {
        "beads": _beads(600),
        **dict(_fields()),
        **dict(_buttons()),
        **dict(_annotations()),
        **dict(_boxes()),
        **dict(_trees()),
        **dict(_contents()),
        **dict(_layers()),
        **dict(_structures()),
    }


def _beads(count: int) -> bytes:
    """A thread of article beads, each of which leads to the next and to the one before."""
    numbers = range(100, 100 + count)
    beads = {
        at: b"<</Type/Bead/T 99 0 R/P 3 0 R/R[0 0 9 9]/N %d 0 R/V %d 0 R>>"
        % (numbers[(at - 99) % count], numbers[(at - 101) % count])
        for at in numbers
    }
    return write(
        objects_of(
            b"/Threads[99 0 R]",
            b"/B[" + b" ".join(b"%d 0 R" % at for at in numbers) + b"]",
            {99: b"<</Type/Thread/F 100 0 R>>", **beads},
        )
    )


def _fields() -> Iterator[tuple[str, bytes]]:
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


def _buttons() -> Iterator[tuple[str, bytes]]:
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


def _annotations() -> Iterator[tuple[str, bytes]]:
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


def _boxes() -> Iterator[tuple[str, bytes]]:
    sizes = {
        "negative": b"/MediaBox[-300 -400 295 442]",
        "backwards": b"/MediaBox[595 842 0 0]",
        "far": b"/MediaBox[10000 10000 10595 10842]",
        "units": b"/MediaBox[0 0 595 842]/UserUnit 2",
        "turned-left": b"/MediaBox[0 0 595 842]/Rotate -90",
        "turned-more": b"/MediaBox[0 0 595 842]/Rotate 450",
        "turned-a-bit": b"/MediaBox[0 0 595 842]/Rotate 45",
        "turned-odd": b"/MediaBox[0 0 595 842]/Rotate 135",
        "cropped": b"/MediaBox[0 0 595 842]/CropBox[50 400 400 800]/Rotate 90",
        "cropped-beyond": b"/MediaBox[0 0 595 842]/CropBox[-50 -50 9000 9000]",
        "without": b"",
        "words": b"/MediaBox[(a) 0 595 842]",
        "infinite": b"/MediaBox[0 0 1e38 1e38]",
    }
    for name, box in sizes.items():
        yield f"page-{name}", write(objects_of(box=box))


def _trees() -> Iterator[tuple[str, bytes]]:
    # Of a page's parent and the node that lists it, programs ask the one or the other.
    for name, entry in {
        "turn": b"/Rotate 90",
        "crop": b"/CropBox[0 300 595 842]",
        "fonts": b"/Resources<</Font<</F1 30 0 R>>>>",
    }.items():
        plain = objects_of(extra={30: b"<</Type/Font/Subtype/Type1/BaseFont/Courier>>"})
        plain[3] = b"<</Type/Page/Parent 9 0 R/Contents 4 0 R/MediaBox[0 0 595 842]>>"
        if name != "fonts":
            plain[3] = plain[3][:-2] + b"/Resources<</Font<</F1 5 0 R>>>>>>"
        plain[9] = b"<</Type/Pages/Parent 2 0 R/Count 0/Kids[]" + entry + b">>"
        yield f"parent-{name}", write(plain)
        other = dict(plain)
        other[2] = other[2][:-2] + entry + b">>"
        other[9] = b"<</Type/Pages/Parent 2 0 R/Count 0/Kids[]>>"
        yield f"lister-{name}", write(other)
    yield "tree-count-wrong", write(objects_of() | {2: b"<</Type/Pages/Kids[3 0 R]/Count 7>>"})
    yield "tree-count-none", write(objects_of() | {2: b"<</Type/Pages/Kids[3 0 R]>>"})
    yield "tree-hole", write(objects_of() | {2: b"<</Type/Pages/Kids[null 3 0 R 99 0 R]/Count 1>>"})
    yield "tree-page-twice", write(objects_of(kids=b"3 0 R 3 0 R"))
    with_kids = objects_of()
    with_kids[3] = with_kids[3][:-2] + b"/Kids[6 0 R]/Count 1>>"
    with_kids[6] = objects_of()[3].replace(b"4 0 R", b"7 0 R")
    with_kids[7] = stream(OTHER)
    yield "tree-page-with-kids", write(with_kids)


def _contents() -> Iterator[tuple[str, bytes]]:
    def page(contents: bytes, extra: Objects, entries: bytes = b"") -> bytes:
        made = objects_of(page=entries, extra=extra)
        made[3] = made[3].replace(b"/Contents 4 0 R", b"/Contents " + contents)
        return write(made)

    two = {4: stream(TEXT), 6: stream(OTHER)}
    yield "contents-twice", page(b"4 0 R/Contents 6 0 R", two)
    yield "contents-stray", page(b"[4 x0 R 6 0 R]", two)
    yield "contents-bad-reference", page(b"[4 0 R -1 0 R]", two)
    yield "contents-missing", page(b"[4 0 R 77 0 R]", two)
    yield "contents-nested", page(b"[[4 0 R] 6 0 R]", two)
    yield "contents-a-word", page(b"/None", two)
    split = {4: stream(b"0 0 1 r"), 6: stream(b"g 0 0 400 400 re f")}
    yield "contents-split-token", page(b"[4 0 R 6 0 R]", split)
    string = {4: stream(b"BT /F1 14 Tf 72 700 Td (Prix : 10"), 6: stream(b"00 EUR) Tj ET")}
    yield "contents-split-string", page(b"[4 0 R 6 0 R]", string)
    packed = zlib.compress(TEXT * 40 + OTHER.replace(b"700", b"600"), 0)
    yield "contents-cut", page(b"4 0 R", {4: stream(packed[:-40], b"/Filter/FlateDecode")})
    spoilt = packed[:400] + b"\xff\xff" + packed[402:]
    yield "contents-spoilt", page(b"4 0 R", {4: stream(spoilt, b"/Filter/FlateDecode")})
    short = stream(TEXT + OTHER.replace(b"700", b"600")).replace(
        b"/Length %d" % len(TEXT + OTHER), b"/Length %d" % len(TEXT)
    )
    yield "contents-longer-than-said", page(b"4 0 R", {4: short})
    endless = stream(TEXT + b"endstream\nendobj\n" + OTHER.replace(b"700", b"600"))
    yield "contents-with-an-end-inside", page(b"4 0 R", {4: endless})
    unsaid = stream(TEXT).replace(b"/Length %d" % len(TEXT), b"/Length 66 0 R")
    yield "contents-length-missing", page(b"4 0 R", {4: unsaid})
    yield (
        "contents-two-filters",
        page(
            b"4 0 R",
            {4: stream(zlib.compress(TEXT), b"/Filter/FlateDecode/Filter/ASCIIHexDecode")},
        ),
    )
    yield "contents-unknown-filter", page(b"4 0 R", {4: stream(TEXT, b"/Filter/Nothing")})
    inline = b"q 100 0 0 100 72 500 cm BI /W 4 /H 4 /BPC 8 /CS /G ID " + b"aEI Qb" * 2
    yield "inline-picture-with-an-end", page(b"4 0 R", {4: stream(inline + b"abcd EI Q\n" + TEXT)})
    yield "font-missing", page(b"4 0 R", {4: stream(TEXT.replace(b"F1", b"F9"))})
    yield "font-name-spelt", page(b"4 0 R", {4: stream(TEXT.replace(b"/F1", b"/F#31"))})
    fonts_twice = b"/Resources<</Font<</F1 30 0 R>>>>"
    courier = {30: b"<</Type/Font/Subtype/Type1/BaseFont/Courier>>"}
    yield "resources-twice", page(b"4 0 R", courier, fonts_twice)
    naked = stream(TEXT, b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]")
    yield (
        "drawing-without-resources",
        page(
            b"4 0 R",
            {4: stream(b"/X1 Do"), 6: naked},
            b"/Resources<</Font<</F1 5 0 R>>/XObject<</X1 6 0 R>>>>",
        ),
    )


def _layers() -> Iterator[tuple[str, bytes]]:
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


def _structures() -> Iterator[tuple[str, bytes]]:
    sound = write(objects_of(extra={4: stream(TEXT)}))
    # An object of the same number further on, which only those see who do not trust the table.
    second = b"4 0 obj\n" + stream(OTHER) + b"\nendobj\n"
    at = sound.rindex(b"\nxref\n") + 1
    yield (
        "object-twice",
        sound[:at]
        + second
        + sound[at:].replace(b"startxref\n%d" % at, b"startxref\n%d" % (at + len(second))),
    )
    yield "object-twice-no-table", sound[:at] + second + b"trailer\n<</Root 1 0 R/Size 6>>\n%%EOF\n"
    yield "bytes-before", b"junk\n" * 7 + sound
    yield "bytes-before-not-counted", b"\n" * 9 + write(objects_of(), shift=9)
    yield "table-off-by-one", write(objects_of(extra={4: stream(TEXT)}), shift=1)
    yield (
        "two-roots",
        write(
            objects_of(
                extra={4: stream(TEXT), 50: b"<</Type/Catalog/Pages 52 0 R>>"}
                | {52: b"<</Type/Pages/Kids[53 0 R]/Count 1>>", 54: stream(OTHER)}
                | {
                    53: objects_of()[3]
                    .replace(b"Parent 2", b"Parent 52")
                    .replace(b"4 0 R", b"54 0 R")
                }
            ),
            trailer=b"/Root 50 0 R",
        ),
    )
    yield "hybrid", _hybrid()


def _hybrid() -> bytes:
    """A table that says where object 4 is, and a stream beside it that says otherwise."""
    made = write(objects_of(extra={4: stream(TEXT), 6: stream(OTHER)}))
    at = made.rindex(b"\nxref\n") + 1
    row = b"\1" + made.index(b"6 0 obj").to_bytes(4, "big") + b"\0"
    beside = b"7 0 obj\n" + stream(row, b"/Type/XRef/Size 8/W[1 4 1]/Index[4 1]") + b"\nendobj\n"
    table = made[at:].replace(b"/Size 7", b"/Size 8/XRefStm %d" % at)
    return (
        made[:at]
        + beside
        + table.replace(b"startxref\n%d" % at, b"startxref\n%d" % (at + len(beside)))
    )
