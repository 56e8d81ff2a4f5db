"""PDFs of every kind that strangers send, each made by code: sound, odd and broken ones.

`specimens()` gives them by name. They are small; what is odd about each is in its name.
"""

from __future__ import annotations

import io
import zlib
from typing import TYPE_CHECKING

import pikepdf

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

TEXT = b"BT /F1 14 Tf 72 700 Td (Honoraires : 1000 EUR) Tj ET"
_A4 = b"/MediaBox [0 0 595 842]"
_FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


def stream(body: bytes, entries: bytes = b"") -> bytes:
    """A stream object's text."""
    return b"<<" + entries + b"/Length %d>>\nstream\n" % len(body) + body + b"\nendstream"


def objects_of(
    catalog: bytes = b"",
    page: bytes = b"",
    extra: Mapping[int, bytes] | None = None,
    *,
    box: bytes = _A4,
    kids: bytes = b"3 0 R",
    pages: bytes = b"",
) -> dict[int, bytes]:
    """One page (3) with text (4) and a font (5), and what a specimen adds."""
    resources = b"/Resources<</Font<</F1 5 0 R>>>>"
    made = {
        1: b"<</Type/Catalog/Pages 2 0 R" + catalog + b">>",
        2: b"<</Type/Pages/Kids[" + kids + b"]/Count %d" % kids.count(b"R") + pages + b">>",
        3: b"<</Type/Page/Parent 2 0 R/Contents 4 0 R" + resources + box + page + b">>",
        4: stream(TEXT),
        5: _FONT,
    }
    return {**made, **(extra or {})}


def write(
    objects: Mapping[int, bytes],
    *,
    eol: bytes = b"\n",
    header: bytes = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
    endobj: bytes = b"endobj",
    trailer: bytes = b"",
    after: bytes = b"",
    size: int | None = None,
    shift: int = 0,
) -> bytes:
    """A file with a classic table; `shift` moves every offset that it states."""
    out = bytearray(header.replace(b"\n", eol))
    offsets: dict[int, int] = {}
    for number, body in objects.items():
        offsets[number] = len(out) + shift
        out += b"%d 0 obj" % number + eol + body + eol + endobj + eol
    start = len(out) + shift
    out += (
        b"xref"
        + eol
        + b"0 1"
        + eol
        + b"0000000000 65535 f"
        + (eol if len(eol) == 2 else b" " + eol)
    )
    for number, offset in sorted(offsets.items()):
        line = b"%d 1" % number + eol + b"%010d 00000 n" % offset
        out += line + (eol if len(eol) == 2 else b" " + eol)
    size = max(objects) + 1 if size is None else size
    out += b"trailer" + eol + b"<</Root 1 0 R/Size %d" % size + trailer + b">>" + eol
    out += b"startxref" + eol + b"%d" % start + eol + b"%%EOF" + eol
    return bytes(out) + after


def annotation(kind: bytes, entries: bytes = b"", rectangle: bytes = b"[80 80 180 120]") -> bytes:
    """An annotation without an appearance of its own."""
    return b"<</Type/Annot/Subtype/" + kind + b"/Rect" + rectangle + entries + b">>"


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


def boxes() -> dict[str, bytes]:
    """Pages of odd sizes and turns."""
    spelled: dict[str, bytes] = {
        "none": b"",
        "huge": b"/MediaBox[0 0 200000 200000]",
        "tiny": b"/MediaBox[0 0 1 1]",
        "real": b"/MediaBox[-.5 +1. 595.276 841.89]",
        "turned-corners": b"/MediaBox[595 842 0 0]",
        "negative": b"/MediaBox[-300 -400 295 442]",
        "far": b"/MediaBox[100000 100000 100595 100842]",
        "zero": b"/MediaBox[0 0 0 0]",
        "three": b"/MediaBox[0 0 595]",
        "five": b"/MediaBox[0 0 595 842 7]",
        "words": b"/MediaBox[(a) /b null true]",
        "indirect": b"/MediaBox 50 0 R",
        "indirect-corners": b"/MediaBox[0 0 51 0 R 52 0 R]",
        "exponent": b"/MediaBox[0 0 5e2 842]",
        "crop-zero": _A4 + b"/CropBox[10 10 10 10]",
        "crop-outside": _A4 + b"/CropBox[2000 2000 3000 3000]",
        "crop-larger": _A4 + b"/CropBox[-50 -50 900 900]",
        "crop": _A4 + b"/CropBox[100 100 400 500]",
        "crop-turned": _A4 + b"/CropBox[400 500 100 100]/Rotate 90",
        "user-unit": _A4 + b"/UserUnit 2.5",
        "user-unit-odd": _A4 + b"/UserUnit -1",
        "rotate-90": _A4 + b"/Rotate 90",
        "rotate-minus-90": _A4 + b"/Rotate -90",
        "rotate-450": _A4 + b"/Rotate 450",
        "rotate-45": _A4 + b"/Rotate 45",
        "rotate-real": _A4 + b"/Rotate 90.0",
        "rotate-name": _A4 + b"/Rotate/Left",
        "rotate-huge": _A4 + b"/Rotate 99999999990",
        "rotate-indirect": _A4 + b"/Rotate 53 0 R",
    }
    extra = {50: b"[0 0 595 842]", 51: b"595", 52: b"842.0", 53: b"270"}
    made = {f"box-{name}": write(objects_of(box=box, extra=extra)) for name, box in spelled.items()}
    made["box-inherited"] = write(
        objects_of(box=b"", pages=_A4 + b"/CropBox[50 50 500 700]/Rotate 180", extra=extra)
    )
    return made


def trees() -> dict[str, bytes]:
    """Page trees, odd and broken."""
    page = objects_of()[3]
    node = b"<</Type/Pages/Parent 2 0 R/Kids[3 0 R]/Count 1>>"
    looped = b"<</Type/Pages/Parent 2 0 R/Kids[2 0 R 3 0 R]/Count 1>>"
    spelled: dict[str, tuple[bytes, dict[int, bytes]]] = {
        "same-page-twice": (b"3 0 R 3 0 R", {}),
        "node": (b"6 0 R", {6: node}),
        "cycle": (b"6 0 R", {6: looped}),
        "self": (b"2 0 R", {}),
        "null": (b"99 0 R 3 0 R", {}),
        "direct-page": (page, {}),
        "no-kids": (b"", {}),
        "not-a-page": (b"4 0 R 3 0 R", {}),
        "font-as-page": (b"5 0 R", {}),
        "no-type": (b"3 0 R", {3: page.replace(b"/Type/Page", b"")}),
        "wrong-type": (b"3 0 R", {3: page.replace(b"/Type/Page", b"/Type/Pages")}),
        "no-parent": (b"3 0 R", {3: page.replace(b"/Parent 2 0 R", b"")}),
        "odd-parent": (b"3 0 R", {3: page.replace(b"/Parent 2 0 R", b"/Parent 5 0 R")}),
        "no-resources": (b"3 0 R", {3: b"<</Type/Page/Parent 2 0 R/Contents 4 0 R" + _A4 + b">>"}),
        "no-contents": (b"3 0 R", {3: page.replace(b"/Contents 4 0 R", b"")}),
        "contents-array": (
            b"3 0 R",
            {3: page.replace(b"4 0 R", b"[4 0 R null 99 0 R 4 0 R]")},
        ),
        "contents-null": (b"3 0 R", {3: page.replace(b"/Contents 4 0 R", b"/Contents 99 0 R")}),
        "contents-string": (b"3 0 R", {3: page.replace(b"/Contents 4 0 R", b"/Contents(x)")}),
    }
    made = {
        f"tree-{name}": write(objects_of(kids=kids, extra=extra))
        for name, (kids, extra) in spelled.items()
    }
    deep = {n: b"<</Type/Pages/Kids[%d 0 R]/Count 1>>" % (n + 1) for n in range(10, 90)}
    deep[90] = page
    made["tree-deep"] = write(objects_of(kids=b"10 0 R", extra=deep))
    for count in (b"-1", b"0", b"7", b"99999999999", b"(x)"):
        name = f"tree-count-{count.decode().strip('()')}"
        tree = b"<</Type/Pages/Kids[3 0 R]/Count " + count + b">>"
        made[name] = write(objects_of(extra={2: tree}))
    return made


def catalogs() -> dict[str, bytes]:
    """What hangs on the catalog: metadata, layers, labels, tags, attachments, odd values."""
    xmp = (
        '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about=""'
        ' xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" pdfaid:part="2" pdfaid:conformance="B"/>'
        '</rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    )
    kind = b"/Type/Metadata/Subtype/XML"
    profile = zlib.compress(b"not a profile")
    layered = (
        b"/OCProperties<</OCGs[50 0 R]/D<</Order[50 0 R]/ON[50 0 R]/BaseState/OFF"
        b"/AS[<</Event/View/OCGs[50 0 R]/Category[/View]>>]>>>>"
    )
    tagged = b"/MarkInfo<</Marked true>>/StructTreeRoot 50 0 R/Lang(fr-FR)"
    root = {50: b"<</Type/StructTreeRoot/K 51 0 R/ParentTree<</Nums[0[51 0 R]]>>>>"}
    spelled: dict[str, tuple[bytes, dict[int, bytes]]] = {
        "xmp-utf8": (b"/Metadata 50 0 R", {50: stream(xmp.encode(), kind)}),
        "xmp-utf16": (b"/Metadata 50 0 R", {50: stream(xmp.encode("utf-16"), kind)}),
        "xmp-latin": (b"/Metadata 50 0 R", {50: stream(b"<x>\xe9</x>", kind)}),
        "xmp-broken": (b"/Metadata 50 0 R", {50: stream(b"<x", kind)}),
        "xmp-string": (b"/Metadata(x)", {}),
        "xmp-missing": (b"/Metadata 99 0 R", {}),
        "layers": (layered, {50: b"<</Type/OCG/Name(Calque)>>"}),
        "labels": (b"/PageLabels<</Nums[0<</S/r/P(A-)/St 3>>]>>", {}),
        "labels-odd": (b"/PageLabels<</Nums[0 null 1]>>", {}),
        "tagged": (tagged, {**root, 51: b"<</Type/StructElem/S/P/P 50 0 R/Pg 3 0 R/K 0>>"}),
        "tags-loop": (tagged, {**root, 51: b"<</Type/StructElem/S/P/P 51 0 R/K[51 0 R 50 0 R]>>"}),
        "intent": (
            (
                b"/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(x)"
                b"/DestOutputProfile 50 0 R>>]"
            ),
            {50: stream(profile, b"/N 3/Filter/FlateDecode")},
        ),
        "attachment": (
            b"/Names<</EmbeddedFiles<</Names[(a)50 0 R]>>>>/AF[50 0 R]",
            {
                50: b"<</Type/Filespec/F(a.xml)/UF(a.xml)/EF<</F 51 0 R>>/AFRelationship/Data>>",
                51: stream(b"<a/>", b"/Type/EmbeddedFile/Subtype/text#2Fxml"),
            },
        ),
        "outlines": (
            b"/Outlines 50 0 R/PageMode/UseOutlines",
            {
                50: b"<</First 51 0 R/Last 51 0 R/Count 1>>",
                51: b"<</Title(x)/Parent 50 0 R/Next 51 0 R>>",
            },
        ),
        "outlines-long": (b"/Outlines 50 0 R", bookmarks(700)),
        "tags-shared": (
            tagged,
            {
                **root,
                51: b"<</Type/StructElem/S/Div/P 50 0 R/K[52 0 R 52 0 R]>>",
                52: b"<</Type/StructElem/S/P/P 51 0 R/Pg 3 0 R/K 0>>",
            },
        ),
        "names-odd": (b"/Names(x)/Dests<</a[3 0 R/Fit]>>", {}),
        "open-goto": (b"/OpenAction[3 0 R/XYZ null null 0]", {}),
        "open-odd": (b"/OpenAction(x)", {}),
        "version": (
            b"/Version/2.0/Extensions<</ISO_<</BaseVersion/2.0/ExtensionLevel 32003>>>>",
            {},
        ),
        "version-odd": (b"/Version(1.4)", {}),
        "perms-empty": (b"/Perms<<>>", {}),
        "perms-odd": (b"/Perms<</DocMDP 5 0 R>>", {}),
        "dss": (b"/DSS<</Certs[50 0 R]>>", {50: stream(b"not a certificate")}),
        "dss-odd": (b"/DSS[1 2]", {}),
        "legal": (b"/Legal<</JavaScriptActions 0>>/ViewerPreferences<</HideMenubar true>>", {}),
        "key-escaped": (b"/#4dy#20Key#c3#a9 1/A#23 2", {}),
        "key-empty": (b"/ 1", {}),
        "key-twice": (b"/Lang(fr)/Lang(en)", {}),
        "key-newline": (b"/A#0a /B#0d", {}),
        "null-values": (b"/AcroForm null/Names null/Metadata null/Outlines null", {}),
        "deep-array": (b"/X " + b"[" * 60 + b"]" * 60, {}),
        "deeper-array": (b"/X " + b"[" * 400 + b"]" * 400, {}),
        "huge-integer": (b"/X 99999999999999999999999999/Y -9223372036854775809", {}),
        "long-real": (b"/X " + b"3." + b"1" * 400, {}),
        "odd-numbers": (b"/X[--5 5-5 .5.5 + - . 1e9 0x12 4.-2]", {}),
        "long-string": (b"/X(" + b"a" * 100_000 + b")", {}),
        "long-name": (b"/X/" + b"a" * 5000, {}),
        "odd-strings": (b"/X[(\\)\\() (a(b)c) (\\400\\8\\1) <4> <> < 4 1\n4 > (a\\\nb\rc)]", {}),
        "hex-odd": (b"/X<4g4z>", {}),
        "comment": (b"%comment ( <<\n/X 1%)\n", {}),
        "date-odd": (b"/X(D:99991399)", {}),
    }
    return {
        f"catalog-{name}": write(objects_of(catalog, extra=extra))
        for name, (catalog, extra) in spelled.items()
    }


def bookmarks(count: int) -> dict[int, bytes]:
    """An outline (50) of one level (from 51 on)."""
    made = {50: b"<</First 51 0 R/Last %d 0 R/Count %d>>" % (50 + count, count)}
    for number in range(51, 51 + count):
        links = b"/Next %d 0 R" % (number + 1) if number < 50 + count else b""
        links += b"/Prev %d 0 R" % (number - 1) if number > 51 else b""
        title = b"<</Title(Point %d)/Parent 50 0 R/Dest[3 0 R/Fit]" % (number - 50)
        made[number] = title + links + b">>"
    return made


def spellings() -> dict[str, bytes]:
    """The same document, written in ways that writers and mail gateways have."""
    plain = objects_of()
    sound = write(plain)
    far = {**plain, 8_388_606: b"(far)", 1: plain[1].replace(b">>", b"/X 8388606 0 R>>")}
    wide = {**plain, 400: b"(gap)"}
    made = {
        "plain": sound,
        "eol-cr": write(plain, eol=b"\r"),
        "eol-crlf": write(plain, eol=b"\r\n"),
        "header-late": write(plain, header=b"junk\n\n%PDF-1.4\n"),
        "header-late-shifted": b"junk before\n" + sound,
        "header-bom": b"\xef\xbb\xbf" + sound,
        "header-2.0": write(plain, header=b"%PDF-2.0\n"),
        "header-odd": write(plain, header=b"%PDF-1.\n"),
        "header-9.9": write(plain, header=b"%PDF-9.9 whatever\n"),
        "no-endobj": write(plain, endobj=b""),
        "endobj-glued": write({n: body + b" endobj" for n, body in plain.items()}, endobj=b""),
        "after-spaces": write(plain, after=b"\n \r\n\x00\x00"),
        "after-junk": write(plain, after=b"<html>saved from the web</html>\n"),
        "after-eofs": write(plain, after=b"%%EOF\n%%EOF\n"),
        "after-long": write(plain, after=b"\x00" * 5000),
        "no-eof": sound.replace(b"%%EOF\n", b""),
        "eof-without-line": sound.rstrip(),
        "startxref-0": sound[: sound.rindex(b"startxref")] + b"startxref\n0\n%%EOF\n",
        "startxref-off": write(plain, shift=3),
        "startxref-huge": sound[: sound.rindex(b"startxref")] + b"startxref\n99999999999\n%%EOF\n",
        "no-xref": sound[: sound.rindex(b"xref\n0")] + b"trailer<</Root 1 0 R>>\n%%EOF\n",
        "size-small": write(plain, size=2),
        "size-large": write(plain, size=5000),
        "size-enormous": write(plain, size=2_000_000_000),
        "prev-0": write(plain, trailer=b"/Prev 0"),
        "prev-self": write(plain, trailer=b"/Prev %d" % sound.rindex(b"xref\n0")),
        "prev-out": write(plain, trailer=b"/Prev 99999999"),
        "prev-negative": write(plain, trailer=b"/Prev -5"),
        "id-odd": write(plain, trailer=b"/ID[(a)]"),
        "id-empty": write(plain, trailer=b"/ID[]/Info(x)"),
        "info-direct": write(plain, trailer=b"/Info<</Title(x)>>"),
        "trailer-odd": write(plain, trailer=b"/Odd[/A 1 0 R]"),
        "info-missing": write(plain, trailer=b"/Info 99 0 R"),
        "number-gap": write(wide),
        "number-far": write(far),
        "length-wrong": write({**plain, 4: plain[4].replace(b"/Length", b"/Length 3/L")}),
        "length-missing": write({**plain, 4: plain[4].replace(b"/Length", b"/L")}),
        "length-indirect": write({**plain, 4: plain[4].replace(b"52", b"50 0 R"), 50: b"52"}),
        "length-loop": write({**plain, 4: plain[4].replace(b"/Length 5", b"/Length 4 0 R/L 5")}),
        "filter-unknown": write({**plain, 4: stream(TEXT, b"/Filter/Nonsense")}),
        "filter-null": write({**plain, 4: stream(TEXT, b"/Filter null/DecodeParms null")}),
        "filter-many": write({**plain, 4: stream(TEXT, b"/Filter[" + b"/FlateDecode" * 40 + b"]")}),
        "filter-hex": write({**plain, 4: stream(TEXT.hex().encode() + b">", b"/Filter/AHx")}),
        "filter-crypt": write({**plain, 4: stream(TEXT, b"/Filter/Crypt")}),
        "filter-damaged": write({**plain, 4: stream(zlib.compress(TEXT)[:-9], b"/Filter/Fl")}),
        "two-revisions": sound + _revision(sound, 4, stream(TEXT.replace(b"1000", b"1001"))),
        "three-revisions": _thrice(sound),
        "hybrid": hybrid(plain),
    }
    return {f"spelling-{name}": data for name, data in made.items()}


def _revision(data: bytes, number: int, body: bytes) -> bytes:
    """An update that rewrites one object."""
    at = len(data)
    head = b"%d 0 obj\n" % number + body + b"\nendobj\n"
    previous = data.rindex(b"xref\n", 0, data.rindex(b"startxref"))
    table = b"xref\n%d 1\n%010d 00000 n \n" % (number, at)
    trailer = b"trailer\n<</Root 1 0 R/Size 6/Prev %d>>\n" % previous
    return head + table + trailer + b"startxref\n%d\n%%%%EOF\n" % (at + len(head))


def _thrice(data: bytes) -> bytes:
    data += _revision(data, 4, stream(TEXT.replace(b"1000", b"1001")))
    return data + _revision(data, 4, stream(TEXT.replace(b"1000", b"1002")))


def hybrid(objects: Mapping[int, bytes]) -> bytes:
    """A table and, for other readers, a stream that says more (ISO 32000-1 §7.5.8.4)."""
    table = write(objects, trailer=b"/XRefStm 0000000000")
    start = table.rindex(b"xref\n", 0, table.rindex(b"startxref"))
    rows = b"\x01" + start.to_bytes(4, "big") + b"\x00"
    entries = b"/Type/XRef/Size 51/W[1 4 1]/Index[50 1]/Root 1 0 R"
    section = b"50 0 obj\n" + stream(rows, entries) + b"\nendobj\n"
    made = table[:start] + section + table[start:]
    made = made.replace(b"/XRefStm 0000000000", b"/XRefStm %010d" % start)
    tail = made.rindex(b"startxref")
    return made[:tail] + b"startxref\n%d\n%%%%EOF\n" % (start + len(section))


def rewritten() -> dict[str, bytes]:
    """Documents as qpdf writes them: object streams, linearised, PDF 2.0."""
    made: dict[str, bytes] = {}
    streams = pikepdf.ObjectStreamMode.generate
    for name, options in {
        "object-streams": {"object_stream_mode": streams},
        "linearised": {"linearize": True},
        "linearised-streams": {"linearize": True, "object_stream_mode": streams},
        "2.0": {"force_version": "2.0", "object_stream_mode": streams},
        "uncompressed": {"compress_streams": False, "qdf": True},
    }.items():
        with pikepdf.open(io.BytesIO(write(objects_of()))) as pdf:  # one writing each
            out = io.BytesIO()
            pdf.save(out, static_id=True, **options)
            made[f"rewritten-{name}"] = out.getvalue()
    return made


KINDS: tuple[Callable[[], dict[str, bytes]], ...] = (
    annotated,
    forms,
    boxes,
    trees,
    catalogs,
    spellings,
    rewritten,
)


def specimens() -> dict[str, bytes]:
    """Every specimen by name."""
    return {name: data for kind in KINDS for name, data in kind().items()}
