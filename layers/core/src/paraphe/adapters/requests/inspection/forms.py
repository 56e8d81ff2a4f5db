"""Form fields of an unsigned document: drawn into the page, so that nobody can change them later.

Signature fields stay. When a value brings no appearance of its own and is more than a plain line of
ASCII, nobody could draw it here as its author meant it: then the fields are made read-only instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String

from paraphe.adapters.requests.inspection import buttons
from paraphe.adapters.requests.inspection.facts import Redrawn
from paraphe.adapters.requests.inspection.pages import box

if TYPE_CHECKING:
    from collections.abc import Iterator

_DEPTH = 32
_NODES = 50_000
_READ_ONLY = 1
_UNSEEN = (1 << 1) | (1 << 5)  # Hidden, NoView: table 167
_WIDEST = 8.0  # points: a character of 12 points that is wider than most
_MULTILINE, _PASSWORD, _RICH, _COMB = 1 << 12, 1 << 13, 1 << 25, 1 << 24
_ELABORATE = _MULTILINE | _PASSWORD | _RICH | _COMB


@dataclass(frozen=True, slots=True)
class FormsDone:
    """What became of the form."""

    flattened: bool
    locked: bool
    empty_signature_fields: int


def empty_signature_fields(pdf: Pdf) -> list[Object]:
    """Return the form's signature fields that hold no signature."""
    return [
        field
        for field in _fields(pdf)
        if _attribute(field, "/FT") == Name.Sig
        and not isinstance(field.get("/V"), Dictionary)
        and "/T" in field
    ]


def all_indirect(pdf: Pdf) -> bool:
    """Say whether every field is an object of its own, as difference analysis needs it."""
    return all(field.is_indirect for field in _fields(pdf))


def redrawn(pdf: Pdf) -> list[Redrawn]:
    """Return the fields with a value that a form asks each program to draw anew."""
    form = pdf.Root.get("/AcroForm")
    if not isinstance(form, Dictionary) or not _wants_appearances(form):
        return []
    found = []
    for index, page in enumerate(pdf.pages):
        annotations = page.obj.get("/Annots")
        for one in annotations if isinstance(annotations, Array) else ():
            if _is_plain_widget(one) and _attribute(one, "/FT") in {Name.Tx, Name.Ch}:
                place, value = box(one.get("/Rect")), _attribute(one, "/V")
                if place is not None and isinstance(value, String):
                    found.append(Redrawn(index, place, str(value)))
    return found


def settle(pdf: Pdf) -> FormsDone:
    """Flatten the form of an unsigned document in place, or lock it where it can't be drawn."""
    widgets = list(_widgets(pdf))
    if not isinstance(pdf.Root.get("/AcroForm"), Dictionary):
        _drop_form(pdf)
        _lock(pdf, widgets)  # of no form: programs disagree on drawing these, so nothing is drawn
        return FormsDone(flattened=False, locked=bool(widgets), empty_signature_fields=0)
    form = pdf.Root["/AcroForm"]
    signatures = empty_signature_fields(pdf)
    plain = [field for field in _fields(pdf) if _attribute(field, "/FT") != Name.Sig]
    if not plain and not widgets:
        _make_indirect(pdf, form)
        return FormsDone(flattened=False, locked=False, empty_signature_fields=len(signatures))
    if not _drawable(form, widgets):
        _lock(pdf, plain + widgets)
        _make_indirect(pdf, form)
        return FormsDone(flattened=False, locked=True, empty_signature_fields=len(signatures))
    _flatten(pdf, form)
    _keep_only(pdf, form, signatures)
    return FormsDone(flattened=True, locked=False, empty_signature_fields=len(signatures))


def _drop_form(pdf: Pdf) -> None:
    """Remove an `/AcroForm` that is not a form."""
    if "/AcroForm" in pdf.Root:
        del pdf.Root["/AcroForm"]


def _fields(pdf: Pdf) -> Iterator[Object]:
    """Yield every node of the field tree once, whatever loops it has."""
    form = pdf.Root.get("/AcroForm")
    roots = form.get("/Fields") if isinstance(form, Dictionary) else None
    waiting = (
        [field for field in roots if isinstance(field, Dictionary)]
        if isinstance(roots, Array)
        else []
    )
    seen: set[tuple[int, int]] = set()
    nodes = 0
    while waiting and nodes < _NODES:
        field = waiting.pop()
        nodes += 1
        if field.is_indirect:
            if field.objgen in seen:
                continue
            seen.add(field.objgen)
        yield field
        kids = field.get("/Kids")
        if isinstance(kids, Array):
            waiting.extend(kid for kid in kids if isinstance(kid, Dictionary))


def _attribute(field: Object, key: str) -> object:
    """Return a field's attribute, its own or its nearest ancestor's."""
    node: object = field
    for _ in range(_DEPTH):
        if not isinstance(node, Dictionary):
            return None
        if key in node:
            return node.get(key)
        node = node.get("/Parent")
    return None


def _widgets(pdf: Pdf) -> Iterator[Object]:
    """Yield the widgets on the pages that do not belong to a signature field."""
    for page in pdf.pages:
        annotations = page.obj.get("/Annots")
        for annotation in annotations if isinstance(annotations, Array) else ():
            if _is_plain_widget(annotation):
                yield annotation


def _is_plain_widget(annotation: object) -> bool:
    """Say whether an annotation is a form field's, and not a signature field's."""
    return (
        isinstance(annotation, Dictionary)
        and annotation.get("/Subtype") == Name.Widget
        and _attribute(annotation, "/FT") != Name.Sig
    )


def _drawable(form: Object, widgets: list[Object]) -> bool:
    """Say whether every widget has a drawing, or one that this library makes rightly."""
    anew = _wants_appearances(form)
    return all(
        _simple(widget) if anew and _is_text(widget) else _has_appearance(widget)
        for widget in widgets
        if _shows_something(widget)
    )


def _is_text(widget: Object) -> bool:
    """Say whether a widget shows text."""
    return _attribute(widget, "/FT") in {Name.Tx, Name.Ch}


def _shows_something(widget: Object) -> bool:
    """Say whether programs would draw a widget even if it brought no drawing."""
    flags: object = widget.get("/F")
    if isinstance(flags, int) and flags & _UNSEEN:
        return False
    if _is_text(widget):
        return _attribute(widget, "/V") is not None or bool(widget.get("/MK"))
    return _attribute(widget, "/FT") == Name.Btn


def _wants_appearances(form: Object) -> bool:
    """Say whether the form asks each program to draw its fields anew."""
    return bool(form.get("/NeedAppearances", False))


def _simple(widget: Object) -> bool:
    """Say whether a field's value is one line of plain characters, drawn at the left."""
    flags = _attribute(widget, "/Ff")
    value = _attribute(widget, "/V")
    return (
        isinstance(value, String)
        and str(value).isascii()
        and str(value).isprintable()
        and not (isinstance(flags, int) and flags & _ELABORATE)
        and not _attribute(widget, "/Q")
        and not widget.get("/MK")
        and _fits(widget, str(value))
    )


def _fits(widget: Object, text: str) -> bool:
    """Say whether a line surely has room at the size that is used when a field says none."""
    place = box(widget.get("/Rect"))
    return place is not None and len(text) * _WIDEST <= place[2] - place[0]


def _has_appearance(widget: Object) -> bool:
    """Say whether a widget brings its own drawing."""
    appearance = widget.get("/AP")
    normal = appearance.get("/N") if isinstance(appearance, Dictionary) else None
    return isinstance(normal, Stream | Dictionary)


def _lock(pdf: Pdf, fields: list[Object]) -> None:
    """Make fields read-only (ISO 32000-2, table 227)."""
    for field in fields:
        flags = _attribute(field, "/Ff")
        field["/Ff"] = (flags if isinstance(flags, int) else 0) | _READ_ONLY
    form = pdf.Root.get("/AcroForm")
    if isinstance(form, Dictionary) and "/CO" in form:
        del form["/CO"]


def _flatten(pdf: Pdf, form: Object) -> None:
    """Draw the widgets into their pages; other annotations stay as they are."""
    if _wants_appearances(form):
        for widget in _widgets(pdf):  # what was drawn for another value would stay beneath
            if _is_text(widget) and "/AP" in widget:
                del widget["/AP"]
        pdf.generate_appearance_streams()
        form["/NeedAppearances"] = False
    kept: list[tuple[Object, list[Object]]] = []
    for page in pdf.pages:
        annotations = page.obj.get("/Annots")
        if not isinstance(annotations, Array):
            continue
        kept.append((page.obj, [one for one in annotations if not _is_plain_widget(one)]))
        page.obj["/Annots"] = Array([one for one in annotations if _is_plain_widget(one)])
    for widget in _widgets(pdf):
        inherited = (_attribute(widget, key) for key in ("/FT", "/Ff", "/V"))
        buttons.settle(pdf, widget, *inherited)
    pdf.flatten_annotations("screen")
    for page_object, others in kept:
        if others:
            page_object["/Annots"] = Array(others)
        elif "/Annots" in page_object:
            del page_object["/Annots"]


def _keep_only(pdf: Pdf, form: Object, signatures: list[Object]) -> None:
    """Leave a form of nothing but the empty signature fields, at its top level."""
    if not signatures:
        _drop_form(pdf)
        return
    for field in signatures:
        name = ".".join(_names(field))
        field["/FT"] = Name.Sig
        field["/T"] = String(name)
        if "/Parent" in field:
            del field["/Parent"]
    rest = {key: form[key] for key in ("/DA", "/DR", "/Q") if key in form}
    pdf.Root["/AcroForm"] = pdf.make_indirect(Dictionary(rest))
    pdf.Root["/AcroForm"]["/Fields"] = Array([_indirect(pdf, one) for one in signatures])


def _names(field: Object) -> list[str]:
    """Return the partial names that make a field's full name, outermost first."""
    names: list[str] = []
    node: object = field
    for _ in range(_DEPTH):
        if not isinstance(node, Dictionary):
            break
        part = node.get("/T")
        if isinstance(part, String):
            names.insert(0, str(part))
        node = node.get("/Parent")
    return names


def _make_indirect(pdf: Pdf, form: Object) -> None:
    """Make the form's fields indirect objects, as signing needs them (ISO 32000-2 §12.7.3)."""
    listed: set[tuple[int, int]] = set()
    _list_once(pdf, form, "/Fields", listed)
    for field in _fields(pdf):  # goes on into the kids as they are then
        if "/Kids" in field:
            _list_once(pdf, field, "/Kids", listed)


def _list_once(pdf: Pdf, parent: Object, key: str, listed: set[tuple[int, int]]) -> None:
    """Make what an array lists indirect; leave out what is no field, or was listed before."""
    fields = parent.get(key)
    kept: list[Object] = []
    for one in list(fields) if isinstance(fields, Array) else []:
        if isinstance(one, Dictionary):
            field = _indirect(pdf, one)
            if field.objgen not in listed:
                listed.add(field.objgen)
                kept.append(field)
    parent[key] = Array(kept)


def _indirect(pdf: Pdf, thing: Object) -> Object:
    """Return the object itself when it is indirect, else a new indirect one."""
    return thing if thing.is_indirect else pdf.make_indirect(thing)
