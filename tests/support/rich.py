"""A signed document that draws with everything that PDF has, so that everything can be attacked.

One page shows text in three kinds of font, a form, a picture, a soft mask, colours, a shading, a
pattern and a layer; there are fields with and without looks, annotations, an attachment, bookmarks
and tags. The one signature on it locks nothing: what is found, is found by comparing.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from paraphe.adapters.trust.pades.writer import signing
from paraphe.domain.trust.identities import SignerIdentity
from tests.support import strange_pdfs

if TYPE_CHECKING:
    from tests.support import signed

CONTENT = b"""BT /F1 14 Tf 20 370 Td (Honoraires : 1000 EUR) Tj ET
BT /T3 20 Tf 20 340 Td (01) Tj ET
BT /F0 14 Tf 200 340 Td <0031> Tj ET
q 1 0 0 1 20 300 cm /X Do Q
q 40 0 0 20 100 300 cm /I Do Q
q /G gs 20 270 60 20 re f Q
q /C cs 0 sc 100 270 60 20 re f Q
q 200 300 60 20 re W n /S sh Q
q /Pattern cs /P scn 200 270 60 20 re f Q
/OC /L BDC 20 240 60 15 re f EMC
/Span <</MCID 0>> BDC BT /F1 12 Tf 100 240 Td (net) Tj ET EMC
"""
PAGE = b"<</Type/Page/Parent 2 0 R/Contents[4 0 R]/Annots 9 0 R/StructParents 0/Group 34 0 R>>"
XMP = (
    b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>"
    b"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'/></x:xmpmeta>"
)
EVIL = b"BT /F1 30 Tf 20 100 Td (99 000 EUR) Tj ET"
FORM = b"/Type/XObject/Subtype/Form/BBox[0 0 100 20]"
ZERO = b"600 0 0 0 600 700 d1 80 0 60 700 re 460 0 60 700 re f"
ONE = b"600 0 0 0 600 700 d1 280 0 60 700 re f"
_GREY = b"/ColorSpace/DeviceGray/BitsPerComponent 8"


def image(body: bytes, entries: bytes = b"") -> bytes:
    """A picture two dots wide and one high."""
    return strange_pdfs.stream(
        body, b"/Type/XObject/Subtype/Image/Width 2/Height 1" + _GREY + entries
    )


def _widget(entries: bytes, rectangle: bytes) -> bytes:
    return strange_pdfs.annotation(b"Widget", entries + b"/F 4/P 3 0 R", rectangle)


def _drawing() -> dict[int, bytes]:
    resources = (
        b"<</Font<</F1 5 0 R/T3 23 0 R/F0 50 0 R>>/XObject<</X 24 0 R/I 25 0 R>>"
        b"/ExtGState<</G 26 0 R/H 70 0 R>>/ColorSpace<</C 27 0 R>>/Shading<</S 28 0 R>>"
        b"/Pattern<</P 29 0 R>>/Properties<</L 31 0 R>>>>"
    )
    tint = b"/FunctionType 2/Domain[0 1]/N 1"
    return {
        2: b"<</Type/Pages/Kids[3 0 R 6 0 R]/Count 2/MediaBox 20 0 R/Resources 7 0 R>>",
        3: PAGE,
        4: strange_pdfs.stream(CONTENT),
        5: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/FirstChar 32/LastChar 126"
        b"/Widths 21 0 R/Encoding 22 0 R>>",
        6: b"<</Type/Page/Parent 2 0 R/Contents 8 0 R>>",
        7: resources,
        8: strange_pdfs.stream(b"BT /F1 14 Tf 20 370 Td (Page deux) Tj ET"),
        9: b"[40 0 R 41 0 R 43 0 R 46 0 R 47 0 R 48 0 R 52 0 R 53 0 R 78 0 R]",
        20: b"[0 0 400 400]",
        21: b"[" + b"600 " * 95 + b"]",
        22: b"<</Type/Encoding/BaseEncoding/WinAnsiEncoding>>",
        23: b"<</Type/Font/Subtype/Type3/FontBBox[0 0 1000 1000]/FontMatrix[.001 0 0 .001 0 0]"
        b"/FirstChar 48/LastChar 49/Widths[600 600]/Encoding<</Differences[48/zero/one]>>"
        b"/CharProcs<</zero 32 0 R/one 33 0 R>>/Resources<<>>>>",
        24: strange_pdfs.stream(b"0 0 60 15 re f", FORM),
        25: image(b"\x00\x80", b"/SMask 35 0 R"),
        26: b"<</Type/ExtGState/ca 1/SMask 36 0 R>>",
        27: b"[/Indexed/DeviceRGB 1 37 0 R]",
        28: b"<</ShadingType 2/ColorSpace/DeviceGray/Coords[200 0 260 0]/Function 38 0 R"
        b"/Extend[true true]>>",
        29: strange_pdfs.stream(
            b"0 0 4 8 re f",
            b"/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 8 8]/XStep 8/YStep 8"
            b"/Resources<<>>",
        ),
        31: b"<</Type/OCMD/OCGs 39 0 R/P/AnyOn>>",
        32: strange_pdfs.stream(ZERO),
        33: strange_pdfs.stream(ONE),
        34: b"<</S/Transparency/CS/DeviceRGB>>",
        35: image(b"\xff\xff"),
        36: b"<</Type/Mask/S/Luminosity/G 65 0 R>>",
        37: strange_pdfs.stream(b"\x00\x00\x00\xff\xff\xff"),
        38: b"<<" + tint + b"/C0[0]/C1[.5]>>",
        39: b"<</Type/OCG/Name(Prix)>>",
        50: b"<</Type/Font/Subtype/Type0/BaseFont/Helvetica/Encoding/Identity-H"
        b"/DescendantFonts[51 0 R]/ToUnicode 66 0 R>>",
        51: b"<</Type/Font/Subtype/CIDFontType2/BaseFont/Helvetica/DW 600"
        b"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
        b"/FontDescriptor 67 0 R>>",
        65: strange_pdfs.stream(
            b"1 g 0 0 400 400 re f",
            FORM.replace(b"100 20", b"400 400") + b"/Group<</S/Transparency/CS/DeviceGray>>",
        ),
        66: strange_pdfs.stream(to_unicode(b"0031")),
        67: b"<</Type/FontDescriptor/FontName/Helvetica/Flags 32/FontBBox[0 0 1000 1000]"
        b"/ItalicAngle 0/Ascent 700/Descent -200/CapHeight 700/StemV 80>>",
        70: b"<</Type/ExtGState/ca 0>>",
    }


def to_unicode(character: bytes) -> bytes:
    """A map that reads glyph 0031 as a character."""
    return (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        b"/CMapName /X def /CMapType 2 def\n"
        b"1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        b"1 beginbfchar <0031> <" + character + b"> endbfchar\nendcmap end end"
    )


def _form() -> dict[int, bytes]:
    looks = b"/AP<</N 42 0 R>>"
    return {
        10: b"<</Fields[40 0 R 41 0 R 43 0 R 46 0 R 47 0 R 78 0 R]/DR 68 0 R/DA 69 0 R"
        b"/SigFlags 3>>",
        40: _widget(b"/FT/Tx/T(amount)/V(1000)/DA(/F1 12 Tf 0 g)", b"[20 200 120 220]"),
        41: _widget(b"/FT/Tx/T(rate)/V(10 %)/DA(/F2 12 Tf 0 g)" + looks, b"[20 170 120 190]"),
        42: strange_pdfs.stream(
            b"/Tx BMC BT /F2 12 Tf 2 5 Td (10 %) Tj ET EMC",
            FORM + b"/Resources<</Font<</F2 5 0 R>>>>",
        ),
        43: _widget(
            b"/FT/Btn/T(agreed)/V/Off/AS/Off/AP<</N<</Oui 44 0 R/Off 45 0 R>>>>",
            b"[20 140 40 160]",
        ),
        44: strange_pdfs.stream(b"0 0 100 20 re f", FORM),
        45: strange_pdfs.stream(b"", FORM),
        46: _widget(b"/FT/Sig/T(person)/AP<</N 71 0 R>>", b"[200 140 300 180]"),
        47: _widget(b"/FT/Sig/T(other)", b"[0 0 0 0]"),
        48: strange_pdfs.annotation(
            b"Square", b"/F 4/AP<</N 49 0 R>>/Contents(vu)", b"[150 200 190 220]"
        ),
        49: strange_pdfs.stream(b"0 0 100 20 re f", FORM),
        52: strange_pdfs.annotation(b"Link", b"/A 54 0 R/Border[0 0 0]", b"[20 360 120 390]"),
        53: strange_pdfs.annotation(b"Text", b"/F 4/Contents(note)", b"[330 360 350 380]"),
        54: b"<</S/URI/URI(https://example.org)>>",
        68: b"<</Font 72 0 R>>",
        69: b"(/F2 12 Tf 0 g)",
        71: strange_pdfs.stream(b"0 0 100 20 re S", FORM),
        72: b"<</F2 5 0 R>>",
        78: _widget(b"/FT/Tx/T(place)/V(Paris)", b"[20 110 120 130]"),
    }


def _rest() -> dict[int, bytes]:
    return {
        1: b"<</Type/Catalog/Version/1.7/Pages 2 0 R/AcroForm 10 0 R/OCProperties 11 0 R"
        b"/Names 12 0 R"
        b"/Outlines 13 0 R/PageLabels 14 0 R/ViewerPreferences 15 0 R/OpenAction 16 0 R"
        b"/StructTreeRoot 17 0 R/MarkInfo<</Marked true>>/Lang(fr)/Metadata 18 0 R"
        b"/Extensions<</ADBE<</BaseVersion/1.7/ExtensionLevel 3>>>>/Threads[63 0 R]>>",
        11: b"<</OCGs[39 0 R]/D<</Order[39 0 R]/ON[39 0 R]>>>>",
        12: b"<</EmbeddedFiles<</Names[(a.txt)55 0 R]>>/Dests<</Names[(d)[3 0 R/Fit]]>>>>",
        13: b"<</Type/Outlines/First 57 0 R/Last 57 0 R/Count 1>>",
        14: b"<</Nums[0<</S/D>>]>>",
        15: b"<</DisplayDocTitle false/Direction/L2R>>",
        16: b"<</S/GoTo/D[3 0 R/Fit]>>",
        17: b"<</Type/StructTreeRoot/K 58 0 R/ParentTree 59 0 R>>",
        18: strange_pdfs.stream(XMP, b"/Type/Metadata/Subtype/XML"),
        19: b"<</Title(Lettre)>>",
        55: b"<</Type/Filespec/F(a.txt)/UF(a.txt)/EF<</F 56 0 R>>>>",
        56: strange_pdfs.stream(b"1000", b"/Type/EmbeddedFile"),
        57: b"<</Title(Honoraires)/Parent 13 0 R/Dest[3 0 R/Fit]>>",
        58: b"<</Type/StructElem/S/P/P 17 0 R/Pg 3 0 R/K 0/ActualText(net)>>",
        59: b"<</Nums[0[58 0 R]]>>",
        # Prepared, and used by nothing.
        60: strange_pdfs.stream(EVIL, FORM.replace(b"100 20", b"400 400") + b"/Resources 7 0 R"),
        61: b"<</Kind/Spare>>",
        63: b"<</Type/Thread/F 64 0 R>>",
        64: b"<</T 63 0 R/N 64 0 R/V 64 0 R/P 3 0 R/R[0 0 400 400]>>",
    }


def objects() -> dict[int, bytes]:
    """What the file is made of, by number."""
    return {**_drawing(), **_form(), **_rest()}


def document(**changed: bytes) -> bytes:
    """The file before it is signed; `o4=…` replaces object 4."""
    written = objects() | {int(name[1:]): body for name, body in changed.items()}
    return strange_pdfs.write(dict(sorted(written.items())), trailer=b"/Info 19 0 R")


def sign(house: signed.House, pdf: bytes, field: str = "person") -> bytes:
    """A person's signature in a field that locks nothing."""
    now = house.clock.now
    identity = SignerIdentity("Zoé Müller", f"cmd_{field}", "zoe@example.org")
    file = io.BytesIO(pdf)
    act = signing.Act(field, "Zoé Müller", house.authority.issue_one_time(identity, now), now)
    signing.sign(file, act, house.trust)
    return file.getvalue()
