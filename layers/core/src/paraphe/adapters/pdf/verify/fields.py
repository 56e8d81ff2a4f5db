"""What an update may do to the form: sign a field, add one to be signed, fill one in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyhanko.pdf_utils.generic import (
    BooleanObject,
    ByteStringObject,
    DictionaryObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

from paraphe.adapters.pdf.verify import drawn, graph
from paraphe.domain.verdict import Part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyhanko.pdf_utils.generic import PdfObject
    from pyhanko.pdf_utils.reader import HistoricalResolver

    from paraphe.adapters.pdf.verify.update import Update

_MOST_FIELDS, _MAX_DEPTH = 20_000, 32
_OPEN = ("/Fields", "/SigFlags", "/DR", "/DA", "/Q", "/NeedAppearances")
_APPEND_ONLY = 3
# Entries that change with a value (ISO 32000-2, tables 166, 228 and 230).
_SIGNED = {"/V", "/AP", "/AS", "/F", "/Ff", "/Type", "/DA", "/Q"}
_FILLED = {*_SIGNED, "/I", "/RV"}
_HARMLESS = {"/F", "/Ff", "/Type"}
# Print, locked, locked contents; read-only, required, not exported: nothing looks different.
_QUIET_F, _QUIET_FF = 0x4 | 0x80 | 0x200, 0x7
# What the field of a later signature may have: no action, nothing that hides it.
_NEW = {
    *("/Type", "/Subtype", "/FT", "/T", "/TU", "/TM", "/Ff", "/F", "/Rect", "/P", "/V", "/AP"),
    *("/AS", "/Lock", "/SV", "/MK", "/DA", "/Q", "/H", "/BS", "/Border", "/NM", "/M", "/Parent"),
    *("/Kids", "/StructParent", "/Contents", "/DR", "/Lang", "/C", "/DS"),
}
_NAME = re.compile(rb"/([^\x00\t\n\x0c\r ()<>\[\]{}/%]+)")
_CORNERS = 4


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


@dataclass(slots=True)
class NewField:
    """A field that was added.

    Attributes:
        name: full.
        widgets: numbers of the objects that pages may show for it.

    """

    name: str
    widgets: set[int]
    _placed: dict[int, int] = field(default_factory=dict)

    def place(self, widget: int, page: int) -> bool:
        """Whether a page is the only one that shows a widget."""
        return self._placed.setdefault(widget, page) == page


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


def judge(update: Update, old: PdfObject | None, new: PdfObject | None) -> list[NewField]:
    """Account for the form and its fields; give those that were added."""
    update.explain(old, new, Part.FORM, "the form")
    before, after = graph.dictionary(update.old, old), graph.dictionary(update.new, new)
    for key in graph.differing(before, after, but=_OPEN):
        update.found(Part.FORM, f"the form's {key} was changed", new)
    flags = [graph.get(one, "/SigFlags") or NumberObject(0) for one in (before, after)]
    if flags[0] != flags[1] and (
        not all(isinstance(one, NumberObject) for one in flags)
        or flags[1] != flags[0] | _APPEND_ONLY
    ):
        update.found(Part.FORM, "the form's /SigFlags was changed", new)
    lists = graph.get(before, "/Fields"), graph.get(after, "/Fields")
    update.explain(*lists, Part.FORM, "/Fields")
    _drawing(update, old, before, after)
    if not update.changed - update.explained and _same_fields(update, *lists):
        return []
    return _fields(update, old, new)


def _same_fields(update: Update, old: PdfObject | None, new: PdfObject | None) -> bool:
    one, other = graph.elements(update.old, old), graph.elements(update.new, new)
    return len(one) == len(other) and all(map(graph.same, one, other))


def _fields(update: Update, old: PdfObject | None, new: PdfObject | None) -> list[NewField]:
    known = list(listed(update.old, old))
    numbers = {graph.number(one.place) for one in known} - {None}
    values = {one.name: one for one in known if not one.is_widget}
    after: dict[int, Field] = {}
    added: dict[str, NewField] = {}
    for one in listed(update.new, new):
        number = graph.number(one.place)
        if number is not None and number in numbers:
            after[number] = one
        else:
            _added(update, one, added, values)
    for before in known:
        number = graph.number(before.place)
        if number is None:
            continue  # it is part of the object that holds it
        now = after.get(number)
        if now is None or now.name != before.name:
            update.found(Part.FIELD, f"the field {before.name} is gone", number)
        else:
            _field(update, before, now, values)
    return list(added.values())


def _added(
    update: Update, one: Field, added: dict[str, NewField], known: dict[str, Field]
) -> None:
    """A field or widget that was not there: for a signature, and nothing that acts or misleads."""
    number = graph.number(one.place)
    if one.kind != "/Sig":
        update.found(Part.FIELD, f"the field {one.name} was added", number)
        return
    if number is None or number not in update.brought or one.name in known:
        update.found(Part.FIELD, f"the field {one.name} was not a field before", number)
        return
    unknown = sorted(set(one.entries) - _NEW)
    if unknown:
        update.found(Part.ACTION, f"the new field {one.name} has {' '.join(unknown)}", number)
    new = added.setdefault(one.name, NewField(one.name, set()))
    new.widgets.add(number)
    parent = graph.dictionary(update.new, graph.get(one.entries, "/Parent"))
    value = graph.get(one.entries, "/V") or graph.get(parent, "/V")
    if value is None and _rectangle(update.new, one.entries) is not None:
        update.filled.add(one.name)
        if graph.get(one.entries, "/AP") is not None:
            update.found(Part.FIELD, f"the new field {one.name} shows something unsigned", number)


def _field(update: Update, old: Field, new: Field, known: dict[str, Field]) -> None:
    """One field beside itself."""
    number = graph.number(old.place) or 0
    keys = set(graph.differing(old.entries, new.entries))
    looks = graph.get(old.entries, "/AP"), graph.get(new.entries, "/AP")
    touched = _looks(update, *looks)
    value = graph.get(old.entries, "/V")
    is_filled = "/V" in keys or (old.kind != "/Sig" and update.is_changed(value))
    written = update.signed if old.kind == "/Sig" else update.filled
    if old.is_widget and old.name in known:
        is_filled = old.name in written
    elif is_filled:
        written.add(old.name)
    if not keys and not touched and not is_filled:
        return
    if number in update.changed:
        update.explained.add(number)
    if old.kind == "/Sig":
        allowed = _SIGNED if is_filled and value is None else _HARMLESS
    else:
        allowed = _FILLED if is_filled else _HARMLESS
    if is_filled and old.kind != "/Sig" and update.is_changed(value):
        update.explain(value, graph.get(new.entries, "/V"), Part.FIELD, "/V")
    wrong = keys - allowed
    wrong |= {key for key in keys & {"/F", "/Ff"} if _is_loud(key, old.entries, new.entries)}
    if touched and "/AP" not in allowed:
        wrong.add("/AP")
    for key in sorted(wrong):
        update.found(Part.FIELD, f"{key} of the field {old.name} was changed", number)
    if touched and "/AP" in allowed:
        update.explained |= touched
        update.redrawn |= touched


def _looks(update: Update, old: PdfObject | None, new: PdfObject | None) -> set[int]:
    """Numbers of a field's looks that were written anew in their place."""
    touched: set[int] = set()
    before, after = graph.dictionary(update.old, old), graph.dictionary(update.new, new)
    if update.is_changed(old):
        touched.add(graph.number(old) or 0)
    for key in ("/N", "/R", "/D"):
        one = graph.get(before, key)
        if update.is_changed(one):
            touched.add(graph.number(one) or 0)
            other = graph.resolve(update.new, graph.get(after, key))
            if graph.same(one, graph.get(after, key)) and not isinstance(other, StreamObject):
                update.found(Part.FIELD, "a field's looks are nothing that can be drawn", one)
        states = graph.resolve(update.old, one)
        if isinstance(states, DictionaryObject) and not isinstance(states, StreamObject):
            for name in states:
                if update.is_changed(states.raw_get(name)):
                    touched.add(graph.number(states.raw_get(name)) or 0)
    return touched


def _is_loud(key: str, old: DictionaryObject, new: DictionaryObject) -> bool:
    """Whether other flags than the quiet ones are different."""
    quiet = _QUIET_F if key == "/F" else _QUIET_FF
    values = [graph.get(one, key) or NumberObject(0) for one in (old, new)]
    if not all(isinstance(one, NumberObject) for one in values):
        return True
    return bool((int(values[0]) ^ int(values[1])) & ~quiet)


def _drawing(
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
        update.found(Part.FORM, "/NeedAppearances: fields are drawn in another way now")
    if "/DR" in written:
        _resources(update, old, new, shown)
    for key in ("/DA", "/Q"):
        if key in written and any(key not in inherited for inherited, _ in shown):
            update.found(Part.FORM, f"the form's {key} was changed: fields are drawn with it")


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
        above = inherited.get(one.name.rpartition(".")[0], DictionaryObject())
        if one.is_widget:
            above = inherited.get(one.name, above)
        inherited[one.name] = merged = DictionaryObject({**above, **one.entries})
        if one.kind != "/Sig":
            yield merged, one.entries
    for _, node in drawn.pages(update.old):
        for place in graph.elements(update.old, graph.get(node, "/Annots")):
            entries = graph.dictionary(update.old, place)
            kind = graph.get(entries, "/Subtype")
            is_loose = kind == "/Widget" and "/Parent" not in entries
            if kind == "/FreeText" or (is_loose and graph.get(entries, "/FT") != "/Sig"):
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
                update.found(part, f"{kind} {name} of the form was changed", other)


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


def covers(update: Update, widget: PdfObject, others: list[PdfObject]) -> bool:
    """Whether a new widget lies over something that could be seen before on its page."""
    new = _rectangle(update.new, widget)
    if new is None:
        return False
    seen = [one for one in others if _is_seen(graph.dictionary(update.old, one))]
    return any(
        old is not None
        and min(new[2], old[2]) > max(new[0], old[0])
        and min(new[3], old[3]) > max(new[1], old[1])
        for old in (_rectangle(update.old, one) for one in seen)
    )


def _is_seen(annotation: DictionaryObject) -> bool:
    return graph.get(annotation, "/Subtype") not in {"/Link", "/Popup"}


def _rectangle(view: HistoricalResolver, place: PdfObject) -> tuple[float, ...] | None:
    """Left, bottom, right, top; None when there is no room in it."""
    corners = graph.elements(view, graph.get(graph.dictionary(view, place), "/Rect"))
    try:
        sides = [float(graph.resolve(view, one)) for one in corners]  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    if len(sides) != _CORNERS or sides[0] == sides[2] or sides[1] == sides[3]:
        return None
    return (*map(min, sides[:2], sides[2:]), *map(max, sides[:2], sides[2:]))
