"""Where an object belongs, in a reader's words: what may look different when it is another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, IndirectObject
from pyhanko.pdf_utils.misc import PdfReadError

from paraphe.adapters.trust.pades.validation import graph
from paraphe.domain.trust.verdict import Part

if TYPE_CHECKING:
    from pyhanko.pdf_utils.generic import PdfObject
    from pyhanko.pdf_utils.reader import HistoricalResolver

# The catalog's entries, in the order in which a part is looked for (ISO 32000-2, table 29).
CATALOG = {
    "/Pages": Part.PAGE,
    "/AcroForm": Part.FORM,
    "/OCProperties": Part.LAYERS,
    "/Perms": Part.SIGNATURE,
    "/DSS": Part.PROOF,
    "/OpenAction": Part.ACTION,
    "/AA": Part.ACTION,
    "/URI": Part.ACTION,
    "/Collection": Part.ATTACHMENT,
    "/AF": Part.ATTACHMENT,
    "/Names": Part.ATTACHMENT,
    "/StructTreeRoot": Part.SPOKEN,
    "/MarkInfo": Part.SPOKEN,
    "/Lang": Part.SPOKEN,
    "/Outlines": Part.NAVIGATION,
    "/Dests": Part.NAVIGATION,
    "/PageLabels": Part.NAVIGATION,
    "/PageLayout": Part.NAVIGATION,
    "/PageMode": Part.NAVIGATION,
    "/ViewerPreferences": Part.NAVIGATION,
    "/Threads": Part.NAVIGATION,
}
# Entries that say what is below them, wherever they are.
_KEYS = {
    "/EmbeddedFiles": Part.ATTACHMENT,
    "/Font": Part.FONT,
    "/OC": Part.LAYERS,
    "/Properties": Part.LAYERS,
    "/Annots": Part.ANNOTATION,
    "/Fields": Part.FIELD,
    "/JavaScript": Part.ACTION,
    "/JS": Part.ACTION,
    "/A": Part.ACTION,
    "/AA": Part.ACTION,
    "/Dests": Part.NAVIGATION,
    "/V": Part.FIELD,
    "/B": Part.NAVIGATION,
}
_BACK = {"/Parent", "/P"}  # mostly to what was there before: followed last
_SETTLED = {Part.FONT, Part.LAYERS, Part.ACTION}


def where(view: HistoricalResolver, numbers: set[int]) -> dict[int, Part]:
    """Which part of the document each object is; the rest is nothing that the document leads to.

    Pages first, then the form, then whatever the catalog names: an object that a page draws with
    is the page's, whoever else names it.
    """
    root = view.root
    keys = [key for key in CATALOG if key in root] + sorted(set(root) - CATALOG.keys())
    pending: list[tuple[PdfObject, Part]] = [
        (root.raw_get(key), CATALOG.get(key, Part.DOCUMENT)) for key in reversed(keys)
    ]
    pending = [(view.trailer_view.raw_get("/Root"), Part.DOCUMENT), *pending]
    seen: set[int] = set()
    found: dict[int, Part] = {}
    back: list[tuple[PdfObject, Part]] = []
    while (pending or back) and len(found) < len(numbers):
        place, part = pending.pop() if pending else back.pop()
        value: PdfObject | None = place
        if isinstance(place, IndirectObject):
            if place.idnum in seen:
                continue
            seen.add(int(place.idnum))
            value = _read(view, place)
            if place.idnum in numbers:
                found[int(place.idnum)] = _kind(value, part)
        for key, one, its in _below(value, part):
            (back if key in _BACK else pending).append((one, its))
    return found


def _read(view: HistoricalResolver, value: PdfObject) -> PdfObject | None:
    try:
        return graph.resolve(view, value)
    except (PdfReadError, ValueError, KeyError):
        return None


def of_keys(keys: list[str], part: Part) -> Part:
    """What the entries of an object that are different say, else the object's own part."""
    return next((_KEYS[key] for key in keys if key in _KEYS), part)


def _below(value: PdfObject | None, part: Part) -> list[tuple[str, PdfObject, Part]]:
    if isinstance(value, DictionaryObject):
        return [
            (key, value.raw_get(key), part if part in _SETTLED else _KEYS.get(key, part))
            for key in reversed(value)
        ]
    if isinstance(value, ArrayObject):
        return [("", one, part) for one in graph.items(value)]
    return []


def _kind(value: PdfObject | None, part: Part) -> Part:
    """A page's own annotations and a form's own fields are told apart by what they are."""
    if part is Part.ANNOTATION and isinstance(value, DictionaryObject):
        return Part.FIELD if graph.is_name(graph.get(value, "/Subtype"), "/Widget") else part
    return part
