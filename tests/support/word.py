"""A hybrid file as Word writes it: a table, and a stream that knows the structure tree too."""

from __future__ import annotations

HIDDEN = 7


def hybrid(*, reached_from: str = "", second_page: bool = False) -> bytes:
    """Return the file.

    Args:
        reached_from: `page`, `catalog` or `info` refers to a hidden object as well.
        second_page: the stream says that page 1 is somewhere else than the table says.

    """
    extra = {reached_from: b"/Extra %d 0 R" % HIDDEN}
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R /StructTreeRoot 5 0 R %s >>"
        % extra.get("catalog", b""),
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 400] /Contents 4 0 R"
        b" /StructParents 0 %s >>" % extra.get("page", b""),
        4: b"<< /Length 5 >>\nstream\n0 0 m\nendstream",
        5: b"<< /Type /StructTreeRoot /K [7 0 R] >>",
        6: b"<< /Producer (Word) %s >>" % extra.get("info", b""),
    }
    out, starts = bytearray(b"%PDF-1.7\n"), {}
    for number, body in objects.items():
        starts[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    other = len(out)
    out += b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>\nendobj\n"
    packed = b"7 0 << /Type /StructElem /S /P /P 5 0 R /Pg 3 0 R >>"
    starts[8] = len(out)
    out += (
        b"8 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Length %d >>\nstream\n%s\nendstream\nendobj\n"
        % (
            len(packed),
            packed,
        )
    )
    rows = {n: b"\1" + at.to_bytes(3, "big") + b"\0" for n, at in starts.items()}
    rows[HIDDEN] = b"\2" + (8).to_bytes(3, "big") + b"\0"
    if second_page:
        rows[3] = b"\1" + other.to_bytes(3, "big") + b"\0"
    table = b"".join(rows.get(number, bytes(5)) for number in range(10))
    stream = len(out)
    out += b"9 0 obj\n<< /Type /XRef /Size 10 /W [1 3 1] /Root 1 0 R /Length %d >>\nstream\n%s" % (
        len(table),
        table,
    )
    out += b"\nendstream\nendobj\n"
    main = len(out)
    out += b"xref\n0 10\n0000000007 65535 f \n"
    for number in range(1, 7):
        out += b"%010d 00000 n \n" % starts[number]
    out += b"0000000008 65535 f \n0000000009 65535 f \n0000000000 65535 f \n"
    trailer = b"/Size 10 /Root 1 0 R /Info 6 0 R"
    out += b"trailer\n<< %s >>\nstartxref\n%d\n%%%%EOF\n" % (trailer, main)
    second = len(out)
    out += b"xref\n0 0\ntrailer\n<< %s /Prev %d /XRefStm %d >>\nstartxref\n%d\n%%%%EOF\n" % (
        trailer,
        main,
        stream,
        second,
    )
    return bytes(out)
