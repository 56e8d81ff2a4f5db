"""Attacks on what pages and annotations are drawn with."""

from __future__ import annotations

from paraphe.adapters.trust.pades.writer.syntax import Raw, Ref, Value
from paraphe.domain.trust.verdict import Part
from tests.support import attacks, rich, strange_pdfs
from tests.support.redrawing import (
    EVIL,
    Attack,
    edit,
    entry,
    extend,
    pictures,
    put,
    raw,
    text,
)


def drawn() -> dict[str, Attack]:
    """Everything that a page leads to, written anew in its place."""
    written: dict[str, tuple[int, bytes, Part]] = {
        "content": (4, EVIL, Part.PAGE),
        "font-name": (5, b"<</Type/Font/Subtype/Type1/BaseFont/Symbol>>", Part.FONT),
        "font-widths": (21, b"[" + b"300 " * 95 + b"]", Part.FONT),
        "font-encoding": (22, b"<</Type/Encoding/Differences[48/nine/eight]>>", Part.FONT),
        "font-glyph": (32, strange_pdfs.stream(rich.ONE), Part.FONT),
        "font-descendant": (
            51,
            (
                b"<</Type/Font/Subtype/CIDFontType2/BaseFont/Helvetica/DW 600/W[49[0]]"
                b"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
                b"/FontDescriptor 67 0 R/CIDToGIDMap 73 0 R>>"
            ),
            Part.FONT,
        ),
        "form-xobject": (24, strange_pdfs.stream(b"0 0 60 3 re f", rich.FORM), Part.PAGE),
        "picture": (25, rich.image(b"\x80\x00"), Part.PAGE),
        "picture-mask": (35, rich.image(b"\x00\xff"), Part.PAGE),
        "graphics-state": (26, b"<</Type/ExtGState/ca 0>>", Part.PAGE),
        "soft-mask": (
            65,
            strange_pdfs.stream(
                b"0 g 0 0 400 400 re f",
                rich.FORM.replace(b"100 20", b"400 400")
                + b"/Group<</S/Transparency/CS/DeviceGray>>",
            ),
            Part.PAGE,
        ),
        "colour-space": (27, b"[/Indexed/DeviceRGB 1 <FFFFFFFFFFFF>]", Part.PAGE),
        "colour-table": (37, strange_pdfs.stream(b"\xff" * 6), Part.PAGE),
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
            strange_pdfs.stream(
                b"0 0 8 1 re f",
                b"/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 8 8]"
                b"/XStep 8/YStep 8/Resources<<>>",
            ),
            Part.PAGE,
        ),
        "inherited-resources": (7, b"<</Font<</F1 23 0 R>>>>", Part.FONT),
        "inherited-box": (20, b"[0 300 400 400]", Part.PAGE),
        "second-page": (8, EVIL, Part.PAGE),
    }
    made = {
        name: Attack(put({number: body}), part, pictures)
        for name, (number, body, part) in written.items()
    }
    made["font-descendant"] = Attack(
        put({51: written["font-descendant"][1], 73: strange_pdfs.stream(b"\x00\x44" * 64)}),
        Part.FONT,
        pictures,
    )
    made["font-reading"] = Attack(
        put({66: strange_pdfs.stream(rich.to_unicode(b"0039"))}), Part.FONT, text
    )
    made["page-group"] = Attack(
        put({34: b"<</S/Transparency/CS/DeviceGray>>"}), Part.PAGE, entry("/Pages", "/Kids", 0)
    )
    return made


def pages() -> dict[str, Attack]:
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
            edit(3, {"Dur": 1, "Trans": raw(b"<</S/Fade>>")}),
            Part.PAGE,
            entry("/Pages", "/Kids", 0),
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


def notes() -> dict[str, Attack]:
    first = entry("/Pages", "/Kids", 0, "/Annots")
    note = strange_pdfs.annotation(
        b"FreeText", b"/F 4/DA(/F1 12 Tf)/AP<</N 60 0 R>>", b"[0 0 400 400]"
    )

    def add(data: bytes) -> bytes:
        return attacks.update(
            data, lambda increment: extend(9, increment.add(Raw(note)))(increment)
        )

    return {
        "annotation-looks": Attack(
            put({49: strange_pdfs.stream(b"0 0 9 9 re f", rich.FORM)}), Part.ANNOTATION, pictures
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
