"""PDFs with annotations and forms: every kind, and odd lists of them."""

from __future__ import annotations

from tests.support.strange_pdfs.writing import annotation, objects_of, stream, write

_ANNOTATIONS: dict[bytes, bytes] = {
    b"Text": b"/Contents(Note)/Name/Comment",
    b"Link": b"/A<</S/URI/URI(https://example.org)>>/Border[0 0 1]",
    b"FreeText": b"/DA(/Helv 12 Tf 0 g)/Contents(Libre)",
    b"Line": b"/L[80 80 180 120]/LE[/None/OpenArrow]",
    b"Square": b"/IC[1 0 0]",
    b"Circle": b"/C[0 1 0]/BS<</W 3>>",
    b"Polygon": b"/Vertices[80 80 180 80 120 120]",
    b"PolyLine": b"/Vertices[80 80 180 80 120 120]",
    b"Highlight": b"/QuadPoints[80 120 180 120 80 80 180 80]/C[1 1 0]",
    b"Underline": b"/QuadPoints[80 120 180 120 80 80 180 80]",
    b"Squiggly": b"/QuadPoints[80 120 180 120 80 80 180 80]",
    b"StrikeOut": b"/QuadPoints[80 120 180 120 80 80 180 80]",
    b"Stamp": b"/Name/Approved",
    b"Caret": b"/Sy/P",
    b"Ink": b"/InkList[[80 80 100 120 180 90]]",
    b"Popup": b"/Open true",
    b"FileAttachment": b"/FS<</Type/Filespec/F(a.txt)/EF<</F 60 0 R>>>>",
    b"Redact": b"/QuadPoints[80 120 180 120 80 80 180 80]/IC[0 0 0]",
    b"Watermark": b"",
    b"PrinterMark": b"",
    b"Unknown#20kind": b"/X/#E9#00",
}


def annotated() -> dict[str, bytes]:
    """Every kind of annotation, direct and indirect, and odd lists of them."""
    made: dict[str, bytes] = {}
    attached = {60: stream(b"text", b"/Type/EmbeddedFile")}
    for kind, entries in _ANNOTATIONS.items():
        name = kind.decode().split("#")[0].lower()
        one = annotation(kind, entries)
        made[f"annotation-{name}"] = write(
            objects_of(page=b"/Annots[50 0 R]", extra={50: one, **attached})
        )
        made[f"annotation-direct-{name}"] = write(
            objects_of(page=b"/Annots[" + one + b"]", extra=attached)
        )
    note = annotation(b"Square", b"/C[1 0 0]")
    odd = {
        "null-among": (b"[null 50 0 R 51 0 R]", {50: note}),
        "numbers-among": (b"[7 50 0 R (x)]", {50: note}),
        "twice": (b"[50 0 R 50 0 R]", {50: note}),
        "indirect-list": (b"70 0 R", {50: note, 70: b"[50 0 R]"}),
        "missing-list": (b"71 0 R", {}),
        "not-a-list": (b"50 0 R", {50: note}),
        "list-in-list": (b"[[50 0 R]]", {50: note}),
        "stream": (b"[50 0 R]", {50: stream(b"x", b"/Type/Annot/Subtype/Square/Rect[0 0 9 9]")}),
        "is-the-page": (b"[3 0 R]", {}),
        "empty": (b"[]", {}),
    }
    for name, (listed, extra) in odd.items():
        made[f"annots-{name}"] = write(objects_of(page=b"/Annots " + listed, extra=extra))
    shared = objects_of(
        page=b"/Annots 70 0 R",
        kids=b"3 0 R 6 0 R",
        extra={50: note, 70: b"[50 0 R]"},
    )
    shared[6] = shared[3]
    made["annots-shared-by-two-pages"] = write(shared)
    return made


_FIELDS: dict[str, bytes] = {
    "text": b"/FT/Tx/V(1000)",
    "text-empty": b"/FT/Tx",
    "text-utf16": b"/FT/Tx/V<FEFF00E90020AC>",
    "text-utf8": b"/FT/Tx/V<EFBBBFC3A9>",
    "multiline": b"/FT/Tx/Ff 4096/V(a\\nb)",
    "comb": b"/FT/Tx/Ff 16777216/MaxLen 8/V(12345)",
    "check": b"/FT/Btn/V/Oui/AS/Oui",
    "radio": b"/FT/Btn/Ff 49152/V/a/AS/a",
    "push": b"/FT/Btn/Ff 65536/MK<</CA(OK)>>",
    "combo": b"/FT/Ch/Ff 131072/Opt[(a)(b)]/V(a)",
    "list": b"/FT/Ch/Opt[[(1)(un)][(2)(deux)]]/V[(1)(2)]/I[0 1]",
    "signature": b"/FT/Sig",
    "signature-locked": b"/FT/Sig/Lock<</Type/SigFieldLock/Action/All>>",
    "no-kind": b"/V(x)",
    "odd-kind": b"/FT/Xyz/V(x)",
    "value-stream": b"/FT/Tx/V 61 0 R",
    "value-number": b"/FT/Tx/V 12",
    "flags-real": b"/FT/Tx/Ff 2.0/V(x)",
    "password": b"/FT/Tx/Ff 8192/V(x)",
}


def forms() -> dict[str, bytes]:
    """Every kind of field, and odd forms."""
    made: dict[str, bytes] = {}
    looks = {
        60: stream(
            b"/Tx BMC q BT /F1 12 Tf 2 5 Td (1000) Tj ET Q EMC",
            b"/Type/XObject/Subtype/Form/BBox[0 0 100 20]/Resources<</Font<</F1 5 0 R>>>>",
        ),
        61: stream(b"value"),
    }
    form = b"/AcroForm<</Fields[50 0 R]/DA(/F1 12 Tf 0 g)/DR<</Font<</F1 5 0 R>>>>"
    for name, entries in _FIELDS.items():
        widget = annotation(b"Widget", b"/T(f)/F 4/P 3 0 R" + entries, b"[100 500 200 520]")
        drawn = widget[:-2] + b"/AP<</N 60 0 R>>>>"
        for kind, field, more in (
            ("bare", widget, b""),
            ("drawn", drawn, b""),
            ("wanted", drawn, b"/NeedAppearances true"),
        ):
            made[f"field-{name}-{kind}"] = write(
                objects_of(form + more + b">>", b"/Annots[50 0 R]", {**looks, 50: field})
            )
    widget = annotation(b"Widget", b"/FT/Tx/T(f)/V(x)/AP<</N 60 0 R>>/F 4", b"[100 500 200 520]")
    parent = b"<</FT/Tx/T(f)/V(x)/Kids[51 0 R 52 0 R]>>"
    kid = annotation(b"Widget", b"/Parent 50 0 R/AP<</N 60 0 R>>", b"[100 500 200 520]")
    loop = annotation(b"Widget", b"/T(f)/FT/Tx/Parent 50 0 R/Kids[50 0 R]", b"[1 1 9 9]")
    odd: dict[str, tuple[bytes, dict[int, bytes]]] = {
        "direct-field": (b"<</Fields[" + widget + b"]>>", {50: widget}),
        "indirect-list": (b"<</Fields 70 0 R>>", {50: widget, 70: b"[50 0 R]"}),
        "no-list": (b"<<>>", {50: widget}),
        "list-is-a-field": (b"<</Fields 50 0 R>>", {50: widget}),
        "null-fields": (b"<</Fields[null 50 0 R 99 0 R]>>", {50: widget}),
        "empty": (b"<</Fields[]>>", {50: b"null"}),
        "kids": (b"<</Fields[50 0 R]>>", {50: parent, 51: kid, 52: kid}),
        "kids-direct": (
            b"<</Fields[50 0 R]>>",
            {50: b"<</FT/Tx/T(f)/Kids[<</T(g)/V(x)/Kids[51 0 R]>>]>>", 51: kid},
        ),
        "listed-twice": (
            b"<</Fields[50 0 R 51 0 R 50 0 R]>>",
            {
                50: b"<</FT/Tx/T(f)/V(x)/Kids[51 0 R 51 0 R]>>",
                51: widget[:-2] + b"/Parent 50 0 R>>",
            },
        ),
        "loop": (b"<</Fields[50 0 R]>>", {50: loop}),
        "not-a-form": (b"(form)", {50: widget}),
        "missing": (b"98 0 R", {50: widget}),
        "array": (b"[50 0 R]", {50: widget}),
        "co": (b"<</Fields[50 0 R]/CO[50 0 R]/SigFlags 1>>", {50: widget}),
        "sigflags-odd": (b"<</Fields[50 0 R]/SigFlags(x)>>", {50: widget}),
        "dotted-name": (b"<</Fields[50 0 R]>>", {50: widget.replace(b"(f)", b"(a.b)")}),
        "same-names": (b"<</Fields[50 0 R 51 0 R]>>", {50: widget, 51: widget}),
        "info-is-form": (b"7 0 R", {7: b"<</Fields[50 0 R]/Title(x)>>", 50: widget}),
    }
    for name, (what, extra) in odd.items():
        trailer = b"/Info 7 0 R" if name == "info-is-form" else b""
        made[f"form-{name}"] = write(
            objects_of(b"/AcroForm " + what, b"/Annots[50 0 R]", {**looks, **extra}),
            trailer=trailer,
        )
    return made
