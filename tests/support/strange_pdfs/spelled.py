"""One document, written in the ways that writers and mail gateways have."""

from __future__ import annotations

import io
import zlib
from typing import TYPE_CHECKING

import pikepdf

from tests.support.strange_pdfs.writing import TEXT, objects_of, stream, write

if TYPE_CHECKING:
    from collections.abc import Mapping


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
