"""Where an object belongs, in a reader's words: what may look different when it is another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, IndirectObject
from pyhanko.pdf_utils.misc import PdfReadError

from paraphe.adapters.pdf.verify import graph
from paraphe.domain.verdict import Part

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
    while pending and len(found) < len(numbers):
        value, part = pending.pop()
        if isinstance(value, IndirectObject):
            if value.idnum in seen:
                continue
            seen.add(value.idnum)
            try:
                value_ = graph.resolve(view, value)
            except (PdfReadError, ValueError, KeyError):
                continue
            if value.idnum in numbers:
                found[int(value.idnum)] = _kind(value_, part)
            pending += _below(value_, part)
        else:
            pending += _below(value, part)
    return found


def _below(value: PdfObject | None, part: Part) -> list[tuple[PdfObject, Part]]:
    if isinstance(value, DictionaryObject):
        keys = [key for key in value if key not in {"/Parent", "/P"}]
        return [
            (value.raw_get(key), part if part in _SETTLED else _KEYS.get(key, part))
            for key in reversed(keys)
        ]
    if isinstance(value, ArrayObject):
        return [(one, part) for one in graph.items(value)]
    return []


def _kind(value: PdfObject | None, part: Part) -> Part:
    """A page's own annotations and a form's own fields are told apart by what they are."""
    if part is Part.ANNOTATION and isinstance(value, DictionaryObject):
        return Part.FIELD if graph.get(value, "/Subtype") == "/Widget" else part
    return part
