"""PDFs made by hand for the inspection's tests: sound, odd and hostile ones."""

from __future__ import annotations

import zlib

CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
SOUND: dict[int, bytes] = {
    1: CATALOG,
    2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
    b" /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
    4: b"<< /Length 42 >>\nstream\nBT /F1 24 Tf 72 700 Td (Contrat) Tj ET    \nendstream",
}


def write(objects: dict[int, bytes], trailer: bytes = b"", root: bytes = b"/Root 1 0 R") -> bytes:
    """Return a PDF of these objects with a sound cross-reference table."""
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    offsets: dict[int, int] = {}
    for number, body in objects.items():
        offsets[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start, size = len(out), max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        known = number in offsets
        out += b"%010d %05d %s \n" % (
            offsets.get(number, 0),
            0 if known else 65535,
            b"n" if known else b"f",
        )
    out += b"trailer\n<< %s /Size %d %s >>\nstartxref\n%d\n%%%%EOF\n" % (root, size, trailer, start)
    return bytes(out)


def sound(**changes: bytes) -> bytes:
    """Return a one-page PDF with objects added or replaced: `o5=b"<< >>"` is object 5."""
    return write(SOUND | {int(name[1:]): body for name, body in changes.items()})


def catalog(extra: bytes, **more: bytes) -> bytes:
    """Return a one-page PDF with entries added to its catalog."""
    return sound(o1=CATALOG[:-2] + extra + b" >>", **more)


def page(extra: bytes, **more: bytes) -> bytes:
    """Return a one-page PDF with entries added to its page."""
    return sound(o3=SOUND[3][:-2] + extra + b" >>", **more)


def stream(dictionary: bytes, data: bytes) -> bytes:
    """Return a stream object."""
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (dictionary, len(data), data)


def packed(unit: bytes, times: int) -> bytes:
    """Return `unit` repeated `times` times, packed without ever holding it whole."""
    machine = zlib.compressobj(9)
    return b"".join(machine.compress(unit) for _ in range(times)) + machine.flush()


def many_pages(count: int) -> bytes:
    """Return a PDF of `count` empty pages."""
    numbers = range(3, 3 + count)
    kids = b" ".join(b"%d 0 R" % number for number in numbers)
    leaf = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"
    pages = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (count, kids)
    return write({1: CATALOG, 2: pages, **dict.fromkeys(numbers, leaf)})


def xref_stream(entries: int, kind: bytes = b"/XRef") -> bytes:
    """Return a small PDF whose cross-reference stream announces `entries` objects."""
    head = b"%%PDF-1.7\n1 0 obj\n%s\nendobj\n2 0 obj\n%s\nendobj\n" % (CATALOG, SOUND[2])
    shape = b"/Type %s /Size %d /W [1 1 1] /Root 1 0 R /Filter /FlateDecode" % (kind, entries)
    body = stream(shape, packed(b"\x01\x00\x00" * 1000, entries // 1000))
    return b"%s3 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (head, body, len(head))


def object_stream(megabytes: int, kind: bytes = b"/ObjStm") -> bytes:
    """Return a PDF whose object stream unpacks to `megabytes` MB of blanks."""
    data = packed(b" " * (1 << 20), megabytes)
    shape = b"/Type %s /N 1 /First 5 /Filter /FlateDecode" % kind
    return catalog(b"/X 5 0 R", o5=stream(shape, data))


def signed(level: int | None = None, trailer: bytes = b"") -> bytes:
    """Return a PDF with the shape of a signature in it (not a valid one)."""
    reference = b""
    if level is not None:
        reference = (
            b"/Reference [<< /Type /SigRef /TransformMethod /DocMDP"
            b" /TransformParams << /Type /TransformParams /P %d /V /1.2 >> >>]" % level
        )
    objects = SOUND | {
        1: CATALOG[:-2] + b"/AcroForm << /Fields [5 0 R] /SigFlags 3 >> >>",
        5: b"<< /FT /Sig /T (Sig1) /V 6 0 R /Type /Annot /Subtype /Widget /Rect [0 0 0 0] >>",
        6: b"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached"
        b" /ByteRange [0 10 20 10] /Contents <00> %s >>" % reference,
    }
    return write(objects, trailer)
