"""How these PDFs are written: a page's objects, a classic table around them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

TEXT = b"BT /F1 14 Tf 72 700 Td (Honoraires : 1000 EUR) Tj ET"
A4 = b"/MediaBox [0 0 595 842]"
_FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


def stream(body: bytes, entries: bytes = b"") -> bytes:
    """A stream object's text."""
    return b"<<" + entries + b"/Length %d>>\nstream\n" % len(body) + body + b"\nendstream"


def objects_of(
    catalog: bytes = b"",
    page: bytes = b"",
    extra: Mapping[int, bytes] | None = None,
    *,
    box: bytes = A4,
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
