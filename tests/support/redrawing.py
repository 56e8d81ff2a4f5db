"""How an attack on the document of `rich` is written, and how other programs see it."""

from __future__ import annotations

import functools
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pikepdf
import pypdfium2

from paraphe.adapters.trust.pades.writer.syntax import Raw, Ref, Value
from tests.support import attacks, rich, strange_pdfs

if TYPE_CHECKING:
    from collections.abc import Callable

    from paraphe.adapters.trust.pades.writer.increment import Increment
    from paraphe.adapters.trust.pades.writer.syntax import Dictionary
    from paraphe.domain.trust.verdict import Part

    Tells = Callable[[bytes], object]


@dataclass(frozen=True)
class Attack:
    """One way to make a signed document say something else.

    Attributes:
        make: the signed file in, the attacked file out.
        part: what the verdict has to name.
        tells: what is different afterwards, as other programs see it.
        prepared: objects that were of another kind when the document was signed.

    """

    make: Callable[[bytes], bytes]
    part: Part
    tells: Tells
    prepared: tuple[tuple[str, bytes], ...] = ()


@functools.lru_cache(maxsize=8)
def pictures(pdf: bytes) -> list[bytes]:
    """Every page as PDFium draws it, its form with it."""
    opened = pypdfium2.PdfDocument(pdf)
    opened.init_forms()
    drawn = [opened[at].render(may_draw_forms=True).to_pil() for at in range(len(opened))]
    found = [b"%d %d " % one.size + one.tobytes() for one in drawn]
    opened.close()
    return found


def text(pdf: bytes) -> list[str]:
    """The text of every page as PDFium reads it."""
    opened = pypdfium2.PdfDocument(pdf)
    found = [opened[at].get_textpage().get_text_range() for at in range(len(opened))]
    opened.close()
    return found


def entry(*path: str | int) -> Tells:
    """All that qpdf finds at a place below the catalog, and below that."""

    def read(pdf: bytes) -> object:
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            value: pikepdf.Object = opened.Root
            for step in path:
                value = value[step]
            return _deep(value, set())

    return read


def _deep(value: object, above: set[tuple[int, int]]) -> object:
    """A value with everything that it leads to; what leads back is named by its number."""
    if not isinstance(value, pikepdf.Object):
        return value
    if value.is_indirect:
        if value.objgen in above:
            return value.objgen
        above = above | {value.objgen}
    if isinstance(value, pikepdf.Array):
        return [_deep(one, above) for one in value]
    if isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
        entries = {
            key: _deep(one, above)
            for key, one in value.items()
            if key != "/Parent" and not (key == "/P" and "/Subtype" in value)
        }
        return (entries, value.read_raw_bytes()) if isinstance(value, pikepdf.Stream) else entries
    return value.unparse()


def put(objects: dict[int, bytes]) -> Callable[[bytes], bytes]:
    """Objects are written anew, or brought."""

    def make(data: bytes) -> bytes:
        def change(increment: Increment) -> None:
            if max(objects) >= increment.document.next_number:
                while increment.add(None).number < max(objects):
                    pass  # /Size has to be true
            for number, body in objects.items():
                increment.replace(Ref(number), Raw(body))

        return attacks.update(data, change)

    return make


def edit(number: int, entries: Dictionary, *without: str) -> Callable[[bytes], bytes]:
    """A dictionary gets other entries, as it is by then."""

    def make(data: bytes) -> bytes:
        def change(increment: Increment) -> None:
            old = increment.document.dictionary(Ref(number), "an object")
            kept = {key: value for key, value in old.items() if key not in without}
            increment.replace(Ref(number), {**kept, **entries})

        return attacks.update(data, change)

    return make


def raw(body: bytes) -> Value:
    """An entry in PDF's own spelling."""
    return Raw(body)


def extend(number: int, *more: Value, front: bool = False) -> Callable[[Increment], None]:
    """An array that is an object gets more elements."""

    def change(increment: Increment) -> None:
        listed = increment.document.array(Ref(number), "a list")
        increment.replace(Ref(number), [*more, *listed] if front else [*listed, *more])

    return change


def field(increment: Increment, entries: bytes, *, front: bool = False) -> Ref:
    """A new field for a signature, in the form and on the first page."""
    body = b"<</Type/Annot/Subtype/Widget/FT/Sig/F 4/P 3 0 R/T(more)" + entries + b">>"
    ref = increment.add(Raw(body))
    form = increment.document.dictionary(Ref(10), "the form")
    fields = increment.document.array(form["Fields"], "/Fields")
    increment.replace(Ref(10), {**form, "Fields": [*fields, ref]})
    extend(9, ref, front=front)(increment)
    return ref


def new_field(entries: bytes, more: dict[int, bytes] | None = None) -> Callable[[bytes], bytes]:
    """A new field comes, and with it other objects."""

    def make(data: bytes) -> bytes:
        def change(increment: Increment) -> None:
            field(increment, entries)
            for number, body in (more or {}).items():
                increment.replace(Ref(number), Raw(body))

        return attacks.update(data, change)

    return make


def resources(more: bytes, objects: dict[int, bytes] | None = None) -> Callable[[bytes], bytes]:
    """The form gets resources that it did not have, and objects are written with them."""
    written = {68: b"<</Font 72 0 R" + more + b">>", **(objects or {})}
    return put(written)


TYPE3 = (
    b"<</Type/Font/Subtype/Type3/FontBBox[0 0 1000 1000]/FontMatrix[.001 0 0 .001 0 0]"
    b"/FirstChar 48/LastChar 49/Widths[600 600]/Encoding<</Differences[48/one/zero]>>"
    b"/CharProcs<</zero 32 0 R/one 33 0 R>>/Resources<<>>>>"
)
EVIL = strange_pdfs.stream(rich.EVIL)
EVIL_FORM = strange_pdfs.stream(
    rich.EVIL, rich.FORM.replace(b"100 20", b"400 400") + b"/Resources 7 0 R"
)
LOOKS = strange_pdfs.stream(b"0 0 100 20 re f", rich.FORM)
