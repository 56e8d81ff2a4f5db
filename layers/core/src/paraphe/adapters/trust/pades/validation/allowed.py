"""What one update may do to a signed document: a short list, and nothing else.

Every object that was there is as it was, to the byte or the entry, but for: a later signature's
field and value, the form's and a page's lists that take it in, the security store, title and other
metadata, and form fields that are filled in. An entry that may change is compared where it stands;
an object that stands somewhere else as well is not allowed to change with it (`drawing_resources`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyhanko.pdf_utils.generic import ArrayObject, BooleanObject, DictionaryObject, NameObject

from paraphe.adapters.trust.pades.validation import drawing_resources, fields, graph, object_roles
from paraphe.domain.trust.verdict import Part

if TYPE_CHECKING:
    from pyhanko.pdf_utils.generic import PdfObject

    from paraphe.adapters.trust.pades.validation.fields import NewField
    from paraphe.adapters.trust.pades.validation.update import Update

# What a trailer says about its own table (ISO 32000-2, table 15, table 17).
_OF_THE_TABLE = {"/Size", "/Prev", "/ID", "/XRefStm", "/Index", "/W", "/Type", "/Length"}
_OF_THE_TABLE |= {"/Filter", "/DecodeParms", "/DocChecksum"}
_OPEN = ("/AcroForm", "/DSS", "/Metadata", "/Extensions", "/Version", "/MarkInfo")
_STORE = {"/Type", "/VRI", "/Certs", "/OCSPs", "/CRLs"}
_VRI = {"/Type", "/Cert", "/OCSP", "/CRL", "/TU", "/TS"}
_VERSIONS = ("/1.0", "/1.1", "/1.2", "/1.3", "/1.4", "/1.5", "/1.6", "/1.7", "/2.0")
_DEVELOPER = {"/Type", "/BaseVersion", "/ExtensionLevel", "/ExtensionRevision", "/URL"}


def check(update: Update) -> None:
    """Account for every object that an update changed, and find what nothing allows."""
    _trailer(update)
    old, new = update.old.root, update.new.root
    root = graph.get(update.old.trailer_view, "/Root")
    if update.is_changed(root):
        update.explained.add(graph.number(root) or 0)
    for key in graph.differing(old, new, but=_OPEN):
        part = object_roles.CATALOG.get(key, Part.DOCUMENT)
        update.report(part, f"the catalog's {key} was changed", root)
    _settings(update, old, new)
    _store(update, graph.get(old, "/DSS"), graph.get(new, "/DSS"))
    update.explain(
        graph.get(old, "/Metadata"), graph.get(new, "/Metadata"), Part.DOCUMENT, "/Metadata"
    )
    added = fields.check(update, graph.get(old, "/AcroForm"), graph.get(new, "/AcroForm"))
    _pages(update, added)
    _rest(update)


def _trailer(update: Update) -> None:
    old, new = update.old.trailer_view, update.new.trailer_view
    for key in graph.differing(old, new, but=_OF_THE_TABLE | {"/Info"}):
        update.report(Part.FILE, f"the trailer's {key} was changed")
    update.explain(graph.get(old, "/Info"), graph.get(new, "/Info"), Part.DOCUMENT, "/Info")


def _settings(update: Update, old: DictionaryObject, new: DictionaryObject) -> None:
    """The catalog's small entries, which only say which features of the format are used."""
    before, after = (str(graph.get(one, "/Version") or "/1.0") for one in (old, new))
    if before != after and (after not in _VERSIONS or (before in _VERSIONS and before > after)):
        update.report(Part.FILE, "the catalog's /Version was changed")
    for key, is_plain in (("/MarkInfo", _is_marks), ("/Extensions", _is_extensions)):
        one, other = graph.get(old, key), graph.get(new, key)
        update.explain(one, other, object_roles.CATALOG.get(key, Part.DOCUMENT), key)
        if not update.entry(one, other) and not is_plain(graph.resolve(update.new, other)):
            update.report(Part.DOCUMENT, f"the catalog's {key} was changed", other)


def _is_marks(value: PdfObject | None) -> bool:
    return isinstance(value, DictionaryObject) and all(
        isinstance(graph.get(value, key), BooleanObject | NameObject) for key in value
    )


def _is_extensions(value: PdfObject | None) -> bool:
    """Developers' extension levels, all direct, one or several each (ISO 32000-2, §7.12)."""
    if not isinstance(value, DictionaryObject) or any(graph.references(value)):
        return False
    named = [graph.get(value, key) for key in value if key != "/Type"]
    levels = [one for some in named for one in (some if isinstance(some, ArrayObject) else [some])]
    return all(isinstance(one, DictionaryObject) and set(one) <= _DEVELOPER for one in levels)


def _store(update: Update, old: PdfObject | None, new: PdfObject | None) -> None:
    """The security store may have other lists; what was in it may go, never become another."""
    update.explain(old, new, Part.PROOF, "the security store")
    before, after = graph.dictionary(update.old, old), graph.dictionary(update.new, new)
    if before and not after:
        update.report(Part.PROOF, "the security store was taken away", old)
    if not set(after) <= _STORE:
        update.report(Part.PROOF, "the security store has unknown entries", new)
    said = graph.resolve(update.new, graph.get(after, "/Type"))
    is_store = said is None or said == NameObject("/DSS")
    if not is_store and not graph.same(graph.get(before, "/Type"), said):
        update.report(Part.PROOF, "the security store is called something else", new)
    for key in ("/Certs", "/OCSPs", "/CRLs", "/VRI"):
        update.explain(graph.get(before, key), graph.get(after, key), Part.PROOF, key)
    one, other = (
        graph.dictionary(view, graph.get(store, "/VRI"))
        for view, store in ((update.old, before), (update.new, after))
    )
    for key in other:
        entry = graph.dictionary(update.new, graph.get(other, key))
        if key in one and not graph.same(graph.get(one, key), graph.get(other, key)):
            update.report(Part.PROOF, f"the proof for {key} was changed", new)
        elif key not in one and not set(entry) <= _VRI:
            update.report(Part.PROOF, f"the proof for {key} has unknown entries", new)


def _pages(update: Update, added: list[NewField]) -> None:
    """A page takes in new signature fields, below or above what it showed, and that is all."""
    if not update.changed - update.explained:
        return
    widgets = {number: one for one in added for number in one.widgets}
    nodes = dict(drawing_resources.pages(update.new))
    for number, old in drawing_resources.pages(update.old):
        listed = graph.get(old, "/Annots")
        if number not in update.changed and not update.is_changed(listed):
            continue
        if number not in nodes:
            continue  # the tree itself was changed, which is found there
        if number in update.changed:
            update.explained.add(number)
        new = nodes[number]
        for key in graph.differing(old, new, but=("/Annots",)):
            update.report(Part.PAGE, f"a page's {key} was changed", number)
        now = graph.get(new, "/Annots")
        update.explain(listed, now, Part.ANNOTATION, "/Annots")
        _annotations(update, number, (listed, now), widgets)


def _annotations(
    update: Update,
    page: int,
    lists: tuple[PdfObject | None, PdfObject | None],
    widgets: dict[int, NewField],
) -> None:
    before, after = (
        graph.elements(view, one) for view, one in zip((update.old, update.new), lists, strict=True)
    )
    kept = iter(before)
    waiting = next(kept, None)
    for one in after:
        if waiting is not None and graph.same(one, waiting):
            waiting = next(kept, None)
            continue
        new = widgets.get(graph.number(one) or 0)
        if new is None:
            update.report(Part.ANNOTATION, "an annotation was added to a page", one)
        elif not new.place(graph.number(one) or 0, page):
            update.report(Part.ANNOTATION, "one field is shown twice", one)
        elif fields.covers(update, one, before):
            update.report(Part.ANNOTATION, "a new field covers what was shown", one)
    if waiting is not None:
        update.report(Part.ANNOTATION, "an annotation is gone, or lies in another order", waiting)


def _rest(update: Update) -> None:
    left = update.changed - update.explained
    known = object_roles.where(update.old, left) if left else {}
    for number, place in sorted(known.items()):
        part = place
        one, other = update.versions(number)
        if isinstance(one, DictionaryObject) and isinstance(other, DictionaryObject):
            part = object_roles.of_keys(graph.differing(one, other), part)
        update.report(part, "an object was changed", number)
    for number in sorted(left - known.keys()):
        # Nothing led to it. When something does now, it was prepared to be brought in.
        if object_roles.where(update.new, {number}):
            update.report(Part.DOCUMENT, "an unused object was changed and is used", number)
