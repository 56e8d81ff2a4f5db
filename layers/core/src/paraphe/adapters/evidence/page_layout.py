"""Pages of plain text: headings, paragraphs, any script, the account attached (ISO 32000-1 §7.11).

Written with the fonts and the writer of our signatures: the layer has no room for another library
(docs/decisions/0007-evidence.md).
"""

from __future__ import annotations

import functools
import hashlib
import io
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from paraphe.adapters.trust.pades.writer import fonts
from paraphe.adapters.trust.pades.writer.document import open_document
from paraphe.adapters.trust.pades.writer.increment import Increment
from paraphe.adapters.trust.pades.writer.syntax import Dictionary, Name, Ref, Stream, text_string

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

WIDTH, HEIGHT, MARGIN = 595, 842, 50
_BOTTOM = 60
_LEADING = 1.45
_BASE = (
    b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
    b"1 0 obj\n<</Type/Catalog/Pages 2 0 R/Lang(fr-FR)>>\nendobj\n"
    b"2 0 obj\n<</Type/Pages/Kids[]/Count 0>>\nendobj\n"
)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Some text of one size, in points; `gap` is the room above it."""

    text: str
    size: float = 9.0
    gap: float = 2.0
    new_page: bool = False


@dataclass(frozen=True, slots=True)
class Attached:
    """A file inside the PDF."""

    name: str
    content: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class _Word:
    """A shaped word; `shown` is how TJ shows it, None when its glyphs have to be placed one by one.

    Words repeat throughout an account: each is shaped and written once.
    """

    line: fonts.Line
    shown: str | None


_Row: TypeAlias = fonts.Line | tuple[_Word, ...]


@dataclass(slots=True)
class _Page:
    lines: list[tuple[_Row, float, float]] = field(default_factory=list)


def write(
    target: Path, title: str, paragraphs: Sequence[Paragraph], attached: Attached | None
) -> None:
    """Write a PDF; it is not signed yet."""
    base = _base()
    increment = Increment(open_document(io.BytesIO(base)))
    pages = _lay_out(paragraphs)
    embedded = fonts.Embedded(increment)
    contents = [_content(page, embedded, n, len(pages)) for n, page in enumerate(pages, start=1)]
    resources: Dictionary = {"Font": embedded.write()}
    kids = [_add_page(increment, content, resources) for content in contents]
    increment.replace(Ref(2), {"Type": Name("Pages"), "Kids": [*kids], "Count": len(kids)})
    catalog: Dictionary = {
        "Type": Name("Catalog"),
        "Pages": Ref(2),
        "Lang": b"fr-FR",
        "Metadata": increment.add(_metadata(title)),
        "ViewerPreferences": {"DisplayDocTitle": True},
    }
    if attached is not None:
        catalog |= _attach(increment, attached)
    increment.replace(Ref(1), catalog)
    target.write_bytes(base + increment.unsigned())


def _base() -> bytes:
    offsets = [_BASE.index(b"%d 0 obj" % number) for number in (1, 2)]
    rows = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    table = b"xref\n0 3\n0000000000 65535 f \n%strailer\n<</Size 3/Root 1 0 R>>\n" % rows
    return _BASE + table + b"startxref\n%d\n%%%%EOF\n" % len(_BASE)


def _lay_out(paragraphs: Sequence[Paragraph]) -> list[_Page]:
    pages, y = [_Page()], float(HEIGHT - MARGIN)
    for paragraph in paragraphs:
        if paragraph.new_page:
            pages.append(_Page())
            y = float(HEIGHT - MARGIN)
        y -= paragraph.gap
        for line in _wrapped(paragraph):
            height = paragraph.size * _LEADING
            if y - height < _BOTTOM:
                pages.append(_Page())
                y = float(HEIGHT - MARGIN)
            y -= height
            pages[-1].lines.append((line, y, paragraph.size))
    return pages


def _wrapped(paragraph: Paragraph) -> Iterator[_Row]:
    """Lines that fit, broken at spaces; a word that is too long is broken anywhere."""
    room = (WIDTH - 2 * MARGIN) * 1000 / paragraph.size
    space = _word(" ").line.width
    line: list[_Word] = []
    width = 0.0
    for word in _words(_covered(paragraph.text), room):
        wide = word.line.width
        if line and width + space + wide > room:
            yield _row(line)
            line, width = [], 0.0
        width += wide + (space if line else 0.0)
        line.append(word)
    yield _row(line)


def _covered(text: str) -> str:
    available = fonts.faces()
    if fonts.is_covered("".join(set(text)), available):
        return text
    return "".join(c if fonts.is_covered(c, available) else "\ufffd" for c in text)


def _row(words: list[_Word]) -> _Row:
    """A line of words as they are, or shaped as a whole where their order or forms depend on it."""
    if all(word.shown is not None for word in words):
        return tuple(words)
    return fonts.shape(" ".join(word.line.text for word in words), fonts.faces())


@functools.lru_cache(8192)
def _word(text: str) -> _Word:
    line = fonts.shape(text, fonts.faces())
    return _Word(line, _shown(line))


def _shown(line: fonts.Line) -> str | None:
    """Glyphs of the first font with what corrects their widths (ISO 32000-1 §9.4.3)."""
    first = fonts.faces()[0]
    if not line.glyphs or any(g.face is not first or g.y for g in line.glyphs) or line.glyphs[0].x:
        return None
    if not fonts.is_plain(line.text, first):
        return None
    ends = [*(glyph.x for glyph in line.glyphs[1:]), line.width]
    shown = ""
    for glyph, end in zip(line.glyphs, ends, strict=True):
        back = round(fonts.width_of(first, glyph.number) - (end - glyph.x))
        shown += f"{glyph.number:04x}" + (f"> {back} <" if back else "")
    return shown


def _words(text: str, room: float) -> Iterator[_Word]:
    for whole in text.split():
        word = _word(whole)
        rest = whole
        while word.line.width > room:
            size = max(1, int(len(rest) * room / word.line.width))
            yield _word(rest[:size])
            rest = rest[size:]
            word = _word(rest)
        yield word


def _content(page: _Page, embedded: fonts.Embedded, number: int, count: int) -> bytes:
    parts = [_text(line, embedded, MARGIN, y, size) for line, y, size in page.lines]
    folio = fonts.shape(f"{number} / {count}", fonts.faces())
    parts.append(_text(folio, embedded, WIDTH - MARGIN - folio.width * 0.008, 36, 8))
    return zlib.compress("\n".join(parts).encode("ascii"))


def _text(row: _Row, embedded: fonts.Embedded, x: float, y: float, size: float) -> str:
    if isinstance(row, fonts.Line):
        return _placed(row, embedded, x, y, size)
    if not row:
        return ""
    space = _word(" ")
    font = ""
    for word in (space, *row):
        for glyph in word.line.glyphs:
            font = embedded.use(glyph)
    shown = (space.shown or "").join(word.shown or "" for word in row)
    return f"BT /{font} {size:.2f} Tf 1 0 0 1 {x:.2f} {y:.2f} Tm [<{shown}>] TJ ET"


def _placed(line: fonts.Line, embedded: fonts.Embedded, x: float, y: float, size: float) -> str:
    out, current = ["BT"], ""
    for glyph in line.glyphs:
        font = embedded.use(glyph)
        if font != current:
            out.append(f"/{font} {size:.2f} Tf")
            current = font
        at_x, at_y = x + glyph.x * size / 1000, y + glyph.y * size / 1000
        out.append(f"1 0 0 1 {at_x:.2f} {at_y:.2f} Tm <{glyph.number:04x}> Tj")
    return " ".join([*out, "ET"])


def _add_page(increment: Increment, content: bytes, resources: Dictionary) -> Ref:
    return increment.add(
        {
            "Type": Name("Page"),
            "Parent": Ref(2),
            "MediaBox": [0, 0, WIDTH, HEIGHT],
            "Resources": resources,
            "Contents": increment.add(Stream({"Filter": Name("FlateDecode")}, content)),
        }
    )


def _metadata(title: str) -> Stream:
    escaped = title.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    packet = (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escaped}</rdf:li></rdf:Alt></dc:title>'
        '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
    )
    return Stream({"Type": Name("Metadata"), "Subtype": Name("XML")}, packet.encode())


def _attach(increment: Increment, attached: Attached) -> Dictionary:
    stream = Stream(
        {
            "Type": Name("EmbeddedFile"),
            "Subtype": Name(attached.media_type),
            "Filter": Name("FlateDecode"),
            "Params": {
                "Size": len(attached.content),
                # What the format asks for, a check of integrity and none of authenticity.
                "CheckSum": hashlib.md5(attached.content, usedforsecurity=False).digest(),
            },
        },
        zlib.compress(attached.content),
    )
    name = text_string(attached.name)
    specification = increment.add(
        {
            "Type": Name("Filespec"),
            "F": name,
            "UF": name,
            "AFRelationship": Name("Source"),
            "EF": {"F": increment.add(stream)},
        }
    )
    return {
        "Names": {"EmbeddedFiles": {"Names": [name, specification]}},
        "AF": [specification],
        "PageMode": Name("UseAttachments"),
    }
