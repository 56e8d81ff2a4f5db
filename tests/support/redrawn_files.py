"""Attacks on what the catalog names, on objects in two places, and beside the tables."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from paraphe.adapters.trust.pades.writer.document import open_document
from paraphe.adapters.trust.pades.writer.syntax import Name, Ref, Stream
from paraphe.domain.trust.verdict import Part
from tests.support import attacks, rich, strange_pdfs
from tests.support.redrawing import (
    EVIL,
    Attack,
    edit,
    entry,
    new_field,
    pictures,
    put,
    raw,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from paraphe.adapters.trust.pades.writer.increment import Increment
    from paraphe.adapters.trust.pades.writer.syntax import Dictionary


def document() -> dict[str, Attack]:
    """What the catalog names."""
    return {
        "layer-off": Attack(
            put({11: b"<</OCGs[39 0 R]/D<</Order[39 0 R]/OFF[39 0 R]>>>>"}), Part.LAYERS, pictures
        ),
        "layer-membership": Attack(
            put({31: b"<</Type/OCMD/OCGs 39 0 R/P/AnyOff>>"}),
            Part.LAYERS,
            entry("/Pages"),
        ),
        "layer-printed": Attack(
            put({39: b"<</Type/OCG/Name(Prix)/Usage<</Print<</PrintState/OFF>>>>>>"}),
            Part.LAYERS,
            entry("/OCProperties", "/OCGs", 0),
        ),
        "attachment": Attack(
            put({56: strange_pdfs.stream(b"9000", b"/Type/EmbeddedFile")}),
            Part.ATTACHMENT,
            entry("/Names", "/EmbeddedFiles", "/Names", 1, "/EF", "/F"),
        ),
        "attachment-renamed": Attack(
            edit(55, {"UF": b"b.txt"}), Part.ATTACHMENT, entry("/Names", "/EmbeddedFiles", "/Names")
        ),
        "attachment-added": Attack(
            edit(12, {"EmbeddedFiles": raw(b"<</Names[(a.txt)55 0 R(b.txt)55 0 R]>>")}),
            Part.ATTACHMENT,
            entry("/Names"),
        ),
        "portfolio": Attack(edit(1, {"Collection": raw(b"<</View/H>>")}), Part.ATTACHMENT, entry()),
        "named-script": Attack(
            edit(12, {"JavaScript": raw(b"<</Names[(a)<</S/JavaScript/JS(1)>>]>>")}),
            Part.ACTION,
            entry("/Names"),
        ),
        "destination": Attack(
            edit(12, {"Dests": raw(b"<</Names[(d)[6 0 R/Fit]]>>")}),
            Part.NAVIGATION,
            entry("/Names", "/Dests"),
        ),
        "open-action": Attack(
            put({16: b"<</S/URI/URI(https://example.com)>>"}), Part.ACTION, entry("/OpenAction")
        ),
        "catalog-actions": Attack(
            edit(1, {"AA": raw(b"<</WP<</S/JavaScript/JS(1)>>>>")}), Part.ACTION, entry()
        ),
        "bookmark": Attack(
            edit(57, {"Title": b"Gratuit"}), Part.NAVIGATION, entry("/Outlines", "/First", "/Title")
        ),
        "page-labels": Attack(
            put({14: b"<</Nums[0<</S/r/St 7>>]>>"}), Part.NAVIGATION, entry("/PageLabels")
        ),
        "viewer": Attack(
            put({15: b"<</DisplayDocTitle true/Direction/R2L>>"}),
            Part.NAVIGATION,
            entry("/ViewerPreferences"),
        ),
        "language": Attack(edit(1, {"Lang": b"en"}), Part.SPOKEN, entry("/Lang")),
        "spoken-text": Attack(
            edit(58, {"ActualText": b"brut"}), Part.SPOKEN, entry("/StructTreeRoot", "/K")
        ),
        "tags-of-a-page": Attack(
            put({59: b"<</Nums[0[null]]>>"}), Part.SPOKEN, entry("/StructTreeRoot", "/ParentTree")
        ),
        "marks": Attack(
            edit(1, {"MarkInfo": raw(b"<</Marked<</X 1>>>>")}), Part.DOCUMENT, entry("/MarkInfo")
        ),
        "extensions": Attack(
            edit(1, {"Extensions": raw(b"<</ADBE 61 0 R>>")}), Part.DOCUMENT, entry("/Extensions")
        ),
        "older-version": Attack(edit(1, {"Version": Name("1.3")}), Part.FILE, entry("/Version")),
        "permissions": Attack(
            edit(1, {"Perms": raw(b"<</DocMDP 61 0 R>>")}), Part.SIGNATURE, entry()
        ),
        "proofs-gone": Attack(edit(1, {}, "DSS"), Part.PROOF, entry()),
        "proofs-with-more": Attack(_store({"X": Ref(60)}), Part.PROOF, entry("/DSS")),
        "proofs-renamed": Attack(_store({"Type": Name("Certs")}), Part.PROOF, entry("/DSS")),
        "proof-in-place": Attack(_proof, Part.PROOF, entry("/DSS", "/Certs", 0)),
    }


def _store(entries: Dictionary) -> Callable[[bytes], bytes]:
    def make(data: bytes) -> bytes:
        def change(increment: Increment) -> None:
            place = increment.document.catalog()["DSS"]
            assert isinstance(place, Ref)
            increment.replace(
                place, {**increment.document.dictionary(place, "the store"), **entries}
            )

        return attacks.update(data, change)

    return make


def _proof(data: bytes) -> bytes:
    def change(increment: Increment) -> None:
        store = increment.document.dictionary(increment.document.catalog()["DSS"], "the store")
        first = increment.document.array(store["Certs"], "/Certs")[0]
        assert isinstance(first, Ref)
        increment.replace(first, Stream({}, b"another"))

    return attacks.update(data, change)


def hidden() -> dict[str, Attack]:
    """What is prepared in the signed file, or hidden from its tables."""
    return {
        "spare-object-used": Attack(edit(3, {"Contents": [Ref(4), Ref(60)]}), Part.PAGE, pictures),
        "spare-object-changed-and-used": Attack(
            new_field(b"/Rect[300 10 390 40]/V 61 0 R", {61: b"<</Type/Sig>>"}),
            Part.DOCUMENT,
            entry("/AcroForm"),
        ),
        "object-freed": Attack(
            attacks_free(8), Part.PAGE, lambda pdf: open_document(io.BytesIO(pdf)).has(8)
        ),
        "object-of-the-next-generation": Attack(_generation, Part.PAGE, pictures),
        "object-beside-the-table": Attack(_beside, Part.FILE, lambda pdf: pdf.count(b"4 0 obj")),
        "object-listed-twice": Attack(_twice, Part.FILE, lambda pdf: pdf.count(b"4 0 obj")),
        "object-after-the-end": Attack(_after, Part.FILE, lambda pdf: pdf.count(b"4 0 obj")),
        "trailer-entry": Attack(_trailer, Part.FILE, lambda pdf: pdf.count(b"/Extra")),
    }


def shared() -> dict[str, Attack]:
    """One object in two places: in one of them it may change."""
    fonts = b"<</F1 5 0 R/F2 5 0 R/T3 23 0 R/F0 50 0 R"
    drawing = b"/ExtGState<</G 26 0 R>>/ColorSpace<</C 27 0 R>>/Shading<</S 28 0 R>>"
    drawing += b"/Pattern<</P 29 0 R>>/Properties<</L 31 0 R>>>>"
    pictures_of = b"/XObject<</X 24 0 R/I 25 0 R/Y 42 0 R>>"
    text_in = strange_pdfs.stream(b"BT /F9 14 Tf 20 60 Td (01) Tj ET")
    looks = strange_pdfs.stream(
        b"BT /F2 12 Tf 2 5 Td (90 %) Tj ET", rich.FORM + b"/Resources<</Font<</F2 5 0 R>>>>"
    )
    rate = strange_pdfs.annotation(
        b"Widget",
        b"/FT/Tx/T(rate)/V(90 %)/DA(/F2 12 Tf 0 g)/AP<</N 42 0 R>>/F 4/P 3 0 R",
        b"[20 170 120 190]",
    )
    return {
        "fonts-of-form-and-page": Attack(
            put({72: fonts + b"/F9 23 0 R>>"}),
            Part.PAGE,
            pictures,
            (
                ("o7", b"<</Font 72 0 R/XObject<</X 24 0 R/I 25 0 R>>" + drawing),
                ("o72", fonts + b">>"),
                ("o8", text_in),
            ),
        ),
        "looks-of-field-and-page": Attack(
            put({41: rate, 42: looks}),
            Part.PAGE,
            pictures,
            (
                ("o7", b"<</Font<</F1 5 0 R/T3 23 0 R/F0 50 0 R>>" + pictures_of + drawing),
                ("o8", strange_pdfs.stream(b"q 1 0 0 1 20 20 cm /Y Do Q")),
            ),
        ),
        "looks-of-two-fields": Attack(
            put({41: rate, 42: looks}),
            Part.PAGE,
            pictures,
            (
                (
                    "o40",
                    strange_pdfs.annotation(
                        b"Widget",
                        b"/FT/Tx/T(amount)/V(10 %)/AP<</N 42 0 R>>/F 4/P 3 0 R",
                        b"[20 200 120 220]",
                    ),
                ),
            ),
        ),
        "title-and-graphics-state": Attack(
            put({19: b"<</Title(Lettre)/ca 0>>"}),
            Part.PAGE,
            pictures,
            (
                ("o19", b"<</Title(Lettre)/ca 1>>"),
                ("o7", b"<</Font<</F1 5 0 R>>/ExtGState<</K 19 0 R>>>>"),
                ("o8", strange_pdfs.stream(b"/K gs 20 20 60 60 re f")),
            ),
        ),
        "form-and-graphics-state": Attack(
            edit(10, {"DA": b"/F2 12 Tf 0 g", "ca": 0}),
            Part.FORM,
            pictures,
            (
                ("o7", b"<</Font<</F1 5 0 R>>/ExtGState<</K 10 0 R>>>>"),
                ("o8", strange_pdfs.stream(b"/K gs 20 20 60 60 re f")),
            ),
        ),
        "object-that-was-promised": Attack(
            put({98: strange_pdfs.stream(rich.EVIL, rich.FORM.replace(b"100 20", b"400 400"))}),
            Part.DOCUMENT,
            entry("/Pages"),
            (
                ("o7", b"<</Font<</F1 5 0 R>>/XObject<</Y 98 0 R>>>>"),
                ("o8", strange_pdfs.stream(b"/Y Do")),
            ),
        ),
    }


def attacks_free(number: int) -> Callable[[bytes], bytes]:
    """An object's number is set free."""

    def make(data: bytes) -> bytes:
        row = b"%d 1\n0000000000 00001 f \n" % number
        return _table(data, row)

    return make


def _table(data: bytes, rows: bytes, body: bytes = b"", entries: bytes = b"") -> bytes:
    document = open_document(io.BytesIO(data))
    start = len(data) + len(body)
    trailer = b"<</Root 1 0 R/Info 19 0 R/Size %d/Prev %d%s>>" % (
        document.next_number,
        document.start,
        entries,
    )
    end = b"\nstartxref\n%d\n%%%%EOF\n" % start
    return data + body + b"xref\n" + rows + b"trailer\n" + trailer + end


def _generation(data: bytes) -> bytes:
    body = b"4 1 obj\n" + EVIL + b"\nendobj\n"
    freed = attacks_free(4)(data)
    return _table(freed, b"4 1\n%010d 00001 n \n" % len(freed), body)


def _beside(data: bytes) -> bytes:
    """An update whose table is silent about the page's content that it holds."""
    spare = b"61 0 obj\n<</Kind/Spare>>\nendobj\n"
    body = spare + b"4 0 obj\n" + EVIL + b"\nendobj\n"
    return _table(data, b"61 1\n%010d 00000 n \n" % len(data), body)


def _twice(data: bytes) -> bytes:
    """A table with the forged place of an object first, then its true one."""
    body = b"4 0 obj\n" + EVIL + b"\nendobj\n"
    true = data.index(b"\n4 0 obj") + 1
    rows = b"4 1\n%010d 00000 n \n4 1\n%010d 00000 n \n" % (len(data), true)
    return _table(data, rows, body)


def _after(data: bytes) -> bytes:
    """A sound update, and an object after its table."""
    body = b"61 0 obj\n<</Kind/Spare>>\nendobj\n"
    made = _table(data, b"61 1\n%010d 00000 n \n" % len(data), body)
    at = made.rindex(b"startxref")
    return made[:at] + b"4 0 obj\n" + EVIL + b"\nendobj\n" + made[at:]


def _trailer(data: bytes) -> bytes:
    body = b"61 0 obj\n<</Kind/Spare>>\nendobj\n"
    return _table(data, b"61 1\n%010d 00000 n \n" % len(data), body, b"/Extra 60 0 R")
