"""Pages, their trees and contents, and file structures that are read in two ways."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from tests.support.strange_pdfs import objects_of, stream, write
from tests.unit.requests.inspection.strange_parts import OTHER, TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator

    Objects = dict[int, bytes]


def boxes() -> Iterator[tuple[str, bytes]]:
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


def trees() -> Iterator[tuple[str, bytes]]:
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


def contents() -> Iterator[tuple[str, bytes]]:
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


def structures() -> Iterator[tuple[str, bytes]]:
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
