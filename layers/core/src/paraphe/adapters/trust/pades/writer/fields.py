"""Signature fields, all made in one update before the first signature (docs/PADES.md, recipe 2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraphe.adapters.trust.pades.writer import stamps
from paraphe.adapters.trust.pades.writer.pages import find_page, walk
from paraphe.adapters.trust.pades.writer.syntax import (
    Dictionary,
    Name,
    PdfError,
    Ref,
    Value,
    text_string,
)
from paraphe.domain.errors import InvalidError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraphe.adapters.trust.pades.writer.document import Document
    from paraphe.adapters.trust.pades.writer.increment import Increment
    from paraphe.domain.trust.signatures import SignatureField

PRINT_AND_LOCKED = 132  # annotation flags 3 and 8, ISO 32000-1 table 165
_MAX_FIELDS = 20_000
_SIGNATURES_EXIST_APPEND_ONLY = 3


def add_fields(increment: Increment, fields: Sequence[SignatureField]) -> None:
    """Add every field with its lock.

    Each lock leaves open only the fields of its own and later orders, a seal's none of them
    (ISO 32000-1 §12.7.4.5), and every lock the fields of the document time-stamps to come
    (`stamps`; docs/decisions/0018). Text fields that show something, where inspection had to leave
    any, stay open: pyHanko's difference analysis takes a locked one for changed by every later
    update. What they say then is for the verdict to report as form filling.

    Raises:
        InvalidError: a box is off its page, or a name is taken.
        PdfError: the form or a page is broken.

    """
    names = [field.name for field in fields]
    taken = set(field_names(increment.document))
    if len(set(names)) != len(names) or taken.intersection(names) or any("." in n for n in names):
        raise InvalidError("field_name_taken", "A signature field's name is not free.")
    # The preparation's own time-stamp takes the first free name.
    coming = stamps.to_come({*taken, *names, stamps.free_name(taken)}, len(fields))
    left_open = [*_touchy_fields(increment.document), *coming]
    if not _is_signed(increment.document):
        _refer_to_annotations(increment)
    locks = {field.name: _lock(field, fields, left_open) for field in fields}
    register(increment, [_add_field(increment, field, locks[field.name]) for field in fields])


def field_names(document: Document) -> list[str]:
    """Names of the top-level form fields."""
    return [name for name, _, _ in top_fields(document)]


def top_fields(document: Document) -> list[tuple[str, Ref, Dictionary]]:
    """Top-level form fields: decoded name, reference and dictionary."""
    form = document.resolve(document.catalog().get("AcroForm"))
    if not isinstance(form, dict):
        return []
    found = []
    for ref in document.array(form.get("Fields"), "/Fields"):
        entries = document.resolve(ref)
        if isinstance(ref, Ref) and isinstance(entries, dict):
            title = document.resolve(entries.get("T"))
            name = _decode(title) if isinstance(title, bytes) else ""
            found.append((name, ref, dict(entries)))
    return found


def find_field(document: Document, name: str) -> tuple[Ref, Dictionary]:
    """A signature field by name.

    Raises:
        InvalidError: `no_such_field`.

    """
    for title, ref, entries in top_fields(document):
        if title == name and entries.get("FT") == Name("Sig"):
            return ref, entries
    raise InvalidError("no_such_field", "The document has no such signature field.")


def register(increment: Increment, refs: Sequence[Ref]) -> None:
    """Put fields into the interactive form, which is made when there is none."""
    document = increment.document
    catalog = increment.catalog()
    place = catalog.get("AcroForm")
    form = increment.current(place)
    form = dict(form) if isinstance(form, dict) else {}
    listed = form.get("Fields")
    known = increment.current(listed)
    fields: list[Value] = [*(known if isinstance(known, list) else []), *refs]
    flags = form.get("SigFlags", 0)
    before = dict(form)
    form["SigFlags"] = (flags if isinstance(flags, int) else 0) | _SIGNATURES_EXIST_APPEND_ONLY
    if isinstance(listed, Ref):
        increment.replace(listed, fields)
    else:
        form["Fields"] = fields
    if form == before:
        return
    if isinstance(place, Ref) and place != document.trailer.get("Info"):
        increment.replace(place, form)
    else:
        # Some writers use one object for /Info and the form: an update of one would look like an
        # unexplained change of the other.
        catalog["AcroForm"] = increment.add(form)
        increment.replace(document.root_ref, catalog)


def _is_signed(document: Document) -> bool:
    return any("V" in e for _, _, e in top_fields(document) if e.get("FT") == Name("Sig"))


def _refer_to_annotations(increment: Increment) -> None:
    """Make annotations objects of their own: difference analysis refuses those in the array."""
    for ref, _ in walk(increment.document):
        page = increment.document.dictionary(ref, "a page")
        listed = page.get("Annots")
        found = increment.document.resolve(listed)
        if not isinstance(found, list) or all(isinstance(one, Ref) for one in found):
            continue
        updated: list[Value] = [
            one if isinstance(one, Ref) else increment.add(one) for one in found
        ]
        if isinstance(listed, Ref):
            increment.replace(listed, updated)
        else:
            increment.replace(ref, {**page, "Annots": updated})


def _touchy_fields(document: Document) -> list[str]:
    """Full names of the fields with one appearance of their own, signature fields aside."""
    found: list[str] = []
    stack = [(name, entries, entries.get("FT")) for name, _, entries in top_fields(document)]
    for _ in range(_MAX_FIELDS):
        if not stack:
            break
        name, entries, kind = stack.pop()
        if kind != Name("Sig") and "AP" in entries and "AS" not in entries:
            found.append(name)
        for kid in document.array(entries.get("Kids"), "/Kids"):
            child = document.resolve(kid)
            title = document.resolve(child.get("T")) if isinstance(child, dict) else None
            if isinstance(child, dict) and isinstance(title, bytes):
                stack.append((f"{name}.{_decode(title)}", child, child.get("FT", kind)))
    return found


def _add_field(increment: Increment, field: SignatureField, lock: Dictionary) -> Ref:
    entries: Dictionary = {
        "Type": Name("Annot"),
        "Subtype": Name("Widget"),
        "FT": Name("Sig"),
        "T": text_string(field.name),
        "F": PRINT_AND_LOCKED,
        "Rect": [0, 0, 0, 0],
        "Lock": increment.add(lock),
    }
    page = find_page(increment.document, field.box.page if field.box else 1)
    entries["P"] = page.ref
    if field.box is not None:
        entries["Rect"] = page.rectangle(field.box)
    ref = increment.add(entries)
    annotate(increment, page.ref, ref)
    return ref


def _lock(
    field: SignatureField, fields: Sequence[SignatureField], left_open: Sequence[str]
) -> Dictionary:
    later = [
        other.name
        for other in fields
        if other.name != field.name and (other.is_seal or other.order >= field.order)
    ]
    open_names = [*([] if field.is_seal else later), *left_open]
    return {
        "Type": Name("SigFieldLock"),
        "Action": Name("Exclude"),
        "Fields": [text_string(name) for name in open_names],
    }


def annotate(increment: Increment, page: Ref, widget: Ref) -> None:
    """Put a widget on its page.

    Raises:
        PdfError: the page or its annotations are not what they must be.

    """
    entries = increment.current(page)
    if not isinstance(entries, dict):
        raise PdfError("a page is not a dictionary")
    listed = entries.get("Annots")
    annotations = increment.current(listed)
    if annotations is not None and not isinstance(annotations, list):
        raise PdfError("/Annots is not an array")
    updated: list[Value] = [*(annotations or []), widget]
    if isinstance(listed, Ref) and annotations is not None:
        increment.replace(listed, updated)
    else:
        increment.replace(page, {**entries, "Annots": updated})


def _decode(title: bytes) -> str:
    if title.startswith(b"\xfe\xff"):
        return title[2:].decode("utf-16-be", "replace")
    return title.decode("latin-1")
