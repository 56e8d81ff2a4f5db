"""What a form draws with: its fields, and what readers draw those with that have no looks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyhanko.pdf_utils.generic import (
    BooleanObject,
    ByteStringObject,
    DictionaryObject,
    StreamObject,
    TextStringObject,
)

from paraphe.adapters.trust.pades.validation import drawing_resources, graph
from paraphe.domain.trust.verdict import Part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyhanko.pdf_utils.generic import PdfObject
    from pyhanko.pdf_utils.reader import HistoricalResolver

    from paraphe.adapters.trust.pades.validation.update import Update

_MOST_FIELDS, _MAX_DEPTH = 20_000, 32
_NAME = re.compile(rb"/([^\x00\t\n\x0c\r ()<>\[\]{}/%]+)")


@dataclass(frozen=True, slots=True)
class Field:
    """A field or widget of the form, as it is in one revision.

    Attributes:
        place: how its parent names it.
        entries: its dictionary.
        name: full, with dots.
        kind: `/Tx` and so on, inherited or its own; empty when there is none.
        is_widget: a picture of its parent, without a name of its own.

    """

    place: PdfObject
    entries: DictionaryObject
    name: str
    kind: str
    is_widget: bool


def listed(view: HistoricalResolver, form: PdfObject | None) -> Iterator[Field]:
    """Every field and widget of a form, parents first."""
    top = graph.elements(view, graph.get(graph.dictionary(view, form), "/Fields"))
    pending = [(one, "", "", 0) for one in reversed(top)]
    seen: set[int] = set()
    while pending and len(seen) < _MOST_FIELDS:
        place, parent, kind, depth = pending.pop()
        number = graph.number(place)
        if depth > _MAX_DEPTH or (number is not None and number in seen):
            continue
        seen.add(number if number is not None else -len(seen))
        entries = graph.dictionary(view, place)
        title = graph.resolve(view, graph.get(entries, "/T"))
        name = ".".join(part for part in (parent, "" if title is None else str(title)) if part)
        kind = str(graph.resolve(view, graph.get(entries, "/FT")) or kind)
        yield Field(place, entries, name, kind, is_widget=title is None)
        kids = graph.elements(view, graph.get(entries, "/Kids"))
        pending += [(kid, name, kind, depth + 1) for kid in reversed(kids)]


def check(
    update: Update, form: PdfObject | None, old: DictionaryObject, new: DictionaryObject
) -> None:
    """What readers draw fields with that have no looks of their own, or whose looks they renew."""
    for key in ("/DR", "/DA", "/Q", "/NeedAppearances"):
        update.explain(graph.get(old, key), graph.get(new, key), Part.FORM, key)
    written = [key for key in ("/DR", "/DA", "/Q") if _differs(update, old, new, key)]
    before, after = (_wanted(graph.get(one, "/NeedAppearances")) for one in (old, new))
    if before == after and not written:
        return
    shown = list(_texts(update, form))
    if not shown:
        return
    if before != after:
        update.report(Part.FORM, "/NeedAppearances: fields are drawn in another way now")
    if "/DR" in written:
        _resources(update, old, new, shown)
    for key in ("/DA", "/Q"):
        if key in written and any(key not in inherited for inherited, _ in shown):
            update.report(Part.FORM, f"the form's {key} was changed: fields are drawn with it")


def _wanted(value: PdfObject | None) -> object:
    return value.value if isinstance(value, BooleanObject) else value is not None


def _differs(update: Update, old: DictionaryObject, new: DictionaryObject, key: str) -> bool:
    """Whether an entry is another one, to the objects below it that were there."""
    one, other = graph.get(old, key), graph.get(new, key)
    if not graph.same(one, other):
        return True
    below: set[int] = set()
    graph.follow(update.old, [one], below)
    return bool(below & update.changed)


def _texts(
    update: Update, form: PdfObject | None
) -> Iterator[tuple[DictionaryObject, DictionaryObject]]:
    """Fields that show text or a mark: with all that they inherit, and as they are."""
    inherited: dict[str, DictionaryObject] = {}
    for one in listed(update.old, form):
        above = inherited.get(one.name.rpartition(".")[0], graph.empty())
        if one.is_widget:
            above = inherited.get(one.name, above)
        inherited[one.name] = merged = graph.empty()
        merged.update({**above, **one.entries})
        if one.kind != "/Sig":
            yield merged, one.entries
    for _, node in drawing_resources.pages(update.old):
        for place in graph.elements(update.old, graph.get(node, "/Annots")):
            entries = graph.dictionary(update.old, place)
            kind = graph.get(entries, "/Subtype")
            is_loose = graph.is_name(kind, "/Widget") and "/Parent" not in entries
            is_signed = graph.is_name(graph.get(entries, "/FT"), "/Sig")
            if graph.is_name(kind, "/FreeText") or (is_loose and not is_signed):
                yield entries, entries


def _resources(
    update: Update,
    old: DictionaryObject,
    new: DictionaryObject,
    shown: list[tuple[DictionaryObject, DictionaryObject]],
) -> None:
    """The form's resources may get names that nothing asked for; the others stay what they were."""
    used = set(_names(graph.resolve(update.old, graph.get(old, "/DA"))))
    for inherited, entries in shown:
        used |= set(_names(graph.resolve(update.old, graph.get(inherited, "/DA"))))
        used |= set(_bare(update.old, graph.get(entries, "/AP")))
    before, after = (
        graph.dictionary(view, graph.get(one, "/DR"))
        for view, one in ((update.old, old), (update.new, new))
    )
    for kind in sorted({*before, *after}):
        one, other = graph.get(before, kind), graph.get(after, kind)
        update.explain(one, other, Part.FORM, f"the form's {kind}")
        names = graph.dictionary(update.old, one), graph.dictionary(update.new, other)
        for name in graph.differing(*names):
            if name in names[0] or name[1:].encode() in used:
                part = Part.FONT if kind == "/Font" else Part.FORM
                update.report(part, f"{kind} {name} of the form was changed", other)


def _names(appearance: PdfObject | None) -> Iterator[bytes]:
    """The names in a default appearance: one of them is its font."""
    if isinstance(appearance, TextStringObject | ByteStringObject):
        yield from _NAME.findall(appearance.original_bytes)


def _bare(view: HistoricalResolver, looks: PdfObject | None) -> Iterator[bytes]:
    """The names in looks without resources of their own: readers may take the form's."""
    pending = [graph.dictionary(view, looks)]
    while pending:
        for value in pending.pop().values():
            found = graph.resolve(view, value)
            if isinstance(found, StreamObject):
                if "/Resources" not in found:
                    yield from _NAME.findall(found.data)
            elif isinstance(found, DictionaryObject):
                pending.append(found)
