"""PDFs whose pages, page trees and catalogs are odd."""

from __future__ import annotations

import zlib

from tests.support.strange_pdfs.writing import A4, objects_of, stream, write


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
        "crop-zero": A4 + b"/CropBox[10 10 10 10]",
        "crop-outside": A4 + b"/CropBox[2000 2000 3000 3000]",
        "crop-larger": A4 + b"/CropBox[-50 -50 900 900]",
        "crop": A4 + b"/CropBox[100 100 400 500]",
        "crop-turned": A4 + b"/CropBox[400 500 100 100]/Rotate 90",
        "user-unit": A4 + b"/UserUnit 2.5",
        "user-unit-odd": A4 + b"/UserUnit -1",
        "rotate-90": A4 + b"/Rotate 90",
        "rotate-minus-90": A4 + b"/Rotate -90",
        "rotate-450": A4 + b"/Rotate 450",
        "rotate-45": A4 + b"/Rotate 45",
        "rotate-real": A4 + b"/Rotate 90.0",
        "rotate-name": A4 + b"/Rotate/Left",
        "rotate-huge": A4 + b"/Rotate 99999999990",
        "rotate-indirect": A4 + b"/Rotate 53 0 R",
    }
    extra = {50: b"[0 0 595 842]", 51: b"595", 52: b"842.0", 53: b"270"}
    made = {f"box-{name}": write(objects_of(box=box, extra=extra)) for name, box in spelled.items()}
    made["box-inherited"] = write(
        objects_of(box=b"", pages=A4 + b"/CropBox[50 50 500 700]/Rotate 180", extra=extra)
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
        "no-resources": (b"3 0 R", {3: b"<</Type/Page/Parent 2 0 R/Contents 4 0 R" + A4 + b">>"}),
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
